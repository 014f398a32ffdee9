"""Consent in the snapshot: its periods under pseudonyms, and rows purged for want of it."""

from __future__ import annotations

import duckdb

from etl.purge import purge


def apply_consent(work: duckdb.DuckDBPyConnection) -> None:
    """Give ``consent_period`` its firms and take out of the tables what nobody may see today."""
    work.execute(
        """
        CREATE OR REPLACE TABLE consent_period AS
        SELECT firm_id, period.* FROM consent_period AS period JOIN identity USING (party_key)
        """
    )
    purge(work)
