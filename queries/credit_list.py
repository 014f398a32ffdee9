"""The firms behind the plane of credit strength and growth, one by one, within what the asker may
see of firms: the users of a measure, or everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    SmallInteger,
    Table,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from queries.award_list import LONGEST_WINDOW
from queries.credit_map_measures import BY_GROWTH, EXITS, QUADRANT
from queries.credit_map_sample import (
    USER_SOURCES,
    bin_of,
    column_of,
    in_map,
    later_bin,
    users_in_map,
)
from queries.dimensions import ALL_YEARS
from queries.parameters import QUADRANTS, CreditMapParameters, one_of, whole_number
from queries.question import Question
from store import credit_grid as grid
from store.credit_map_tables import credit_user
from store.cursor import Cursor
from store.quantity import DisclosureRule, Quantity, Unit
from store.tables import credit_score, dimension_member, firm

SORTS = (
    "year_desc",
    "year_asc",
    "strength_desc",
    "strength_asc",
    "growth_desc",
    "growth_asc",
)
# What each name of the list stands for: the domain of its members, the column of their code.
_NAMES = {
    "prefecture_name": ("region", "prefecture_code"),
    "division_name": ("industry", "division_code"),
    "size_name": ("size", "size_code"),
}


@dataclass(frozen=True, slots=True)
class ListedParameters(CreditMapParameters):
    """The filter of the map, and whether the users of the measure are ``listed`` or everyone.

    The measure it is compared with plays no part, and of everyone that of users neither.
    """

    listed: str = one_of("users", "everyone")


@dataclass(frozen=True, slots=True)
class CreditListParameters(ListedParameters):
    """The firms that are listed with an order and a window of rows (``start`` from 0, ``rows``
    long)."""

    order: str = one_of(*SORTS)
    start: int = whole_number(0, 0, 100_000_000)
    rows: int = whole_number(LONGEST_WINDOW, 1, LONGEST_WINDOW)


def credit_list(cursor: Cursor, parameters: CreditListParameters) -> pd.DataFrame:
    """One row per user of the measure in the chosen quadrant, in the order asked: its pseudonym,
    where it stood in the year before its first use, and in which quadrant or how gone it was some
    years later (``unknown`` where that year has not ended). Of everyone a row per firm, where it
    stood in the chosen fiscal year, for all years in the last one; ``first_year`` is empty there.

    Read beside the row of the firm itself, so that whoever may not see firms, or only some of them,
    sees no more here.
    """
    table = _table(parameters)
    row = table.c
    is_users = parameters.listed == "users"
    growth = row[parameters.axis.growth]
    window = (
        _listed(parameters)
        .with_only_columns(
            row.firm_id,
            (row.first_year if is_users else cast(null(), SmallInteger)).label("first_year"),
            row.fiscal_year,
            row.deviation,
            growth.label("growth"),
            _quadrant(bin_of(table, parameters)).label("quadrant"),
            _end(later_bin(table, parameters)).label("end"),
            # Of the register, as the scope of who asks is.
            firm.c.prefecture_code,
            row.division_code,
            row.size_code,
        )
        .order_by(*_order(row.fiscal_year, row.deviation, growth, row.firm_id, parameters.order))
        .limit(parameters.rows)
        .offset(parameters.start)
        .subquery("listed")
    )
    place: FromClause = window
    names: list[ColumnElement[Any]] = []
    for name, (domain, column) in _NAMES.items():
        member = dimension_member.alias(name)
        is_same = and_(member.c.domain == domain, member.c.code == window.c[column])
        place = place.outerjoin(member, is_same)
        names.append(member.c.name.label(name))
    found = window.c
    return cursor.fetch(
        select(
            found.first_year,
            found.fiscal_year,
            found.deviation,
            found.growth,
            found.quadrant,
            found.end,
            *names,
            cast(found.firm_id, Text).label("firm_id"),
        )
        .select_from(place)
        .order_by(
            *_order(
                found.fiscal_year, found.deviation, found.growth, found.firm_id, parameters.order
            )
        )
    )


def credit_list_size(cursor: Cursor, parameters: ListedParameters) -> pd.DataFrame:
    """One row: how many firms ``credit_list`` would show."""
    return cursor.fetch(_listed(parameters).with_only_columns(func.count().label("n_firm")))


def _table(parameters: ListedParameters) -> Table:
    return credit_user if parameters.listed == "users" else credit_score


def _listed(parameters: ListedParameters) -> Select[Any]:
    """The users that the filter leaves, or everyone, each beside the firm of the register."""
    table = _table(parameters)
    if parameters.listed == "users":
        chosen = users_in_map(parameters, parameters.measure)
    else:
        chosen = in_map(table, parameters)
        if parameters.year == ALL_YEARS:
            # Each firm once.
            last = select(func.max(table.c.fiscal_year)).where(
                bin_of(table, parameters).is_not(None)
            )
            chosen.append(table.c.fiscal_year == last.scalar_subquery())
    if parameters.quadrant:
        chosen.append(_quadrant(bin_of(table, parameters)) == parameters.quadrant)
    return (
        select(table.c.firm_id)
        .select_from(table.join(firm, table.c.firm_id == firm.c.firm_id))
        .where(*chosen)
    )


def _quadrant(cell: ColumnElement[int]) -> ColumnElement[str]:
    is_strong = column_of(cell) >= grid.STRONG_FROM
    is_growing = cell >= grid.GROWING_FROM * grid.N_BIN
    weak_shrinking, strong_shrinking, weak_growing, strong_growing = QUADRANTS
    return case(
        (and_(is_strong, is_growing), literal(strong_growing)),
        (is_growing, literal(weak_growing)),
        (is_strong, literal(strong_shrinking)),
        else_=literal(weak_shrinking),
    )


def _end(cell: ColumnElement[int]) -> ColumnElement[str]:
    exits = [(cell == number, literal(name)) for number, name in EXITS.items()]
    return case((cell.is_(null()), literal("unknown")), *exits, else_=_quadrant(cell))


def _order(
    year: ColumnElement[Any],
    strength: ColumnElement[Any],
    growth: ColumnElement[Any],
    firm_id: ColumnElement[Any],
    order: str,
) -> list[ColumnElement[Any]]:
    name, direction = order.split("_")
    key = {"year": year, "strength": strength, "growth": growth}[name]
    return [key.asc() if direction == "asc" else key.desc(), firm_id]


_VALUE = DisclosureRule.MAGNITUDE
ROWS = Question(
    name="credit_list",
    function=credit_list,
    parameters=CreditListParameters,
    columns=(
        Quantity("first_year", definition_of="credit_list_year"),
        Quantity("fiscal_year", definition_of="credit_list_fiscal_year"),
        Quantity("deviation", Unit.POINT, _VALUE, definition_of="credit_list_strength"),
        Quantity(
            "growth",
            Unit.PERCENT,
            _VALUE,
            definition_of="credit_list_growth",
            varies_by=BY_GROWTH,
        ),
        QUADRANT,
        Quantity("end", definition_of="credit_list_end"),
        Quantity("prefecture_name", definition_of="credit_list_prefecture"),
        Quantity("division_name", definition_of="credit_list_division"),
        Quantity("size_name", definition_of="credit_list_size_class"),
        Quantity("firm_id"),
    ),
    sources=USER_SOURCES,
)
SIZE = Question(
    name="credit_list_size",
    function=credit_list_size,
    parameters=ListedParameters,
    columns=(Quantity("n_firm", Unit.FIRM, definition_of="n_credit_listed"),),
    sources=USER_SOURCES,
)
QUESTIONS = (ROWS, SIZE)
