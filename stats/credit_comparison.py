"""Users of two measures by credit strength and growth, quadrant by quadrant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from queries.credit_cells import both_users, user_counts
from queries.credit_map_measures import (
    FEWEST_IN_MEAN,
    N_BOTH,
    N_USER,
    N_VERSUS,
    QUADRANT,
    SHARE_DIFFERENCES,
    SHARE_HIGH,
    SHARE_LOW,
    SHARE_USER,
    STATUS,
    VERSUS_SHARES,
)
from queries.credit_map_sample import USER_SOURCES
from queries.parameters import QUADRANTS, CreditMapParameters
from queries.question import Question
from stats.credit_map import WHOLE, by_quadrant
from stats.methods.quadrants import shares
from stats.methods.rate_difference import rate_difference
from store.cursor import Cursor

_SHARES = ("", "_low", "_high")


def credit_comparison(cursor: Cursor, parameters: CreditMapParameters) -> pd.DataFrame:
    """One row for the whole, then one per quadrant in the order of QUADRANTS: the users of the
    measure and of the second one, the share of each with its interval of 95 % (Wilson), and the
    first share less the second with its interval (Newcombe). Percent and percentage points.

    No rows without a second measure. ``n_both`` firms of the whole are users of either; the
    interval takes the groups as independent. The choice of a quadrant plays no part. Shares of
    fewer than FEWEST_IN_MEAN users together are missing, and the difference (status ``few``).
    """
    # Counted in any case, for it is reading that asks whether one may.
    counts = {
        name: by_quadrant(user_counts(cursor, parameters, measure))
        for name, measure in (
            ("user", parameters.measure),
            ("versus", parameters.versus_measure),
        )
    }
    if not parameters.versus_measure:
        return pd.DataFrame(columns=[q.name for q in QUESTION.columns])
    frame = pd.DataFrame({"quadrant": QUADRANTS})
    for name, n in counts.items():
        share = 100 * shares(n)[["share", "low", "high"]]
        if n.sum() < FEWEST_IN_MEAN:
            share[:] = np.nan
        frame[f"n_{name}"] = n
        for end, of in zip(_SHARES, share, strict=True):
            frame[f"share_{name}{end}"] = share[of].astype("float64")
    differences = [_difference(row) for row in frame.to_dict("records")]
    frame[[q.name for q in SHARE_DIFFERENCES]] = differences
    whole = {"quadrant": WHOLE, **{f"n_{name}": n.sum() for name, n in counts.items()}}
    whole |= {f"share_{name}": 100.0 for name, n in counts.items() if n.sum() >= FEWEST_IN_MEAN}
    whole["n_both"] = both_users(cursor, parameters)
    frame = pd.concat([pd.DataFrame([whole]), frame], ignore_index=True)
    is_few = min(n.sum() for n in counts.values()) < FEWEST_IN_MEAN
    for name in (q.name for q in QUESTION.columns if q.name.startswith("share")):
        frame[name] = frame.get(name, pd.Series(np.nan, frame.index)).astype("float64")
    return frame.astype({"n_both": "Int64"}).assign(status="few" if is_few else "")


def _difference(row: Mapping[Any, Any]) -> tuple[float, float, float]:
    first, second = (
        (row[f"share_{name}"], (row[f"share_{name}_low"], row[f"share_{name}_high"]))
        for name in ("user", "versus")
    )
    return rate_difference(*first, *second)


QUESTION = Question(
    name="credit_comparison",
    function=credit_comparison,
    parameters=CreditMapParameters,
    columns=(
        QUADRANT,
        N_USER,
        SHARE_USER,
        SHARE_LOW,
        SHARE_HIGH,
        N_VERSUS,
        *VERSUS_SHARES,
        *SHARE_DIFFERENCES,
        N_BOTH,
        STATUS,
    ),
    sources=USER_SOURCES,
)
