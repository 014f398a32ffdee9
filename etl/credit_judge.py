"""The tables of a credit model: its quality on years it had not seen, and what is in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from etl.credit_fit import CreditModel
from stats.methods.calibration import calibration_by_decile, probability
from stats.methods.credit_quality import quality
from stats.methods.credit_ratios import PreparedRatio, industry_column
from stats.methods.population_stability import (
    population_stability,
    stability_bounds,
    stability_counts,
)
from stats.methods.time_split import TimeSplit, split_by_time

PARTS = ("train", "calibration", "test")
# Of a slice with fewer statements than this nothing but their number is told.
LEAST_SLICE = 10
_QUALITY = {
    "n_default": "n_events",
    "n_expected": "expected",
    "observed_expected": "ratio",
    "observed_expected_low": "ratio_low",
    "observed_expected_high": "ratio_high",
    "auc": "auc",
    "auc_low": "auc_low",
    "auc_high": "auc_high",
    "accuracy_ratio": "accuracy_ratio",
    "brier": "brier",
    "brier_base": "brier_base",
    "slope": "slope",
    "slope_error": "slope_error",
    "intercept": "intercept",
}


def quality_table(model: CreditModel) -> pd.DataFrame:
    """The rows of ``credit_quality``: parts in order, years, and of the test years industries and
    sizes."""
    judged = model.judged.assign(part=_parts(model.judged["fiscal_year"], model.split))
    trained = judged.loc[judged["part"] == "train", "predictor"].to_numpy()
    bounds = stability_bounds(trained)
    counts = stability_counts(trained, bounds)
    rows = [
        _row("part", name, rows) for name in PARTS if len(rows := judged[judged["part"] == name])
    ]
    for year, of_year in judged.groupby("fiscal_year"):
        row = _row("year", str(year), of_year)
        found = population_stability(counts, stability_counts(of_year["predictor"], bounds))
        rows.append(row | {"psi": found.index, "psi_by_chance": found.by_chance})
    test = judged[judged["part"] == "test"]
    for kind, column in (("industry", "division_code"), ("size", "size_code")):
        rows += [_row(kind, str(code), of_code) for code, of_code in test.groupby(column)]
    return pd.DataFrame(rows)


def _parts(years: pd.Series, split: TimeSplit) -> np.ndarray[Any, Any]:
    masks = split_by_time(years, split)
    return np.select(masks, PARTS, "gap")


def _row(kind: str, code: str, rows: pd.DataFrame) -> dict[str, Any]:
    parts = rows["part"].unique()
    row: dict[str, Any] = {
        "slice": kind,
        "slice_code": code,
        "part": parts[0] if len(parts) == 1 else "",
        "first_year": int(rows["fiscal_year"].min()),
        "last_year": int(rows["fiscal_year"].max()),
        "n": len(rows),
        **dict.fromkeys([*_QUALITY, "psi", "psi_by_chance"]),
    }
    if len(rows) < LEAST_SLICE:
        return row
    found = quality(rows["predictor"], rows["is_default"].to_numpy(np.float64))
    return row | {name: found[of] for name, of in _QUALITY.items()}


def calibration_table(model: CreditModel) -> pd.DataFrame:
    """The rows of ``credit_calibration``, of the test years."""
    parts = _parts(model.judged["fiscal_year"], model.split)
    test = model.judged[parts == "test"]
    table = calibration_by_decile(
        probability(test["predictor"]), test["is_default"].to_numpy(np.float64)
    )
    return pd.DataFrame(
        {
            "decile": table["group"],
            "n": table["n"],
            "n_default": table["n_events"],
            "expected_rate": 100 * table["expected_rate"],
            "observed_rate": 100 * table["observed_rate"],
            "observed_low": 100 * table["low"],
            "observed_high": 100 * table["high"],
        }
    )


def term_rows(model: CreditModel) -> pd.DataFrame:
    """The rows of ``credit_term``, in the order of the model's columns; last the recalibration."""
    fit, preparation = model.fit, model.preparation
    of = {
        name: (float(estimate), float(error))
        for name, estimate, error in zip(fit.names, fit.coefficients, model.errors, strict=True)
    }
    rows = [_term("intercept", "", "intercept", of, fit.aliased)]
    for ratio in preparation.ratios:
        for piece in ratio.pieces:
            row = _term("ratio" if piece.knot is None else "above", ratio.name, piece.name, of,
                        fit.aliased)  # fmt: skip
            low, high = _limits(ratio)
            rows.append(
                row
                | {"transform": ratio.transform, "low": low, "high": high}
                | {"centre": piece.centre, "scale": piece.scale, "knot": piece.knot}
            )
        if ratio.flag:
            rows.append(_term("missing", ratio.name, ratio.flag, of, fit.aliased))
    rows += [
        _term("industry", code, industry_column(code), of, fit.aliased)
        for code in preparation.industry_columns
    ]
    line = model.line
    if line is not None:
        for name, estimate, error in (
            ("intercept", line.intercept, line.intercept_error),
            ("slope", line.slope, line.slope_error),
        ):
            rows.append(_term("line", name, name, {name: (estimate, error)}, ()))
    return pd.DataFrame(rows).assign(position=range(1, len(rows) + 1))


def _limits(ratio: PreparedRatio) -> tuple[float | None, float | None]:
    if not ratio.low:
        return None, None
    return min(map(min, ratio.low)), max(map(max, ratio.high))


def _term(
    kind: str, term: str, name: str, of: dict[str, tuple[float, float]], aliased: tuple[str, ...]
) -> dict[str, Any]:
    estimate, error = of[name]
    return {
        "kind": kind,
        "term": term,
        "transform": "",
        "estimate": estimate,
        "error": error,
        **dict.fromkeys(["low", "high", "centre", "scale", "knot"]),
        "is_aliased": name in aliased,
    }
