"""The numbers of following users of a measure, and which years they are followed over."""

from __future__ import annotations

from store.quantity import DisclosureRule, Quantity, Unit

_COUNT = DisclosureRule.INTERNAL
_VALUE = DisclosureRule.MAGNITUDE

# Deliveries that monitoring_path and the cubes of the industries are made of.
SOURCES = (
    "subsidy_application",
    "sapoin_application",
    "support_record",
    "financial_statement",
    "firm_key",
)
# Values beyond these shares count as the value there.
LOWEST_SHARE, HIGHEST_SHARE = 0.01, 0.99

SINCE_USE = Quantity("event_year", Unit.YEAR, definition_of="years_since_use")
FIRST_USE = Quantity("first_year", definition_of="first_use_year")
N_USER = Quantity("n_user", Unit.FIRM, _COUNT, definition_of="n_followed_user")
N_STATED = Quantity("n", Unit.FIRM, _COUNT, definition_of="n_stated_user")
UNIT = Quantity("unit", definition_of="unit_of_row")
STATUS = Quantity("status", definition_of="estimate_status")

# Yen, or persons: the column ``unit`` says which.
CENTRES = ("median", "mean", "winsorised_mean")
CENTRE_COLUMNS = tuple(
    Quantity(f"{centre}{end}", rule=_VALUE, definition_of=f"users_{centre}{end}")
    for centre in CENTRES
    for end in ("", "_low", "_high")
) + tuple(
    Quantity(f"reference_{centre}", rule=_VALUE, definition_of=f"users_reference_{centre}")
    for centre in CENTRES
)
N_REFERENCE = Quantity("n_reference", Unit.FIRM, _COUNT, definition_of="n_referenced_user")
N_CHANGE = Quantity("n_change", Unit.FIRM, _COUNT, definition_of="n_changed_user")
CHANGES = tuple(
    Quantity(name, Unit.PERCENT, _VALUE, definition_of=f"users_{name}")
    for name in ("median_change", "median_change_low", "median_change_high")
)

EXIT_STATE = Quantity("exit_state", definition_of="user_exit_state")
N_AT_RISK = Quantity("n_at_risk", Unit.FIRM, _COUNT, definition_of="n_followed")
N_EXIT = Quantity("n_exit", Unit.FIRM, _COUNT, definition_of="n_user_exit")
EXIT_RATES = tuple(
    Quantity(name, Unit.PERCENT, _VALUE, definition_of=f"user_{name}")
    for name in ("exit_rate", "exit_rate_low", "exit_rate_high", "reference_exit_rate")
)
