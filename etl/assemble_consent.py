"""Consent in the snapshot: its periods under pseudonyms, and rows purged for want of it."""

from __future__ import annotations

import duckdb

from etl.purge import firm_tables, followed_tables, purge
from store.credit_map_tables import credit_user
from store.credit_tables import credit_score
from store.matching_tables import matched_user


def apply_consent(work: duckdb.DuckDBPyConnection) -> None:
    """Give ``consent_period`` its firms and take out of the tables what nobody may see today."""
    work.execute(
        """
        CREATE OR REPLACE TABLE consent_period AS
        SELECT firm_id, period.* FROM consent_period AS period JOIN identity USING (party_key)
        """
    )
    purge(work, only=firm_tables())


def purge_followed(work: duckdb.DuckDBPyConnection) -> None:
    """Take out of the tables that follow applicants what nobody may see today: they are made of
    what is left, but join what was refused to some users with what was refused to the others."""
    # Scores rest on statements alone, out of which the firms that refuse were left as they were
    # written: there is nothing to take out, and 43 million rows are a view. Where users stood is
    # made of the scores and uses when both have been written.
    made_of_purged = (credit_score, credit_user, matched_user)
    purge(work, only=[table for table in followed_tables() if table not in made_of_purged])
