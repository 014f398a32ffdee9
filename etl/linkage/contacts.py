"""Parties known by their telephone or GビズID: the register has neither, but linked parties do."""

from __future__ import annotations

import duckdb

from etl.linkage.candidates import add_candidates
from etl.linkage.levels import name_level
from etl.linkage.similarity import measure

# A telephone that more firms use is that of an agent or a building.
MOST_FIRMS = 3


def follow_contacts(work: duckdb.DuckDBPyConnection) -> None:
    """Add candidates that share a telephone or GビズID with parties linked so far."""
    # The key table of the trusted third party, where one was delivered.
    known = work.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'staged_firm_key'"
    ).fetchone()
    delivered = (
        "UNION SELECT 'gbizid', gbizid, firm_id FROM staged_firm_key "
        "JOIN linkage.firm USING (corporate_number) WHERE gbizid <> ''"
        if known and known[0]
        else ""
    )
    work.execute(
        f"""
        CREATE TABLE linkage.book AS
        WITH linked AS (
            SELECT party_id, firm_id FROM linkage.numbered JOIN linkage.party USING (party_id)
            WHERE firm_id IS NOT NULL AND rule <> 'number_name_conflict' AND kind = 'firm'
            UNION ALL
            SELECT party_id, firm_id FROM linkage.choice WHERE status = 'linked'
        ),
        contact AS (
            SELECT 'telephone' AS basis, telephone AS contact, firm_id
            FROM linked JOIN linkage.party USING (party_id) WHERE telephone <> ''
            UNION
            SELECT 'gbizid', gbizid, firm_id
            FROM linked JOIN linkage.party USING (party_id) WHERE gbizid <> ''
            {delivered}
        )
        FROM contact
        QUALIFY count(*) OVER (PARTITION BY basis, contact) <= {MOST_FIRMS};
        CREATE TABLE linkage.contact_pair AS
        WITH open AS (
            SELECT * FROM linkage.seeker AS p
            WHERE kind = 'firm'
              AND NOT EXISTS (FROM linkage.choice AS made
                              WHERE made.party_id = p.party_id AND made.status = 'linked')
        ),
        shared AS (
            SELECT basis, party_id, firm_id FROM linkage.book
            JOIN open ON contact = telephone WHERE basis = 'telephone'
            UNION ALL
            SELECT basis, party_id, firm_id FROM linkage.book
            JOIN open ON contact = gbizid WHERE basis = 'gbizid'
        )
        SELECT basis, p.party_id, n.firm_id, {name_level("p", "n")} AS name_level, n.name,
               n.is_present, n.seen_until, p.loose AS one, n.loose AS two
        FROM shared JOIN open AS p USING (party_id)
        JOIN linkage.firm_name AS n USING (firm_id);
        DROP TABLE linkage.book
        """  # noqa: S608
    )
    measure(work, "linkage.likeness", "SELECT DISTINCT one, two FROM linkage.contact_pair")
    for basis in ("telephone", "gbizid"):
        add_candidates(
            work,
            basis,
            f"""
            SELECT party_id, firm_id, name_level, name, is_present, seen_until, similarity
            FROM linkage.contact_pair JOIN linkage.likeness USING (one, two)
            WHERE basis = '{basis}'
            """,  # noqa: S608
        )
    work.execute("DROP TABLE linkage.contact_pair; DROP TABLE linkage.likeness")
