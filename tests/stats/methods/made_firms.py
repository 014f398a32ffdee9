"""Statements of made-up firms whose true probability of default is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MadeFirms:
    values: dict[str, Numbers]
    industry: NDArray[np.object_]
    year: NDArray[np.int64]
    truth: Numbers
    outcome: Numbers

    def part(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> MadeFirms:
        values = {name: column[rows] for name, column in self.values.items()}
        return MadeFirms(
            values, self.industry[rows], self.year[rows], self.truth[rows], self.outcome[rows]
        )


def made_firms(seed: int, n: int = 30_000, base: float = -4.0) -> MadeFirms:
    """Ratios with heavy tails, of which one is often missing: those without default more."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(np.array(["D", "E", "I", None], object), n, p=[0.3, 0.3, 0.35, 0.05])
    year = rng.integers(2014, 2022, n)
    equity = rng.standard_t(3, n) + np.where(industry == "E", 0.5, 0.0)
    assets = rng.standard_normal(n) * 1e4
    growth = rng.standard_t(4, n) * 0.2
    cover = np.exp(rng.standard_normal(n))
    truth = (
        base
        - 0.8 * np.clip(equity, -4, 4)
        - 0.1 * np.sign(assets) * np.log1p(np.abs(assets))
        + 1.5 * np.clip(np.abs(growth), 0, 0.9)
        - 0.4 * np.clip(cover, 0, 9)
        + np.where(industry == "I", 0.6, 0.0)
    )
    is_missing = rng.random(n) < 0.15
    truth = truth + np.where(is_missing, 1.0 + 0.4 * np.clip(cover, 0, 9), 0.0)
    values = {
        "equity_ratio": equity,
        "assets": assets,
        "growth": growth,
        "interest_cover": np.where(is_missing, np.nan, cover),
    }
    outcome = (rng.random(n) < expit(truth)).astype(np.float64)
    return MadeFirms(values, industry, year.astype(np.int64), truth, outcome)


def table_of(firms: MadeFirms) -> pd.DataFrame:
    return pd.DataFrame({**firms.values, "industry": firms.industry, "fiscal_year": firms.year})
