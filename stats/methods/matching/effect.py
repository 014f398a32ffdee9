"""The effect in matched pairs, with the variances of Abadie and Imbens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from stats.methods.matching.abadie_imbens import Target, own_variances, roles_of, squared_error
from stats.methods.matching.neighbours import Links
from stats.methods.matching.pairs import Matches, sample_of, space_of
from stats.methods.matching.sample import Floats, Sample, numbers
from stats.methods.matching.score_model import ScoreModel, variance_change
from stats.methods.matching.specification import Estimand

Variance = Literal["robust", "homoskedastic"]


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean effect in the unit of the outcome; ``error`` its standard error, ``low`` and ``high``
    the normal interval.

    ``n_treated``, ``n_control``: units of each group that take part; ``effective_n_control`` is
    Kish's (ΣK)²/ΣK² of the weights with which controls serve (treated, for the ATC);
    ``n_without_outcome``: matched units left out because the outcome is missing.
    """

    estimate: float
    error: float
    low: float
    high: float
    p_value: float
    estimand: Estimand
    n_treated: int
    n_control: int
    n_pairs: int
    effective_n_control: float
    n_without_outcome: int


def matching_effect(
    frame: pd.DataFrame,
    matches: Matches,
    outcome: str,
    *,
    bias_adjust: Sequence[str] = (),
    variance: Variance = "robust",
    target: Target = "population",
    variance_neighbours: int = 2,
    score_model: ScoreModel | None = None,
    level: float = 0.95,
) -> Effect:
    """The mean over the focal units of outcome treated less outcome control.

    ``frame`` is that of `match`. ``bias_adjust`` names numeric columns: what a partner lacks in
    them is added by the slopes of a regression among the units that serve as partners, weighted
    by how much they serve (Abadie & Imbens, Journal of Business & Economic Statistics 29, 2011).

    ``variance``: "robust" estimates each unit's variance from itself and its
    ``variance_neighbours`` nearest of its own group and stratum (of its group where the stratum
    has fewer), by the metric of the matching (Stata's vce(robust, nn(J)), R Matching's
    Var.calc = J); "homoskedastic" takes half the mean squared deviation of the pairs' effects
    (R's Var.calc = 0).
    ``target``: the effect in the "population" or in this "sample" (R's sample = TRUE).
    (Abadie & Imbens, Econometrica 74, 2006.) ``score_model`` says how the score matched on was
    estimated, so that the error allows for it (see `score_model.variance_change`).

    A pair whose outcome is missing is left out and the rest of its set takes its weight. Raises
    ValueError where no pair is left, a column of ``bias_adjust`` is missing in a pair, or a score
    model does not fit the matching.
    """
    if variance not in ("robust", "homoskedastic"):
        raise ValueError(f"unknown variance {variance}")
    if target not in ("population", "sample"):
        raise ValueError(f"unknown target {target}")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    modelled = () if score_model is None else score_model.covariates
    absent = sorted({outcome, *bias_adjust, *modelled} - set(frame.columns))
    if absent:
        raise ValueError(f"the frame has no column {', '.join(absent)}")
    sample = sample_of(frame, matches.specification)
    ids = frame.index if matches.specification.unit is None else frame[matches.specification.unit]
    places = pd.Index(ids).get_indexer(sample.units)
    y = numbers(frame[outcome])[places]
    z = np.column_stack([numbers(frame[name])[places] for name in bias_adjust] or [[]] * len(y))

    links, shares, n_lost = _links_with_outcome(sample, matches, y)
    sign = np.where(sample.treated, 1.0, -1.0)[links.seekers]
    gaps = _adjusted_gaps(sample, links, shares, y, z.reshape(len(y), -1))
    pair_effects = sign * gaps
    weight = sample.weights[links.seekers]
    estimate = float(np.average(pair_effects, weights=weight * shares))

    roles = roles_of(sample, links, shares, pair_effects)
    if variance == "homoskedastic":
        squares = (pair_effects - estimate) ** 2
        spread = np.full(len(y), 0.5 * np.average(squares, weights=weight * shares))
    else:
        needed = roles.served > 0 if target == "population" else roles.served + roles.focal > 0
        space = space_of(sample, matches.specification)
        spread = own_variances(sample, space, y, np.flatnonzero(needed), variance_neighbours)
    square = squared_error(roles, spread, estimate, target)
    if score_model is not None:
        design = np.column_stack([numbers(frame[name])[places] for name in score_model.covariates])
        square += variance_change(
            sample, matches, y, design, score_model.link, estimate, variance_neighbours
        )
    error = float(np.sqrt(max(square, 0.0)))
    reach = float(norm.ppf((1 + level) / 2)) * error
    is_part = roles.served + roles.focal > 0
    partner = sample.treated if matches.specification.estimand == "atc" else ~sample.treated
    used = roles.served[partner]
    return Effect(
        estimate=estimate,
        error=error,
        low=estimate - reach,
        high=estimate + reach,
        p_value=float(2 * norm.sf(abs(estimate) / error)) if error > 0 else float("nan"),
        estimand=matches.specification.estimand,
        n_treated=int((is_part & sample.treated).sum()),
        n_control=int((is_part & ~sample.treated).sum()),
        n_pairs=len(links.seekers),
        effective_n_control=float(used.sum() ** 2 / (used**2).sum()),
        n_without_outcome=n_lost,
    )


