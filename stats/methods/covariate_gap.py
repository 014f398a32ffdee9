"""What the nearest controls still lack in covariates, taken off by regression among controls."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stats.methods.event_path import Scale, base_position, off_scale, on_scale
from stats.methods.matched_sets import MatchedSets, row_weights

Numbers = NDArray[np.float64]
_ROWS_A_COVARIATE = 10


def adjusted_outcome(
    outcome: ArrayLike,
    sets: MatchedSets,
    events: ArrayLike,
    covariates: ArrayLike,
    *,
    base: int = -1,
    scale: Scale = "level",
) -> Numbers:
    """The outcome, shape (rows, event times), as if all rows had the covariates of the mean treated
    row: the change since the base is freed of what covariates explain of it among controls.

    ``covariates`` has shape (rows, covariates), as of the base and without gaps. Event times up to
    the base stay as they are: there was nothing yet to adjust for, and what both sides did before
    is a test. The mean difference of changes is then the bias-corrected one of matching, with one
    regression for each event time. (Abadie & Imbens, Journal of Business & Economic Statistics 29,
    2011.)
    """
    level = on_scale(np.asarray(outcome, np.float64), scale)
    position = base_position(events, base)
    gap = centred(covariates, sets)
    _, weight = row_weights(sets, len(level))
    change = level - level[:, [position]]
    for column in np.flatnonzero(np.asarray(events, np.int64) > base):
        slope = control_slopes(change[:, [column]], gap, weight)[:, 0]
        level[:, column] -= gap @ slope
    return off_scale(level, scale)


def centred(covariates: ArrayLike, sets: MatchedSets) -> Numbers:
    """The covariates less their means among the treated rows of the sets."""
    values = np.asarray(covariates, np.float64)
    return np.asarray(values - values[sets.set_rows].mean(axis=0), np.float64)


def control_slopes(values: ArrayLike, covariates: ArrayLike, weight: ArrayLike) -> Numbers:
    """The slopes of each column of ``values`` on the covariates, shape (covariates, columns), with
    an intercept, by weighted least squares over rows with weight and a known first column.

    Where covariates hang on each other, the shortest slopes. With fewer than ten rows a covariate
    all are 0: so few rows would tell more of chance than of the gap.
    """
    table, x = np.asarray(values, np.float64), np.asarray(covariates, np.float64)
    root = np.sqrt(np.asarray(weight, np.float64))
    used = (root > 0) & np.isfinite(table[:, 0])
    if np.count_nonzero(used) < _ROWS_A_COVARIATE * x.shape[1]:
        return np.zeros((x.shape[1], table.shape[1]))
    design = np.column_stack([np.ones(np.count_nonzero(used)), x[used]]) * root[used, None]
    found = np.linalg.lstsq(design, table[used] * root[used, None], rcond=None)[0]
    return np.asarray(found[1:], np.float64)
