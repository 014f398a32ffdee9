"""Applications to subsidy schemes consolidated, and the six サポイン sets around their projects.

Facts stand under natural keys: an application is its scheme, call and number; a firm is its key
(etl.parties). What is sent again later with more in it (a decision, an amount) replaces what was
sent before by what it says itself, never by when it came.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from etl.parties import PARTY_HASH
from etl.programme import programme_reader
from etl.staged import distinct_records
from etl.work import map_distinct

# Projects of the research scheme from this year on belong to its successor.
SUCCESSOR_YEAR = 2022
FACTS = (
    "application_fact",
    "member_fact",
    "score_fact",
    "execution_fact",
    "evaluation_fact",
    "report_fact",
    "survey_fact",
)


def consolidate_applications(work: duckdb.DuckDBPyConnection) -> None:
    """Make the tables named in FACTS."""
    _read_programmes(work)
    _unite_applications(work)
    _follow_projects(work)


def _read_programmes(work: duckdb.DuckDBPyConnection) -> None:
    programme_of = programme_reader(work)
    map_distinct(
        work,
        "programme_of_name",
        "SELECT DISTINCT programme_name FROM staged_subsidy_application "
        "WHERE programme_name IS NOT NULL ORDER BY 1",
        lambda names: {"programme_code": pa.array([programme_of(n) for n in names], pa.string())},
    )


def _unite_applications(work: duckdb.DuckDBPyConnection) -> None:
    # The fullest and newest statement of an application counts; between equal ones its own words
    # decide, since all statements of one application carry the same hash.
    work.execute(
        f"""
        CREATE TABLE application_fact AS
        WITH stated AS (
            SELECT concat_ws(':', 'a', programme_code, programme_name, call_number,
                             application_number) AS application_key,
                   {PARTY_HASH} AS party_hash, programme_code,
                   (year(coalesce(applied_date, decided_date))
                    - (month(coalesce(applied_date, decided_date)) < 4)::INTEGER)::SMALLINT
                       AS fiscal_year,
                   call_number, applied_date, decision, decided_date,
                   project_title, requested_yen,
                   CASE WHEN decision = 'adopted' THEN granted_yen END AS granted_yen,
                   NULL::BIGINT AS research_cost_yen, NULL::VARCHAR AS technology_name,
                   NULL::SMALLINT AS classification, NULL::SMALLINT AS founded_year,
                   capital_yen, n_employee, industry_code, record_hash
            FROM staged_subsidy_application
            JOIN programme_of_name ON text = programme_name
            UNION ALL BY NAME
            SELECT 's:' || project_number AS application_key, {PARTY_HASH} AS party_hash,
                   CASE WHEN fiscal_year >= {SUCCESSOR_YEAR} THEN 'gotech' ELSE 'sapoin' END
                       AS programme_code,
                   fiscal_year, NULL::SMALLINT AS call_number, NULL::DATE AS applied_date,
                   decision, decided_date, project_title, requested_yen,
                   NULL::BIGINT AS granted_yen, research_cost_yen, technology_name,
                   classification, founded_year, capital_yen, n_employee, industry_code,
                   record_hash
            FROM {distinct_records("sapoin_application")}
        )
        SELECT * EXCLUDE (record_hash)
        FROM stated QUALIFY row_number() OVER (
            PARTITION BY application_key
            ORDER BY (decision IS NOT NULL) DESC, decided_date DESC NULLS LAST,
                     granted_yen DESC NULLS LAST, record_hash, applied_date DESC NULLS LAST,
                     requested_yen DESC NULLS LAST, party_hash, project_title, capital_yen,
                     n_employee, industry_code
        ) = 1
        """  # noqa: S608
    )


def _follow_projects(work: duckdb.DuckDBPyConnection) -> None:
    """The sets that name a project; k identical payments of one file stay k payments."""
    work.execute(
        f"""
        CREATE TABLE member_fact AS
        SELECT DISTINCT 's:' || project_number AS application_key, role,
               {PARTY_HASH} AS party_hash
        FROM staged_sapoin_member;
        CREATE TABLE score_fact AS
        SELECT 's:' || project_number AS application_key, evaluator_code, technical_points,
               commercial_points, policy_points
        FROM staged_sapoin_score QUALIFY row_number() OVER (
            PARTITION BY project_number, evaluator_code ORDER BY record_hash) = 1;
        CREATE TABLE execution_fact AS
        SELECT 's:' || project_number AS application_key, fiscal_year,
               {PARTY_HASH} AS party_hash, sum(decided_yen)::BIGINT AS decided_yen,
               sum(settled_yen)::BIGINT AS settled_yen, sum(paid_yen)::BIGINT AS paid_yen,
               sum(returned_yen)::BIGINT AS returned_yen
        FROM {distinct_records("sapoin_execution")} GROUP BY ALL;
        CREATE TABLE evaluation_fact AS
        SELECT 's:' || project_number AS application_key, evaluation_kind, fiscal_year, points,
               grade
        FROM staged_sapoin_evaluation QUALIFY row_number() OVER (
            PARTITION BY project_number, evaluation_kind
            ORDER BY fiscal_year DESC, record_hash) = 1;
        CREATE TABLE report_fact AS
        SELECT 's:' || project_number AS application_key, fiscal_year,
               {PARTY_HASH} AS party_hash, stage, sales_yen, income_yen, payback_yen,
               n_patent_applied, n_patent_granted
        FROM staged_sapoin_commercialisation QUALIFY row_number() OVER (
            PARTITION BY project_number, fiscal_year, {PARTY_HASH} ORDER BY record_hash) = 1;
        CREATE TABLE survey_fact AS
        SELECT 's:' || project_number AS application_key, fiscal_year, is_commercialised,
               has_patent, sales_yen, obstacle
        FROM staged_sapoin_followup QUALIFY row_number() OVER (
            PARTITION BY project_number, fiscal_year ORDER BY record_hash) = 1
        """  # noqa: S608
    )
