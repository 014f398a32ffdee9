"""Nearest-neighbour matching of treated and controls in one cross-section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.methods.matching.assignment import Order, greedy, optimal
from stats.methods.matching.metric import Metric, Spread, coordinates
from stats.methods.matching.neighbours import Links, Positions, Space, nearest
from stats.methods.matching.sample import Floats, Sample, read_sample
from stats.methods.matching.specification import Estimand, Specification, check_specification

NO_CONTROL = "no_control_in_stratum"
OUTSIDE_CALIPER = "outside_caliper"
MISSING = "missing_covariate"
ALL_TAKEN = "controls_used_up"


@dataclass(frozen=True, slots=True)
class Matches:
    """The outcome of `match`.

    ``pairs``: one row a pair with ``focal`` ("treated" or "control": which of the two was given
    matches), the ids ``treated`` and ``control``, ``weight`` (sums to 1 over the matches of one
    focal unit) and ``distance``; sorted by focal, then both ids. ``unmatched``: one row a unit of
    the estimand's group without match, with ``unit``, ``focal`` and ``reason``
    ("no_control_in_stratum", "outside_caliper", "controls_used_up", "missing_covariate"; for
    focal controls read "control" as "treated"). ``n_treated`` and ``n_control`` count all rows of
    the table, complete or not.
    """

    pairs: pd.DataFrame
    unmatched: pd.DataFrame
    n_treated: int
    n_control: int
    specification: Specification


def match(
    frame: pd.DataFrame,
    treatment: str,
    covariates: Sequence[str],
    *,
    exact: Sequence[str] = (),
    k: int = 3,
    metric: Metric | Literal["score"] | Floats = "mahalanobis",
    spread: Spread = "sample",
    score: str | None = None,
    caliper: Mapping[str, float] | None = None,
    caliper_unit: Literal["raw", "sd", "pooled_sd"] = "raw",
    reach: float | None = None,
    with_replacement: bool = True,
    reuse_cap: int | None = None,
    ties: Literal["all", "first"] | None = None,
    method: Literal["greedy", "optimal"] = "greedy",
    order: Order = "hardest",
    estimand: Estimand = "att",
    weights: str | None = None,
    unit: str | None = None,
    tolerance: float = 1e-10,
) -> Matches:
    """The ``k`` nearest units of the other group for each unit that the estimand is about.

    "att" finds controls for the treated, "atc" treated for the controls, "ate" both. ``frame`` has
    one row a unit, whose id is the index or the column ``unit``; the order of rows plays no part.

    * ``exact``: columns that must be equal; missing is a value of its own.
    * ``metric``, ``spread``: see `metric.coordinates`; "score" measures by the column ``score``
      alone. The covariance is that of all complete rows, whatever their stratum.
    * ``caliper``: for columns (covariates, the score or others) the largest difference allowed,
      in units of the column, of its standard deviation ("sd"), or of that within the groups
      ("pooled_sd"). ``reach``: the largest distance allowed, in the measure of the metric.
    * ``with_replacement``: a control may serve any number of treated, or ``reuse_cap``; without,
      one. Where it is limited, ``method`` "greedy" goes in the ``order`` of `assignment.greedy`,
      "optimal" makes the sum of distances least.
    * ``ties``: "all" keeps all as near as the k-th (within the share ``tolerance``), each with the
      same weight; "first" the smallest ids of them. "all" is the default and only possible where
      reuse is not limited.
    * ``weights``: sampling weights; a set shares out its weight in proportion to them,
      while ``k`` counts units.

    A unit with fewer than k admissible partners keeps those it has. Raises ValueError for choices
    that do not fit together or columns that do not (see `sample.read_sample`). (Abadie & Imbens,
    Econometrica 74, 2006; Stuart, Statistical Science 25, 2010.)
    """
    is_limited = not with_replacement or reuse_cap is not None
    chosen_ties = ties or ("first" if is_limited else "all")
    specification = Specification(
        treatment=treatment,
        covariates=tuple(covariates),
        exact=tuple(exact),
        k=k,
        metric=metric,
        spread=spread,
        score=score,
        caliper=tuple((caliper or {}).items()),
        caliper_unit=caliper_unit,
        reach=reach,
        reuse_cap=reuse_cap if with_replacement else 1,
        ties=chosen_ties,
        method="nearest" if method == "greedy" and not is_limited else method,
        order=order,
        estimand=estimand,
        weights=weights,
        unit=unit,
        tolerance=tolerance,
    )
    check_specification(specification, with_replacement, reuse_cap)
    sample = sample_of(frame, specification)
    space = space_of(sample, specification)
    sides = {"att": ["treated"], "atc": ["control"], "ate": ["treated", "control"]}[estimand]
    pairs, unmatched = [], []
    for focal in sides:
        is_focal = sample.treated == (focal == "treated")
        seekers, donors = np.flatnonzero(is_focal), np.flatnonzero(~is_focal)
        links = _links(sample, space, specification, seekers, donors)
        pairs.append(_pairs(sample, links, focal))
        unmatched.append(_unmatched(sample, space, links, seekers, donors, focal))
    n_treated = int(sample.treated.sum() + sample.left_out_treated.sum())
    return Matches(
        pairs=pd.concat(pairs, ignore_index=True),
        unmatched=pd.concat(unmatched, ignore_index=True),
        n_treated=n_treated,
        n_control=len(frame) - n_treated,
        specification=specification,
    )


def sample_of(frame: pd.DataFrame, specification: Specification) -> Sample:
    """The complete rows on which a matching works."""
    named = [*specification.covariates, *(name for name, _ in specification.caliper)]
    if specification.score is not None:
        named.append(specification.score)
    return read_sample(
        frame,
        specification.treatment,
        list(dict.fromkeys(named)),
        specification.exact,
        specification.weights,
        specification.unit,
    )


def space_of(sample: Sample, specification: Specification) -> Space:
    """Where the units of a sample lie by the metric, strata and calipers of a specification."""
    if isinstance(specification.metric, str) and specification.metric == "score":
        points = sample.rows[[specification.score]].to_numpy(np.float64)
    else:
        points = coordinates(
            sample.rows[list(specification.covariates)].to_numpy(np.float64),
            sample.treated,
            specification.metric,
            specification.spread,
            sample.weights if specification.weights else None,
        )
    fences = sample.rows[[name for name, _ in specification.caliper]].to_numpy(np.float64)
    widths = np.array([width for _, width in specification.caliper], np.float64)
    if specification.caliper_unit == "sd":
        widths = widths * fences.std(axis=0, ddof=1)
    elif specification.caliper_unit == "pooled_sd":
        groups = [fences[sample.treated], fences[~sample.treated]]
        widths = widths * np.sqrt(np.mean([group.var(axis=0, ddof=1) for group in groups], axis=0))
    farthest = np.inf if specification.reach is None else specification.reach
    return Space(points, sample.strata, fences, widths, farthest, specification.tolerance)


def _links(
    sample: Sample,
    space: Space,
    specification: Specification,
    seekers: Positions,
    donors: Positions,
) -> Links:
    k, cap = specification.k, specification.reuse_cap
    if cap is None:
        return nearest(space, seekers, donors, k, keep_ties=specification.ties == "all")
    if specification.method == "optimal":
        return optimal(space, seekers, donors, k, cap)
    score = None
    if specification.score is not None:
        score = sample.rows[specification.score].to_numpy(np.float64)
    return greedy(space, seekers, donors, k, cap, specification.order, score)


def _pairs(sample: Sample, links: Links, focal: str) -> pd.DataFrame:
    shares = sample.weights[links.donors]
    totals = np.bincount(links.seekers, shares, len(sample.units))
    treated, control = (
        (links.seekers, links.donors) if focal == "treated" else (links.donors, links.seekers)
    )
    table = pd.DataFrame(
        {
            "focal": focal,
            "treated": sample.units.take(treated),
            "control": sample.units.take(control),
            "weight": shares / totals[links.seekers],
            "distance": links.distances,
        }
    )
    return table.iloc[np.lexsort((control, treated))].reset_index(drop=True)


def _unmatched(
    sample: Sample,
    space: Space,
    links: Links,
    seekers: Positions,
    donors: Positions,
    focal: str,
) -> pd.DataFrame:
    lonely = np.setdiff1d(seekers, links.seekers)
    has_stratum = np.isin(space.strata[lonely], space.strata[donors])
    is_taken: NDArray[np.bool_] = np.zeros(len(lonely), bool)
    if has_stratum.any():
        anyone = nearest(space, lonely, donors, 1, keep_ties=False)
        is_taken = np.isin(lonely, anyone.seekers)
    reasons = np.where(is_taken, ALL_TAKEN, np.where(has_stratum, OUTSIDE_CALIPER, NO_CONTROL))
    left_out = sample.left_out[sample.left_out_treated == (focal == "treated")]
    return pd.DataFrame(
        {
            "unit": sample.units.take(lonely).append(left_out),
            "focal": focal,
            "reason": [*reasons, *[MISSING] * len(left_out)],
        }
    )
