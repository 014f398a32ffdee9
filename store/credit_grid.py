"""The plane of credit strength and growth: how a firm's place in it is written as one number.

Both axes have a bin below, bins of one unit between, and a bin above; the number of a cell is
row × N_BIN + column, row by growth and column by strength.
"""

from __future__ import annotations

from dataclasses import dataclass

N_BIN = 64
# Deviation score of credit strength (which lies within 20 and 80), and growth in percent a year.
STRENGTH_LOW, STRENGTH_HIGH = 19.0, 81.0
GROWTH_LOW, GROWTH_HIGH = -31.0, 31.0
# A firm is strong from 50 on and grows from 0 % on: both lines are edges of bins.
STRONG_FROM = 32
GROWING_FROM = 32
N_CELL = N_BIN * N_BIN

# Bins of strength and of growth that one arrow stands for; both part the quadrants' lines.
ARROW_COLUMNS, ARROW_ROWS = 8, 4

# What a firm became where it is in no cell; all stand after the cells.
DEFAULTED, CLOSED, MERGED, SILENT, UNPLACED = range(N_CELL, N_CELL + 5)

# Whose growth is measured over how many years, and years after which a firm is looked for again;
# the first of each is what a reader sees who chooses nothing.
GROWTH_MEASURES = ("sales", "employees")
GROWTH_WINDOWS = (3, 1)
LATER = (3, 1, 5)


@dataclass(frozen=True, slots=True)
class GrowthAxis:
    """One way to measure growth, in percent a year: of what (one of GROWTH_MEASURES) and over how
    many years. Its columns in credit_score and credit_user are named here and nowhere else."""

    measure: str
    window: int

    @property
    def growth(self) -> str:
        """The column of growth."""
        return f"{self.measure}_growth_{self.window}"

    @property
    def cell(self) -> str:
        """The column of the cell."""
        return f"map_bin_{self.suffix}"

    def after(self, later: int) -> str:
        """The column of the cell or exit ``later`` years on."""
        return f"bin_{self.suffix}_after_{later}"

    @property
    def suffix(self) -> str:
        """What tells its columns from those of other axes; sales, the first, are not named."""
        return f"{self.window}" if self.measure == "sales" else f"{self.measure}_{self.window}"


GROWTH_AXES = tuple(GrowthAxis(m, w) for m in GROWTH_MEASURES for w in GROWTH_WINDOWS)
