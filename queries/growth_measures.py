"""The numbers of growth: what grew by how much, and how it goes with the result of applying."""

from __future__ import annotations

from store.quantity import DisclosureRule, Quantity, Unit

_COUNT = DisclosureRule.INTERNAL
_VALUE = DisclosureRule.MAGNITUDE

# Fewer applications than these, or than these on either side, and no relation is estimated.
FEWEST_APPLICATIONS = 30
FEWEST_OF_A_SIDE = 10
# The outer percentiles need more firms than the inner ones.
FEWEST_FOR_OUTER = 20
# Growth beyond these shares of all rows is set to the value at them.
LOWEST_SHARE, HIGHEST_SHARE = 0.01, 0.99

N_GROWTH = Quantity("n", Unit.RECORD, _COUNT, definition_of="n_growth")
N_GROWTH_FIRM = Quantity("n_firm", Unit.FIRM, _COUNT, definition_of="n_growth_firm")
N_ADOPTED_GROWTH = Quantity("n_adopted", Unit.AWARD, _COUNT, definition_of="n_adopted_growth")
N_REJECTED_GROWTH = Quantity("n_rejected", Unit.RECORD, _COUNT, definition_of="n_rejected_growth")
DECISION = Quantity("decision", definition_of="growth_decision")
STATUS = Quantity("status", definition_of="estimate_status")

PERCENTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
SPREAD = tuple(
    Quantity(name, Unit.PERCENT, _VALUE, definition_of=f"growth_{name}") for name in PERCENTILES
)
P25, MEDIAN, P75 = SPREAD[1:4]
GROWTH_MEAN = Quantity("mean", Unit.PERCENT, _VALUE, definition_of="growth_mean")

MEDIAN_ADOPTED = Quantity("median_adopted", Unit.PERCENT, _VALUE)
MEDIAN_REJECTED = Quantity("median_rejected", Unit.PERCENT, _VALUE)
RHO = Quantity("rho")
RHO_LOW = Quantity("rho_low")
RHO_HIGH = Quantity("rho_high")
SLOPE = Quantity("slope", Unit.PERCENTAGE_POINT, _VALUE)
SLOPE_LOW = Quantity("slope_low", Unit.PERCENTAGE_POINT, _VALUE)
SLOPE_HIGH = Quantity("slope_high", Unit.PERCENTAGE_POINT, _VALUE)
P_VALUE = Quantity("p_value")
Q_VALUE = Quantity("q_value")
IS_MARKED = Quantity("is_marked")

# What every estimated relation carries.
RELATION = (
    N_GROWTH,
    N_ADOPTED_GROWTH,
    N_REJECTED_GROWTH,
    MEDIAN_ADOPTED,
    MEDIAN_REJECTED,
    RHO,
    RHO_LOW,
    RHO_HIGH,
    SLOPE,
    SLOPE_LOW,
    SLOPE_HIGH,
    P_VALUE,
    Q_VALUE,
    IS_MARKED,
    STATUS,
)

BIN = Quantity("bin", definition_of="growth_bin")
# Yen or points: the column ``unit`` says which.
X_LOW = Quantity("x_low")
X_MEDIAN = Quantity("x_median")
X_HIGH = Quantity("x_high")
UNIT = Quantity("unit", definition_of="unit_of_row")
