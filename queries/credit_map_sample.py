"""The statements of the plane of credit strength and growth: which of them, where, and whose."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    cast,
    func,
    select,
)

from queries.dimensions import ALL_YEARS, in_area
from queries.parameters import CreditMapParameters
from store.credit_grid import N_BIN
from store.tables import credit_score, measure_use

SOURCES = ("financial_statement", "firm_key")
USER_SOURCES = (*SOURCES, "support_record", "subsidy_application")


def bin_of(parameters: CreditMapParameters) -> ColumnElement[int]:
    """The cell of a statement, with growth over the chosen window; empty where it has none."""
    column: ColumnElement[int] = credit_score.c[f"map_bin_{parameters.window}"]
    return column


def later_bin(parameters: CreditMapParameters) -> ColumnElement[int]:
    """The cell or exit some years later; empty where it is not known yet."""
    name = f"bin_{parameters.window}_after_{parameters.later}"
    column: ColumnElement[int] = credit_score.c[name]
    return column


def column_of(cell: ColumnElement[int]) -> ColumnElement[int]:
    """The bin of strength of a cell."""
    return func.mod(cell, N_BIN)


def row_of(cell: ColumnElement[int]) -> ColumnElement[int]:
    """The bin of growth of a cell."""
    return cast(func.floor(cell / float(N_BIN)), Integer)


def in_map(parameters: CreditMapParameters) -> list[ColumnElement[bool]]:
    """The statements that the filter leaves and that stand in a cell, in whatever quadrant."""
    conditions = [bin_of(parameters).is_not(None), *in_area(credit_score, parameters)]
    if parameters.year != ALL_YEARS:
        conditions.append(credit_score.c.fiscal_year == int(parameters.year))
    return conditions


def first_uses(parameters: CreditMapParameters) -> FromClause:
    """``firm_id`` and ``first_year`` of every firm that used the chosen measure, or any."""
    use = measure_use.c
    first = select(use.firm_id, func.min(use.first_year).label("first_year"))
    if parameters.measure:
        first = first.where(use.measure_code == parameters.measure)
    return first.group_by(use.firm_id).subquery("first_use")


def of_users(
    statement: Select[*tuple[Any, ...]], parameters: CreditMapParameters
) -> Select[*tuple[Any, ...]]:
    """``statement`` over the last fiscal year before the first use of each user alone."""
    use = first_uses(parameters)
    row = credit_score.c
    is_before = and_(row.firm_id == use.c.firm_id, row.fiscal_year == use.c.first_year - 1)
    return statement.select_from(credit_score.join(use, is_before))
