"""All loaded deliveries joined into one consistent state, still under corporate numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

import duckdb

from etl import applications, clients
from etl.applications import consolidate_applications
from etl.awards import consolidate_awards
from etl.clients import consolidate_clients
from etl.industry import consolidate_industry
from etl.linkage import Decision
from etl.parties import RECIPIENT_HASH, link_typed_parties, summarise_links
from etl.register import consolidate_register
from etl.staged import distinct_records, view_staged
from etl.statements import consolidate_statements, statement_digest
from etl.work import StagedFile

# What the content hash covers: the consolidated facts under their natural keys. Pseudonyms, file
# names and times of arrival stay out, so neither the key nor the order of arrival changes it.
FACTS = (
    "registered_state",
    "registered_event",
    "survivor",
    "industry_of_number",
    "payment",
    "grant_award",
    "recipient",
    "statistic",
    "party_firm",
    *applications.FACTS,
    *clients.FACTS,
    "default_fact",
    "programme_fact",
    "consent_fact",
)


def consolidate(
    work: duckdb.DuckDBPyConnection,
    files: Sequence[StagedFile],
    on_step: Callable[[str], None],
    decisions: Sequence[Decision] = (),
) -> None:
    """Fill ``work`` with the consolidated tables named in FACTS; ``on_step`` hears each step.

    ``decisions`` are what operators decided about doubtful links.
    """
    view_staged(work, files)
    on_step("register")
    consolidate_register(work)
    on_step("award")
    consolidate_awards(work, files)
    on_step("industry")
    consolidate_industry(work, files)
    on_step("link")
    link_typed_parties(work, decisions)
    summarise_links(work)
    on_step("application")
    consolidate_applications(work)
    consolidate_clients(work)
    on_step("statement")
    consolidate_statements(work)
    on_step("statistic")
    _unite_recipients(work)
    _unite_statistics(work)
    _unite_programmes_and_consents(work)
    work.execute(
        """
        CREATE TABLE registered_state AS
        SELECT * EXCLUDE (line, byte_offset, record_hash, occurrence, content_hash)
        FROM registered
        """
    )


def _unite_recipients(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        f"""
        CREATE TABLE recipient AS
        SELECT *, {RECIPIENT_HASH} AS party_hash FROM {distinct_records("rs_recipient")}
        """  # noqa: S608
    )


def _unite_statistics(work: duckdb.DuckDBPyConnection) -> None:
    # Two editions may state the same year differently; the larger value is taken only so that
    # the order of arrival cannot decide.
    work.execute(
        """
        CREATE TABLE statistic AS
        SELECT source, prefecture_code, item_code, year, max(item_name) AS item_name,
               max(amount) AS amount
        FROM (
            SELECT 'prefecture_statistic' AS source, prefecture_code, item_code, year, item_name,
                   amount FROM staged_prefecture_statistic
            UNION ALL
            SELECT 'estat_statistic', prefecture_code, item_code, year,
                   concat(item_name, '（' || unit || '）'), amount FROM staged_estat_statistic
        ) GROUP BY source, prefecture_code, item_code, year
        """
    )


def _unite_programmes_and_consents(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        f"""
        CREATE TABLE programme_fact AS
        SELECT * EXCLUDE (record_hash, occurrence)
        FROM {distinct_records("support_programme")} QUALIFY row_number() OVER (
            PARTITION BY programme_id ORDER BY published_date DESC NULLS LAST, record_hash) = 1;
        CREATE TABLE consent_fact AS
        SELECT * EXCLUDE (occurrence) FROM {distinct_records("consent_record")}
        """  # noqa: S608
    )


def content_hash(work: duckdb.DuckDBPyConnection) -> str:
    """A hash of the consolidated facts that does not depend on row order (32 hex digits).

    Per table: the row count and the sum of a 64-bit digest of each row; then SHA-256 over all.
    Statements bring the digest they were staged with.
    """
    parts = [f"statement:{statement_digest(work)}"]
    for table in FACTS:
        columns = [row[0] for row in work.execute(f"DESCRIBE {table}").fetchall()]
        cells = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '␀')" for name in sorted(columns))
        total = work.execute(
            "SELECT count(*), coalesce(sum(md5_number_lower(concat_ws('␟', "  # noqa: S608
            f"{cells}))::HUGEINT), 0) FROM {table}"
        ).fetchone()
        parts.append(f"{table}:{total}")
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
