"""Small worlds of matched firms for tests, drawn from a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EVENTS = np.arange(-3, 9)
BASE = 2


@dataclass(frozen=True)
class World:
    outcome: NDArray[np.float64]
    firm: NDArray[np.int64]
    treated: NDArray[np.int64]
    control: NDArray[np.int64]
    weight: NDArray[np.float64]


def matched_world(
    seed: int, n_treated: int = 8, n_controls: int = 12, gone: float = 0.1, effect: float = 0.0
) -> World:
    """Users in the first rows, controls after them; some controls stand in many sets, some in two
    rows, and ``gone`` of the statements are missing. Weights within a set are uneven."""
    rng = np.random.default_rng(seed)
    n_rows = n_treated + n_controls
    outcome = 20 + np.cumsum(rng.standard_normal((n_rows, EVENTS.size)), axis=1)
    outcome[:n_treated, BASE + 1 :] += effect
    outcome[rng.random(outcome.shape) < gone] = np.nan
    firm = np.arange(n_rows)
    firm[-2:] = n_treated
    pairs = [
        (user, control)
        for user in range(n_treated)
        for control in n_treated + rng.choice(n_controls, min(3, n_controls), replace=False)
    ]
    treated, control = np.array(pairs).T
    return World(outcome, firm + 100, treated, control, rng.uniform(0.5, 2, len(pairs)))
