"""Transitions: nobody is lost on the way, and small starts stay untold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.binomial import wilson_interval
from stats.methods.transition import direction_table, transition_counts, transition_table

STATES, EXITS = ("A", "B", "C"), ("default", "no_statement")
FIRMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=120)


def counted(firms: list[tuple[int, int]]) -> np.ndarray:
    start, end = np.array(firms).T
    return transition_counts(start, end, 3, 2)


@given(FIRMS)
@settings(deadline=None)
def test_counts_are_those_of_a_cross_table_in_any_order(firms: list[tuple[int, int]]) -> None:
    counts = counted(firms)
    start, end = np.array(firms).T
    crossed = pd.crosstab(start, end).reindex(index=range(3), columns=range(5), fill_value=0)
    assert np.array_equal(counts, crossed.to_numpy())
    assert counts.sum() == len(firms)
    assert np.array_equal(counts, counted(firms[::-1]))


@given(FIRMS, st.integers(0, 30))
@settings(deadline=None)
def test_rows_add_to_one_or_are_withheld(firms: list[tuple[int, int]], minimum: int) -> None:
    table = transition_table(counted(firms), STATES, EXITS, minimum=minimum)
    assert table["end"].tolist() == [*STATES, *EXITS] * 3
    assert (table["is_exit"] == table["end"].isin(EXITS)).all()
    for _, row in table.groupby("start"):
        n_start = row["n_start"].iloc[0]
        if n_start < max(minimum, 1):
            assert row["is_withheld"].all()
            assert row[["n", "share", "low", "high"]].isna().all().all()
            continue
        assert row["n"].sum() == n_start
        assert row["share"].sum() == pytest.approx(1)
        low, high = wilson_interval(row["n"], n_start)
        assert row["low"].tolist() == low.tolist()
        assert row["high"].tolist() == high.tolist()


@given(FIRMS)
@settings(deadline=None)
def test_each_firm_rose_stayed_fell_or_left(firms: list[tuple[int, int]]) -> None:
    table = direction_table(counted(firms), STATES, EXITS, minimum=1)
    found = table.groupby("direction")["n"].sum()
    sides = {"risen": 0, "same": 0, "fallen": 0, "exit": 0}
    for start, end in firms:
        way = (
            "exit" if end > 2 else "same" if end == start else "risen" if end < start else "fallen"
        )
        sides[way] += 1
    assert found.to_dict() == sides


def test_a_firm_without_an_end_is_refused() -> None:
    for start, end in (([0], [-1]), ([0], [5]), ([3], [0]), ([-1], [0])):
        with pytest.raises(ValueError, match="every firm starts"):
            transition_counts(start, end, 3, 2)
    with pytest.raises(ValueError, match="a start and an end"):
        transition_counts([0, 1], [0], 3)
    for counts in (np.zeros((2, 3)), -np.ones((2, 2))):
        with pytest.raises(ValueError, match="a row per state"):
            transition_table(counts, ("A", "B"))
