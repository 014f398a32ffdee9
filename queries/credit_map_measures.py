"""The numbers of the plane of credit strength and growth."""

from __future__ import annotations

from store import credit_grid as grid
from store.quantity import DisclosureRule, Quantity, Unit

_COUNT, _VALUE = DisclosureRule.INTERNAL, DisclosureRule.MAGNITUDE

# Fewer users in a cell are not drawn; fewer firms give no share, no mean and no arrow.
FEWEST_IN_BLOCK = 3
FEWEST_IN_MEAN = 10
# What a firm became that is in no cell.
EXITS = {
    grid.DEFAULTED: "default",
    grid.CLOSED: "closure",
    grid.MERGED: "merger",
    grid.SILENT: "silence",
    grid.UNPLACED: "unplaced",
}

# The parameter that says whose growth a column is of.
BY_GROWTH = "growth_of"

N_ALL = Quantity("n", Unit.RECORD, _COUNT, definition_of="n_credit_map")
N_USER = Quantity("n_user", Unit.FIRM, _COUNT, definition_of="n_credit_user")
USER_SERIES = Quantity("series", definition_of="credit_user_series")
MEAN_STRENGTH = Quantity("strength", None, _VALUE, definition_of="credit_mean_strength")
MEAN_GROWTH = Quantity(
    "growth", Unit.PERCENT, _VALUE, definition_of="credit_mean_growth", varies_by=BY_GROWTH
)
BLOCK = Quantity("cell", definition_of="credit_block")
CELL = Quantity("cell", definition_of="credit_cell")
STRENGTH_LOW = Quantity("strength_low", definition_of="credit_cell_strength_low")
STRENGTH_HIGH = Quantity("strength_high", definition_of="credit_cell_strength_high")
GROWTH_LOW = Quantity(
    "growth_low", Unit.PERCENT, definition_of="credit_cell_growth_low", varies_by=BY_GROWTH
)
GROWTH_HIGH = Quantity(
    "growth_high", Unit.PERCENT, definition_of="credit_cell_growth_high", varies_by=BY_GROWTH
)
DENSITY = Quantity("share", Unit.PERCENT, definition_of="credit_cell_share")
HELD = Quantity("held", Unit.PERCENT, definition_of="credit_cell_held")

QUADRANT = Quantity("quadrant", definition_of="credit_quadrant", varies_by=BY_GROWTH)
SHARE_ALL = Quantity("share_all", Unit.PERCENT, definition_of="credit_share_all")
SHARE_USER = Quantity("share_user", Unit.PERCENT, definition_of="credit_share_user")
SHARE_LOW = Quantity("share_user_low", Unit.PERCENT, definition_of="credit_share_user_low")
SHARE_HIGH = Quantity("share_user_high", Unit.PERCENT, definition_of="credit_share_user_high")
QUOTIENT = Quantity("quotient", definition_of="credit_quotient")
QUOTIENT_LOW = Quantity("quotient_low", definition_of="credit_quotient_low")
QUOTIENT_HIGH = Quantity("quotient_high", definition_of="credit_quotient_high")
STATUS = Quantity("status", definition_of="credit_map_status")

N_VERSUS = Quantity("n_versus", Unit.FIRM, _COUNT, definition_of="n_credit_versus")
N_BOTH = Quantity("n_both", Unit.FIRM, _COUNT, definition_of="n_credit_both")
VERSUS_SHARES = tuple(
    Quantity(f"share_versus{end}", Unit.PERCENT, definition_of=f"credit_share_versus{end}")
    for end in ("", "_low", "_high")
)
SHARE_DIFFERENCES = tuple(
    Quantity(name, Unit.PERCENTAGE_POINT, definition_of=f"credit_{name}")
    for name in ("share_difference", "share_difference_low", "share_difference_high")
)

GROUP = Quantity("series", definition_of="credit_group")
N_MOVED = Quantity("n", Unit.RECORD, _COUNT, definition_of="n_credit_moved")
STRENGTH = Quantity("strength", definition_of="credit_start_strength")
GROWTH = Quantity("growth", Unit.PERCENT, definition_of="credit_start_growth", varies_by=BY_GROWTH)
MOVES = (
    Quantity("dx", None, _VALUE, definition_of="credit_dx"),
    Quantity("dx_low", None, _VALUE, definition_of="credit_dx_low"),
    Quantity("dx_high", None, _VALUE, definition_of="credit_dx_high"),
    Quantity("dy", Unit.PERCENTAGE_POINT, _VALUE, definition_of="credit_dy", varies_by=BY_GROWTH),
    Quantity("dy_low", Unit.PERCENTAGE_POINT, _VALUE, definition_of="credit_dy_low"),
    Quantity("dy_high", Unit.PERCENTAGE_POINT, _VALUE, definition_of="credit_dy_high"),
)

START = Quantity("start", definition_of="credit_start", varies_by=BY_GROWTH)
END = Quantity("end", definition_of="credit_end")
N_START = Quantity("n_start", Unit.RECORD, _COUNT, definition_of="n_credit_start")
N_END = Quantity("n", Unit.RECORD, _COUNT, definition_of="n_credit_end")
SHARE_END = Quantity("share", Unit.PERCENT, definition_of="credit_share_end")
SHARE_END_LOW = Quantity("share_low", Unit.PERCENT, definition_of="credit_share_end_low")
SHARE_END_HIGH = Quantity("share_high", Unit.PERCENT, definition_of="credit_share_end_high")
