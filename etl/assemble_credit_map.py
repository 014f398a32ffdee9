"""What the plane of credit strength and growth is drawn from: places of users, and stored counts.

Made of the scores and uses as they have been written, so of what consent has left of them
(docs/decisions/0021).
"""

from __future__ import annotations

import duckdb
from sqlalchemy import Table

from store import credit_grid as grid
from store.credit_map_tables import MARGINS, credit_cell, credit_move, credit_user
from store.cursor import create_table_sql

_MARGIN = " ".join(f"WHEN grouping({m}_code) = 0 THEN '{m}'" for m in MARGINS)
# Which of the three is kept, and its member; the other two are added up.
_KEPT = f"CASE {_MARGIN} END AS margin, coalesce({', '.join(f'{m}_code' for m in MARGINS)}) AS code"
_SETS = "GROUPING SETS (" + ", ".join(f"({m}_code, {{keys}})" for m in MARGINS) + ")"
_SUBJECTS = ", ".join(f"{m}_code" for m in MARGINS)


def assemble_credit_map(work: duckdb.DuckDBPyConnection, scores: str, uses: str) -> None:
    """Make ``credit_user``, ``credit_cell`` and ``credit_move`` of the tables ``scores`` and
    ``uses`` (store.tables.credit_score and measure_use, as written)."""
    _place_users(work, scores, uses)
    _count_cells(work, scores)
    _add_up_moves(work, scores)


def _make(work: duckdb.DuckDBPyConnection, table: Table) -> None:
    work.execute(create_table_sql(table, "main"))


def _place_users(work: duckdb.DuckDBPyConnection, scores: str, uses: str) -> None:
    """Every user where its last statement before the first use put it."""
    _make(work, credit_user)
    work.execute(
        f"""
        INSERT INTO credit_user BY NAME
        SELECT use.measure_code, use.kind, use.first_year,
               score.* EXCLUDE (strength, default_probability, grade)
        FROM {uses} AS use JOIN {scores} AS score
          ON score.firm_id = use.firm_id AND score.fiscal_year = use.first_year - 1
        """  # noqa: S608
    )


def _count_cells(work: duckdb.DuckDBPyConnection, scores: str) -> None:
    _make(work, credit_cell)
    for axis in grid.GROWTH_AXES:
        work.execute(
            f"""
            INSERT INTO credit_cell BY NAME
            SELECT {_KEPT}, fiscal_year, {_named(axis)}, cell, count(*) AS n
            FROM (
                SELECT {_SUBJECTS}, fiscal_year, {axis.cell} AS cell
                FROM {scores} WHERE {axis.cell} IS NOT NULL
            ) GROUP BY {_SETS.format(keys="fiscal_year, cell")}
            """  # noqa: S608
        )


def _add_up_moves(work: duckdb.DuckDBPyConnection, scores: str) -> None:
    _make(work, credit_move)
    for axis in grid.GROWTH_AXES:
        for later in grid.LATER:
            work.execute(_moves(scores, axis, later))


def _named(axis: grid.GrowthAxis) -> str:
    return f"'{axis.measure}' AS growth_of, {axis.window} AS growth_window"


def _moves(scores: str, axis: grid.GrowthAxis, later: int) -> str:
    n, columns, rows = grid.N_BIN, grid.ARROW_COLUMNS, grid.ARROW_ROWS
    begin, finish = axis.cell, axis.after(later)
    quadrant = (
        f"({finish} % {n} >= {grid.STRONG_FROM})::INTEGER "
        f"+ 2 * ({finish} // {n} >= {grid.GROWING_FROM})::INTEGER"
    )
    # Whole numbers, so that their order cannot show.
    sums = ", ".join(
        f"sum({value})::BIGINT AS {name}"
        for name, value in (
            ("dx", "x"), ("dy", "y"), ("dx_square", "x * x"), ("dy_square", "y * y"),
        )
    )  # fmt: skip
    return f"""
        INSERT INTO credit_move BY NAME
        SELECT {_KEPT}, fiscal_year, {_named(axis)}, {later} AS later,
               place, end_state, count(*) AS n, {sums}
        FROM (
            SELECT {_SUBJECTS}, fiscal_year,
                   {begin} // {n} // {rows} * {n // columns} + {begin} % {n} // {columns} AS place,
                   CASE WHEN {finish} < {grid.N_CELL} THEN {quadrant} ELSE {finish} END
                       AS end_state,
                   CASE WHEN {finish} < {grid.N_CELL} THEN {finish} % {n} - {begin} % {n} END AS x,
                   CASE WHEN {finish} < {grid.N_CELL} THEN {finish} // {n} - {begin} // {n} END AS y
            FROM {scores} WHERE {begin} IS NOT NULL AND {finish} IS NOT NULL
        ) GROUP BY {_SETS.format(keys="fiscal_year, place, end_state")}
        """  # noqa: S608
