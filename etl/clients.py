"""Support cases and consultations consolidated, each record once however often it was sent."""

from __future__ import annotations

import duckdb

from etl.parties import PARTY_HASH
from etl.staged import distinct_records

FACTS = ("support_fact", "consultation_fact")


def consolidate_clients(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``support_fact`` and ``consultation_fact``, where the newest statement of a case counts,
    and ``named_client``: since when a chamber sends a client's records by name."""
    work.execute(
        f"""
        CREATE TABLE support_fact AS
        SELECT concat_ws(':', organisation_kind, organisation_name, record_number) AS support_key,
               {PARTY_HASH} AS party_hash, organisation_kind, organisation_name, prefecture_code,
               started_date, ended_date, topic, result
        FROM {distinct_records("support_record")} QUALIFY row_number() OVER (
            PARTITION BY organisation_kind, organisation_name, record_number
            ORDER BY ended_date DESC NULLS LAST, record_hash) = 1;
        CREATE TABLE consultation_fact AS
        SELECT concat_ws(':', system, organisation_name, record_number) AS consultation_key,
               CASE WHEN anonymity IS DISTINCT FROM 'anonymous' THEN {PARTY_HASH} END
                   AS party_hash,
               system, organisation_name, organisation_prefecture_code AS prefecture_code,
               adviser_code, consulted_date, topic, measure, industry_code, sales_yen, profit_yen,
               n_employee, anonymity
        FROM {distinct_records("consultation")} QUALIFY row_number() OVER (
            PARTITION BY system, organisation_name, record_number ORDER BY record_hash) = 1;
        CREATE TABLE named_client AS
        SELECT firm_key AS party_key, min(consulted_date) AS first_date
        FROM consultation_fact JOIN party_firm USING (party_hash)
        WHERE anonymity = 'named' AND firm_key IS NOT NULL GROUP BY firm_key
        """  # noqa: S608
    )
