"""The numbers of the study of research support, and which years and projects it looks at."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause

from store.quantity import DisclosureRule, Quantity, Unit

_COUNT = DisclosureRule.PUBLIC_COUNT
_VALUE = DisclosureRule.MAGNITUDE

# The programmes of research support: サポイン and its successor.
RESEARCH_PROGRAMMES = ("sapoin", "gotech")
# Years around that of the application in which firms are followed; changes are taken from the
# year before the application.
FIRST_EVENT_YEAR, LAST_EVENT_YEAR, BASE_YEAR = -3, 8, -1
REPORT_YEARS = (1, 2, 3, 4, 5)
QUARTERS = (1, 2, 3, 4)
ADOPTED, REJECTED = "adopted", "rejected"

RESEARCH_YEAR = Quantity("fiscal_year", definition_of="research_year")
YEARS_SINCE_COMPLETION = Quantity("years_since_completion", Unit.YEAR)
POINTS_QUARTER = Quantity("points_quarter")
N_ADOPTED_PROJECT = Quantity("n_adopted", Unit.AWARD, _COUNT, definition_of="n_adopted_project")
N_PROJECT_SALES = Quantity("n_project_sales", Unit.AWARD, _COUNT)
MEAN_PROJECT_SALES_YEN = Quantity(
    "mean_project_sales_yen", Unit.YEN, _VALUE, denominator="n_project_sales"
)
PROJECT_SALES_LOW = Quantity("project_sales_low_yen", Unit.YEN, _VALUE)
PROJECT_SALES_HIGH = Quantity("project_sales_high_yen", Unit.YEN, _VALUE)
DECIDED_YEN = Quantity("decided_yen", Unit.YEN, _VALUE)
STATUS = Quantity("status", definition_of="estimate_status")

PATH_SERIES = Quantity("series", definition_of="path_series")
EVENT_YEAR = Quantity("event_year", Unit.YEAR)
UNIT = Quantity("unit", definition_of="unit_of_row")
N_PATH = Quantity("n", Unit.RECORD, definition_of="n_path")
N_PATH_FIRM = Quantity("n_firm", Unit.FIRM, definition_of="n_path_firm")
N_ADOPTED_LATER = Quantity("n_adopted_later", Unit.RECORD)
# Yen, or persons: the column ``unit`` says which.
PATH_MEAN = Quantity("mean", rule=_VALUE, definition_of="path_mean")
PATH_LOW = Quantity("mean_low", rule=_VALUE, definition_of="path_mean_low")
PATH_HIGH = Quantity("mean_high", rule=_VALUE, definition_of="path_mean_high")
PATH_MEDIAN = Quantity("median", rule=_VALUE, definition_of="path_median")
PATH_WINSORISED = Quantity("winsorised_mean", rule=_VALUE, definition_of="path_winsorised_mean")

N_CHANGE_ADOPTED = Quantity("n_adopted", Unit.AWARD, definition_of="n_change_adopted")
N_CHANGE_REJECTED = Quantity("n_rejected", Unit.RECORD, definition_of="n_change_rejected")
CHANGE_ADOPTED = Quantity("change_adopted", rule=_VALUE)
CHANGE_REJECTED = Quantity("change_rejected", rule=_VALUE)
DIFFERENCE = Quantity("difference", rule=_VALUE, definition_of="path_difference")
DIFFERENCE_LOW = Quantity("difference_low", rule=_VALUE, definition_of="path_difference_low")
DIFFERENCE_HIGH = Quantity("difference_high", rule=_VALUE, definition_of="path_difference_high")

STAGE = Quantity("stage", definition_of="funnel_stage")
N_STAGE = Quantity("n", Unit.RECORD, _COUNT, definition_of="n_stage")
SHARE_ADOPTED = Quantity("share_adopted", Unit.PERCENT, _COUNT)
SHARE_BEFORE = Quantity("share_before", Unit.PERCENT, _COUNT)


def in_cohort(table: FromClause, cohort: str) -> list[ColumnElement[bool]]:
    """The applications of the fiscal years that a cohort (``2006_2008``, ``all``) spans."""
    if cohort == "all":
        return []
    first, last = cohort.split("_")
    return [table.c.fiscal_year.between(int(first), int(last))]
