"""The choices of a matching, and which of them fit together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stats.methods.matching.assignment import Order
from stats.methods.matching.metric import Metric, Spread
from stats.methods.matching.sample import Floats

Estimand = Literal["att", "atc", "ate"]


@dataclass(frozen=True, slots=True)
class Specification:
    """All choices of a matching but the table: what must be known to repeat it. See `match`."""

    treatment: str
    covariates: tuple[str, ...]
    exact: tuple[str, ...]
    k: int
    metric: Metric | Literal["score"] | Floats
    spread: Spread
    score: str | None
    caliper: tuple[tuple[str, float], ...]
    caliper_unit: Literal["raw", "sd", "pooled_sd"]
    reach: float | None
    reuse_cap: int | None
    ties: Literal["all", "first"]
    method: Literal["nearest", "greedy", "optimal"]
    order: Order
    estimand: Estimand
    weights: str | None
    unit: str | None
    tolerance: float


def check_specification(
    specification: Specification, with_replacement: bool, reuse_cap: int | None
) -> None:
    """Raises ValueError for choices that do not fit together."""
    problems = {
        "k must be at least 1": specification.k < 1,
        "a reuse cap must be at least 1": reuse_cap is not None and reuse_cap < 1,
        "without replacement there is nothing to cap": not with_replacement
        and reuse_cap not in (None, 1),
        "ties can be kept only where reuse is not limited": specification.ties == "all"
        and specification.reuse_cap is not None,
        "optimal matching is for matching with a limit on reuse": specification.method == "optimal"
        and specification.reuse_cap is None,
        "the metric score needs the column score": isinstance(specification.metric, str)
        and specification.metric == "score"
        and specification.score is None,
        "a metric of covariates needs covariates": not specification.covariates
        and not (isinstance(specification.metric, str) and specification.metric == "score"),
        "a caliper must be positive": any(not width >= 0 for _, width in specification.caliper)
        or not (specification.reach is None or specification.reach >= 0),
        f"unknown estimand {specification.estimand}": specification.estimand
        not in ("att", "atc", "ate"),
        f"unknown ties {specification.ties}": specification.ties not in ("all", "first"),
        f"unknown caliper unit {specification.caliper_unit}": specification.caliper_unit
        not in ("raw", "sd", "pooled_sd"),
        f"unknown method {specification.method}": specification.method
        not in ("nearest", "greedy", "optimal"),
        "with a limit on reuse each group needs its own matching; ask for att and atc apart": (
            specification.estimand == "ate" and specification.reuse_cap is not None
        ),
    }
    for problem, is_so in problems.items():
        if is_so:
            raise ValueError(problem)
