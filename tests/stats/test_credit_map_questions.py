"""The questions on credit strength and growth, against plain Python over the rows one by one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from statistics import mean
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.actor import Role
from gate.consent import Consents
from gate.scope import ScopedCursor
from queries.credit_map_measures import FEWEST_IN_BLOCK, FEWEST_IN_MEAN
from queries.parameters import QUADRANTS, CreditMapParameters
from stats.credit_map import DENSITY_QUESTION as DENSITY
from stats.credit_map import QUADRANT_QUESTION as QUADRANT
from stats.credit_map import USERS_QUESTION as USERS
from stats.credit_movement import EXITS
from stats.credit_movement import MOVEMENT_QUESTION as MOVEMENT
from stats.credit_movement import TRANSITION_QUESTION as TRANSITION
from store import credit_grid as grid
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_credit import REFUSING, credit_store, scores, uses

Row = Mapping[str, Any]
SCORES, USES = scores(seed=2), uses(seed=4)
ASKED = st.builds(
    CreditMapParameters,
    region=st.sampled_from(["", "", "b02", "13", "04100"]),
    industry=st.sampled_from(["", "", "E", "24", "?"]),
    year=st.sampled_from(["0", "0", "2016", "2019"]),
    size=st.sampled_from(["", "", "s1"]),
    measure=st.sampled_from(["", "sapoin", "support_yorozu"]),
    window=st.sampled_from(["3", "1"]),
    later=st.sampled_from(["3", "1", "5"]),
    quadrant=st.sampled_from(["", "", *QUADRANTS]),
)
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = credit_store(SCORES, USES)
    yield cursor
    connection.close()


def _fits(row: Row, asked: CreditMapParameters) -> bool:
    region = asked.region[:2] if asked.region.isdigit() else asked.region
    place = row["prefecture_code"] if region.isdigit() else row["bureau_code"]
    industry = row["major_code"] if asked.industry.isdigit() else row["division_code"]
    return (
        region in ("", place)
        and asked.industry in ("", industry)
        and asked.size in ("", row["size_code"])
        and asked.year in ("0", str(row["fiscal_year"]))
        and row[f"map_bin_{asked.window}"] is not None
    )


def _quadrant(cell: int) -> str:
    return QUADRANTS[(cell % 64 >= 32) + 2 * (cell // 64 >= 32)]


def _sample(asked: CreditMapParameters) -> tuple[list[Row], list[Row]]:
    """All rows of the filter in any quadrant, and those of users in the year before their use."""
    first: dict[UUID, int] = {}
    for use in USES:
        if asked.measure in ("", use["measure_code"]):
            firm = use["firm_id"]
            first[firm] = min(first.get(firm, 9999), use["first_year"])
    rows: list[Row] = [row for row in SCORES if _fits(row, asked)]
    return rows, [r for r in rows if first.get(r["firm_id"]) == r["fiscal_year"] + 1]


def _chosen(rows: list[Row], asked: CreditMapParameters) -> list[Row]:
    name = f"map_bin_{asked.window}"
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
    expected = Counter(row[f"map_bin_{asked.window}"] for row in rows)
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
    *blocks, rest = _records(USERS.answer(store, asked))
    assert rest["status"] == "few"
    assert sum(row["n_user"] for row in blocks) + rest["n_user"] == len(users)
    for row in blocks:
        assert row["n_user"] >= FEWEST_IN_BLOCK
        wide = row["strength_high"] - row["strength_low"]
        if not math.isnan(wide):
            inside = [
                cell
                for cell in (user[f"map_bin_{asked.window}"] for user in users)
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
    name = f"map_bin_{asked.window}"
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
    start, end = f"map_bin_{asked.window}", f"bin_{asked.window}_after_{asked.later}"
    rows, users = (
        [r for r in _chosen(part, asked) if r[end] is not None and r[end] < grid.N_CELL]
        for part in _sample(asked)
    )
    groups = {"users": users, "others": [row for row in rows if row not in users]}
    found = _records(MOVEMENT.answer(store, asked))
    assert found[0]["series"] == "difference"
    shown = Counter(row["series"] for row in found[1:])
    for series, part in groups.items():
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
    start, end = f"map_bin_{asked.window}", f"bin_{asked.window}_after_{asked.later}"
    rows, users = (
        [r for r in _chosen(part, asked) if r[end] is not None] for part in _sample(asked)
    )
    groups = {"users": users, "others": [row for row in rows if row not in users]}
    found = _records(TRANSITION.answer(store, asked))
    for series, part in groups.items():
        counts = Counter(
            (_quadrant(r[start]), EXITS.get(r[end]) or _quadrant(r[end])) for r in part
        )
        of = [row for row in found if row["series"] == series]
        assert len(of) == len(QUADRANTS) * (len(QUADRANTS) + len(EXITS))
        for quadrant in QUADRANTS:
            total = sum(n for (first, _), n in counts.items() if first == quadrant)
            ends = [row for row in of if row["start"] == quadrant]
            assert {row["n_start"] for row in ends} == {total}
            if total < FEWEST_IN_MEAN:
                assert {row["status"] for row in ends} == {"few"}
            else:
                assert all(row["n"] == counts[quadrant, row["end"]] for row in ends)
                assert sum(row["share"] for row in ends) == pytest.approx(100)


def test_a_firm_that_refuses_is_in_no_cell(store: StoreCursor) -> None:
    asked = CreditMapParameters(year="0")
    own = [row for row in SCORES if row["firm_id"] == REFUSING and row["map_bin_3"] is not None]
    scoped = ScopedCursor(
        store, actor(Role.MINISTRY), Members({}, {}), consents=Consents(date(2024, 1, 1))
    )
    seen, every = (DENSITY.answer(cursor, asked)["n"].sum() for cursor in (scoped, store))
    assert own
    assert every - seen == len(own)
