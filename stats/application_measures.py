"""The measures of applications side by side: counts, shares with intervals, statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.application_outcomes import application_outcomes
from queries.application_reports import application_reports
from queries.application_series import Series
from stats.methods.binomial import wilson_interval
from store.cursor import Cursor

KEY = ["series", "code"]
# The questions that carry these measures rest on the same deliveries.
SOURCES = (
    "subsidy_application",
    "sapoin_application",
    "sapoin_execution",
    "sapoin_commercialisation",
    "financial_statement",
)


def with_measures(
    cursor: Cursor, counts: pd.DataFrame, series: Sequence[Series], after: str
) -> pd.DataFrame:
    """``counts`` (rows of queries.application_cells, in their order) with all other measures.

    Shares in percent with Wilson intervals of 95 %, amounts in yen. What rests on nothing is
    missing, never 0: a share without a denominator, an amount per adoption where none was
    adopted, a statistic of too few firms.
    """
    parts = [application_reports(cursor, series, int(after)), application_outcomes(cursor, series)]
    columns = {str(name): counts[name].to_numpy() for name in counts}
    for part in parts:
        columns |= _beside(counts, part)
    n_adopted = columns["n_adopted"]
    columns["granted_per_adopted_yen"] = np.round(
        columns["granted_yen"] / np.where(n_adopted > 0, n_adopted, np.nan)
    )
    columns |= _share("adoption", n_adopted, columns["n_application"])
    columns |= _share("commercialisation", columns["n_commercialised"], columns["n_reported"])
    return pd.DataFrame(columns)


def _beside(counts: pd.DataFrame, part: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """The columns of ``part`` in the rows of ``counts``: where it has no row, numbers are 0 and
    the rest is missing. Looked up by hand: merging frames of a few rows takes longer."""
    names = [str(name) for name in part if name not in KEY]
    absent = tuple(0 if name.startswith("n_") else np.nan for name in names)
    known = {row[:2]: row[2:] for row in part[[*KEY, *names]].itertuples(index=False, name=None)}
    keys = zip(counts["series"], counts["code"], strict=True)
    values = np.array([known.get(key, absent) for key in keys], dtype=np.float64)
    found = zip(names, values.reshape(-1, len(names)).T, strict=True)
    return {
        name: column.astype(np.int64) if name.startswith("n_") else column for name, column in found
    }


def _share(name: str, successes: NDArray[Any], trials: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """``name``_rate, _low and _high in percent."""
    low, high = wilson_interval(successes, trials)
    rate = 100 * successes / np.where(trials > 0, trials, np.nan)
    return {f"{name}_rate": rate, f"{name}_low": 100 * low, f"{name}_high": 100 * high}
