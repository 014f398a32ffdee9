"""All loaded deliveries joined into one consistent state, still under corporate numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

import duckdb

from etl.awards import COLUMNS as AWARD_COLUMNS
from etl.awards import consolidate_awards
from etl.industry import COLUMNS as INDUSTRY_COLUMNS
from etl.industry import consolidate_industry
from etl.register import COLUMNS as REGISTER_COLUMNS
from etl.register import consolidate_register
from etl.work import StagedFile, load_staged

RECIPIENT_COLUMNS = """
    sheet_year SMALLINT, project_code VARCHAR, project_name VARCHAR, ministry VARCHAR,
    bureau_name VARCHAR, block VARCHAR, recipient_name VARCHAR, corporate_number VARCHAR,
    number_status VARCHAR, amount_yen BIGINT, role VARCHAR, contract_summary VARCHAR,
    depth VARCHAR, chain VARCHAR,
    line BIGINT, byte_offset BIGINT, record_hash VARCHAR, occurrence INTEGER
"""
STATISTIC_COLUMNS = """
    prefecture_code VARCHAR, item_code VARCHAR, item_name VARCHAR, year SMALLINT, amount DOUBLE,
    line BIGINT, byte_offset BIGINT, record_hash VARCHAR, occurrence INTEGER
"""
STAGED = {
    "nta_register": REGISTER_COLUMNS,
    "gbiz_subsidy": AWARD_COLUMNS,
    "rs_recipient": RECIPIENT_COLUMNS,
    "industry_profile": INDUSTRY_COLUMNS,
    "prefecture_statistic": STATISTIC_COLUMNS,
}

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
)


def consolidate(
    work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile], on_step: Callable[[str], None]
) -> None:
    """Fill ``work`` with the consolidated tables named in FACTS; ``on_step`` hears each step."""
    for source, columns in STAGED.items():
        on_step(source)
        load_staged(work, source, files, columns)
    consolidate_register(work)
    consolidate_awards(work, files)
    consolidate_industry(work, files)
    _unite_recipients(work)
    _unite_statistics(work)
    work.execute(
        """
        CREATE TABLE registered_state AS
        SELECT * EXCLUDE (line, byte_offset, record_hash, occurrence, content_hash)
        FROM registered
        """
    )


def _unite_recipients(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE recipient AS
        SELECT DISTINCT ON (record_hash, occurrence)
               * EXCLUDE (line, byte_offset, content_hash)
        FROM staged_rs_recipient
        """
    )


def _unite_statistics(work: duckdb.DuckDBPyConnection) -> None:
    # Two editions may state the same year differently; the larger value is taken only so that
    # the order of arrival cannot decide.
    work.execute(
        """
        CREATE TABLE statistic AS
        SELECT prefecture_code, item_code, year, max(item_name) AS item_name,
               max(amount) AS amount
        FROM staged_prefecture_statistic GROUP BY prefecture_code, item_code, year
        """
    )


def content_hash(work: duckdb.DuckDBPyConnection) -> str:
    """A hash of the consolidated facts that does not depend on row order (32 hex digits).

    Per table: the row count and the sum of a 64-bit digest of each row; then SHA-256 over all.
    """
    parts = []
    for table in FACTS:
        columns = [row[0] for row in work.execute(f"DESCRIBE {table}").fetchall()]
        cells = ", ".join(f"coalesce(\"{name}\"::VARCHAR, '␀')" for name in sorted(columns))
        total = work.execute(
            "SELECT count(*), coalesce(sum(md5_number_lower(concat_ws('␟', "  # noqa: S608
            f"{cells}))::HUGEINT), 0) FROM {table}"
        ).fetchone()
        parts.append(f"{table}:{total}")
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
