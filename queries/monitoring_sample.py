"""Which users of a measure are looked at."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from queries.dimensions import in_area
from queries.parameters import MonitoringParameters
from store.tables import monitoring_path

# No year, or that which stands for all years.
NO_END = ("", "0")


def of_users(parameters: MonitoringParameters) -> list[ColumnElement[bool]]:
    """The rows of monitoring_path that the filter leaves."""
    row = monitoring_path.c
    conditions = [row.measure_code == parameters.measure, *in_area(monitoring_path, parameters)]
    if parameters.used_from not in NO_END:
        conditions.append(row.first_year >= int(parameters.used_from))
    if parameters.used_to not in NO_END:
        conditions.append(row.first_year <= int(parameters.used_to))
    if parameters.users == "once":
        conditions.append(row.is_repeater.is_(False))
    return conditions
