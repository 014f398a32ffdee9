"""Patterns are safe in the eyes of programs that share nothing with the suppressor."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.complement import with_parts
from disclosure.protect import Protection, Unprotectable, protect
from disclosure.solver import OutOfTime
from disclosure.table import Table, TableError
from tests.disclosure.made_tables import at_risk, interval, summed

FOUR = [[20, 50, 10, 40], [30, 60, 20, 70], [90, 10, 40, 30], [50, 30, 60, 80]]


def _protected(table: Table, **options: object) -> Protection:
    return protect(table, seconds=20, **options)  # type: ignore[arg-type]


def test_two_hidden_cells_per_line_are_not_protection() -> None:
    table = Table.of(*summed(FOUR, {"0,0": 4.0}))
    names = {"0,0", "0,1", "0,2", "1,1", "1,2", "2,0", "2,3", "3,0", "3,3"}
    two_a_line = np.array([cell in names for cell in table.cells])
    assert ((abs(table.matrix) @ two_a_line)[abs(table.matrix) @ two_a_line > 0] >= 2).all()
    # Rows 0 and 1 less columns 1 and 2 leave the cell alone.
    assert interval(table, two_a_line, table.cells.index("0,0")) == pytest.approx((20, 20))
    assert at_risk(table, two_a_line) == ["0,0"]
    assert at_risk(table, _protected(table).hidden) == []


tiny_tables = st.tuples(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=3),
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=2, unique=True),
    st.integers(1, 4),
)


@settings(max_examples=15, deadline=None)
@given(tiny_tables)
def test_a_tiny_table_gets_the_cheapest_of_all_safe_patterns(
    drawn: tuple[list[list[int]], list[tuple[int, int]], int],
) -> None:
    inner, sensitive, level = drawn
    table = Table.of(*summed(inner, {f"{row},{column}": float(level) for row, column in sensitive}))
    if lost := at_risk(table, ~table.is_fixed):
        with pytest.raises(Unprotectable) as refused:
            _protected(table)
        assert sorted(refused.value.cells) == sorted(lost)
        return
    found = _protected(table)
    assert at_risk(table, found.hidden) == []
    assert found.gap == 0.0
    assert found.value_hidden == pytest.approx(_cheapest(table, found.value_hidden))


def _cheapest(table: Table, most: float) -> float:
    """The least value of secondary cells in any safe pattern, by trying all that are not dearer."""
    free = np.flatnonzero(~table.is_fixed & ~table.is_sensitive).tolist()
    patterns = [
        (sum(table.value[list(chosen)]), chosen)
        for size in range(len(free) + 1)
        for chosen in combinations(free, size)
    ]
    for cost, chosen in sorted(patterns):
        hidden = table.is_sensitive.copy()
        hidden[list(chosen)] = True
        # A hidden cell alone in a line is known: most patterns need no program.
        alone = (abs(table.matrix).sign() @ hidden) == 1
        if not alone.any() and not at_risk(table, hidden):
            return float(cost)
        if cost > most:
            break
    raise AssertionError("no pattern up to the one found is safe")


def test_all_sums_of_three_dimensions_and_linked_tables_are_protected() -> None:
    rng = np.random.default_rng(3)
    inner = rng.integers(1, 60, (4, 3, 2)) * (rng.random((4, 3, 2)) < 0.85)
    levels = {f"{a},{b},{c}": 3.0 for a, b, c in np.argwhere(inner > 0)[::6].tolist()}
    cells, relations = summed(inner, levels)
    # A table of another classification of rows shares its totals with the first.
    pairs = [("A", ["0", "2"]), ("B", ["1", "3"])]
    extra, ties = [], []
    for name, rows in pairs:
        for key in ("T,T", "0,T", "T,1"):
            value = float(
                cells.set_index("cell").loc[[f"{row},{key}" for row in rows], "value"].sum()
            )
            extra.append((f"{name},{key}", value, int(key == "0,T"), 5.0, 0))
            ties += [(f"{name},{key}", f"{name},{key}", -1)]
            ties += [(f"{name},{key}", f"{row},{key}", 1) for row in rows]
    linked = pd.concat([cells, pd.DataFrame(extra, columns=cells.columns)])
    both = pd.concat([relations, pd.DataFrame(ties, columns=relations.columns)])
    table = Table.of(linked, both)
    alone = at_risk(table, table.is_sensitive)
    assert len(alone) > len(levels) / 2
    assert at_risk(table, _protected(table).hidden) == []


def test_negative_values_leave_no_bound_to_lean_on() -> None:
    inner = [[40, -30, 20], [-10, 25, 60], [70, -5, -45]]
    table = Table.of(*summed(inner, {"0,1": 6.0, "2,2": 9.0, "T,T": 2.0}))
    assert np.isneginf(table.lower).all()
    found = _protected(table)
    assert at_risk(table, found.hidden) == []
    assert found.hidden.sum() > 3


def test_a_filter_enters_with_what_it_leaves() -> None:
    """Adopted and rejected are each safe alone; with the total in hand they are not."""
    whole, relations = summed([[30, 40], [50, 60]], {})
    adopted = summed([[12, 20], [22, 31]], {"0,0": 2.0})[0]
    rejected = summed([[18, 20], [28, 29]], {})[0]
    both = Table.of(*with_parts(whole, {"adopted": adopted, "rejected": rejected}, relations))
    alone = _protected(Table.of(adopted, relations))
    hidden = {f"{cell}#adopted" for cell in np.array(alone.table.cells)[alone.hidden]}
    taken_over = np.array([cell in hidden for cell in both.cells])
    assert at_risk(both, taken_over) == ["0,0#adopted"]
    assert at_risk(both, _protected(both).hidden) == []


def _shuffled(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    return frame.sample(frac=1.0, random_state=seed)


def test_order_of_rows_and_unit_of_values_change_nothing() -> None:
    rng = np.random.default_rng(11)
    inner = rng.integers(5, 900, (7, 6))
    levels = {"1,1": 40.0, "4,2": 25.0, "5,5": 60.0, "0,3": 10.0}
    cells, relations = summed(inner, levels)
    table = Table.of(cells, relations)
    first = _names(table, _protected(table).hidden)
    shuffled = Table.of(_shuffled(cells, 1), _shuffled(relations, 2))
    assert _names(shuffled, _protected(shuffled).hidden) == first
    for unit in (1e-6, 1e3, 1e9):
        scaled = cells.assign(
            value=cells["value"] * unit, protection_level=cells["protection_level"] * unit
        )
        assert _names(table, _protected(Table.of(scaled, relations)).hidden) == first


def _names(table: Table, hidden: npt.NDArray[np.bool_]) -> set[str]:
    return set(np.array(table.cells)[hidden].tolist())


def test_cells_hidden_last_year_are_hidden_again_where_they_serve() -> None:
    table = Table.of(*summed([[20, 12, 10], [30, 25, 20], [50, 60, 70]], {"0,0": 4.0}))
    assert _names(table, _protected(table).hidden) == {"0,0", "0,2", "1,2", "1,0"}
    previous = np.array([cell in {"0,1", "1,1", "1,0"} for cell in table.cells])
    again = _protected(table, previous=previous)
    assert _names(table, again.hidden) == {"0,0", "0,1", "1,1", "1,0"}
    # What is said of the value does not count anything as cheaper.
    assert again.value_hidden == 67


def test_one_prefecture_in_a_bureau_is_hidden_with_it_or_not_at_all() -> None:
    cells, relations = summed([[9, 14, 30], [20, 25, 11], [16, 8, 40]], {"0,0": 3.0})
    twin = cells[cells["cell"].str.startswith("0,")].assign(cell=lambda f: "b" + f["cell"])
    ties = [(f"={c}", c, -1) for c in twin["cell"]] + [(f"={c}", c[1:], 1) for c in twin["cell"]]
    twin["is_sensitive"] = 0
    table = Table.of(
        pd.concat([cells, twin]),
        pd.concat([relations, pd.DataFrame(ties, columns=relations.columns)]),
    )
    hidden = _names(table, _protected(table).hidden)
    assert "b0,0" in hidden
    assert {name[1:] for name in hidden if name.startswith("b")} == {
        name for name in hidden if name.startswith("0,")
    }


def test_what_cannot_be_protected_is_named_and_nothing_returned() -> None:
    cells, relations = summed([[5, 0], [0, 7]], {"0,0": 2.0})
    cells.loc[cells["cell"].str.contains("T"), "is_fixed"] = 1
    with pytest.raises(Unprotectable) as refused:
        _protected(Table.of(cells, relations))
    assert refused.value.cells == ("0,0",)


def test_a_sensitive_zero_is_hidden_though_its_sums_give_it_away() -> None:
    """It has no level, as nothing is below it and 10 % of nothing is nothing."""
    cells, relations = summed([[0, 0, 5], [4, 6, 8], [7, 9, 3]], {"0,0": 0.0, "1,1": 2.0})
    cells["is_fixed"] = ((cells["value"] == 0) & (cells["is_sensitive"] == 0)).astype(int)
    cells.loc[cells["cell"].isin(["T,0", "1,0", "2,0"]), "is_fixed"] = 1
    table = Table.of(cells, relations)
    found = _protected(table)
    assert {"0,0", "1,1"} <= _names(table, found.hidden)
    assert at_risk(table, found.hidden) == []


def test_a_table_with_nothing_to_hide_is_published_as_it_is() -> None:
    found = _protected(Table.of(*summed(FOUR, {})))
    assert not found.hidden.any()
    assert found.gap == 0.0


def test_no_time_means_no_pattern() -> None:
    table = Table.of(*summed(FOUR, {"0,0": 4.0}))
    with pytest.raises(OutOfTime):
        protect(table, seconds=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c, r: (c.drop(columns="value"), r), "column value is missing"),
        (lambda c, r: (c.drop(columns="is_sensitive"), r), "column is_sensitive is missing"),
        (lambda c, r: (c.assign(value="many"), r), "is not a number"),
        (lambda c, r: (c.assign(is_sensitive="perhaps"), r), "neither 0 nor 1"),
        (lambda c, r: (pd.concat([c, c[:1]]), r), "stands twice"),
        (lambda c, r: (c, r.assign(cell="elsewhere")), "not among the cells"),
        (lambda c, r: (c, r.assign(coefficient=2)), "does not add up"),
        (lambda c, r: (c.assign(is_fixed=1), r), "sensitive and yet fixed"),
        (lambda c, r: (c.assign(protection_level=-1.0), r), "protection level is below zero"),
        (lambda c, r: (c.assign(upper_bound=1.0), r), "outside its bounds"),
    ],
)
def test_a_table_that_is_none_is_refused_with_the_reason(change, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TableError, match=message):
        Table.of(*change(*summed(FOUR, {"0,0": 4.0})))
