"""Logarithms of signed amounts, winsorizing within groups, missing kept visible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.methods.matching import match
from stats.methods.preparation import neglog, winsorize, with_missing_flags


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=20))
def test_signed_logarithms_keep_order_and_sign(values: list[float]) -> None:
    ordered = np.sort(values)
    result = neglog(ordered)
    assert (np.diff(result) >= 0).all()
    assert np.array_equal(np.sign(result), np.sign(ordered))
    assert np.allclose(np.sign(result) * np.expm1(np.abs(result)), ordered)


def test_each_group_is_drawn_in_to_its_own_quantiles() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"v": rng.normal(size=400), "industry": rng.choice(["a", "b"], 400), "year": 2020}
    )
    frame.loc[frame["industry"] == "b", "v"] += 100
    frame.loc[3, "v"] = np.nan
    result = winsorize(frame["v"], [frame["industry"], frame["year"]], lower=0.05, upper=0.9)
    for name, group in frame.groupby("industry"):
        low, high = group["v"].quantile([0.05, 0.9])
        expected = group["v"].clip(low, high)
        pd.testing.assert_series_equal(result[frame["industry"] == name], expected)
    whole = winsorize(frame["v"])
    assert whole.max() == pytest.approx(frame["v"].quantile(0.99))


def test_missing_groups_are_a_group() -> None:
    values = pd.Series([1.0, 2.0, 900.0, 1000.0])
    groups = pd.Series(["a", "a", None, None])
    result = winsorize(values, [groups], lower=0, upper=0.5)
    assert result.tolist() == [1.0, 1.5, 900.0, 950.0]
    with pytest.raises(ValueError, match="quantiles"):
        winsorize(values, lower=0.9, upper=0.1)


def test_who_misses_a_value_is_matched_with_who_misses_it() -> None:
    frame = pd.DataFrame(
        {"treat": [1, 1, 0, 0, 0], "sales": [np.nan, 3.0, 2.9, np.nan, 50.0]}, index=list("pqrst")
    )
    flagged = with_missing_flags(frame, ["sales"])
    assert flagged["sales_is_missing"].tolist() == [True, False, False, True, False]
    assert flagged["sales"].notna().all()
    assert not (flagged["sales"] == 0).any()
    pairs = match(flagged, "treat", ["sales"], exact=["sales_is_missing"], k=1).pairs
    assert dict(zip(pairs["treated"], pairs["control"], strict=True)) == {"p": "s", "q": "r"}
    assert frame["sales"].isna().sum() == 2
    with pytest.raises(ValueError, match="no column"):
        with_missing_flags(frame, ["staff"])
