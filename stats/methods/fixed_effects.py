"""Least squares with fixed effects taken out, and its classical, robust and clustered errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array, hstack
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr
from scipy.stats import t

Numbers = NDArray[np.float64]
Indexes = NDArray[np.intp]
Errors = Literal["classical", "robust"]


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients in the order of the regressors, with errors and intervals, shape (columns,).

    ``n`` counts the rows used, ``n_left_out`` those without a value or alone in an effect;
    ``freedom`` are the degrees of freedom of t, ``n_absorbed`` the rank of the effects.
    """

    coefficient: Numbers
    error: Numbers
    low: Numbers
    high: Numbers
    p_value: Numbers
    covariance: Numbers
    n: int
    n_left_out: int
    n_absorbed: int
    freedom: int


def fixed_effects(
    outcome: ArrayLike,
    regressors: ArrayLike,
    absorb: Sequence[ArrayLike] = (),
    *,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    errors: Errors = "classical",
    level: float = 0.95,
) -> Regression:
    """Slopes of the outcome on the regressors within the levels of each absorbed effect.

    ``regressors`` has shape (rows, columns); each entry of ``absorb`` names the level of each row
    (a firm, a year). Without effects this is least squares through the origin, so a constant is a
    column. Weights are those of weighted least squares. Rows with a missing value or no weight,
    and rows alone in a level, which say nothing of slopes, are left out and counted.

    Errors: "classical" σ²(X'WX)⁻¹; "robust" HC1; with ``cluster`` the CR1 sandwich with
    G/(G−1)·(N−1)/(N−K) and t of G−1 degrees, where effects nested in clusters count as one.
    Raises ValueError where a regressor does not vary within the effects, no degree of freedom is
    left or there are fewer than two clusters. (Correia, reghdfe; Cameron & Miller, Journal of
    Human Resources 50, 2015.)
    """
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
    y = np.asarray(outcome, np.float64)
    x = np.asarray(regressors, np.float64).reshape(y.size, -1)
    w = np.ones(y.size) if weight is None else np.asarray(weight, np.float64)
    if np.any(w < 0):
        raise ValueError("a weight is negative")
    names = [np.asarray(effect) for effect in absorb]
    rows = _rows_in_use(np.isfinite(x).all(axis=1) & np.isfinite(y) & (w > 0), names)
    y, x, w = y[rows], x[rows], w[rows]
    effects = [_places(effect[rows]) for effect in names]
    within = within_transformation(np.column_stack([y, x]), effects, w)
    residual_y, residual_x = within[:, 0], within[:, 1:]
    total = (w[:, None] * x**2).sum(axis=0)
    if np.any((w[:, None] * residual_x**2).sum(axis=0) <= 1e-12 * total):
        raise ValueError("a regressor does not vary within the fixed effects")
    moment = (w[:, None] * residual_x).T @ residual_x
    scale = np.sqrt(np.diag(moment))
    if np.linalg.matrix_rank(moment / np.outer(scale, scale), tol=1e-10) < len(moment):
        raise ValueError("the regressors are collinear within the fixed effects")
    inverse = np.asarray(np.linalg.inv(moment), np.float64)
    coefficient = inverse @ ((w[:, None] * residual_x).T @ residual_y)
    residual = residual_y - residual_x @ coefficient
    absorbed = _rank(effects)
    spare = y.size - len(coefficient) - absorbed
    if spare < 1:
        raise ValueError("no degree of freedom is left")
    score = (w * residual)[:, None] * residual_x
    freedom = spare
    if cluster is not None:
        groups = _places(np.asarray(cluster)[rows])
        covariance, freedom = _clustered(score, inverse, groups, effects)
    elif errors == "robust":
        covariance = inverse @ (score.T @ score) @ inverse * y.size / spare
    elif errors == "classical":
        covariance = inverse * float((w * residual**2).sum()) / spare
    else:
        raise ValueError("the errors are classical or robust")
    error = np.sqrt(np.diag(covariance))
    reach = float(t.ppf((1 + level) / 2, freedom)) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * t.sf(np.abs(coefficient / error), freedom)
    return Regression(
        coefficient,
        error,
        coefficient - reach,
        coefficient + reach,
        np.asarray(p_value, np.float64),
        covariance,
        int(y.size),
        int(len(np.asarray(outcome)) - y.size),
        absorbed,
        int(freedom),
    )


