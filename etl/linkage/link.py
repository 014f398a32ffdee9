"""The linkage as one step of the consolidation, read aloud."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.linkage.candidates import find_candidates
from etl.linkage.choose import choose
from etl.linkage.contacts import follow_contacts
from etl.linkage.decisions import load_decisions
from etl.linkage.firms import load_firms
from etl.linkage.numbers import match_numbers
from etl.linkage.parties import load_parties
from etl.linkage.settle import write_links
from store.link_records import Decision


def link_parties(work: duckdb.DuckDBPyConnection, decisions: Sequence[Decision] = ()) -> None:
    """Make ``party_link``: one row per party with its firm, or why there is none.

    Columns: party_hash; status (linked, review, unlinked, several); corporate_number (linked only);
    candidate_number (review, and several where one firm is named); rule (etl.linkage.rules.RULES);
    score (0–1: how often such links are right); evidence (JSON: the registered name and address
    that agreed, how far, how many others were looked at).
    Reads ``party``, ``staged_nta_register``, ``registered``, ``survivor``, the code tables, and
    ``staged_firm_key`` where it is there. ``decisions`` stand in the order they were made. The
    order of rows never matters.
    """
    work.execute("CREATE SCHEMA linkage")
    try:
        load_decisions(work, decisions)
        load_firms(work)
        load_parties(work)
        match_numbers(work)
        find_candidates(work)
        choose(work)
        follow_contacts(work)
        choose(work)
        write_links(work)
    finally:
        work.execute("DROP SCHEMA linkage CASCADE")
