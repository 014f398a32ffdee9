"""Where a snapshot comes from, as tables of its own: files, refusals, remarks, lineage, changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Engine

# Which kinds of delivery each table is made of.
SOURCES_OF_TABLE: Mapping[str, tuple[str, ...]] = {
    "firm": ("nta_register", "industry_profile", "gbiz_subsidy", "financial_statement", "firm_key"),
    "register_event": ("nta_register",),
    "firm_industry": ("industry_profile", "nta_register"),
    "withheld_firm": ("nta_register",),
    "award": ("gbiz_subsidy", "nta_register", "industry_profile"),
    "award_payment": ("gbiz_subsidy",),
    "award_cube": ("gbiz_subsidy", "nta_register", "industry_profile"),
    "programme_recipient": ("rs_recipient", "nta_register"),
    "prefecture_statistic": ("prefecture_statistic", "estat_statistic"),
    "application": ("subsidy_application", "sapoin_application", "sapoin_execution"),
    "application_cell": ("subsidy_application", "sapoin_application", "sapoin_execution"),
    "application_outcome": (
        "subsidy_application",
        "sapoin_application",
        "sapoin_execution",
        "sapoin_score",
        "financial_statement",
        "firm_key",
    ),
    "research_project": (
        "sapoin_application",
        "sapoin_score",
        "sapoin_execution",
        "sapoin_commercialisation",
    ),
    "research_report": (
        "sapoin_application",
        "sapoin_score",
        "sapoin_execution",
        "sapoin_commercialisation",
    ),
    "research_path": ("sapoin_application", "financial_statement", "firm_key"),
    "matching_profile": ("financial_statement", "firm_key", "nta_register"),
    "published_use": ("gbiz_subsidy",),
    "firm_path": ("financial_statement", "firm_key", "nta_register"),
    "measure_use": (
        "subsidy_application",
        "sapoin_application",
        "support_record",
        "consent_record",
        "financial_statement",
    ),
    "industry_outcome": ("financial_statement",),
    "industry_exit": ("financial_statement", "firm_key", "nta_register"),
    **dict.fromkeys(
        ("credit_score", "credit_quality", "credit_calibration", "credit_term"),
        ("financial_statement", "firm_key"),
    ),
    **dict.fromkeys(
        ("credit_cell", "credit_move"), ("financial_statement", "firm_key", "nta_register")
    ),
    **dict.fromkeys(
        ("credit_user", "monitoring_path"),
        (
            "subsidy_application",
            "sapoin_application",
            "support_record",
            "consent_record",
            "financial_statement",
            "firm_key",
            "nta_register",
        ),
    ),
    "budget_cube": ("sapoin_execution",),
    "application_member": ("sapoin_member",),
    "evaluation_score": ("sapoin_score",),
    "project_execution": ("sapoin_execution",),
    "project_evaluation": ("sapoin_evaluation",),
    "commercialisation_report": ("sapoin_commercialisation", "sapoin_execution"),
    "followup_survey": ("sapoin_followup",),
    "financial_statement": ("financial_statement", "firm_key"),
    "default_event": ("financial_statement", "firm_key"),
    "support_record": ("support_record", "consent_record"),
    "consultation": ("consultation", "consent_record"),
    "support_programme": ("support_programme",),
    "consent_period": ("consent_record",),
}


def add_provenance(work: duckdb.DuckDBPyConnection, store_dir: Path, engine: Engine) -> None:
    """Make ``delivery``, ``rejection_count``, ``record_flag``, ``rejected_record``, ``lineage``."""
    _add_ledger(work, engine)
    _add_rejected(work, store_dir)
    pairs = [(t, s) for t, sources in SOURCES_OF_TABLE.items() for s in sources]
    work.register("made_of", pd.DataFrame(pairs, columns=["table_name", "source"]))
    work.execute(
        """
        CREATE TABLE lineage AS
        SELECT table_name, delivery_id, source, accepted AS n_record
        FROM made_of JOIN delivery USING (source) WHERE status = 'loaded'
        """
    )
    work.unregister("made_of")


def _add_ledger(work: duckdb.DuckDBPyConnection, engine: Engine) -> None:
    def rows(query: str) -> pd.DataFrame:
        with engine.connect() as connection:
            return pd.read_sql_query(query, connection)

    deliveries = rows("SELECT * FROM delivery")
    rejections = rows(
        "SELECT d.content_hash, d.source, d.file, r.reason_code, r.n_record "
        "FROM rejection r JOIN delivery d ON d.delivery_id = r.delivery_id"
    )
    flags = rows(
        "SELECT d.content_hash, d.source, f.flag_code, f.n_record "
        "FROM flag f JOIN delivery d ON d.delivery_id = f.delivery_id"
    )
    for name, frame in (("d", deliveries), ("r", rejections), ("f", flags)):
        work.register(f"ledger_{name}", frame)
    work.execute(
        """
        CREATE TABLE delivery AS
        SELECT content_hash AS delivery_id, source, file, received_at::TIMESTAMP AS received_at,
               status, reason_code, encoding, n_byte, records_in, accepted, rejected, duplicate,
               period_from::DATE AS period_from, period_to::DATE AS period_to,
               is_synthetic::BOOLEAN AS is_synthetic
        FROM ledger_d WHERE status <> 'received';
        CREATE TABLE rejection_count AS
        SELECT content_hash AS delivery_id, source, file, reason_code, n_record FROM ledger_r;
        CREATE TABLE record_flag AS
        SELECT content_hash AS delivery_id, source, flag_code, n_record FROM ledger_f
        """
    )


def _add_rejected(work: duckdb.DuckDBPyConnection, store_dir: Path) -> None:
    work.execute(
        "CREATE TABLE rejected_record AS SELECT * FROM (SELECT NULL::VARCHAR AS "
        "delivery_id, NULL::VARCHAR AS source, NULL::VARCHAR AS file, NULL::BIGINT AS "
        "line, NULL::BIGINT AS byte_offset, NULL::VARCHAR AS reason_code, "
        "NULL::VARCHAR AS column_name, NULL::VARCHAR AS raw_text) WHERE FALSE"
    )
    for path in sorted((store_dir / "quarantine").glob("*.jsonl")):
        work.execute(
            """
            INSERT INTO rejected_record
            SELECT ?, source, file, line, byte_offset, reason, "column", raw
            FROM read_json(?, format = 'newline_delimited', columns = {
                source: 'VARCHAR', file: 'VARCHAR', line: 'BIGINT', byte_offset: 'BIGINT',
                reason: 'VARCHAR', "column": 'VARCHAR', raw: 'VARCHAR'})
            """,
            [path.stem, str(path)],
        )


def add_changes(
    work: duckdb.DuckDBPyConnection, before: Mapping[str, int], after: Mapping[str, int]
) -> None:
    """Make ``snapshot_change`` from the rows per table of the previous snapshot and of this one."""
    rows = [("", name, before.get(name), n) for name, n in sorted(after.items())]
    frame = pd.DataFrame(rows, columns=["source", "table_name", "n_before", "n_after"])
    work.register("change_frame", frame.astype({"n_before": "Int64", "n_after": "Int64"}))
    work.execute("CREATE TABLE snapshot_change AS FROM change_frame")
