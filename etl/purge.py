"""Rows taken out of the tables of a snapshot for want of consent, and when that must be done anew.

See docs/decisions/0011-consent.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
from sqlalchemy import Table

from store import tables
from store.consent_terms import ALL, EBPM, FOR_EVER, USER_CLASSES, japan_day
from store.metadata import consent_scopes


@dataclass(frozen=True, slots=True)
class Purge:
    """How many rows one table lost for want of consent."""

    table: str
    n_row: int


def purge(
    work: duckdb.DuckDBPyConnection,
    day: date | None = None,
    only: Iterable[Table] | None = None,
) -> list[Purge]:
    """Delete the rows that nobody may see on ``day`` (today in Japan) from every table with a
    consent basis, or from ``only`` some of them.

    Needs ``consent_period`` with ``firm_id`` beside the rest, and the tables as they go into the
    snapshot; to be called before aggregates are built from them. opt_in: rows stay for a firm with
    a consent in force for some class of users. policy, contract: rows go for a firm that refuses
    all of them; where a row rests on several scopes, in whichever of them. What a class may see of
    the rest, the gate decides at every question.

    Statements are a view that is read once, when it is written: the firms that refuse are put into
    ``statement_refusal``, which the view leaves out.
    """
    today = day or japan_day()
    chosen = consented_tables() if only is None else only
    return [_purge_table(work, table, today) for table in chosen]


def consented_tables() -> Iterator[Table]:
    """The tables whose rows depend on consent."""
    for table in tables.metadata.sorted_tables:
        if table.info.get("consent_basis", "public") != "public":
            yield table


def firm_tables() -> list[Table]:
    """Those of them whose rows are shown."""
    return [table for table in consented_tables() if table.info["permission"] == "firm"]


def followed_tables() -> list[Table]:
    """Those of them whose rows leave as aggregates only; they are made of the others."""
    return [table for table in consented_tables() if table.info["permission"] != "firm"]


def _purge_table(work: duckdb.DuckDBPyConnection, table: Table, day: date) -> Purge:
    scopes = consent_scopes(table.info)
    condition, values = _refused(table.info["consent_basis"], scopes, day)
    if table.name == "financial_statement":
        statement = f"INSERT INTO statement_refusal SELECT firm_id FROM identity WHERE {condition}"  # noqa: S608
    else:
        statement = f"DELETE FROM {table.name} WHERE {condition}"  # noqa: S608
    n_row = _count(work, statement, values)
    for kind, (scope, basis) in table.info.get("consent_of_kind", {}).items():
        condition, values = _refused(basis, (scope,), day)
        statement = f"DELETE FROM {table.name} WHERE kind = $kind AND {condition}"  # noqa: S608
        n_row += _count(work, statement, {**values, "kind": kind})
    return Purge(table.name, n_row)


def _count(work: duckdb.DuckDBPyConnection, statement: str, values: dict[str, object]) -> int:
    row = work.execute(statement, values).fetchone()
    return int(row[0]) if row else 0


def _refused(basis: str, scopes: tuple[str, ...], day: date) -> tuple[str, dict[str, object]]:
    """The condition, with its values, that nobody may see the rows of a firm."""
    covering = (
        "SELECT firm_id FROM consent_period WHERE purpose = $purpose "
        "AND list_contains($scopes, scope) AND $day BETWEEN valid_from AND valid_to "
        "AND firm_id IS NOT NULL"
    )
    values: dict[str, object] = {"purpose": EBPM, "scopes": [*scopes, ALL], "all": ALL, "day": day}
    if basis == "opt_in":
        # A record that names no firm is about none: nobody is there to be asked.
        condition = (
            f"firm_id IS NOT NULL AND firm_id NOT IN ({covering} AND NOT is_refusal "
            "GROUP BY firm_id HAVING bool_or(scope = $all) OR count(DISTINCT scope) = $n)"
        )
        return condition, {**values, "n": len(scopes)}
    condition = (
        f"firm_id IN ({covering} AND is_refusal GROUP BY firm_id "
        "HAVING bool_or(user_class = $all) OR count(DISTINCT user_class) = $n)"
    )
    return condition, {**values, "n": len(USER_CLASSES)}


def next_turn(work: duckdb.DuckDBPyConnection, day: date | None = None) -> date | None:
    """The first day after ``day`` on which some consent or refusal for ③ begins or has ended.

    From then on the snapshot holds rows to be purged, or lacks rows that may be shown.
    """
    row = work.execute(
        """
        SELECT min(turn) FROM (
            SELECT valid_from AS turn FROM consent_period WHERE purpose = $purpose
            UNION ALL SELECT valid_to + 1 FROM consent_period
            WHERE purpose = $purpose AND valid_to < $for_ever
        ) WHERE turn > $day
        """,
        {"purpose": EBPM, "day": day or japan_day(), "for_ever": FOR_EVER},
    ).fetchone()
    return row[0] if row else None
