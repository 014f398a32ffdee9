"""Which users of a measure are looked at."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from queries.dimensions import COLUMN_OF_LEVEL, industry_level, region_level
from queries.parameters import MonitoringParameters
from store.tables import monitoring_path

# No year, or that which stands for all years.
NO_END = ("", "0")


def of_users(parameters: MonitoringParameters) -> list[ColumnElement[bool]]:
    """The rows of monitoring_path that the filter leaves."""
    row = monitoring_path.c
    region = parameters.region
    if region_level(region) == "municipality":
        region = region[:2]
    chosen = {
        region_level(region): region,
        industry_level(parameters.industry): parameters.industry,
        "size": parameters.size,
    }
    conditions = [row.measure_code == parameters.measure]
    conditions += [row[COLUMN_OF_LEVEL[level]] == code for level, code in chosen.items() if code]
    if parameters.used_from not in NO_END:
        conditions.append(row.first_year >= int(parameters.used_from))
    if parameters.used_to not in NO_END:
        conditions.append(row.first_year <= int(parameters.used_to))
    if parameters.users == "once":
        conditions.append(row.is_repeater.is_(False))
    return conditions
