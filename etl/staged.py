"""The staged records of all loaded deliveries, one view per source over their Parquet files."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.work import StagedFile
from store.firm_tables import STATEMENT_ITEMS

PLACE_IN_FILE = "line BIGINT, byte_offset BIGINT, record_hash UUID, occurrence INTEGER"
TYPED = (
    "number_as_written VARCHAR, corporate_number VARCHAR, number_status VARCHAR, name VARCHAR, "
    "address VARCHAR, telephone VARCHAR, gbizid VARCHAR"
)
_ITEMS = ", ".join(f"{name}_yen BIGINT" for name, _, _ in STATEMENT_ITEMS)

# The canonical columns of each source, for the empty table where no file of it is loaded.
COLUMNS = {
    "nta_register": """
        corporate_number VARCHAR, process_code VARCHAR, is_correction BOOLEAN, update_date DATE,
        change_date DATE, name VARCHAR, kind_code VARCHAR, prefecture_name VARCHAR,
        city_name VARCHAR, street_number VARCHAR, prefecture_code VARCHAR, city_code VARCHAR,
        post_code VARCHAR, close_date DATE, close_cause_code VARCHAR, successor_number VARCHAR,
        change_cause VARCHAR, assignment_date DATE, is_latest BOOLEAN, furigana VARCHAR,
        is_hidden BOOLEAN""",
    "gbiz_subsidy": """
        corporate_number VARCHAR, name VARCHAR, address VARCHAR, title VARCHAR, amount_yen BIGINT,
        approval_date DATE, target VARCHAR, issuer VARCHAR""",
    "rs_recipient": """
        sheet_year SMALLINT, project_code VARCHAR, project_name VARCHAR, ministry VARCHAR,
        bureau_name VARCHAR, block VARCHAR, recipient_name VARCHAR, corporate_number VARCHAR,
        number_status VARCHAR, amount_yen BIGINT, role VARCHAR, contract_summary VARCHAR,
        depth VARCHAR, chain VARCHAR""",
    "industry_profile": "name VARCHAR, industry_codes VARCHAR",
    "prefecture_statistic": """
        prefecture_code VARCHAR, item_code VARCHAR, item_name VARCHAR, year SMALLINT,
        amount DOUBLE""",
    "estat_statistic": """
        prefecture_code VARCHAR, item_code VARCHAR, item_name VARCHAR, unit VARCHAR,
        year SMALLINT, amount DOUBLE""",
    "subsidy_application": f"""
        application_number VARCHAR, programme_name VARCHAR, call_number SMALLINT,
        applied_date DATE, {TYPED}, industry_code VARCHAR, capital_yen BIGINT, n_employee INTEGER,
        project_title VARCHAR, requested_yen BIGINT, decision VARCHAR, decided_date DATE,
        granted_yen BIGINT""",
    "sapoin_application": f"""
        project_number VARCHAR, fiscal_year SMALLINT, classification SMALLINT,
        technology_name VARCHAR, project_title VARCHAR, manager_name VARCHAR,
        manager_number VARCHAR, {TYPED}, industry_code VARCHAR, founded_year SMALLINT,
        capital_yen BIGINT, n_employee INTEGER, research_cost_yen BIGINT, requested_yen BIGINT,
        decision VARCHAR, decided_date DATE""",
    "sapoin_member": f"project_number VARCHAR, role VARCHAR, {TYPED}",
    "sapoin_score": """
        project_number VARCHAR, evaluator_code VARCHAR, technical_points DOUBLE,
        commercial_points DOUBLE, policy_points DOUBLE""",
    "sapoin_execution": f"""
        project_number VARCHAR, fiscal_year SMALLINT, {TYPED}, decided_yen BIGINT,
        settled_yen BIGINT, paid_yen BIGINT, returned_yen BIGINT""",
    "sapoin_evaluation": """
        project_number VARCHAR, evaluation_kind VARCHAR, fiscal_year SMALLINT, points DOUBLE,
        grade VARCHAR""",
    "sapoin_commercialisation": f"""
        project_number VARCHAR, fiscal_year SMALLINT, {TYPED}, stage SMALLINT, sales_yen BIGINT,
        income_yen BIGINT, payback_yen BIGINT, n_patent_applied INTEGER,
        n_patent_granted INTEGER""",
    "sapoin_followup": """
        project_number VARCHAR, fiscal_year SMALLINT, is_commercialised BOOLEAN,
        has_patent BOOLEAN, sales_yen BIGINT, obstacle VARCHAR""",
    "financial_statement": f"""
        firm_code VARCHAR, corporate_number VARCHAR, closing_date DATE, n_month SMALLINT,
        industry_code VARCHAR, prefecture_code VARCHAR, is_corporate BOOLEAN,
        founded_year SMALLINT, {_ITEMS}, n_employee INTEGER, default_code VARCHAR,
        default_date DATE""",
    "firm_key": "firm_code VARCHAR, corporate_number VARCHAR, gbizid VARCHAR",
    "support_record": f"""
        organisation_kind VARCHAR, organisation_name VARCHAR, prefecture_code VARCHAR,
        record_number VARCHAR, {TYPED}, started_date DATE, ended_date DATE, topic VARCHAR,
        result VARCHAR""",
    "consultation": f"""
        system VARCHAR, record_number VARCHAR, organisation_name VARCHAR,
        organisation_prefecture_code VARCHAR, adviser_code VARCHAR, consulted_date DATE,
        topic VARCHAR, measure VARCHAR, {TYPED}, industry_code VARCHAR, sales_yen BIGINT,
        profit_yen BIGINT, n_employee INTEGER, anonymity VARCHAR""",
    "support_programme": """
        programme_id VARCHAR, title VARCHAR, subtitle VARCHAR, authority_names VARCHAR,
        prefecture_names VARCHAR, summary VARCHAR, body VARCHAR, target VARCHAR, usage VARCHAR,
        industry_names VARCHAR, purpose_names VARCHAR, start_date DATE, end_date DATE,
        published_date DATE, unpublished_date DATE, application_url VARCHAR""",
    "consent_record": """
        consent_number VARCHAR, corporate_number VARCHAR, gbizid VARCHAR, name VARCHAR,
        purposes VARCHAR, scope VARCHAR, user_class VARCHAR, valid_from DATE, valid_to DATE,
        agreed_date DATE, withdrawn_date DATE, evidence VARCHAR""",
}


def view_staged(work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Make ``staged_<source>`` for every source: its records with ``content_hash`` beside them.

    A view where files are loaded (43 million records are not copied), else an empty table.
    """
    for source, columns in COLUMNS.items():
        paths = [str(f.path) for f in files if f.source == source]
        if not paths:
            work.execute(
                f"CREATE TABLE staged_{source} ({columns}, {PLACE_IN_FILE}, content_hash VARCHAR)"
            )
            continue
        names = ", ".join(f"'{_quoted(path)}'" for path in paths)
        work.execute(
            f"CREATE VIEW staged_{source} AS "  # noqa: S608
            "SELECT * EXCLUDE (filename), parse_filename(filename, TRUE) AS content_hash "
            f"FROM read_parquet([{names}], filename = TRUE, union_by_name = TRUE)"
        )


def distinct_records(source: str) -> str:
    """A subquery for the records of ``source``, each payment or form once however often sent.

    Not for a source whose contract has an ``identity``: its records of one hash may say different
    things, and which of them came out would be chance.
    """
    return (
        f"(SELECT DISTINCT ON (record_hash, occurrence) * "  # noqa: S608
        f"EXCLUDE (line, byte_offset, content_hash) FROM staged_{source})"
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")
