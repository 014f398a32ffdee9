"""Tables with a row per firm or statement that are made of others, for the pages of policy effects.

They take as much room as all that they are made of, and could be made of it again: they lie in a
file of their own, ``prepared.duckdb``, which the analysts' file sees through views.
"""

from __future__ import annotations

from sqlalchemy import Table

from store.credit_tables import credit_score
from store.matching_tables import firm_path, matching_profile

PREPARED_TABLES: tuple[Table, ...] = (credit_score, firm_path, matching_profile)
# Under this name the file is attached, by whoever writes the views and whoever reads them.
ATTACHED_AS = "prepared"


def create_view_sql(table: Table, schema: str) -> str:
    """The statement that shows a table of the attached file in an attached DuckDB database."""
    return f"CREATE VIEW {schema}.{table.name} AS FROM {ATTACHED_AS}.main.{table.name}"
