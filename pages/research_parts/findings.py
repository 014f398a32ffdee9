"""The sentences of the study of research support, no bolder than the intervals allow.

Counts and budgets are complete and said as they are. Adopted and rejected applicants are compared
as they are, so no sentence says that the support made the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from components.eras import fiscal_year_text
from components.numbers import format_number, interval_text, is_missing, yen_scale
from language import text
from stats.methods.correlation import false_discovery_rates
from stats.methods.rate_difference import rate_difference
from stats.methods.score_test import score_p_value
from store.quantity import Unit

Row = Mapping[str, Any]
Naming = Callable[[str], str]

UNKNOWN = "?"
BASE_YEAR = -1
RATE = "commercialisation"
# The share of false discoveries among the marked that is put up with.
MARKED_BELOW = 0.05
# Fewer reports than these on either side, and no sentence compares them.
FEWEST_REPORTS = 10
_NAMED = 2


def counts_title(rows: Sequence[Row], chosen: int = 0) -> str:
    """How many applied and were adopted, in the year chosen or in all years together."""
    row = next((r for r in rows if int(r["fiscal_year"]) == chosen and r["n_application"]), None)
    when = fiscal_year_text(chosen) if row is not None and chosen else ""
    if row is None:
        row = next((r for r in rows if not int(r["fiscal_year"])), None)
    if row is None or not row["n_application"]:
        return text("research.counts_none")
    years = sum(1 for r in rows if int(r["fiscal_year"]) and r["n_application"])
    return text(
        "research.counts_year" if when else "research.counts_all",
        year=when,
        years=years,
        n=format_number(row["n_application"], Unit.RECORD),
        adopted=format_number(row["n_adopted"], Unit.RECORD),
        rate=format_number(row["adoption_rate"], Unit.PERCENT),
    )


def gap_side(row: Row) -> int:
    """1 where the interval of the difference lies above zero, −1 below, 0 where it holds zero."""
    low, high = row["difference_low"], row["difference_high"]
    if is_missing(low) or is_missing(high):
        return 0
    return int(low > 0) - int(high < 0)


def last_gap(rows: Sequence[Row]) -> Row | None:
    """The latest year after the application whose difference is known."""
    known = [r for r in rows if r["event_year"] > 0 and not is_missing(r["difference"])]
    return max(known, key=lambda r: r["event_year"], default=None)


def gap_text(value: Any, unit: Unit, *, is_signed: bool = True) -> str:
    """An amount or a number of persons: employees are means and keep one decimal."""
    decimals = None if unit is Unit.YEN else 1
    return format_number(value, unit, decimals=decimals, is_signed=is_signed)


def gap_interval(row: Row, unit: Unit) -> str:
    """``+15.2〜+24.9億円``."""
    low, high = row["difference_low"], row["difference_high"]
    if is_missing(low) or is_missing(high):
        return "-"
    scale = yen_scale([low, high]) if unit is Unit.YEN else None
    decimals = None if unit is Unit.YEN else 1
    start = format_number(low, unit, scale=scale, decimals=decimals, is_signed=True, has_unit=False)
    end = format_number(high, unit, scale=scale, decimals=decimals, is_signed=True)
    return text("number.interval", low=start, high=end)


def paths_title(rows: Sequence[Row], measure: str, unit: Unit) -> str:
    """How the changes of adopted and rejected differ in the last year that can be seen."""
    last = last_gap(rows)
    if last is None:
        return text("research.paths_few")
    word = {1: "above", -1: "below", 0: "even"}[gap_side(last)]
    return text(
        f"research.paths_{word}",
        measure=measure,
        n=last["event_year"],
        difference=gap_text(abs(last["difference"]), unit, is_signed=False),
    )


def is_apart_before(rows: Sequence[Row]) -> bool:
    """Whether adopted and rejected developed differently before the application already."""
    return any(gap_side(r) for r in rows if r["event_year"] < BASE_YEAR)


def score_title(rows: Sequence[Row], after: str) -> str:
    """Whether the best quarter of the evaluators' points reached the market more often than the
    last."""
    by_quarter = {int(r["points_quarter"]): r for r in rows}
    best, last = by_quarter.get(4), by_quarter.get(1)
    if best is None or last is None or not best["n_reported"] or not last["n_reported"]:
        return text("research.score_none", after=after)
    if min(best["n_reported"], last["n_reported"]) < FEWEST_REPORTS:
        return text("research.score_few", after=after)
    found = rate_difference(*_rate(best), *_rate(last))
    _, low, high = found
    if low <= 0 <= high:
        return text("research.score_even", after=after)
    return text(
        "research.score_above" if low > 0 else "research.score_below",
        after=after,
        points=format_number(abs(found[0]), Unit.PERCENT, has_unit=False),
    )


def _rate(row: Row) -> tuple[float, tuple[float, float]]:
    return row[f"{RATE}_rate"], (row[f"{RATE}_low"], row[f"{RATE}_high"])


def rate_title(rows: Sequence[Row], after: int) -> str:
    """The share commercialised in the year looked at."""
    row = next((r for r in rows if int(r["years_since_completion"]) == after), None)
    if row is None or not row["n_reported"]:
        return text("research.rate_none", n=after)
    return text(
        "research.rate_is",
        n=after,
        rate=format_number(row[f"{RATE}_rate"], Unit.PERCENT),
        reported=format_number(row["n_reported"], Unit.RECORD),
    )


def marked(rows: Sequence[Row], whole: Row) -> dict[str, int]:
    """Which members lie above (1) or below (−1) the whole beyond chance, all of them looked at:
    by the test behind their intervals, after Benjamini and Hochberg."""
    reference = whole[f"{RATE}_rate"]
    known = [r for r in rows if r["n_reported"] and str(r["member_code"]) != UNKNOWN]
    if is_missing(reference) or not known:
        return {}
    q_values = false_discovery_rates(
        score_p_value(
            [r["n_commercialised"] for r in known],
            [r["n_reported"] for r in known],
            reference / 100,
        )
    )
    return {
        str(r["member_code"]): 1 if r[f"{RATE}_rate"] > reference else -1
        for r, q_value in zip(known, q_values, strict=True)
        if q_value < MARKED_BELOW
    }


def breakdown_title(rows: Sequence[Row], whole: Row, naming: Naming, level: str) -> str:
    """Which members lie above or below the whole, beyond chance."""
    known = [r for r in rows if r["n_reported"] and str(r["member_code"]) != UNKNOWN]
    words = {"level": text(f"research.level_{level}")}
    if not known:
        return text("research.breakdown_none", **words)
    sides = marked(known, whole)
    above = [r for r in known if sides.get(str(r["member_code"])) == 1]
    below = [r for r in reversed(known) if sides.get(str(r["member_code"])) == -1]
    if not sides:
        return text("research.breakdown_chance", **words)
    word = "both" if above and below else "above" if above else "below"
    return text(
        f"research.breakdown_{word}",
        above=_listed(above, naming, level),
        below=_listed(below, naming, level),
    )


def _listed(rows: Sequence[Row], naming: Naming, level: str) -> str:
    names = [naming(str(r["member_code"])) for r in rows[:_NAMED]]
    if len(rows) <= _NAMED:
        return text("research.and").join(names)
    return text("research.many", name=names[0], n=text(f"research.counter_{level}", n=len(rows)))


def funnel_title(rows: Sequence[Row], after: str) -> str:
    """How many of the projects that can be followed reached the market and sold."""
    n = {str(r["stage"]): int(r["n"]) for r in rows}
    if not n.get("followed"):
        return text("research.funnel_none", after=after)
    share = 100 * n["commercialised"] / n["followed"]
    return text(
        "research.funnel_is",
        after=after,
        n=format_number(n["followed"], Unit.RECORD),
        commercialised=format_number(n["commercialised"], Unit.RECORD),
        share=format_number(share, Unit.PERCENT),
        sold=format_number(n["sold"], Unit.RECORD),
    )


def rate_interval(row: Row) -> str:
    return interval_text(row[f"{RATE}_low"], row[f"{RATE}_high"], Unit.PERCENT, has_unit=True)
