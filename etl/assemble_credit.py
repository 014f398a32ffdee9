"""Credit strength: the model fitted anew on what the statements say, and every firm's place."""

from __future__ import annotations

import duckdb
import pandas as pd
from sqlalchemy import Table

from etl.credit_fit import fit_credit_model
from etl.credit_judge import calibration_table, quality_table, term_rows
from etl.credit_places import place_firms
from etl.credit_rows import make_credit_rows
from store.credit_tables import (
    credit_calibration,
    credit_quality,
    credit_score,
    credit_term,
)
from store.cursor import create_table_sql


def assemble_credit(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``credit_score`` and the tables of the model, of ``statements`` (the table they were
    written to). All are empty where defaults or years are too few for a model."""
    make_credit_rows(work, statements)
    model = fit_credit_model(work)
    if model is None:
        for table in (credit_score, credit_quality, credit_calibration, credit_term):
            work.execute(create_table_sql(table, "main"))
        return
    place_firms(work, model)
    _put(work, credit_quality, quality_table(model))
    _put(work, credit_calibration, calibration_table(model))
    _put(work, credit_term, term_rows(model))


def _put(work: duckdb.DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    """A table of the contract with the rows of a frame that has its columns."""
    columns = ", ".join(column.name for column in table.columns)
    work.execute(create_table_sql(table, "main"))
    work.register("credit_frame", frame)
    work.execute(f"INSERT INTO {table.name} SELECT {columns} FROM credit_frame")  # noqa: S608
    work.unregister("credit_frame")
