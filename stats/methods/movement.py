"""How firms moved through the plane of credit strength and growth: arrows by starting cell.

A firm far from the middle tends to move back towards it, whatever it used: an arrow of users alone
is no effect. `compare_movement` sets two groups side by side within the same starting cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.correlation import normal_interval
from stats.methods.mean_difference import mean_interval

_SUMS = ("dx", "dy", "dx_square", "dy_square")


@dataclass(frozen=True, slots=True)
class Change:
    """A mean with its interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MovementDifference:
    """The mean movement of a first group less that of a second, cell by cell alike.

    ``n_first`` and ``n_second`` are the firms in the ``n_cells`` used, ``n_left_out`` those of both
    groups in cells where either is too small.
    """

    dx: Change
    dy: Change
    n_first: int
    n_second: int
    n_left_out: int
    n_cells: int


def movement_sums(cell: ArrayLike, dx: ArrayLike, dy: ArrayLike) -> pd.DataFrame:
    """What a database would add up of n firms; one row per starting cell, sorted.

    Columns: cell, n, dx, dy (sums of the changes), dx_square, dy_square (sums of their squares).
    Raises ValueError for a change that is not known: leave these firms out and count them.
    """
    frame = pd.DataFrame({"cell": np.asarray(cell, np.int64), "dx": dx, "dy": dy}).astype(
        {"dx": np.float64, "dy": np.float64}
    )
    if not np.isfinite(frame[["dx", "dy"]].to_numpy()).all():
        raise ValueError("every change is known and finite")
    frame["n"] = 1
    frame["dx_square"], frame["dy_square"] = frame["dx"] ** 2, frame["dy"] ** 2
    return frame.groupby("cell")[["n", *_SUMS]].sum().reset_index()


def arrows(sums: pd.DataFrame, minimum: int = 10, level: float = 0.95) -> pd.DataFrame:
    """The mean change of the firms of each starting cell; one row per cell.

    ``sums`` as of `movement_sums`. Columns: cell, n, dx, dx_low, dx_high, dy, dy_low, dy_high (mean
    and its normal interval), is_withheld. Cells with fewer than ``minimum`` firms are withheld: all
    but cell and n is NaN.
    """
    n = sums["n"].to_numpy(np.float64)
    is_withheld = n < max(minimum, 2)
    table = pd.DataFrame({"cell": sums["cell"], "n": sums["n"]})
    for name in ("dx", "dy"):
        mean, variance = _moments(sums, name)
        low, high = mean_interval(n, mean, np.sqrt(variance), level)
        for column, values in ((name, mean), (f"{name}_low", low), (f"{name}_high", high)):
            table[column] = np.where(is_withheld, np.nan, values)
    table["is_withheld"] = is_withheld
    return table


def compare_movement(
    first: pd.DataFrame, second: pd.DataFrame, minimum: int = 10, level: float = 0.95
) -> MovementDifference:
    """The difference of mean movement of two groups that started in the same cells.

    Both ``sums`` as of `movement_sums`, of firms that are in one group only. Cells where both have
    at least ``minimum`` firms are averaged with the weight n₁n₂ / (n₁ + n₂), which is best for
    equal spread and the same whichever group stands first. Normal interval from the variances
    within cells. Raises ValueError where no cell has enough of both. (Weights of Cochran,
    Biometrics 10, 1954.)
    """
    least = max(minimum, 2)
    both = first.merge(second, on="cell", suffixes=("_1", "_2"))
    used = both[(both["n_1"] >= least) & (both["n_2"] >= least)]
    if used.empty:
        raise ValueError("no starting cell has enough firms of both groups")
    parts = [_side(used, side) for side in ("_1", "_2")]
    n_1, n_2 = (part["n"].to_numpy(np.float64) for part in parts)
    weight = n_1 * n_2 / (n_1 + n_2)
    weight /= weight.sum()
    changes = {}
    for name in ("dx", "dy"):
        (mean_1, variance_1), (mean_2, variance_2) = (_moments(part, name) for part in parts)
        difference = float(weight @ (mean_1 - mean_2))
        error = float(np.sqrt(weight**2 @ (variance_1 / n_1 + variance_2 / n_2)))
        low, high = normal_interval(difference, error, level)
        changes[name] = Change(difference, float(low), float(high))
    n_first, n_second = int(n_1.sum()), int(n_2.sum())
    everyone = int(first["n"].sum() + second["n"].sum())
    return MovementDifference(
        dx=changes["dx"],
        dy=changes["dy"],
        n_first=n_first,
        n_second=n_second,
        n_left_out=everyone - n_first - n_second,
        n_cells=len(used),
    )


def _side(both: pd.DataFrame, suffix: str) -> pd.DataFrame:
    return pd.DataFrame({name: both[f"{name}{suffix}"] for name in ("n", *_SUMS)})


def _moments(sums: pd.DataFrame, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n, total = sums["n"].to_numpy(np.float64), sums[name].to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        spread = sums[f"{name}_square"].to_numpy(np.float64) - total * mean
        return mean, np.where(n > 1, np.maximum(spread, 0) / (n - 1), np.nan)
