"""No year that is tested on reaches into training."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.time_split import TimeSplit, split_by_time


@given(
    st.lists(st.integers(2000, 2024), min_size=1, max_size=60),
    st.integers(2002, 2012),
    st.none() | st.integers(2008, 2018),
    st.integers(1, 3),
)
@settings(deadline=None)
def test_outcomes_of_one_part_are_known_before_the_next_begins(
    drawn: list[int], train: int, calibrate: int | None, horizon: int
) -> None:
    years = np.array([2000, 2024, *drawn])
    try:
        parts = split_by_time(years, TimeSplit(train, calibrate, horizon))
    except ValueError:
        assert calibrate is not None
        assert not ((years >= train + horizon) & (years <= calibrate)).any()
        return
    assert np.sum(parts, axis=0).max() <= 1
    used = [years[part] for part in parts if part.any()]
    for before, after in pairwise(used):
        assert before.max() + horizon <= after.min()
    if horizon == 1 and calibrate is None:
        assert (parts[0] | parts[2]).all()


def test_a_year_is_never_parted() -> None:
    years = np.repeat(np.arange(2010, 2020), 7)
    for part in split_by_time(years, TimeSplit(2014, 2016)):
        assert set(part.reshape(10, 7).sum(axis=1).tolist()) <= {0, 7}


def test_empty_parts_and_no_horizon_are_refused() -> None:
    years = np.arange(2010, 2020)
    for split, message in (
        (TimeSplit(2009), "train on"),
        (TimeSplit(2019), "test on"),
        (TimeSplit(2014, 2014), "recalibrate"),
        (TimeSplit(2014, horizon=0), "horizon"),
    ):
        with pytest.raises(ValueError, match=message):
            split_by_time(years, split)
