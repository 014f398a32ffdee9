"""Matching by brute force: every user against every firm, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import expm1, inf, log1p
from typing import Any
from uuid import UUID

from queries.matching_specification import CALIPERS, COVARIATES, MatchingParameters
from tests.queries.little_matching import World

Row = Mapping[str, Any]
Pairs = dict[UUID, list[tuple[float, UUID]]]


def users(found: World, asked: MatchingParameters) -> dict[UUID, int]:
    """The users of the filter (region and years) by their cohort."""
    if asked.against == "rejected":
        cohorts = {
            r["firm_id"]: r["fiscal_year"] for r in found.outcomes if r["decision"] == "adopted"
        }
    else:
        cohorts = {
            r["firm_id"]: r["first_year"]
            for r in found.uses
            if r["measure_code"] == asked.measure
            and (asked.region in ("", r["bureau_code"]))
            and (asked.users != "once" or not r["is_repeater"])
            and (asked.users != "alone" or not r["n_other_measure"])
        }
    first, last = asked.cohorts or (0, 9999)
    return {firm: year for firm, year in cohorts.items() if first <= year <= last}


def candidates(found: World, asked: MatchingParameters) -> Pairs:
    """Every admissible firm of each user with its squared distance, nearest first."""
    cohorts = users(found, asked)
    by_year: dict[int, list[Row]] = {}
    for row in found.profiles:
        by_year.setdefault(row["fiscal_year"], []).append(row)
    own = {r["firm_id"]: r["first_year"] for r in found.uses if r["measure_code"] == asked.measure}
    rejected: dict[UUID, int] = {}
    if asked.against == "rejected":
        own = {r["firm_id"]: r["fiscal_year"] for r in found.outcomes if r["decision"] == "adopted"}
        rejected = {
            r["firm_id"]: r["fiscal_year"] for r in found.outcomes if r["decision"] == "rejected"
        }
    width, names = CALIPERS[asked.caliper], COVARIATES[asked.covariates]
    pairs: Pairs = {}
    for firm, cohort in cohorts.items():
        rows = by_year.get(cohort - 1, [])
        base = next((row for row in rows if row["firm_id"] == firm), None)
        if base is None:
            continue
        pairs[firm] = sorted(
            (_distance(base, other, names), other["firm_id"])
            for other in rows
            if _agree(base, other, asked)
            and _is_near(base, other, width, names if asked.caliper_on == "every" else ())
            and other["firm_id"] != firm
            and own.get(other["firm_id"], inf) > (9998 if asked.controls == "never" else cohort)
            and (asked.against == "non_user" or rejected.get(other["firm_id"]) == cohort)
        )
    return pairs


def in_turn(pairs: Pairs, ties: Mapping[UUID, float], k: int, cap: int) -> dict[UUID, list[UUID]]:
    """At most ``k`` firms a user and ``cap`` users a firm: in each round the user whose nearest
    firm is farthest takes its nearest free firm first."""
    left = {user: list(firms) for user, firms in pairs.items()}
    turn = sorted(
        (user for user in pairs if pairs[user]),
        key=lambda user: (-pairs[user][0][0], ties[user], user),
    )
    taken: dict[UUID, list[UUID]] = {user: [] for user in pairs}
    served: dict[UUID, int] = {}
    for _ in range(k):
        for user in turn:
            free = [firm for _, firm in left[user] if served.get(firm, 0) < cap]
            free = [firm for firm in free if firm not in taken[user]]
            if free:
                taken[user].append(free[0])
                served[free[0]] = served.get(free[0], 0) + 1
    return taken


def _agree(one: Row, other: Row, asked: MatchingParameters) -> bool:
    names = ["missing_bits", "division_code", "size_code", "bureau_code"]
    if asked.against == "rejected":
        names = {"standard": names[:2], "loose": names[:1], "fine": names}[asked.strata]
    elif asked.strata == "loose":
        names = names[:3]
    elif asked.strata == "fine":
        names = ["missing_bits", "major_code", "size_code", "bureau_code"]
    return all(one[name] == other[name] for name in names)


def _is_near(one: Row, other: Row, width: float, names: Sequence[str]) -> bool:
    """That sales and all of ``names`` lie within the caliper."""
    return all(
        one[name] is None or one[name] - width <= other[name] <= one[name] + width
        for name in ("log_sales", *names)
    )


def _distance(one: Row, other: Row, names: Sequence[str]) -> float:
    return float(sum((one[name] - other[name]) ** 2 for name in names if one[name] is not None))


def percent_difference(
    found: World, pairs: Mapping[UUID, Sequence[UUID]], cohorts: Mapping[UUID, int], event: int
) -> tuple[float, int]:
    """The change of sales since e = −1 of users less that of their firms, in percent, over sets in
    which all have both statements, and their number."""
    paths = {row["firm_id"]: row for row in found.paths}
    own = {row["firm_id"]: row["first_year"] for row in found.uses}

    def change(firm: UUID, cohort: int, *, is_user: bool) -> float | None:
        values = []
        for year in (cohort - 1, cohort + event):
            place = year - paths[firm]["first_year"]
            series = paths[firm]["sales_kyen"]
            is_over = not is_user and year >= own.get(firm, inf)
            if is_over or not 0 <= place < len(series) or series[place] is None:
                return None
            values.append(log1p(1000 * series[place]))
        return float(values[1] - values[0])

    gaps = []
    for user, firms in pairs.items():
        one = change(user, cohorts[user], is_user=True)
        others = [change(firm, cohorts[user], is_user=False) for firm in firms]
        if one is not None and all(value is not None for value in others):
            gaps.append(one - sum(value or 0.0 for value in others) / len(others))
    return 100 * expm1(sum(gaps) / len(gaps)), len(gaps)
