"""The numbers of a matched comparison, and from how many on they are shown."""

from __future__ import annotations

from store.quantity import DisclosureRule, Quantity, Unit

_VALUE = DisclosureRule.MAGNITUDE

# An estimate needs so many users in sets; below there are counts only. That of a sub-group needs as
# many, and so many sets that count at its event time.
FEWEST_USERS, FEWEST_SETS = 30, 10
WARN_ABOVE, BLOCK_ABOVE = 0.1, 0.25
FIRST_EVENT, LAST_EVENT, BASE_EVENT = -3, 8, -1
# Deliveries that the tables behind a matched comparison are made of.
SOURCES = (
    "subsidy_application",
    "sapoin_application",
    "gbiz_subsidy",
    "support_record",
    "financial_statement",
    "firm_key",
    "nta_register",
)

STATUS = Quantity("status", definition_of="estimate_status")
MATCH_UNIT = Quantity("unit", definition_of="unit_of_row")
EVENT = Quantity("event_year", Unit.YEAR, definition_of="matched_event_year")
SPECIFICATION = Quantity("specification", definition_of="matched_specification")

BALANCE = (
    Quantity("covariate", definition_of="matched_covariate"),
    Quantity("smd_before", definition_of="smd_before"),
    Quantity("smd_after", definition_of="smd_after"),
    Quantity("variance_ratio_before", definition_of="variance_ratio_before"),
    Quantity("variance_ratio_after", definition_of="variance_ratio_after"),
    Quantity("n_user", Unit.FIRM, definition_of="n_matched_user"),
    Quantity("n_control", Unit.FIRM, definition_of="n_matched_control"),
    Quantity("n_control_effective", Unit.FIRM, definition_of="n_control_effective"),
    Quantity("verdict", definition_of="balance_verdict"),
    SPECIFICATION,
    STATUS,
)

LOSS = (
    Quantity("step", definition_of="matched_step"),
    Quantity("n", Unit.FIRM, definition_of="n_matched_step"),
    Quantity("share", Unit.PERCENT, definition_of="share_matched_step"),
    Quantity("n_pair", Unit.RECORD, definition_of="n_matched_pair"),
    Quantity("n_reused", Unit.FIRM, definition_of="n_matched_reused"),
    Quantity("most_uses", definition_of="most_matched_uses"),
    Quantity("match_table", definition_of="match_table_number"),
    SPECIFICATION,
)

PATH = (
    EVENT,
    Quantity("n", Unit.FIRM, definition_of="n_matched_set"),
    Quantity("n_user_alive", Unit.FIRM),
    Quantity("n_control_alive", Unit.FIRM),
    # Percent of the year before, yen or persons: the column ``unit`` says which.
    Quantity("user_mean", rule=_VALUE),
    Quantity("control_mean", rule=_VALUE),
    Quantity("difference", rule=_VALUE, definition_of="matched_difference"),
    Quantity("difference_low", rule=_VALUE, definition_of="matched_difference_low"),
    Quantity("difference_high", rule=_VALUE, definition_of="matched_difference_high"),
    Quantity("difference_error", rule=_VALUE, definition_of="matched_difference_error"),
    Quantity("difference_median", rule=_VALUE, definition_of="matched_difference_median"),
    Quantity("difference_winsorised", rule=_VALUE, definition_of="matched_difference_winsorised"),
    Quantity("plain_difference", rule=_VALUE),
    Quantity("plain_ratio", rule=_VALUE),
    MATCH_UNIT,
    SPECIFICATION,
    STATUS,
)

EXIT = (
    Quantity("kind", definition_of="exit_kind"),
    EVENT,
    Quantity("n_user_at_risk", Unit.FIRM),
    Quantity("n_control_at_risk", Unit.FIRM),
    Quantity("user_share", Unit.PERCENT, _VALUE, definition_of="exit_user_share"),
    Quantity("control_share", Unit.PERCENT, _VALUE, definition_of="exit_control_share"),
    Quantity("difference", Unit.PERCENTAGE_POINT, _VALUE, definition_of="exit_difference"),
    Quantity("difference_low", Unit.PERCENTAGE_POINT, _VALUE, definition_of="exit_difference_low"),
    Quantity(
        "difference_high", Unit.PERCENTAGE_POINT, _VALUE, definition_of="exit_difference_high"
    ),
    SPECIFICATION,
    STATUS,
)

CHECK = (
    Quantity("check", definition_of="matched_check"),
    Quantity("value", definition_of="matched_check_value"),
    Quantity("low", definition_of="matched_check_low"),
    Quantity("high", definition_of="matched_check_high"),
    Quantity("p_value", definition_of="matched_check_p_value"),
    Quantity("is_good", definition_of="matched_check_is_good"),
    Quantity("n", Unit.FIRM, definition_of="n_matched_check"),
    MATCH_UNIT,
    SPECIFICATION,
)

# Percent, yen or persons: the column ``unit`` says which.
GROUPS = (
    Quantity("member_code", definition_of="matched_group_code"),
    Quantity("member_name", definition_of="matched_group_name"),
    Quantity("n_user", Unit.FIRM, definition_of="n_matched_user"),
    Quantity("n", Unit.FIRM, definition_of="n_matched_set"),
    Quantity("difference", rule=_VALUE, definition_of="group_difference"),
    Quantity("difference_low", rule=_VALUE, definition_of="group_difference_low"),
    Quantity("difference_high", rule=_VALUE, definition_of="group_difference_high"),
    Quantity("difference_error", rule=_VALUE, definition_of="group_difference_error"),
    Quantity("shrunken", rule=_VALUE, definition_of="group_shrunken"),
    Quantity("shrunken_low", rule=_VALUE, definition_of="group_shrunken_low"),
    Quantity("shrunken_high", rule=_VALUE, definition_of="group_shrunken_high"),
    Quantity("own_weight", Unit.PERCENT, definition_of="group_own_weight"),
    Quantity("false_discovery", definition_of="group_false_discovery"),
    Quantity("is_marked", definition_of="group_is_marked"),
    Quantity("shown_in", definition_of="group_shown_in"),
    Quantity("shown_in_name", definition_of="group_shown_in_name"),
    MATCH_UNIT,
    SPECIFICATION,
    STATUS,
)

# One row per pair, so that anybody with the same rows can match again and compare.
TABLE = (
    Quantity("user_id", definition_of="matched_user_id"),
    Quantity("control_id", definition_of="matched_control_id"),
    Quantity("cohort", definition_of="matched_cohort"),
    Quantity("base_year", definition_of="matched_base_year"),
    Quantity("bureau_code", definition_of="matched_bureau"),
    Quantity("division_code", definition_of="matched_division"),
    Quantity("major_code", definition_of="matched_major"),
    Quantity("size_code", definition_of="matched_size"),
    Quantity("missing_bits", definition_of="matched_missing_bits"),
    Quantity("sales_gap", definition_of="matched_sales_gap"),
    Quantity("distance", definition_of="matched_distance"),
    Quantity("weight", definition_of="matched_weight"),
    SPECIFICATION,
)
