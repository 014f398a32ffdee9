"""Where the users of a measure stand among all firms: quadrants, shares, location quotients."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.binomial import wilson_interval

QUADRANTS = ("weak_shrinking", "strong_shrinking", "weak_growing", "strong_growing")
NO_QUADRANT = -1


def quadrant(
    strength: ArrayLike, growth: ArrayLike, strength_line: float, growth_line: float
) -> NDArray[np.int8]:
    """The place in QUADRANTS of each firm, NO_QUADRANT where strength or growth is NaN.

    A firm on a line counts as strong or growing.
    """
    x, y = np.asarray(strength, np.float64), np.asarray(growth, np.float64)
    places = (x >= strength_line) + 2 * (y >= growth_line)
    return np.where(np.isnan(x) | np.isnan(y), NO_QUADRANT, places).astype(np.int8)


def quadrant_counts(quadrants: ArrayLike) -> NDArray[np.int64]:
    """Firms in each of QUADRANTS; those in none are left out."""
    places = np.asarray(quadrants, np.int64)
    return np.bincount(places[places != NO_QUADRANT], minlength=len(QUADRANTS)).astype(np.int64)


def shares(counts: ArrayLike, level: float = 0.95) -> pd.DataFrame:
    """The share of each class; one row per class, in order.

    Columns: n, share, low, high (Wilson, each by itself); NaN where nobody is counted.
    """
    n = np.asarray(counts, np.int64)
    low, high = wilson_interval(n, n.sum(), level)
    with np.errstate(invalid="ignore"):
        return pd.DataFrame({"n": n, "share": n / n.sum(), "low": low, "high": high})


def location_quotients(
    users: ArrayLike, everyone: ArrayLike, minimum: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """How much more often than all firms the users stand in each class; one row per class.

    ``users`` and ``everyone`` count firms by the same classes (quadrants, cells, grades), users
    among everyone. Columns: n_users, n_all, share_users, share_all, quotient = share_users /
    share_all, low, high, is_withheld. The interval is Wilson's for the users' share over the share
    of all, which is counted completely and so has no error. Quotient and interval are NaN and
    withheld where everyone are fewer than ``minimum``, and NaN without users at all. Raises
    ValueError for counts of different classes, negative counts, or more users than firms.
    """
    part, whole = np.asarray(users, np.int64), np.asarray(everyone, np.int64)
    if part.shape != whole.shape or part.ndim != 1:
        raise ValueError("users and everyone are counted by the same classes")
    if (part < 0).any() or (part > whole).any():
        raise ValueError("users are some of everyone in each class")
    low, high = wilson_interval(part, part.sum(), level)
    is_withheld = whole < minimum
    with np.errstate(divide="ignore", invalid="ignore"):
        share_users, share_all = part / part.sum(), whole / whole.sum()
        of_all = np.where(is_withheld, np.nan, share_all)
        return pd.DataFrame(
            {
                "n_users": part,
                "n_all": whole,
                "share_users": share_users,
                "share_all": share_all,
                "quotient": share_users / of_all,
                "low": low / of_all,
                "high": high / of_all,
                "is_withheld": is_withheld,
            }
        )
