"""What firms allow: delivered statements and the ledger joined into periods.

See docs/decisions/0011-consent.md. Statements come from ``staged_consent_record`` and from the
consent ledger of the application database. For each firm, purpose, scope of data and class of
users the latest statement that covers a day holds on that day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb
import pyarrow as pa

from store.consent_records import ConsentEntry
from store.consent_terms import ALL, CONSULTATION, EBPM, FOR_EVER, SCOPES, USER_CLASSES

# Statements of one day, in this order: those delivered, those entered, withdrawals delivered.
# Files give a day and no hour, so on one day the cautious reading holds.
_BEFORE_ENTRIES, _AFTER_ENTRIES = 0, 2**62

_ENTRY = pa.schema(
    [
        ("party_key", pa.string()),
        ("purpose", pa.string()),
        ("scope", pa.string()),
        ("user_class", pa.string()),
        ("is_refusal", pa.bool_()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("stated_date", pa.date32()),
        ("place", pa.int64()),
    ]
)


def consolidate_consent(work: duckdb.DuckDBPyConnection, entries: Iterable[ConsentEntry]) -> None:
    """Make ``consent_period``: one row per firm, purpose, scope, class of users and period.

    Columns: party_key (corporate number or 'g:' || GビズID), purpose, scope, user_class,
    is_refusal, valid_from, valid_to (both ends count, never NULL). Periods of one firm and purpose
    do not overlap: for any scope, class and day at most one row speaks. Needs
    ``staged_consent_record``, ``named_client``, ``staged_firm_key`` and ``survivor``, and uses
    ``party`` and ``party_link`` where they are there. ``party_alias`` is left for the vault.
    """
    _gather_statements(work, entries)
    _unify_parties(work)
    _part_cells(work)
    _resolve(work)
    for table in ("consent_statement", "consent_said", "consent_cell"):
        work.execute(f"DROP TABLE {table}")


def _gather_statements(work: duckdb.DuckDBPyConnection, entries: Iterable[ConsentEntry]) -> None:
    """Make ``consent_statement``: one row per statement, as it was made."""
    work.register("ledger_consent", _entry_table(entries))
    work.execute(
        """
        CREATE TABLE consent_statement AS
        WITH delivered AS (
            SELECT coalesce(corporate_number, 'g:' || gbizid) AS party_key,
                   unnest(string_split(purposes, ';')) AS purpose, scope, user_class,
                   valid_from, valid_to, agreed_date, withdrawn_date
            FROM staged_consent_record
        )
        SELECT party_key, purpose, scope, user_class, FALSE AS is_refusal,
               coalesce(valid_from, agreed_date) AS valid_from,
               coalesce(valid_to, $for_ever) AS valid_to,
               coalesce(agreed_date, valid_from) AS stated_date, $before::BIGINT AS place
        FROM delivered
        WHERE coalesce(valid_from, agreed_date) IS NOT NULL
          AND (agreed_date IS NOT NULL OR withdrawn_date IS NULL)
        UNION ALL
        -- Whoever withdraws says so of all the time that follows, not of the agreed period only.
        SELECT party_key, purpose, coalesce(scope, $all), coalesce(user_class, $all), TRUE,
               withdrawn_date, $for_ever, greatest(withdrawn_date, agreed_date), $after::BIGINT
        FROM delivered WHERE withdrawn_date IS NOT NULL
        UNION ALL
        -- A chamber that sends a client's record by name says that the client agreed to it. What
        -- the client says itself, whenever it did, is stronger.
        SELECT party_key, $ebpm, $consultation, $all, FALSE, first_date, $for_ever, $implied,
               $before::BIGINT
        FROM named_client
        UNION ALL
        SELECT * FROM ledger_consent
        """,
        {
            "for_ever": FOR_EVER,
            "all": ALL,
            "ebpm": EBPM,
            "consultation": CONSULTATION,
            "implied": date.min,
            "before": _BEFORE_ENTRIES,
            "after": _AFTER_ENTRIES,
        },
    )
    work.unregister("ledger_consent")
    work.execute(
        "DELETE FROM consent_statement WHERE party_key IS NULL OR scope IS NULL "
        "OR user_class IS NULL OR purpose IS NULL OR valid_from > valid_to"
    )


def _entry_table(entries: Iterable[ConsentEntry]) -> pa.Table:
    rows = []
    for entry in entries:
        said = entry.statement
        rows.append(
            {
                "party_key": said.party_key,
                "purpose": said.purpose,
                "scope": said.scope,
                "user_class": said.user_class,
                "is_refusal": said.standing.is_refusal,
                "valid_from": said.valid_from,
                "valid_to": said.valid_to,
                "stated_date": said.standing.stated_date,
                "place": said.standing.place,
            }
        )
    return pa.Table.from_pylist(rows, schema=_ENTRY)


def _unify_parties(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``party_alias`` (party_key → corporate_number, ``is_same``) and ``consent_said``.

    A firm known by a GビズID and by a number is one firm, and its rows stand under the number. A
    refusal reaches every firm that the key may mean, and the successor of a merged firm: it
    follows the data. A grant reaches a number only when the key can mean nothing else, and no
    successor: that one has to give its own.
    """
    linked = ""
    if _has_table(work, "party_link"):
        linked = """
            UNION SELECT 'g:' || party.gbizid, party_link.corporate_number
            FROM party JOIN party_link USING (party_hash)
            WHERE party.gbizid IS NOT NULL AND status = 'linked'"""
    work.execute(
        f"""
        CREATE TABLE party_alias AS
        WITH known AS (
            SELECT 'g:' || gbizid AS party_key, corporate_number FROM staged_firm_key
            WHERE gbizid IS NOT NULL AND corporate_number IS NOT NULL{linked}
        )
        SELECT party_key, corporate_number, count(*) OVER (PARTITION BY party_key) = 1 AS is_same
        FROM known
        UNION ALL
        SELECT corporate_number, survivor_number, FALSE FROM survivor
        UNION ALL
        SELECT party_key, survivor_number, FALSE FROM known JOIN survivor USING (corporate_number)
        """  # noqa: S608
    )
    work.execute(
        """
        CREATE TABLE consent_said AS
        SELECT * FROM consent_statement
        UNION
        SELECT party_alias.corporate_number AS party_key, said.* EXCLUDE (party_key)
        FROM consent_statement AS said JOIN party_alias USING (party_key)
        WHERE is_same OR is_refusal
        """
    )


