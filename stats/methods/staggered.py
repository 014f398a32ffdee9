"""Effects by cohort and period drawn together: overall, by event time, cohort and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from stats.methods.group_time import GroupTimeEffects, influence_covariance, standard_errors

Numbers = NDArray[np.float64]
Aggregation = Literal["simple", "dynamic", "group", "calendar"]


@dataclass(frozen=True, slots=True)
class StaggeredEffects:
    """Effects by ``label`` (event time, cohort or period; empty for "simple") and overall.

    ``covariance`` is that of the labelled effects; ``critical`` is the sup-t quantile of their
    simultaneous band in standard errors, ``low`` to ``high`` its bounds.
    """

    label: NDArray[np.int64]
    estimate: Numbers
    error: Numbers
    covariance: Numbers
    critical: float
    low: Numbers
    high: Numbers
    overall: float
    overall_error: float


def staggered_effects(
    effects: GroupTimeEffects,
    aggregation: Aggregation = "dynamic",
    *,
    balanced_to: int | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> StaggeredEffects:
    """Weighted means of the effects by cohort and period, cohorts by their size.

    "dynamic" sorts by time since adoption, its overall is the plain mean from event time 0 on;
    "group" takes each cohort's plain mean over its treated periods, overall by cohort size;
    "calendar" sorts by period from the first adoption on, overall a plain mean; "simple" weighs
    all treated cells by cohort size. Errors take in that the sizes are estimated. Cells that
    could not be estimated stay out. ``balanced_to`` keeps in "dynamic" the cohorts seen for that
    many periods after adoption, up to that event time, so all event times hold the same cohorts.

    Raises ValueError where no treated cell is left, or for a level outside (0, 1).
    (Callaway & Sant'Anna, Journal of Econometrics 225, 2021, section 3.)
    """
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    event = effects.period - effects.cohort
    is_usable = np.isfinite(effects.estimate)
    if aggregation == "dynamic" and balanced_to is not None:
        is_usable &= (effects.period.max() - effects.cohort >= balanced_to) & (event <= balanced_to)
    is_after = is_usable & (event >= 0)
    if not is_after.any():
        raise ValueError("no effect after adoption could be estimated")
    if aggregation == "simple":
        overall, influence = _weighted(effects, np.flatnonzero(is_after))
        return _answer(effects, np.zeros(0, np.int64), [], (overall, influence), level, seed)
    if aggregation == "dynamic":
        key, among = event, is_usable
    elif aggregation == "group":
        key, among = effects.cohort, is_after
    elif aggregation == "calendar":
        key, among = effects.period, is_after
    else:
        raise ValueError("the aggregation is simple, dynamic, group or calendar")
    labels = np.unique(key[among])
    cells = [np.flatnonzero(among & (key == label)) for label in labels]
    if aggregation == "group":
        parts = [_plain(effects, places) for places in cells]
        joint = np.array([part[0] for part in parts])
        influence = np.column_stack([part[1] for part in parts])
        whole = _by_size(effects, labels, joint, influence)
    else:
        parts = [_weighted(effects, places) for places in cells]
        late = [
            p
            for label, p in zip(labels, parts, strict=True)
            if aggregation != "dynamic" or label >= 0
        ]
        whole = (
            float(np.mean([part[0] for part in late])),
            np.mean([part[1] for part in late], axis=0),
        )
    return _answer(effects, labels, parts, whole, level, seed)


def normal_sup_t(covariance: Numbers, level: float = 0.95, seed: int = 0) -> float:
    """The quantile of the largest absolute t of jointly normal estimates, by simulation; the
    pointwise quantile where fewer than two of them vary. (Montiel Olea & Plagborg-Møller 2019)"""
    reach = float(norm.ppf((1 + level) / 2))
    moves = np.diag(covariance) > 0
    if moves.sum() < 2:
        return reach
    error = np.sqrt(np.diag(covariance)[moves])
    correlation = covariance[np.ix_(moves, moves)] / np.outer(error, error)
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.clip(values, 0, None))
    draws = np.random.default_rng(seed).standard_normal((20_000, len(root))) @ root.T
    return max(reach, float(np.quantile(np.abs(draws).max(axis=1), level)))


def _answer(
    effects: GroupTimeEffects,
    labels: NDArray[np.int64],
    parts: list[tuple[float, Numbers]],
    whole: tuple[float, Numbers],
    level: float,
    seed: int,
) -> StaggeredEffects:
    estimate = np.array([part[0] for part in parts])
    influence = np.column_stack([part[1] for part in (*parts, whole)])
    covariance = influence_covariance(influence, effects.cluster)
    error = standard_errors(influence, effects.cluster)
    critical = normal_sup_t(covariance[:-1, :-1], level, seed)
    reach = critical * error[:-1]
    return StaggeredEffects(
        labels,
        estimate,
        error[:-1],
        covariance[:-1, :-1],
        critical,
        estimate - reach,
        estimate + reach,
        whole[0],
        float(error[-1]),
    )


def _plain(effects: GroupTimeEffects, cells: NDArray[np.intp]) -> tuple[float, Numbers]:
    return float(effects.estimate[cells].mean()), effects.influence[:, cells].mean(axis=1)


def _weighted(effects: GroupTimeEffects, cells: NDArray[np.intp]) -> tuple[float, Numbers]:
    return _by_size(
        effects, effects.cohort[cells], effects.estimate[cells], effects.influence[:, cells]
    )


def _by_size(
    effects: GroupTimeEffects, cohort: NDArray[np.int64], estimate: Numbers, influence: Numbers
) -> tuple[float, Numbers]:
    """The mean by cohort size; its influence holds that of the sizes."""
    member = effects.unit_weight[:, None] * (effects.unit_cohort[:, None] == cohort[None, :])
    size = member.mean(axis=0)
    share = size / size.sum()
    overall = float(share @ estimate)
    of_sizes = (member - size) @ (estimate - overall) / size.sum()
    return overall, influence @ share + of_sizes
