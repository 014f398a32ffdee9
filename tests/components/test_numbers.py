"""Numbers on the screen: unit, precision and sign are fixed, and never a raw value."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.numbers import (
    Scale,
    axis_number,
    bar_scale,
    column_scale,
    difference,
    format_number,
    interval_text,
    number_parts,
    yen_scale,
)
from language import speaking
from store.quantity import Unit


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (12345, Unit.AWARD, "12,345件"),
        (0, Unit.FIRM, "0社"),
        (580_000_000, Unit.YEN, "5.8億円"),
        (8_060_000, Unit.YEN, "806万円"),
        (9_999, Unit.YEN, "9,999円"),
        (99_994_999, Unit.YEN, "9,999万円"),
        (99_995_000, Unit.YEN, "1.0億円"),
        (-234_000_000, Unit.YEN, "▲2.3億円"),
        (48.64, Unit.PERCENT, "48.6%"),
        (48.65, Unit.PERCENT, "48.7%"),
        (1_234_567, Unit.BYTE, "1.2MB"),
        (310_200, Unit.BYTE, "310KB"),
        (12, Unit.BYTE, "12バイト"),
        (2023, None, "2,023"),
    ],
)
def test_a_number_carries_its_unit_and_its_precision(
    value: float, unit: Unit | None, expected: str
) -> None:
    assert format_number(value, unit) == expected


def test_withheld_missing_and_zero_are_three_different_things() -> None:
    assert format_number(5, Unit.AWARD, is_withheld=True) == "x"
    assert format_number(0, Unit.AWARD) == "0件"
    for missing in (None, float("nan"), pd.NA, np.nan, pd.NaT):
        assert format_number(missing, Unit.AWARD) == "-"


def test_halves_round_away_from_zero_on_the_decimal_form() -> None:
    assert format_number(2.675, Unit.PERCENT, decimals=2) == "2.68%"
    assert format_number(0.5, Unit.AWARD) == "1件"
    assert format_number(-0.04, Unit.PERCENT) == "0.0%"


def test_one_scale_serves_a_column() -> None:
    scale = yen_scale([500_000_000, 3_000_000, None])
    assert scale is Scale.HUNDRED_MILLION
    assert number_parts(3_000_000, Unit.YEN, scale=scale) == ("0.0", "億円")
    assert yen_scale([]) is Scale.ONE


@pytest.mark.parametrize(
    ("value", "reference", "unit", "expected"),
    [
        (48.6, 41.9, Unit.PERCENT, "+6.7ポイント"),
        (36.9, 38.6, Unit.PERCENT, "▲1.7ポイント"),
        (148, 139, Unit.AWARD, "+6.5%"),
        (90, 100, Unit.YEN, "▲10.0%"),
        (100, 100, Unit.YEN, "±0.0%"),
        (5, 0, Unit.AWARD, "-"),
        (5, -3, Unit.YEN, "-"),
        (None, 3, Unit.AWARD, "-"),
        (3, float("nan"), Unit.PERCENT, "-"),
    ],
)
def test_shares_differ_by_points_and_amounts_by_percent(
    value: float | None, reference: float, unit: Unit, expected: str
) -> None:
    assert difference(value, reference, unit) == expected


def test_an_interval_has_one_precision_and_one_scale() -> None:
    assert interval_text(40.7, 56.64, Unit.PERCENT) == "40.7〜56.6"
    assert interval_text(1.6, 4, Unit.PERCENT, has_unit=True) == "1.6〜4.0%"
    assert interval_text(50_000_000, 250_000_000, Unit.YEN, has_unit=True) == "0.5〜2.5億円"
    assert interval_text(None, 1, Unit.PERCENT) == "-"


def test_axes_have_a_true_minus_and_short_units_only() -> None:
    assert axis_number(-5, Unit.PERCENT, decimals=0) == "−5%"
    assert axis_number(12, Unit.AWARD) == "12件"
    with speaking("en"):
        assert axis_number(12, Unit.ESTABLISHMENT) == "12"


def test_english_counts_amounts_in_millions() -> None:
    with speaking("en"):
        assert format_number(580_000_000, Unit.YEN) == "580 million yen"
        assert format_number(-3, Unit.AWARD) == "−3 awards"
        assert difference(48.6, 41.9, Unit.PERCENT) == "+6.7 points"


@given(
    st.one_of(st.none(), st.floats(-1e15, 1e15), st.integers(-(10**15), 10**15)),
    st.sampled_from([None, *Unit]),
    st.sampled_from(["ja", "en"]),
)
def test_no_value_ever_shows_raw(value: float | None, unit: Unit | None, language: str) -> None:
    with speaking("en" if language == "en" else "ja"):
        shown = format_number(value, unit)
    assert re.fullmatch(r"-|[▲−]?\d{1,3}(,\d{3})*(\.\d)?\D*( 10,000 establishments)?", shown)
    assert "nan" not in shown.lower()
    assert "e+" not in shown.lower()


@given(st.integers(-(10**14), 10**14))
def test_digits_and_scale_give_the_amount_back(amount: int) -> None:
    digits, _ = number_parts(amount, Unit.YEN)
    scale = yen_scale([amount])
    number = float(digits.replace(",", "").replace("▲", "-"))
    assert abs(number * scale.factor - amount) <= scale.factor * 0.5 * 10**-scale.decimals + 1e-3


def test_a_column_is_written_in_the_smaller_unit_rather_than_as_zero() -> None:
    assert column_scale([540_000_000, 460_000]) is Scale.TEN_THOUSAND
    assert column_scale([540_000_000, 60_000_000, 0, None]) is Scale.HUNDRED_MILLION
    # Too many digits: tiles hold five.
    assert column_scale([5_400_000_000, 460_000], longest=5) is Scale.HUNDRED_MILLION


def test_a_number_with_its_own_unit_is_never_zero_for_its_neighbours() -> None:
    assert bar_scale(460_000, Scale.HUNDRED_MILLION) is Scale.TEN_THOUSAND
    assert bar_scale(460_000_000, Scale.HUNDRED_MILLION) is Scale.HUNDRED_MILLION
    assert bar_scale(0, Scale.HUNDRED_MILLION) is Scale.HUNDRED_MILLION