def _links_with_outcome(sample: Sample, matches: Matches, y: Floats) -> tuple[Links, Floats, int]:
    """The pairs as positions in the sample, their weights within each set (sum 1)."""
    pairs = matches.pairs
    treated = sample.units.get_indexer(pd.Index(pairs["treated"]))
    control = sample.units.get_indexer(pd.Index(pairs["control"]))
    if len(pairs) and min(treated.min(), control.min()) < 0:
        raise ValueError("the matches are not those of this frame")
    is_treated_focal = (pairs["focal"] == "treated").to_numpy()
    seekers = np.where(is_treated_focal, treated, control).astype(np.intp)
    donors = np.where(is_treated_focal, control, treated).astype(np.intp)
    is_known = np.isfinite(y[seekers]) & np.isfinite(y[donors])
    members = np.unique(np.concatenate([seekers, donors]))
    n_lost = int((~np.isfinite(y[members])).sum())
    if not is_known.any():
        raise ValueError("no pair has an outcome on both sides")
    seekers, donors = seekers[is_known], donors[is_known]
    shares = pairs["weight"].to_numpy(np.float64)[is_known]
    shares = shares / np.bincount(seekers, shares, len(y))[seekers]
    distances = pairs["distance"].to_numpy(np.float64)[is_known]
    return Links(seekers, donors, distances), shares, n_lost


def _adjusted_gaps(sample: Sample, links: Links, shares: Floats, y: Floats, z: Floats) -> Floats:
    """Outcome of the seeker less that of its donor, moved to the seeker's covariates."""
    gaps = y[links.seekers] - y[links.donors]
    if not z.shape[1]:
        return gaps
    if not np.isfinite(z[np.r_[links.seekers, links.donors]]).all():
        raise ValueError("a covariate of the bias adjustment is missing in a pair")
    served = np.bincount(links.donors, sample.weights[links.seekers] * shares, len(y))
    for is_treated in (False, True):
        group = np.flatnonzero((sample.treated == is_treated) & (served > 0))
        if not len(group):
            continue
        root = np.sqrt(served[group])
        centre = np.average(z[group], axis=0, weights=served[group])
        scale = z[group].std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        design = np.column_stack([np.ones(len(group)), (z[group] - centre) / scale])
        slopes = np.linalg.lstsq(design * root[:, None], y[group] * root)[0][1:] / scale
        of_group = sample.treated[links.donors] == is_treated
        moved = (z[links.seekers] - z[links.donors]) @ slopes
        gaps = gaps - np.where(of_group, moved, 0.0)
    return np.asarray(gaps, np.float64)
