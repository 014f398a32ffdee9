"""Small tables to match, and the slow plain way to find who is nearest."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.special import expit, logit


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """3 to 14 units with ids out of order, coarse x and z (so that ties occur), strata, outcome."""
    n = draw(st.integers(3, 14))
    ids = draw(st.permutations(range(100, 100 + n)))
    coarse = st.integers(-4, 4).map(float)
    treated = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    treated[0], treated[1] = True, False
    column = st.lists(coarse, min_size=n, max_size=n)
    return pd.DataFrame(
        {
            "treat": [int(flag) for flag in treated],
            "x": draw(column),
            "z": draw(column),
            "stratum": draw(st.lists(st.sampled_from("ab"), min_size=n, max_size=n)),
            "y": draw(column),
        },
        index=pd.Index(ids),
    )


def random_table(n: int, seed: int, share: float = 0.3, effect: float = 0.0) -> pd.DataFrame:
    """A table where the log odds of treatment and the outcome both rise with x, so that a plain
    difference is biased;
    ``effect`` is planted in every unit."""
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=n), rng.normal(size=n)
    treated = rng.random(n) < expit(logit(share) + 0.6 * x)
    treated[:2] = [True, False]
    return pd.DataFrame(
        {
            "treat": treated.astype(int),
            "x": x,
            "z": z,
            "stratum": rng.integers(0, 4, n),
            "y": x + 0.5 * z + effect * treated + rng.normal(scale=0.5, size=n),
        }
    )


def ids(frame: pd.DataFrame, treated: bool = True) -> list[int]:
    """The units of one group, in order."""
    return sorted(int(unit) for unit in frame.index[frame["treat"] == int(treated)])


def straight(frame: pd.DataFrame, covariates: Sequence[str], a: int, b: int) -> float:
    """The Euclidean distance of two units."""
    cells: Any = frame.at
    return float(np.sqrt(sum((cells[a, name] - cells[b, name]) ** 2 for name in covariates)))


def admissible(
    frame: pd.DataFrame,
    seeker: int,
    *,
    exact: Sequence[str] = (),
    caliper: dict[str, float] | None = None,
) -> list[int]:
    """The units of the other group that strata and calipers allow, by id."""
    cells: Any = frame.at
    return [
        int(other)
        for other in sorted(frame.index)
        if cells[other, "treat"] != cells[seeker, "treat"]
        and all(cells[other, name] == cells[seeker, name] for name in exact)
        and all(
            abs(cells[other, name] - cells[seeker, name]) <= width
            for name, width in (caliper or {}).items()
        )
    ]


def nearest_of(distances: dict[int, float], k: int) -> set[int]:
    """The k nearest and all as near as the k-th."""
    last = sorted(distances.values())[:k][-1] if distances else inf
    return {unit for unit, distance in distances.items() if distance <= last + 1e-9}
