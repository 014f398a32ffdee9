"""From which state firms went to which: tables of transitions with exits, and their directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.binomial import wilson_interval

Counts = NDArray[np.int64]

DIRECTIONS = ("risen", "same", "fallen", "exit")


def transition_counts(start: ArrayLike, end: ArrayLike, n_states: int, n_exits: int = 0) -> Counts:
    """Firms by state at the start and at the end, n_states × (n_states + n_exits).

    ``start`` holds one of n_states per firm; ``end`` one of these or an exit (default, closure, no
    statement …), numbered after them. Exits are outcomes, so every firm of the start has an end.
    Raises ValueError for a firm without.
    """
    rows, columns = np.asarray(start, np.int64), np.asarray(end, np.int64)
    width = n_states + n_exits
    if rows.shape != columns.shape:
        raise ValueError("every firm has a start and an end")
    if not ((rows >= 0) & (rows < n_states) & (columns >= 0) & (columns < width)).all():
        raise ValueError("every firm starts in a state and ends in a state or an exit")
    counts = np.bincount(rows * width + columns, minlength=n_states * width)
    return counts.reshape(n_states, width).astype(np.int64)


def transition_table(
    counts: ArrayLike,
    states: Sequence[str],
    exits: Sequence[str] = (),
    *,
    minimum: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """The share of each end among the firms of each start; one row per start and end.

    ``counts`` is len(states) × (len(states) + len(exits)). Columns: start, end, is_exit, n_start,
    n, share, low, high (Wilson), is_withheld. The shares of a start add to 1. A start with fewer
    than ``minimum`` firms is withheld: all but n_start is NaN. Raises ValueError for another shape
    or negative counts.
    """
    n = _checked(counts, len(states), len(exits))
    table = _row_shares(n, states, "end", [*states, *exits], minimum, level)
    table.insert(2, "is_exit", np.tile([False] * len(states) + [True] * len(exits), len(states)))
    return table


def direction_table(
    counts: ArrayLike,
    states: Sequence[str],
    exits: Sequence[str] = (),
    *,
    minimum: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """How many firms of each start rose, stayed, fell or left; one row per start and direction.

    ``states`` are ordered, the best first. Columns: start, direction (risen, same, fallen, exit),
    n_start, n, share, low, high, is_withheld, as in `transition_table`.
    """
    n = _checked(counts, len(states), len(exits))
    inside, left = n[:, : len(states)], n[:, len(states) :].sum(axis=1)
    risen, fallen = (part(inside, k).sum(axis=1) for part, k in ((np.tril, -1), (np.triu, 1)))
    ways = np.column_stack([risen, np.diag(inside), fallen, left])
    return _row_shares(ways, states, "direction", DIRECTIONS, minimum, level)


def _row_shares(
    n: Counts, rows: Sequence[str], of: str, columns: Sequence[str], minimum: int, level: float
) -> pd.DataFrame:
    n_start = np.repeat(n.sum(axis=1), n.shape[1])
    is_withheld = n_start < max(minimum, 1)
    # Without trials neither a share nor an interval is known.
    trials, successes = (np.where(is_withheld, 0, part) for part in (n_start, n.ravel()))
    low, high = wilson_interval(successes, trials, level)
    with np.errstate(invalid="ignore"):
        share = successes / trials
    return pd.DataFrame(
        {
            "start": np.repeat(np.asarray(rows, object), len(columns)),
            of: np.tile(np.asarray(columns, object), len(rows)),
            "n_start": n_start,
            "n": np.where(is_withheld, np.nan, successes),
            "share": share,
            "low": low,
            "high": high,
            "is_withheld": is_withheld,
        }
    )


def _checked(counts: ArrayLike, n_states: int, n_exits: int) -> Counts:
    n = np.asarray(counts, np.int64)
    if n.shape != (n_states, n_states + n_exits) or (n < 0).any():
        raise ValueError("the counts have a row per state and a column per state and exit")
    return n
