"""The applications behind an aggregate, row by row, within what the asker may see of firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, FromClause, Text, and_, cast, func, select

from queries.award_list import LONGEST_WINDOW
from queries.dimensions import APPLICATION_YEAR, COLUMN_OF_LEVEL, UNKNOWN, chosen_levels
from queries.measures import GRANTED_YEN, N_APPLICATION, REQUESTED_YEN
from queries.parameters import ApplicationParameters, one_of, whole_number
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import application, dimension_member, size_class

DECISIONS = ("adopted", "rejected", "withdrawn")
SORTS = (
    "date_desc",
    "date_asc",
    "requested_desc",
    "requested_asc",
    "granted_desc",
    "granted_asc",
)
# What each name of the list stands for: the domain of its members, the column of their code.
_NAMES = {
    "programme_name": ("programme", "programme_code"),
    "prefecture_name": ("region", "prefecture_code"),
    "municipality_name": ("region", "municipality_code"),
    "division_name": ("industry", "division_code"),
    "technology_name": ("technology", "technology_code"),
}


@dataclass(frozen=True, slots=True)
class DecidedParameters(ApplicationParameters):
    """The filter of applications narrowed to one decision, or not."""

    decision: str = one_of("all", *DECISIONS)


@dataclass(frozen=True, slots=True)
class ApplicationListParameters(DecidedParameters):
    """The filter with an order and a window of rows (``start`` from 0, ``rows`` long)."""

    order: str = one_of(*SORTS)
    start: int = whole_number(0, 0, 100_000_000)
    rows: int = whole_number(LONGEST_WINDOW, 1, LONGEST_WINDOW)


def application_list(cursor: Cursor, parameters: ApplicationListParameters) -> pd.DataFrame:
    """One row per application of the filter, in the order asked; missing values last.

    Applicants appear under their pseudonym. An application whose day is not known stands by its
    fiscal year. Amounts in yen. Firms that do not allow it are left out.
    """
    listed = application.c
    window = (
        select(
            listed.application_id,
            listed.firm_id,
            listed.applied_date,
            listed.fiscal_year,
            listed.decision,
            listed.project_name,
            listed.n_employee,
            listed.requested_yen,
            listed.granted_yen,
            *(listed[column] for _, column in _NAMES.values()),
        )
        .where(*_chosen(parameters))
        .order_by(*_order(application, parameters.order))
        .limit(parameters.rows)
        .offset(parameters.start)
        .subquery("listed")
    )
    # Names are looked up for the rows of the window only.
    place: FromClause = window
    names: dict[str, ColumnElement[Any]] = {}
    for name, (domain, column) in _NAMES.items():
        member = dimension_member.alias(name)
        is_same = and_(member.c.domain == domain, member.c.code == window.c[column])
        place = place.outerjoin(member, is_same)
        names[name] = member.c.name.label(name)
    row = window.c
    return cursor.fetch(
        select(
            row.applied_date,
            row.fiscal_year,
            names["programme_name"],
            row.decision,
            row.project_name,
            names["prefecture_name"],
            names["municipality_name"],
            names["division_name"],
            names["technology_name"],
            row.n_employee,
            row.requested_yen,
            row.granted_yen,
            cast(row.firm_id, Text).label("firm_id"),
        )
        .select_from(place)
        .order_by(*_order(window, parameters.order))
    )


def application_list_size(cursor: Cursor, parameters: DecidedParameters) -> pd.DataFrame:
    """One row: how many applications, of how many firms, ``application_list`` would show."""
    return cursor.fetch(
        select(
            func.count().label("n_application"),
            func.count(application.c.firm_id.distinct()).label("n_applicant"),
        )
        .select_from(application)
        .where(*_chosen(parameters))
    )


def _order(table: FromClause, order: str) -> list[ColumnElement[Any]]:
    row = table.c
    key, direction = order.split("_")
    keys: dict[str, list[ColumnElement[Any]]] = {
        "date": [row.fiscal_year, row.applied_date],
        "requested": [row.requested_yen],
        "granted": [row.granted_yen],
    }
    ordered = [k.asc() if direction == "asc" else k.desc() for k in keys[key]]
    return [*(k.nulls_last() for k in ordered), row.application_id]


def _chosen(parameters: DecidedParameters) -> list[ColumnElement[bool]]:
    chosen = [_is_in(level, code) for level, code in chosen_levels(parameters).items()]
    if parameters.decision != "all":
        chosen.append(application.c.decision == parameters.decision)
    return chosen


def _is_in(level: str, code: str) -> ColumnElement[bool]:
    """The applications of one member; a row holds no bureau and no class of size, and nothing
    where its industry or technology is not known."""
    row = application.c
    if level == "bureau":
        member = dimension_member.c
        own = select(member.code).where(member.domain == "region", member.parent_code == code)
        return row.prefecture_code.in_(own)
    if level == "size":
        return _has_size(code)
    column = row[COLUMN_OF_LEVEL[level]]
    if code == UNKNOWN:
        return column.is_(None)
    return column == (int(code) if level == "year" else code)


def _has_size(code: str) -> ColumnElement[bool]:
    n, bounds = application.c.n_employee, size_class.c
    if code == UNKNOWN:
        return n.is_(None)
    same = bounds.size_code == code
    least = select(bounds.least).where(same).scalar_subquery()
    most = select(bounds.most).where(same).scalar_subquery()
    return (n >= least) & (n <= func.coalesce(most, n))


ROWS = Question(
    name="application_list",
    function=application_list,
    parameters=ApplicationListParameters,
    columns=(
        Quantity("applied_date"),
        APPLICATION_YEAR,
        Quantity("programme_name", definition_of="applied_programme_name"),
        Quantity("decision"),
        Quantity("project_name", definition_of="applied_project_name"),
        Quantity("prefecture_name", definition_of="applicant_prefecture_name"),
        Quantity("municipality_name", definition_of="applicant_municipality_name"),
        Quantity("division_name", definition_of="applicant_division_name"),
        Quantity("technology_name"),
        Quantity("n_employee", Unit.PERSON),
        REQUESTED_YEN,
        GRANTED_YEN,
        Quantity("firm_id"),
    ),
    sources=("subsidy_application", "sapoin_application", "sapoin_execution"),
)
SIZE = Question(
    name="application_list_size",
    function=application_list_size,
    parameters=DecidedParameters,
    columns=(N_APPLICATION, Quantity("n_applicant", Unit.FIRM)),
    sources=ROWS.sources,
)
