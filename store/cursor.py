"""A cursor that takes SQLAlchemy Core statements only and returns frames by way of Arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import duckdb
import pandas as pd
from duckdb_sqlalchemy import Dialect
from sqlalchemy import Table
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import Select
from sqlalchemy.sql.selectable import CompoundSelect

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

_DIALECT = Dialect(paramstyle="qmark")


T = TypeVar("T")


class Cursor(Protocol):
    """What a question is handed: it fetches the frames of statements, and keeps what several
    questions make of them alike."""

    def fetch(self, statement: Statement) -> pd.DataFrame: ...

    def once(self, name: str, key: Mapping[str, str], make: Callable[[Cursor], T]) -> T:
        """What ``make`` returns of the cursor that it is handed, made anew only where ``name`` and
        ``key`` were not asked for before, of the same rows. Nobody changes what comes back."""
        ...


class StatementError(TypeError):
    """Something other than a SQLAlchemy SELECT was handed to a cursor."""


class StoreCursor:
    """Runs statements on one DuckDB cursor. One per request: cursors are not shared by threads.

    It reads the database the connection was opened with, or the attached one named ``database``.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: str = "") -> None:
        self._cursor = connection.cursor()
        if database:
            self._cursor.execute(f"USE {database}")

    def fetch(self, statement: Statement) -> pd.DataFrame:
        """Run ``statement`` and return its rows; column names are those of the statement.

        Raises StatementError unless the statement is a SELECT or a set operation of SELECTs.
        """
        if not isinstance(statement, Select | CompoundSelect):
            raise StatementError(f"a Core SELECT is needed, not {type(statement).__name__}")
        relation = self._cursor.execute(*compile_statement(statement))
        frame: pd.DataFrame = relation.to_arrow_table().to_pandas()
        return frame

    def once(self, name: str, key: Mapping[str, str], make: Callable[[Cursor], T]) -> T:  # noqa: ARG002
        """See Cursor.once; here nothing is kept."""
        return make(self)

    def interrupt(self) -> None:
        """Stop the running statement; safe to call from another thread."""
        self._cursor.interrupt()

    def close(self) -> None:
        self._cursor.close()


def compile_statement(statement: Statement) -> tuple[str, list[Any]]:
    """The DuckDB SQL of a statement and its values in order."""
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    return compiled.string, [values[name] for name in compiled.positiontup or []]


def database_in_use(connection: duckdb.DuckDBPyConnection) -> str:
    """The database whose tables need no prefix; a further cursor has to be told of it."""
    row = connection.execute("SELECT current_database()").fetchone()
    return str(row[0]) if row else ""


def create_table_sql(table: Table, schema: str) -> str:
    """The statement that creates ``table`` in an attached DuckDB database."""
    ddl = str(CreateTable(table).compile(dialect=_DIALECT))
    return ddl.replace("CREATE TABLE ", f"CREATE TABLE {schema}.", 1)
