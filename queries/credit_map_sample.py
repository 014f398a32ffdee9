"""The statements of the plane of credit strength and growth: which of them, where, and whose."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, Integer, cast, func

from queries.dimensions import ALL_YEARS, area_of, in_area, industry_level, region_level
from queries.parameters import CreditMapParameters
from store.credit_grid import N_BIN
from store.credit_map_tables import MARGINS, credit_user

SOURCES = ("financial_statement", "firm_key")
USER_SOURCES = (*SOURCES, "support_record", "subsidy_application")


def bin_of(table: FromClause, parameters: CreditMapParameters) -> ColumnElement[int]:
    """The cell of a statement, with the chosen growth; empty where it has none."""
    column: ColumnElement[int] = table.c[parameters.axis.cell]
    return column


def later_bin(table: FromClause, parameters: CreditMapParameters) -> ColumnElement[int]:
    """The cell or exit some years later; empty where it is not known yet."""
    column: ColumnElement[int] = table.c[parameters.axis.after(int(parameters.later))]
    return column


def column_of(cell: ColumnElement[int]) -> ColumnElement[int]:
    """The bin of strength of a cell."""
    return func.mod(cell, N_BIN)


def row_of(cell: ColumnElement[int]) -> ColumnElement[int]:
    """The bin of growth of a cell."""
    return cast(func.floor(cell / float(N_BIN)), Integer)


def in_map(table: FromClause, parameters: CreditMapParameters) -> list[ColumnElement[bool]]:
    """The statements that the filter leaves and that stand in a cell, in whatever quadrant."""
    chosen = [bin_of(table, parameters).is_not(None), *in_area(table, parameters)]
    return [*chosen, *_in_year(table, parameters)]


def users_in_map(parameters: CreditMapParameters, measure: str) -> list[ColumnElement[bool]]:
    """Those of users of ``measure``, each in the last fiscal year before its first use."""
    return [credit_user.c.measure_code == measure, *in_map(credit_user, parameters)]


def kept_margin(parameters: CreditMapParameters) -> tuple[str, str] | None:
    """By what the stored counts hold this filter, and its member (empty for all of them); None
    where they do not, because they are kept by one subject at a time."""
    region = area_of(parameters.region)
    chosen = {
        region_level(region): region,
        industry_level(parameters.industry): parameters.industry,
        "size": parameters.size,
    }
    narrowed = [(level, code) for level, code in chosen.items() if code]
    if not narrowed:
        return MARGINS[0], ""
    return narrowed[0] if len(narrowed) == 1 and narrowed[0][0] in MARGINS else None


def in_counts(
    table: FromClause, parameters: CreditMapParameters, margin: tuple[str, str]
) -> list[ColumnElement[bool]]:
    """The stored counts of a filter that they are kept by (kept_margin)."""
    name, code = margin
    axis = parameters.axis
    chosen = [
        table.c.margin == name,
        table.c.growth_of == axis.measure,
        table.c.growth_window == axis.window,
    ]
    if code:
        chosen.append(table.c.code == code)
    return [*chosen, *_in_year(table, parameters)]


def _in_year(table: FromClause, parameters: CreditMapParameters) -> list[ColumnElement[bool]]:
    if parameters.year == ALL_YEARS:
        return []
    return [table.c.fiscal_year == int(parameters.year)]