def _has_table(work: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?"
    row = work.execute(query, [name]).fetchone()
    return bool(row and row[0])


def _part_cells(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``consent_cell``: statements whose scopes and classes are equal or disjoint.

    Where a firm speaks of all data in one statement and of some in another, both are taken apart
    into single scopes and classes; where it always speaks of the same, nothing is gained by that.
    """
    work.execute(
        """
        CREATE TABLE consent_cell AS
        WITH mixed AS (
            SELECT party_key, purpose FROM consent_said GROUP BY ALL
            HAVING count(DISTINCT (scope, user_class)) > 1
        )
        FROM consent_said ANTI JOIN mixed USING (party_key, purpose)
        UNION ALL
        SELECT said.* REPLACE (part.scope AS scope, class.user_class AS user_class)
        FROM consent_said AS said SEMI JOIN mixed USING (party_key, purpose)
        JOIN (SELECT unnest($scopes) AS scope) AS part ON said.scope IN (part.scope, $all)
        JOIN (SELECT unnest($classes) AS user_class) AS class
          ON said.user_class IN (class.user_class, $all)
        """,
        {"all": ALL, "scopes": list(SCOPES), "classes": list(USER_CLASSES)},
    )


def _resolve(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``consent_period``: for every day the statement that holds, days of a kind joined."""
    work.execute(
        """
        CREATE TABLE consent_period AS
        WITH alone AS (
            SELECT party_key, purpose, scope, user_class FROM consent_cell
            GROUP BY ALL HAVING count(*) = 1
        ),
        contested AS (
            FROM consent_cell ANTI JOIN alone USING (party_key, purpose, scope, user_class)
        ),
        turn AS (
            SELECT party_key, purpose, scope, user_class, valid_from AS day FROM contested
            UNION
            SELECT party_key, purpose, scope, user_class, valid_to + 1 FROM contested
        ),
        span AS (
            SELECT *, lead(day) OVER cell - 1 AS last_day FROM turn
            WINDOW cell AS (PARTITION BY party_key, purpose, scope, user_class ORDER BY day)
        ),
        holding AS (
            SELECT span.party_key, span.purpose, span.scope, span.user_class, day, last_day,
                   max_by(is_refusal, (stated_date, place, is_refusal)) AS is_refusal
            FROM span JOIN contested
              ON contested.party_key = span.party_key AND contested.purpose = span.purpose
             AND contested.scope = span.scope AND contested.user_class = span.user_class
             AND day BETWEEN valid_from AND valid_to
            GROUP BY ALL
        ),
        start AS (
            SELECT *, coalesce(lag(is_refusal) OVER cell <> is_refusal
                               OR lag(last_day) OVER cell + 1 <> day, TRUE) AS is_start
            FROM holding
            WINDOW cell AS (PARTITION BY party_key, purpose, scope, user_class ORDER BY day)
        ),
        run AS (
            SELECT *, count(*) FILTER (is_start) OVER (
                PARTITION BY party_key, purpose, scope, user_class ORDER BY day) AS run
            FROM start
        )
        SELECT party_key, purpose, scope, user_class, is_refusal, min(day)::DATE AS valid_from,
               max(last_day)::DATE AS valid_to
        FROM run GROUP BY party_key, purpose, scope, user_class, is_refusal, run
        UNION ALL
        SELECT party_key, purpose, scope, user_class, is_refusal, valid_from, valid_to
        FROM consent_cell SEMI JOIN alone USING (party_key, purpose, scope, user_class)
        """
    )
