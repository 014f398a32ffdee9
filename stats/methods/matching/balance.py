"""How alike treated and controls are, before matching and in the matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stats.methods.matching.pairs import Matches, sample_of
from stats.methods.matching.sample import Floats, numbers, read_treatment

Deviation = Literal["treated", "control", "pooled"]
Verdict = Literal["ok", "warn", "block"]
WARN_ABOVE = 0.1
BLOCK_ABOVE = 0.25


@dataclass(frozen=True, slots=True)
class Balance:
    """``table``: one row a covariate (or level of one) with

    * ``mean_treated_before``, ``mean_control_before``, ``mean_treated``, ``mean_control`` (in
      the matches);
    * ``smd_before``, ``smd_after``: difference of means over one standard deviation for both;
    * ``variance_ratio_before``, ``variance_ratio_after``: treated over control;
    * ``ecdf_gap_before``, ``ecdf_gap_after``: the largest gap between the distribution functions
      (the statistic of Kolmogorov and Smirnov);
    * ``n_missing`` rows left out of this line; ``verdict`` on ``smd_after``.

    ``verdict`` is the worst of the table. ``n_focal`` units ask for matches, ``n_focal_matched``
    got one; ``effective_n_control`` = (Σw)²/Σw² of the weights of matched controls. ``lost``: one
    row a reason with ``focal``, ``reason``, ``n``.
    """

    table: pd.DataFrame
    verdict: Verdict
    n_focal: int
    n_focal_matched: int
    share_matched: float
    n_control_used: int
    effective_n_control: float
    lost: pd.DataFrame


def balance(
    frame: pd.DataFrame,
    matches: Matches,
    covariates: Sequence[str] | None = None,
    *,
    deviation: Deviation | None = None,
    binary: Literal["sample", "proportion"] = "sample",
    warn_above: float = WARN_ABOVE,
    block_above: float = BLOCK_ABOVE,
) -> Balance:
    """Compares the groups in ``covariates`` (default: those that were matched on).

    Columns that are not numeric are compared level by level; where values are missing, the share
    missing is compared as a line of its own. ``deviation``: the standard deviation before
    matching of the "treated" (default for the ATT), the "control" (ATC) or √((s₁² + s₀²)/2)
    ("pooled", ATE); for columns of 0 and 1 that of the "sample" (divisor n − 1) or
    √(p(1 − p)) ("proportion", as MatchIt does). ``|smd|`` above ``warn_above`` or ``block_above``
    decides the verdict. Raises ValueError for absent columns.
    (Stuart, Statistical Science 25, 2010; Austin, Statistics in Medicine 28, 2009.)
    """
    names = list(matches.specification.covariates if covariates is None else covariates)
    absent = sorted(set(names) - set(frame.columns))
    if absent:
        raise ValueError(f"the frame has no column {', '.join(absent)}")
    treated, before, after = _weights(frame, matches)
    chosen = (
        deviation
        or {"att": "treated", "atc": "control", "ate": "pooled"}[matches.specification.estimand]
    )
    rows = [
        {"covariate": label, **_line(values, treated, before, after, chosen, binary)}
        for label, values in _lines(frame, names)
    ]
    table = pd.DataFrame(rows)
    size = table["smd_after"].abs() if rows else pd.Series(dtype=float)
    # A covariate without any matched value cannot be called balanced.
    table["verdict"] = np.select([size <= warn_above, size <= block_above], ["ok", "warn"], "block")
    verdicts = set(table["verdict"])
    worst: Verdict = "block" if "block" in verdicts else "warn" if "warn" in verdicts else "ok"
    used = after[~treated]
    matched = matches.pairs.assign(
        owner=matches.pairs["treated"].where(
            matches.pairs["focal"] == "treated", matches.pairs["control"]
        )
    )
    n_matched = int(matched.groupby("focal")["owner"].nunique().sum())
    n_focal = n_matched + len(matches.unmatched)
    lost = matches.unmatched.groupby(["focal", "reason"]).size().rename("n").reset_index()
    return Balance(
        table=table,
        verdict=worst,
        n_focal=n_focal,
        n_focal_matched=n_matched,
        share_matched=n_matched / n_focal,
        n_control_used=int((used > 0).sum()),
        effective_n_control=float(used.sum() ** 2 / (used**2).sum()) if used.any() else 0.0,
        lost=lost,
    )


def unit_weights(frame: pd.DataFrame, matches: Matches) -> pd.Series:
    """By id of ``frame`` the weight of the unit in the matched sample: its own where it was given
    matches, plus its shares in the sets it serves; 0 where it takes no part."""
    sample = sample_of(frame, matches.specification)
    own = pd.Series(sample.weights, sample.units)
    ids = frame.index if matches.specification.unit is None else frame[matches.specification.unit]
    total = pd.Series(0.0, index=pd.Index(ids))
    for focal, other in (("treated", "control"), ("control", "treated")):
        pairs = matches.pairs[matches.pairs["focal"] == focal]
        owners = pd.Index(pairs[focal].unique())
        total = total.add(own.reindex(owners), fill_value=0.0)
        shares = pd.Series(
            pairs["weight"].to_numpy() * own.reindex(pairs[focal]).to_numpy(),
            pd.Index(pairs[other]),
        )
        total = total.add(shares.groupby(level=0).sum(), fill_value=0.0)
    return total.reindex(pd.Index(ids)).rename("weight")


def _weights(frame: pd.DataFrame, matches: Matches) -> tuple[NDArray[np.bool_], Floats, Floats]:
    specification = matches.specification
    treated = read_treatment(frame[specification.treatment])
    before = np.ones(len(frame))
    if specification.weights is not None:
        before = np.nan_to_num(numbers(frame[specification.weights]))
    return treated, before, unit_weights(frame, matches).to_numpy(np.float64)


def _lines(frame: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[str, Floats]]:
    for name in names:
        column = frame[name]
        is_missing = column.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            yield name, numbers(column)
        else:
            for level in sorted(column.dropna().unique(), key=str):
                is_level = (column == level).to_numpy(np.float64, na_value=0.0)
                yield f"{name}={level}", np.where(is_missing, np.nan, is_level)
        if is_missing.any():
            yield f"{name} missing", is_missing.astype(np.float64)


def _line(
    values: Floats,
    treated: NDArray[np.bool_],
    before: Floats,
    after: Floats,
    deviation: str,
    binary: str,
) -> dict[str, float]:
    is_known = np.isfinite(values)
    groups = [is_known & treated, is_known & ~treated]
    is_binary = bool(np.isin(values[is_known], (0.0, 1.0)).all())
    first = [_moments(values[group], before[group]) for group in groups]
    last = [_moments(values[group], after[group]) for group in groups]
    spreads = [
        mean * (1 - mean) if is_binary and binary == "proportion" else variance
        for mean, variance in first
    ]
    chosen = {"treated": spreads[0], "control": spreads[1], "pooled": sum(spreads) / 2}[deviation]
    gaps = [pair[0][0] - pair[1][0] for pair in (first, last)]
    with np.errstate(divide="ignore", invalid="ignore"):
        smd = [0.0 if gap == 0 else float(np.divide(gap, np.sqrt(chosen))) for gap in gaps]
        ratios = [float(np.divide(pair[0][1], pair[1][1])) for pair in (first, last)]
    ecdf = _ecdf_gaps(values, is_known, treated, [before, after])
    return {
        "mean_treated_before": first[0][0],
        "mean_control_before": first[1][0],
        "mean_treated": last[0][0],
        "mean_control": last[1][0],
        "smd_before": smd[0],
        "smd_after": smd[1],
        "variance_ratio_before": ratios[0],
        "variance_ratio_after": ratios[1],
        "ecdf_gap_before": ecdf[0],
        "ecdf_gap_after": ecdf[1],
        "n_missing": int((~is_known).sum()),
    }


def _moments(values: Floats, weights: Floats) -> tuple[float, float]:
    """The weighted mean and the variance, unbiased for weights that do not count copies."""
    total = weights.sum()
    if not total > 0:
        return float("nan"), float("nan")
    mean = float(values @ weights / total)
    room = total - (weights**2).sum() / total
    variance = float(((values - mean) ** 2) @ weights / room) if room > 0 else float("nan")
    return mean, variance


def _ecdf_gaps(
    values: Floats, is_known: NDArray[np.bool_], treated: NDArray[np.bool_], weights: list[Floats]
) -> list[float]:
    """The largest gap between the weighted distribution functions, for each set of weights."""
    order = np.flatnonzero(is_known)
    order = order[np.argsort(values[order], kind="stable")]
    ordered, of_treated = values[order], treated[order]
    # Between equal values a gap is only a matter of their order.
    is_last = np.append(ordered[1:] != ordered[:-1], True) if len(order) else np.empty(0, bool)
    gaps = []
    for weight in weights:
        curves = [np.cumsum(weight[order] * side) for side in (of_treated, ~of_treated)]
        if not len(order) or not all(curve[-1] > 0 for curve in curves):
            gaps.append(float("nan"))
            continue
        gap = curves[0] / curves[0][-1] - curves[1] / curves[1][-1]
        gaps.append(float(np.abs(gap[is_last]).max()))
    return gaps
