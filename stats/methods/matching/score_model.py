"""What it changes in the variance that the score matched on was itself estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stats.methods.matching.neighbours import Links, Space, nearest
from stats.methods.matching.pairs import Matches, space_of
from stats.methods.matching.sample import Floats, Sample
from stats.methods.propensity import Link, fit_propensity


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """The model of treatment behind a score: its covariates (a constant is added) and link."""

    covariates: tuple[str, ...]
    link: Link = "logit"


def variance_change(
    sample: Sample,
    matches: Matches,
    outcome: Floats,
    covariates: Floats,
    link: Link,
    estimate: float,
    neighbours: int,
) -> float:
    """What to add to the variance of an effect matched on an estimated propensity score.

    ``outcome`` (n,) and ``covariates`` (n, p) are those of the sample, the score its probability
    (or a function of it that keeps the order). For the ATE the change is never positive. Within a
    group each unit is seen with its ``neighbours`` nearest, across with one more, so that
    ``neighbours`` = 1 is Stata's teffects psmatch with vce(robust, nn(2)).
    (Abadie & Imbens, Econometrica 84, 2016.)

    Raises ValueError where the matching was not by score with replacement for the ATE or ATT, has
    strata, calipers or weights, or where values are missing.
    """
    chosen = matches.specification
    is_by_score = isinstance(chosen.metric, str) and chosen.metric == "score"
    if not is_by_score or chosen.reuse_cap is not None or chosen.estimand == "atc":
        raise ValueError("a score model needs matches by score with replacement, ate or att")
    if chosen.exact or chosen.caliper or chosen.weights or chosen.reach is not None:
        raise ValueError("a score model allows no strata, calipers or weights")
    if not (np.isfinite(outcome).all() and np.isfinite(covariates).all()):
        raise ValueError("a score model needs outcome and covariates of every unit")
    design = np.column_stack([np.ones(len(covariates)), covariates])
    model = fit_propensity(design, sample.treated, link)
    space, chance = space_of(sample, chosen), model.probability
    treated_mean, with_treated = _local(space, sample, outcome, design, True, neighbours)
    control_mean, with_control = _local(space, sample, outcome, design, False, neighbours)
    if chosen.estimand == "ate":
        moved = with_treated / chance[:, None] + with_control / (1 - chance)[:, None]
        known = (moved * model.slope[:, None]).mean(axis=0)
        return -float(known @ model.covariance @ known)
    moved = with_treated + with_control * (chance / (1 - chance))[:, None]
    n_treated = sample.treated.sum()
    known = (moved * model.slope[:, None]).sum(axis=0) / n_treated
    gap = treated_mean - control_mean - estimate
    shifted = (design * (model.slope * gap)[:, None]).sum(axis=0) / n_treated
    return float(shifted @ model.covariance @ shifted - known @ model.covariance @ known)


def _local(
    space: Space,
    sample: Sample,
    outcome: Floats,
    design: Floats,
    is_treated: bool,
    neighbours: int,
) -> tuple[Floats, Floats]:
    """For each unit the mean outcome (n,) of the nearest of one group, and the covariance (n, p)
    of outcome and covariates among them."""
    group = np.flatnonzero(sample.treated == is_treated)
    others = np.flatnonzero(sample.treated != is_treated)
    if len(group) <= neighbours:
        raise ValueError("too few units in a group for so many neighbours")
    fellows = nearest(space, group, group, neighbours)
    across = nearest(space, others, group, neighbours + 1)
    links = Links(
        np.concatenate([fellows.seekers, group, across.seekers]),
        np.concatenate([fellows.donors, group, across.donors]),
        np.empty(0),
    )
    size = np.bincount(links.seekers, minlength=len(outcome))
    mean = np.bincount(links.seekers, outcome[links.donors], len(outcome)) / size
    around = outcome[links.donors] - mean[links.seekers]
    covariance = np.column_stack(
        [np.bincount(links.seekers, around * x[links.donors], len(outcome)) for x in design.T]
    )
    return np.asarray(mean, np.float64), covariance / (size - 1)[:, None]
