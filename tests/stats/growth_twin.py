"""Growth and its relation to results, row by row in Python and with scipy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control, norm, spearmanr

from queries.parameters import GrowthParameters

Row = Mapping[str, Any]
COLUMN = {"sales": "sales_growth", "profit": "profit_change", "employee": "employee_growth"}
ESTIMATES = (
    "median_adopted",
    "median_rejected",
    "rho",
    "rho_low",
    "rho_high",
    "slope",
    "slope_low",
    "slope_high",
    "p_value",
)


def growth(row: Row, asked: GrowthParameters) -> float | None:
    value = row[f"{COLUMN[asked.growth]}_{asked.window}"]
    return None if value is None else float(value)


def result(row: Row, asked: GrowthParameters) -> float | None:
    """What growth is set against; None where the row has no such result."""
    is_adopted = row["decision"] == "adopted"
    if asked.result == "adopted":
        return float(is_adopted)
    if asked.result == "points":
        return None if row["points"] is None else float(row["points"])
    return math.log2(row["granted_yen"]) if is_adopted and (row["granted_yen"] or 0) > 0 else None


def sample(rows: Sequence[Row], asked: GrowthParameters) -> list[Row]:
    return [r for r in rows if growth(r, asked) is not None and result(r, asked) is not None]


def limits(rows: Sequence[Row], asked: GrowthParameters) -> tuple[float, float]:
    values = np.array([growth(row, asked) for row in rows], float)
    if not len(values):
        return 0.0, 0.0
    return float(np.quantile(values, 0.01)), float(np.quantile(values, 0.99))


def relation(
    rows: Sequence[Row], asked: GrowthParameters, bounds: tuple[float, float]
) -> dict[str, Any]:
    """The estimates of these rows, whose growth is kept within ``bounds``."""
    y = np.array([growth(row, asked) for row in rows], float)
    x = np.array([result(row, asked) for row in rows], float)
    is_adopted = np.array([row["decision"] == "adopted" for row in rows], bool)
    n_adopted, n_rejected = int(is_adopted.sum()), int((~is_adopted).sum())
    found: dict[str, Any] = {"n": len(rows), "n_adopted": n_adopted, "n_rejected": n_rejected}
    is_few = len(rows) < 30 or (asked.result == "adopted" and min(n_adopted, n_rejected) < 10)
    found |= dict.fromkeys(ESTIMATES, math.nan) | {"status": "few" if is_few else ""}
    if is_few:
        return found
    for side, chosen in (("adopted", is_adopted), ("rejected", ~is_adopted)):
        if chosen.sum() >= 10:
            found[f"median_{side}"] = float(np.median(y[chosen]))
    if len(set(x)) == 1 or len(set(y)) == 1:
        return found
    correlation = spearmanr(x, y)
    reach = norm.ppf(0.975) * math.sqrt((1 + correlation.statistic**2 / 2) / (len(rows) - 3))
    centre = math.atanh(correlation.statistic)
    slope, error = straight_line(x, np.clip(y, *bounds))
    step = 10 if asked.result == "points" else 1
    return found | {
        "rho": correlation.statistic,
        "rho_low": math.tanh(centre - reach),
        "rho_high": math.tanh(centre + reach),
        "slope": step * slope,
        "slope_low": step * (slope - norm.ppf(0.975) * error),
        "slope_high": step * (slope + norm.ppf(0.975) * error),
        "p_value": correlation.pvalue,
    }


def straight_line(x: Any, y: Any) -> tuple[float, float]:
    """Slope and robust error (HC1), as matrices give them."""
    design = np.column_stack([np.ones(len(x)), x])
    bread = np.linalg.inv(design.T @ design)
    residual = y - design @ (bread @ design.T @ y)
    meat = design.T @ (design * residual[:, None] ** 2)
    variance = len(x) / (len(x) - 2) * (bread @ meat @ bread)[1, 1]
    return float((bread @ design.T @ y)[1]), math.sqrt(variance)


def rates(p_values: Sequence[float]) -> list[float]:
    """The q-values, NaN for those without a p-value."""
    tested = [p for p in p_values if not math.isnan(p)]
    found = iter(false_discovery_control(tested)) if tested else iter(())
    return [math.nan if math.isnan(p) else float(next(found)) for p in p_values]


def check_close(found: Row, expected: Row, tolerance: float = 1e-9) -> None:
    for name, value in expected.items():
        seen = found[name]
        if isinstance(value, float) and math.isnan(value):
            assert math.isnan(seen), (name, seen)
        elif isinstance(value, float):
            assert math.isclose(seen, value, rel_tol=tolerance, abs_tol=tolerance), (
                name,
                seen,
                value,
            )
        else:
            assert seen == value, (name, seen, value)
