"""The rows that can be matched, in an order that does not depend on how the table was sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Sample:
    """Complete rows in the order of their ids; every array has one entry a row.

    ``units`` are the ids, ``strata`` integer codes of the exact columns (equal codes may be
    matched), ``weights`` sampling weights (1 without). ``left_out`` are the ids of rows with a
    missing value, ``left_out_treated`` whether they were treated.
    """

    units: pd.Index
    treated: NDArray[np.bool_]
    strata: NDArray[np.int64]
    weights: Floats
    rows: pd.DataFrame
    left_out: pd.Index
    left_out_treated: NDArray[np.bool_]


def read_sample(
    frame: pd.DataFrame,
    treatment: str,
    columns: Sequence[str],
    exact: Sequence[str],
    weights: str | None,
    unit: str | None,
) -> Sample:
    """The complete rows of ``frame``: ``columns`` numeric and finite, treatment 0 or 1.

    A missing value in an exact column is a stratum of its own; in a numeric column it takes the
    row out. Raises ValueError for absent columns, ids that repeat, a treatment that is not 0/1 or
    has one group only, weights that are not positive.
    """
    named = [treatment, *columns, *exact, *filter(None, [weights, unit])]
    absent = sorted(set(named) - set(frame.columns))
    if absent:
        raise ValueError(f"the frame has no column {', '.join(absent)}")
    ordered = frame.loc[:, list(dict.fromkeys(named))]
    if unit is not None:
        ordered = ordered.set_index(unit, drop=False).rename_axis(None)
    if not ordered.index.is_unique:
        raise ValueError("the ids of the units repeat; name a column of unique ids as unit")
    try:
        ordered = ordered.sort_index(kind="stable")
    except TypeError as error:
        raise ValueError("the ids of the units cannot be put in order") from error

    treated = read_treatment(ordered[treatment])
    strata: NDArray[np.int64] = np.zeros(len(ordered), np.int64)
    if exact:
        groups = ordered.groupby(list(exact), dropna=False, observed=True, sort=False)
        strata = np.asarray(groups.ngroup(), np.int64)
    numeric = [*columns, *filter(None, [weights])]
    rows = pd.DataFrame({name: numbers(ordered[name]) for name in numeric}, index=ordered.index)
    is_complete = np.isfinite(rows.to_numpy(np.float64)).all(axis=1)
    shares = rows[weights].to_numpy(np.float64) if weights else np.ones(len(rows))
    if (shares[is_complete] <= 0).any():
        raise ValueError("the weights must be positive")
    if not (treated[is_complete].any() and (~treated[is_complete]).any()):
        raise ValueError("treated and controls are both needed among the complete rows")
    return Sample(
        units=ordered.index[is_complete],
        treated=treated[is_complete],
        strata=strata[is_complete],
        weights=shares[is_complete],
        rows=rows.loc[is_complete],
        left_out=ordered.index[~is_complete],
        left_out_treated=treated[~is_complete],
    )


def read_treatment(column: pd.Series) -> NDArray[np.bool_]:
    """True for treated. Raises ValueError where it is missing or neither 0 nor 1."""
    values = numbers(column)
    if not np.isin(values, (0.0, 1.0)).all():
        raise ValueError(f"the treatment {column.name} must be 0 or 1 in every row")
    return np.asarray(values == 1.0, np.bool_)


def numbers(column: pd.Series) -> Floats:
    """The column as floats, missing as NaN. Raises ValueError where it is not numeric."""
    try:
        return column.to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the column {column.name} is not numeric") from error
