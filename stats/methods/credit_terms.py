"""A credit model as two small tables, so that a database can score without Python."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from stats.methods.credit_ratios import OTHER, Preparation, industry_column


def term_table(
    preparation: Preparation, coefficients: ArrayLike, intercept: float = 0.0, slope: float = 1.0
) -> pd.DataFrame:
    """What each term adds to the linear predictor; one row per term.

    Columns: kind, ratio, transform, knot, industry, multiplier, constant. With t the ratio held
    within its limits (winsorised, see `limit_table`) or sign(x)·ln(1 + |x|) (neglog), a statement
    gets the sum of

    * ``intercept``: constant;
    * ``value``, where the ratio is not null: multiplier · t + constant;
    * ``above``, where the ratio is not null: multiplier · greatest(t − knot, 0) + constant;
    * ``missing``, where the ratio is null: constant, which is NaN (no score) if the ratio was never
      missing in training;
    * ``industry``, where it is that code: constant. Every industry of the preparation has a row,
      and OTHER for those that have none.

    ``intercept`` and ``slope`` are those of a recalibration of the whole predictor. Raises
    ValueError for the wrong number of coefficients.
    """
    betas = np.asarray(coefficients, np.float64)
    if betas.shape != (len(preparation.columns),):
        raise ValueError(f"there are {len(preparation.columns)} coefficients, not {betas.size}")
    of = dict(zip(preparation.columns, (slope * betas).tolist(), strict=True))
    rows: list[tuple[str, str, str, float, str, float, float]] = [
        ("intercept", "", "", np.nan, "", 0.0, of["intercept"] + intercept)
    ]
    for ratio in preparation.ratios:
        for piece in ratio.pieces:
            kind, knot = ("value", np.nan) if piece.knot is None else ("above", piece.knot)
            pull = of[piece.name] / piece.scale
            rows.append((kind, ratio.name, ratio.transform, knot, "", pull, -pull * piece.centre))
        missing = of[ratio.flag] if ratio.flag else np.nan
        rows.append(("missing", ratio.name, ratio.transform, np.nan, "", 0.0, missing))
    for code in (*preparation.industries, OTHER):
        rows.append(("industry", "", "", np.nan, code, 0.0, of.get(industry_column(code), 0.0)))
    names = ["kind", "ratio", "transform", "knot", "industry", "multiplier", "constant"]
    return pd.DataFrame(rows, columns=names)


def limit_table(preparation: Preparation) -> pd.DataFrame:
    """Between which values a winsorised ratio is held; one row per ratio, industry and year.

    Columns: ratio, industry, fiscal_year, low, high. A statement of an industry without rows takes
    those of OTHER, a year outside the table the nearest in it; "" is a missing industry.
    """
    rows = [
        (ratio.name, code, preparation.first_year + number, low, high)
        for ratio in preparation.ratios
        if ratio.transform == "winsorised"
        for code, lows, highs in zip(
            (*preparation.industries, OTHER), ratio.low, ratio.high, strict=True
        )
        for number, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]
    return pd.DataFrame(rows, columns=["ratio", "industry", "fiscal_year", "low", "high"])
