"""Who stands behind what people typed: one row per distinct writing, linked once.

A party is what a form says of an organisation: number, name, address, telephone, GビズID. Linkage
(etl.linkage) finds the registered firm. ``party_firm`` then holds the key of the firm: its number;
else the GビズID of a sole proprietor; else the party itself, which is nobody's firm.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.linkage import Decision, link_parties

PARTY_HASH = (
    "md5(concat_ws(chr(31), coalesce(number_as_written, ''), coalesce(name, ''), "
    "coalesce(address, ''), coalesce(telephone, ''), coalesce(gbizid, '')))"
)
# The review sheets have a number and a name in columns of their own.
RECIPIENT_HASH = (
    "md5(concat_ws(chr(31), coalesce(corporate_number, ''), coalesce(recipient_name, ''), "
    "'', '', ''))"
)
# Typed sources, and where their record tells the prefecture.
TYPED_SOURCES = {
    "subsidy_application": "NULL",
    "sapoin_application": "NULL",
    "sapoin_member": "NULL",
    "sapoin_execution": "NULL",
    "sapoin_commercialisation": "NULL",
    "support_record": "prefecture_code",
    "consultation": "organisation_prefecture_code",
}
_TYPED = "number_as_written, corporate_number, number_status, name, address, telephone, gbizid"
_AS_TYPED = (
    "corporate_number AS number_as_written, "
    "CASE WHEN number_status = 'valid' THEN corporate_number END AS corporate_number, "
    "number_status, recipient_name AS name, NULL::VARCHAR AS address, NULL::VARCHAR AS telephone, "
    "NULL::VARCHAR AS gbizid"
)


def link_typed_parties(work: duckdb.DuckDBPyConnection, decisions: Sequence[Decision]) -> None:
    """Make ``party_record`` (one row per source and party with its number of records), ``party``
    (one row per party), ``party_link`` (etl.linkage) and ``party_firm`` (party → firm_key)."""
    _gather(work)
    link_parties(work, decisions)
    work.execute(
        """
        CREATE TABLE party_firm AS
        SELECT party_hash, party_link.status = 'linked' AS is_linked,
               CASE WHEN party_link.status = 'linked' THEN party_link.corporate_number
                    WHEN party_link.status = 'several' THEN NULL
                    WHEN gbizid IS NOT NULL THEN 'g:' || gbizid
                    ELSE 'u:' || party_hash END AS firm_key,
               party_link.rule, party_link.score
        FROM party JOIN party_link USING (party_hash)
        """
    )


def _gather(work: duckdb.DuckDBPyConnection) -> None:
    typed = [
        f"SELECT '{source}' AS source, {_TYPED}, {hint}::VARCHAR AS prefecture_hint "  # noqa: S608
        f"FROM staged_{source}" + _named_only(source)
        for source, hint in TYPED_SOURCES.items()
    ]
    typed.append(
        f"SELECT 'rs_recipient', {_AS_TYPED}, NULL::VARCHAR FROM staged_rs_recipient"  # noqa: S608
    )
    work.execute(
        f"""
        CREATE TABLE party_record AS
        SELECT {PARTY_HASH} AS party_hash, source, count(*) AS n_record,
               {", ".join(f"any_value({n}) AS {n}" for n in _TYPED.split(", "))},
               min(prefecture_hint) AS prefecture_hint
        FROM ({" UNION ALL ".join(typed)}) GROUP BY 1, 2
        """  # noqa: S608
    )
    # any_value skips NULL, and all rows of a party agree in every column.
    work.execute(
        f"""
        CREATE TABLE party AS
        SELECT party_hash, {", ".join(f"any_value({n}) AS {n}" for n in _TYPED.split(", "))},
               min(prefecture_hint) AS prefecture_hint
        FROM party_record GROUP BY party_hash
        """  # noqa: S608
    )


def _named_only(source: str) -> str:
    """What a client asked to be kept anonymous is counted and linked to nobody."""
    return " WHERE anonymity IS DISTINCT FROM 'anonymous'" if source == "consultation" else ""


def summarise_links(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``link_summary``: one row per source, status and rule."""
    work.execute(
        """
        CREATE TABLE link_summary AS
        SELECT source, status, rule, count(*) AS n_party, sum(n_record)::BIGINT AS n_record,
               round(avg(score), 4) AS mean_score
        FROM party_record JOIN party_link USING (party_hash) GROUP BY source, status, rule
        """
    )
