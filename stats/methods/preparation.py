"""Values made fit for distances and models: heavy tails drawn in, missing kept visible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def neglog(values: ArrayLike) -> NDArray[np.float64]:
    """sign(x)·log(1 + |x|): a logarithm for amounts that may be zero or negative.

    Keeps order and sign, NaN stays NaN. (Whittaker, Whitehead & Somers, Applied Statistics 54,
    2005.)
    """
    x = np.asarray(values, np.float64)
    return np.asarray(np.sign(x) * np.log1p(np.abs(x)), np.float64)


def winsorize(
    values: pd.Series,
    groups: Sequence[pd.Series] = (),
    *,
    lower: float = 0.01,
    upper: float = 0.99,
) -> pd.Series:
    """Values beyond the two quantiles of their group, drawn in to the quantiles.

    ``groups`` have the index of ``values`` (such as industry and year); missing is a group of its
    own, missing values stay missing. Quantiles are interpolated. Raises ValueError where not
    0 ≤ lower < upper ≤ 1.
    """
    if not 0 <= lower < upper <= 1:
        raise ValueError("the quantiles must be 0 ≤ lower < upper ≤ 1")
    numbers = values.astype("float64")
    codes = pd.Series(0, index=values.index)
    if len(groups):
        codes = numbers.groupby(list(groups), dropna=False, observed=True, sort=False).ngroup()
    low = codes.map(numbers.groupby(codes).quantile(lower))
    high = codes.map(numbers.groupby(codes).quantile(upper))
    return numbers.clip(low, high)


def with_missing_flags(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """``frame`` with a column ``<name>_is_missing`` for each of ``columns`` that misses values.

    The gap is filled with the median of what is known, so that the row can be matched; match
    exactly on the flag, and the filled value plays no part: missing meets missing only. A column
    without any value is filled with 0, which its flag says of every row. Raises ValueError for
    absent columns.
    """
    absent = sorted(set(columns) - set(frame.columns))
    if absent:
        raise ValueError(f"the frame has no column {', '.join(absent)}")
    result = frame.copy()
    for name in columns:
        is_missing = frame[name].isna()
        if is_missing.any():
            known = frame[name].dropna()
            result[name] = frame[name].fillna(known.median() if len(known) else 0)
            result[f"{name}_is_missing"] = is_missing
    return result
