"""Where two groups of firms stand, or end, side by side: differences of shares by class."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from stats.methods.binomial import wilson_interval
from stats.methods.rate_difference import rate_difference


def compare_shares(
    first: ArrayLike, second: ArrayLike, minimum: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """The share of each class in a first group less that in a second; one row per class, in order.

    Both count firms by the same classes: the quadrants of the users of two measures, or where the
    firms of one starting state ended. The groups are apart; a firm in both is to be left out.
    Columns: n_first, n_second, share_first, share_second, difference, low, high (Newcombe),
    is_withheld; all but the counts is NaN where either group has fewer than ``minimum`` firms in
    all. Raises ValueError for counts of different classes or negative ones.
    """
    one, two = np.asarray(first, np.int64), np.asarray(second, np.int64)
    if one.shape != two.shape or one.ndim != 1 or (one < 0).any() or (two < 0).any():
        raise ValueError("both groups are counted by the same classes")
    totals = int(one.sum()), int(two.sum())
    is_withheld = min(totals) < max(minimum, 1)
    table = pd.DataFrame({"n_first": one, "n_second": two})
    found = np.full((len(one), 5), np.nan)
    if not is_withheld:
        for number, counts in enumerate(zip(one.tolist(), two.tolist(), strict=True)):
            (share_1, bounds_1), (share_2, bounds_2) = (
                _share(k, n, level) for k, n in zip(counts, totals, strict=True)
            )
            difference = rate_difference(share_1, bounds_1, share_2, bounds_2)
            found[number] = share_1, share_2, *difference
    table[["share_first", "share_second", "difference", "low", "high"]] = found
    table["is_withheld"] = is_withheld
    return table


def _share(k: int, n: int, level: float) -> tuple[float, tuple[float, float]]:
    low, high = wilson_interval(k, n, level)
    return k / n, (float(low), float(high))
