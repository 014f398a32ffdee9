"""What an attacker finds possible of a hidden cell, and when that is too little."""

from __future__ import annotations

import math
from dataclasses import dataclass

from disclosure.delivered import TrueCell

# An interval narrower than this share of the value counts as derived exactly.
EXACT = 1e-6
# A level counts as reached where this share of it is missing.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Interval:
    """What an attacker finds possible of a hidden cell; ``true`` is missing where the truth is."""

    cell: str
    least: float
    most: float
    true: TrueCell | None = None
    owner: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the value can be worked out."""
        width = self.most - self.least
        return math.isfinite(width) and width <= EXACT * max(abs(self.least), abs(self.most))

    @property
    def is_under_level(self) -> bool:
        """Whether a sensitive cell is closer than its level on either side."""
        true = self.true
        if true is None or not true.is_sensitive:
            return False
        up, down = true.level_up, true.level_down
        return self.most < true.value + up * (1 - TOLERANCE) - 1e-12 * abs(
            true.value
        ) or self.least > true.value - down * (1 - TOLERANCE) + 1e-12 * abs(true.value)