def within_transformation(
    values: ArrayLike, effects: Sequence[ArrayLike], weight: ArrayLike | None = None
) -> Numbers:
    """What is left of each column once the levels of all effects are taken out by weighted least
    squares. ``effects`` are codes from 0; one effect takes means off, several are solved together
    (LSMR), also where the panel has gaps."""
    table = np.asarray(values, np.float64)
    w = np.ones(len(table)) if weight is None else np.asarray(weight, np.float64)
    codes = [np.asarray(effect, np.intp) for effect in effects]
    if not codes:
        return table
    # Sums of squares of a large common level would drown the small differences.
    table = _centred(table, codes[0], w)
    if len(codes) == 1:
        return table
    root = np.sqrt(w)
    design = hstack([_members(code) for code in codes], format="csr")
    weighted = diags_array(root) @ design
    size = np.asarray(np.sqrt((weighted**2).sum(axis=0))).ravel()
    scaled = (weighted @ diags_array(1 / size)).tocsr()
    left = np.empty_like(table)
    for column in range(table.shape[1]):
        target = root * table[:, column]
        found = lsmr(scaled, target, atol=1e-14, btol=1e-14, conlim=0, maxiter=20_000)
        left[:, column] = (target - scaled @ found[0]) / root
    return left


def _centred(table: Numbers, code: Indexes, weight: Numbers) -> Numbers:
    members = _members(code)
    sums = members.T @ (weight[:, None] * table)
    return np.asarray(table - (sums / (members.T @ weight)[:, None])[code], np.float64)


def _members(code: Indexes) -> csr_array:
    shape = (code.size, int(code.max()) + 1)
    return csr_array((np.ones(code.size), (np.arange(code.size), code)), shape)


def _places(names: NDArray[np.generic]) -> Indexes:
    return np.asarray(np.unique(names, return_inverse=True)[1], np.intp)


def _rows_in_use(is_whole: NDArray[np.bool_], names: list[NDArray[np.generic]]) -> Indexes:
    rows = np.flatnonzero(is_whole)
    while rows.size:
        alone = np.zeros(rows.size, np.bool_)
        for name in names:
            code = _places(name[rows])
            alone |= np.bincount(code)[code] == 1
        if not alone.any():
            return rows
        rows = rows[~alone]
    raise ValueError("no row is left")


def _rank(effects: list[Indexes]) -> int:
    """The rank of the effects' dummies; from the third effect on each is taken to lose one."""
    levels = [int(code.max()) + 1 for code in effects]
    if len(effects) < 2:
        return sum(levels)
    first, second = effects[:2]
    graph = csr_array((np.ones(first.size), (first, levels[0] + second)), (sum(levels[:2]),) * 2)
    parts = int(connected_components(graph, directed=False)[0])
    return sum(levels[:2]) - parts + sum(size - 1 for size in levels[2:])


def _clustered(
    score: Numbers, inverse: Numbers, groups: Indexes, effects: list[Indexes]
) -> tuple[Numbers, int]:
    n, n_groups = len(score), int(groups.max()) + 1
    if n_groups < 2:
        raise ValueError("clustered errors need at least two clusters")
    sums = _members(groups).T @ score
    crossing = [code for code in effects if not _is_nested(code, groups)]
    counted = len(inverse) + (max(1, _rank(crossing)) if effects else 0)
    factor = n_groups / (n_groups - 1) * (n - 1) / max(1, n - counted)
    return np.asarray(factor * inverse @ (sums.T @ sums) @ inverse, np.float64), n_groups - 1


def _is_nested(code: Indexes, groups: Indexes) -> bool:
    pairs = np.unique(np.column_stack([code, groups]), axis=0)
    return len(pairs) == int(code.max()) + 1
