"""Axes: readable steps that hold the data, the first and the last year always shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from components.axis import nice_step, value_axis, year_ticks
from store.quantity import Unit

numbers = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(numbers, min_size=1), st.booleans())
def test_an_axis_holds_all_its_values(values: list[float], from_zero: bool) -> None:
    axis = value_axis(values, Unit.PERCENT, from_zero=from_zero)
    low, high = axis["range"]
    assert low <= min(values)
    assert max(values) <= high
    assert low < high
    assert 1 <= len(axis["tickvals"]) <= 8
    assert len(axis["tickvals"]) == len(set(axis["ticktext"]))


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_counts_have_whole_ticks_from_zero(values: list[int]) -> None:
    axis = value_axis(values, Unit.AWARD, from_zero=True)
    assert axis["range"][0] == 0
    assert all(float(tick).is_integer() for tick in axis["tickvals"])
    assert axis["ticktext"][0] == "0件"


def test_a_tick_just_above_the_data_is_kept() -> None:
    axis = value_axis([37.9, 48.6], Unit.PERCENT)
    assert axis["ticktext"] == ["35%", "40%", "45%", "50%"]


def test_amounts_are_written_in_one_scale() -> None:
    axis = value_axis([0, 2_400_000_000], Unit.YEN)
    assert axis["ticktext"] == ["0億円", "5億円", "10億円", "15億円", "20億円", "25億円"]


def test_missing_values_make_no_axis_fail() -> None:
    assert value_axis([None, float("nan")], Unit.PERCENT)["range"][1] > 0


@given(st.floats(1e-6, 1e12))
def test_a_step_is_one_two_or_five_times_a_power_of_ten(span: float) -> None:
    step = nice_step(span)
    assert round(float(f"{step:e}".split("e")[0]), 6) in (1.0, 2.0, 5.0)
    assert span / step <= 5 + 1e-6


@given(st.integers(1970, 2030), st.integers(0, 45))
def test_the_first_and_last_year_are_always_named(first: int, span: int) -> None:
    axis = year_ticks(list(range(first, first + span + 1)))
    shown = axis["tickvals"]
    assert (shown[0], shown[-1]) == (first, first + span)
    assert shown == sorted(set(shown))
    assert len(shown) <= 6


def test_years_show_the_era_above_and_the_year_below() -> None:
    assert year_ticks(list(range(2016, 2026)))["ticktext"] == [
        "H28<br>2016",
        "R1<br>2019",
        "R4<br>2022",
        "R7<br>2025",
    ]
