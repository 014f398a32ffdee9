"""The questions on credit strength and growth, against plain Python over the rows one by one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from statistics import mean
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.actor import Role
from gate.consent import Consents
from gate.scope import ScopedCursor
from queries.credit_map_measures import EXITS, FEWEST_IN_BLOCK, FEWEST_IN_MEAN
from queries.parameters import QUADRANTS, CreditMapParameters
from stats.credit_comparison import QUESTION as COMPARISON
from stats.credit_map import DENSITY_QUESTION as DENSITY
from stats.credit_map import QUADRANT_QUESTION as QUADRANT
from stats.credit_map import USERS_QUESTION as USERS
from stats.credit_movement import MOVEMENT_QUESTION as MOVEMENT
from stats.credit_movement import TRANSITION_QUESTION as TRANSITION
from store import credit_grid as grid
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_credit import REFUSING, credit_store, scores, uses

Row = Mapping[str, Any]
SCORES, USES = scores(seed=2), uses(seed=4)
REFUSING_PREFECTURE = next(r["prefecture_code"] for r in SCORES if r["firm_id"] == REFUSING)
ASKED = st.builds(
    CreditMapParameters,
    region=st.sampled_from(["", "", "b02", "13", "04100"]),
    industry=st.sampled_from(["", "", "E", "24", "?"]),
    year=st.sampled_from(["0", "0", "2016", "2019"]),
    size=st.sampled_from(["", "", "s1"]),
    measure=st.sampled_from(["sapoin", "sapoin", "support_yorozu"]),
    versus_measure=st.sampled_from(["", "support_yorozu"]),
    growth_of=st.sampled_from(["sales", "employees"]),
    window=st.sampled_from(["3", "1"]),
    later=st.sampled_from(["3", "1", "5"]),
    quadrant=st.sampled_from(["", "", *QUADRANTS]),
    who=st.sampled_from(["users", "others", "versus"]),
)
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = credit_store(SCORES, USES)
    yield cursor
    connection.close()


def _columns(asked: CreditMapParameters) -> tuple[str, str]:
    """Where a row has its cell, and its cell or exit some years later, by the growth asked of."""
    of = "" if asked.growth_of == "sales" else "employees_"
    return f"map_bin_{of}{asked.window}", f"bin_{of}{asked.window}_after_{asked.later}"


def _fits(row: Row, asked: CreditMapParameters) -> bool:
    region = asked.region[:2] if asked.region.isdigit() else asked.region
    place = row["prefecture_code"] if region.isdigit() else row["bureau_code"]
    industry = row["major_code"] if asked.industry.isdigit() else row["division_code"]
    return (
        region in ("", place)
        and asked.industry in ("", industry)
        and asked.size in ("", row["size_code"])
        and asked.year in ("0", str(row["fiscal_year"]))
        and row[_columns(asked)[0]] is not None
    )


def _quadrant(cell: int) -> str:
    return QUADRANTS[(cell % 64 >= 32) + 2 * (cell // 64 >= 32)]


def _sample(asked: CreditMapParameters) -> tuple[list[Row], list[Row]]:
    """All rows of the filter in any quadrant, and those of users in the year before their use."""
    rows: list[Row] = [row for row in SCORES if _fits(row, asked)]
    return rows, _users(rows, asked.measure)


def _users(rows: list[Row], measure: str) -> list[Row]:
    """Those of users of ``measure``, in the year before their first use."""
    first = {use["firm_id"]: use["first_year"] for use in USES if use["measure_code"] == measure}
    return [r for r in rows if first.get(r["firm_id"]) == r["fiscal_year"] + 1]


def _groups(asked: CreditMapParameters, later: str) -> dict[str, list[Row]]:
    """The statements of each group whose ``later`` is known, of the chosen quadrant."""
    rows, users = (
        [r for r in _chosen(part, asked) if r[later] is not None] for part in _sample(asked)
    )
    groups = {"users": users, "others": [row for row in rows if row not in users]}
    return groups | {"versus": _users(rows, asked.versus_measure)}


def _chosen(rows: list[Row], asked: CreditMapParameters) -> list[Row]:
    name = _columns(asked)[0]
    return [row for row in rows if asked.quadrant in ("", _quadrant(row[name]))]


def _records(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))


@often
@given(ASKED)
def test_cells_count_the_statements_of_the_filter(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    every = _sample(asked)[0]
    rows = _chosen(every, asked)
    expected = Counter(row[_columns(asked)[0]] for row in rows)
    found = _records(DENSITY.answer(store, asked))
    assert {row["cell"]: row["n"] for row in found} == expected
    for row in found:
        column, line = row["cell"] % 64, row["cell"] // 64
        assert row["share"] == pytest.approx(100 * row["n"] / len(every))
        if 0 < column < 63 and 0 < line < 63:
            assert (row["strength_low"], row["growth_low"]) == (column + 18, line - 32)
        assert 0 < row["held"] <= 100 + 1e-9


@often
@given(ASKED)
def test_no_block_shows_fewer_users_than_three_and_none_is_lost(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    users = _chosen(_sample(asked)[1], asked)
    found = _records(USERS.answer(store, asked))
    assert {row["series"] for row in found} == {
        "users",
        *(["versus"] if asked.versus_measure else []),
    }
    *blocks, rest = [row for row in found if row["series"] == "users"]
    assert rest["status"] == "few"
    assert sum(row["n_user"] for row in blocks) + rest["n_user"] == len(users)
    for row in blocks:
        assert row["n_user"] >= FEWEST_IN_BLOCK
        wide = row["strength_high"] - row["strength_low"]
        if not math.isnan(wide):
            inside = [
                cell
                for cell in (user[_columns(asked)[0]] for user in users)
                if row["strength_low"] <= cell % 64 + 18 < row["strength_high"]
                and row["growth_low"] <= cell // 64 - 32 < row["growth_high"]
            ]
            if not math.isnan(row["growth_high"] - row["growth_low"]):
                assert len(inside) == row["n_user"]
                assert row["strength"] == pytest.approx(mean(c % 64 + 18.5 for c in inside))
                assert row["growth"] == pytest.approx(mean(c // 64 - 31.5 for c in inside))


@often
@given(ASKED)
def test_quadrants_count_all_and_users_whatever_quadrant_is_chosen(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    rows, users = _sample(asked)
    found = _records(QUADRANT.answer(store, asked))
    if not rows:
        assert found == []
        return
    name = _columns(asked)[0]
    assert (found[0]["n"], found[0]["n_user"]) == (len(rows), len(users))
    for row in found[1:]:
        n = sum(_quadrant(r[name]) == row["quadrant"] for r in rows)
        n_user = sum(_quadrant(r[name]) == row["quadrant"] for r in users)
        assert (row["n"], row["n_user"]) == (n, n_user)
        if len(users) < FEWEST_IN_MEAN:
            assert row["status"] == "few"
            assert math.isnan(row["share_user"])
        else:
            assert row["share_user"] == pytest.approx(100 * n_user / len(users))
            assert row["share_user_low"] <= row["share_user"] <= row["share_user_high"]
            if n >= FEWEST_IN_MEAN:
                quotient = (n_user / len(users)) / (n / len(rows))
                assert row["quotient"] == pytest.approx(quotient)


@often
@given(ASKED)
def test_arrows_are_mean_changes_of_those_who_stood_somewhere_later(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    start, end = _columns(asked)
    found = _records(MOVEMENT.answer(store, asked))
    differences = ["difference", *(["versus_difference"] if asked.versus_measure else [])]
    assert [row["series"] for row in found[: len(differences)]] == differences
    shown = Counter(row["series"] for row in found)
    for series, group in _groups(asked, end).items():
        part = [row for row in group if row[end] < grid.N_CELL]
        places: dict[int, list[tuple[int, int]]] = {}
        for row in part:
            x, y = row[start] % 64, row[start] // 64
            change = (row[end] % 64 - x, row[end] // 64 - y)
            places.setdefault(y // 4 * 8 + x // 8, []).append(change)
        large = {cell: moves for cell, moves in places.items() if len(moves) >= FEWEST_IN_BLOCK}
        assert shown[series] == len(large)
        for row in (r for r in found if r["series"] == series):
            moves = large[row["cell"]]
            assert row["n"] == len(moves)
            if len(moves) < FEWEST_IN_MEAN:
                assert math.isnan(row["dx"])
                assert row["status"] == "few"
            else:
                assert row["dx"] == pytest.approx(mean(dx for dx, _ in moves))
                assert row["dy"] == pytest.approx(mean(dy for _, dy in moves))


@often
@given(ASKED)
def test_transitions_know_every_end_and_their_shares_add_up(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    start, end = _columns(asked)
    part = _groups(asked, end)[asked.who]
    counts = Counter((_quadrant(r[start]), EXITS.get(r[end]) or _quadrant(r[end])) for r in part)
    found = _records(TRANSITION.answer(store, asked))
    assert {row["series"] for row in found} == {asked.who}
    starts = [asked.quadrant] if asked.quadrant else QUADRANTS
    assert len(found) == len(starts) * (len(QUADRANTS) + len(EXITS))
    for quadrant in starts:
        total = sum(n for (first, _), n in counts.items() if first == quadrant)
        ends = [row for row in found if row["start"] == quadrant]
        assert {row["n_start"] for row in ends} == {total}
        if total < FEWEST_IN_MEAN:
            assert {row["status"] for row in ends} == {"few"}
        else:
            assert all(row["n"] == counts[quadrant, row["end"]] for row in ends)
            assert sum(row["share"] for row in ends) == pytest.approx(100)


@often
@given(ASKED)
def test_two_measures_are_compared_quadrant_by_quadrant(
    store: StoreCursor, asked: CreditMapParameters
) -> None:
    found = _records(COMPARISON.answer(store, asked))
    if not asked.versus_measure:
        assert found == []
        return
    rows, users = _sample(asked)
    others = _users(rows, asked.versus_measure)
    name = _columns(asked)[0]
    both = {row["firm_id"] for row in users} & {row["firm_id"] for row in others}
    assert found[0]["n_both"] == len(both)
    for row in found:
        of = (
            [r for r in group if row["quadrant"] in ("whole", _quadrant(r[name]))]
            for group in (users, others)
        )
        assert [row["n_user"], row["n_versus"]] == [len(group) for group in of]
    for row in found[1:]:
        if min(len(users), len(others)) < FEWEST_IN_MEAN:
            assert row["status"] == "few"
            assert math.isnan(row["share_difference"])
            continue
        shares = 100 * row["n_user"] / len(users), 100 * row["n_versus"] / len(others)
        assert row["share_difference"] == pytest.approx(shares[0] - shares[1])
        low, high = row["share_difference_low"], row["share_difference_high"]
        assert low <= row["share_difference"] <= high


def test_a_firm_that_refuses_is_in_no_cell_of_statements(store: StoreCursor) -> None:
    """Counts that are stored name no firm; the next publication makes them anew without it."""
    asked = CreditMapParameters(year="0", region=REFUSING_PREFECTURE)
    own = [row for row in SCORES if row["firm_id"] == REFUSING and _fits(row, asked)]
    scoped = ScopedCursor(
        store, actor(Role.MINISTRY), Members({}, {}), consents=Consents(date(2024, 1, 1))
    )
    seen, every = (DENSITY.answer(cursor, asked)["n"].sum() for cursor in (scoped, store))
    assert own
    assert every - seen == len(own)
