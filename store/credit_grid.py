"""The plane of credit strength and growth: how a firm's place in it is written as one number.

Both axes have a bin below, bins of one unit between, and a bin above; the number of a cell is
row × N_BIN + column, row by growth and column by strength.
"""

from __future__ import annotations

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

# Years over which growth is measured, and years after which a firm is looked for again.
GROWTH_WINDOWS = (3, 1)
LATER = (3, 1, 5)
