"""Fitting rare defaults on all of them and a part of the others, and undoing that afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class CaseControlSample:
    """The rows kept, in ascending order, and the offset to fit them with."""

    rows: NDArray[np.intp]
    offset: float
    n_cases: int
    n_controls: int
    n_controls_kept: int


def case_control_sample(
    outcome: ArrayLike, controls_per_case: float, seed: int
) -> CaseControlSample:
    """All rows with the event and, drawn without replacement, so many of the others.

    ``outcome`` holds n values 0 or 1. A logit on these rows with ``offset`` has the intercept of
    all rows; the slopes need no correction. Raises ValueError for other outcomes, none or nothing
    but events, or a number of controls that is not positive. (Prentice & Pyke, Biometrika 66,
    1979.)
    """
    y = np.asarray(outcome, np.float64)
    if not np.isin(y, (0, 1)).all() or not 0 < y.sum() < len(y):
        raise ValueError("outcomes are 0 or 1, and both occur")
    if not controls_per_case > 0:
        raise ValueError("there is a positive number of controls per case")
    cases, controls = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    n_kept = min(len(controls), max(1, round(controls_per_case * len(cases))))
    kept = np.random.default_rng(seed).choice(controls, n_kept, replace=False)
    rows = np.sort(np.concatenate([cases, kept]))
    offset = sampling_offset(len(cases), len(controls), len(cases), n_kept)
    return CaseControlSample(rows, offset, len(cases), len(controls), n_kept)


def sampling_offset(
    n_cases: int, n_controls: int, n_cases_kept: int, n_controls_kept: int
) -> float:
    """log(share of cases kept / share of controls kept), the offset of a fit on the rows kept.

    Without it the intercept is too high by this number. (King & Zeng, Political Analysis 9, 2001,
    prior correction.) Raises ValueError for numbers kept outside 1 and the numbers there are.
    """
    if not (1 <= n_cases_kept <= n_cases and 1 <= n_controls_kept <= n_controls):
        raise ValueError("of cases and of controls at least one is kept and no more than there are")
    return log(n_cases_kept / n_cases) - log(n_controls_kept / n_controls)
