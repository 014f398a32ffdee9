"""Effects by cohort of adoption and period, after Callaway and Sant'Anna."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.two_period import Estimator, two_period_effect

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
ControlGroup = Literal["never_treated", "not_yet_treated"]
BasePeriod = Literal["varying", "universal"]


@dataclass(frozen=True, slots=True)
class Panel:
    """Outcomes of units by period, shape (units, periods), NaN where there is none.

    ``cohort`` is the first period of treatment, infinite for never; ``covariates`` has shape
    (units, periods, columns) or is None.
    """

    units: NDArray[np.object_]
    periods: Integers
    outcome: Numbers
    cohort: Numbers
    covariates: Numbers | None


@dataclass(frozen=True, slots=True)
class GroupTimeEffects:
    """One effect a cohort and period, shape (cells,); ``influence`` has shape (units, cells).

    NaN where a cell cannot be estimated. ``unit_cohort`` and ``unit_weight`` are those of the
    units in the order of ``influence``; never-treated are infinite.
    """

    cohort: Integers
    period: Integers
    estimate: Numbers
    error: Numbers
    n_treated: Integers
    n_control: Integers
    influence: Numbers
    unit_cohort: Numbers
    unit_weight: Numbers
    cluster: Integers | None


def panel_of(
    frame: pd.DataFrame,
    unit: str,
    time: str,
    outcome: str,
    cohort: str,
    covariates: list[str] | None = None,
) -> Panel:
    """A panel from a long table with a line for each unit and period.

    The column ``cohort`` holds the first period of treatment; 0, infinity and missing mean never.
    Raises ValueError where a unit has two lines for a period or more than one cohort.
    """
    if frame.duplicated([unit, time]).any():
        raise ValueError("a unit has two lines for one period")
    first = frame[cohort].astype(float).replace(0.0, np.inf).fillna(np.inf)
    if (first.groupby(frame[unit]).nunique() > 1).any():
        raise ValueError("a unit has more than one cohort")
    units, line = np.unique(frame[unit].to_numpy(), return_inverse=True)
    periods, column = np.unique(frame[time].to_numpy(), return_inverse=True)
    shape = (units.size, periods.size)
    table = np.full(shape, np.nan)
    table[line, column] = frame[outcome].to_numpy(np.float64)
    cohorts = np.full(units.size, np.inf)
    cohorts[line] = first.to_numpy(np.float64)
    values = None
    if covariates:
        values = np.full((*shape, len(covariates)), np.nan)
        values[line, column] = frame[covariates].to_numpy(np.float64)
    return Panel(units.astype(object), periods.astype(np.int64), table, cohorts, values)


def group_time_effects(
    panel: Panel,
    *,
    estimator: Estimator = "dr",
    control_group: ControlGroup = "never_treated",
    base_period: BasePeriod = "varying",
    anticipation: int = 0,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> GroupTimeEffects:
    """The average effect on each cohort in each period, with the units' influence.

    From its first treated period on (less ``anticipation``), a cohort is measured against the
    last period before; earlier periods against the one before them ("varying") or against that
    same base ("universal", where the base itself is exactly 0). Controls are units never treated
    in the data, or also those not treated by the later of both periods. A cell takes the units
    that have both outcomes, and covariates as they stood in the earlier period. Cohorts treated
    from the first period on have no base and stay out. ``weight`` has shape (units,); errors are
    those of independent units, or of clusters.

    Raises ValueError without controls, without cohorts, and for fewer than two periods.
    (Callaway & Sant'Anna, Journal of Econometrics 225, 2021; R package did.)
    """
    periods, n = panel.periods, len(panel.outcome)
    if periods.size < 2:
        raise ValueError("effects over time need at least two periods")
    cohort = np.where(panel.cohort > periods[-1], np.inf, panel.cohort)
    weights = np.ones(n) if weight is None else np.asarray(weight, np.float64)
    in_reach = np.isfinite(cohort) & (cohort - anticipation > periods[0])
    groups = np.unique(cohort[in_reach]).astype(np.int64)
    if not groups.size:
        raise ValueError("no unit is treated after the first period")
    if control_group == "never_treated" and not np.isinf(cohort).any():
        raise ValueError("no unit is never treated; compare with those not yet treated")
    cells: list[tuple[int, int, float, int, int]] = []
    influences: list[Numbers] = []
    for group in groups.tolist():
        base = int(np.searchsorted(periods, group - anticipation)) - 1
        for place in range(periods.size if base_period == "universal" else periods.size - 1):
            now, before = _pair(place, base, base_period)
            later = max(periods[now], periods[before])
            is_control = np.isinf(cohort)
            if control_group == "not_yet_treated":
                is_control = (cohort > later + anticipation) & (cohort != group)
            rows = np.flatnonzero(
                ((cohort == group) | is_control)
                & np.isfinite(panel.outcome[:, [now, before]]).all(axis=1)
                & (weights > 0)
            )
            x = None
            if panel.covariates is not None:
                known = panel.covariates[:, min(now, before)]
                rows = rows[np.isfinite(known[rows]).all(axis=1)]
                x = known[rows]
            is_treated = cohort[rows] == group
            found = two_period_effect(
                panel.outcome[rows, now] - panel.outcome[rows, before],
                is_treated,
                x,
                weights[rows],
                estimator,
            )
            influence = np.zeros(n)
            influence[rows] = found.influence * n / max(1, rows.size)
            estimate = 0.0 if now == before and is_treated.any() else found.estimate
            influences.append(influence if now != before else np.zeros(n))
            n_treated = int(is_treated.sum())
            cells.append((group, int(periods[now]), estimate, n_treated, rows.size - n_treated))
    labels, seen, estimates, n_treated_, n_control = (np.array(c) for c in zip(*cells, strict=True))
    influence = np.column_stack(influences)
    influence[:, np.isnan(estimates)] = np.nan
    places = None
    if cluster is not None:
        places = np.unique(np.asarray(cluster), return_inverse=True)[1].astype(np.int64)
    return GroupTimeEffects(
        labels,
        seen,
        estimates,
        standard_errors(influence, places),
        n_treated_,
        n_control,
        influence,
        cohort,
        weights,
        places,
    )


def standard_errors(influence: Numbers, cluster: Integers | None = None) -> Numbers:
    """√ of the diagonal of ``influence_covariance``; NaN for what has no spread (a base)."""
    variance = np.diag(influence_covariance(influence, cluster))
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def influence_covariance(influence: Numbers, cluster: Integers | None = None) -> Numbers:
    """The covariance of estimates from influences, shape (units, estimates), of units that are
    independent or alike within clusters."""
    n = len(influence)
    if cluster is not None:
        sums = np.zeros((int(cluster.max()) + 1, influence.shape[1]))
        np.add.at(sums, cluster, influence)
        influence = sums
    return np.asarray(influence.T @ influence / n**2, np.float64)


def _pair(place: int, base: int, base_period: BasePeriod) -> tuple[int, int]:
    """The columns of a cell's period and of the period it is measured against."""
    if base_period == "universal":
        return place, base
    return place + 1, min(place, base)
