"""Statements, defaults, support cases and consultations as tables of the snapshot."""

from __future__ import annotations

import duckdb

from store.firm_tables import STATEMENT_ITEMS

_AMOUNTS = ", ".join(f"{name}_kyen" for name, _, _ in STATEMENT_ITEMS)


def assemble_statements(work: duckdb.DuckDBPyConnection) -> None:
    """Make the view ``financial_statement``, read when it is written, and ``default_event``."""
    work.execute(
        f"""
        CREATE TABLE statement_refusal (firm_id UUID);
        CREATE VIEW financial_statement AS
        SELECT firm_id, fiscal_year, fact.prefecture_code, fact.division_code, fact.major_code,
               closing_date, n_month, is_annualised, {_AMOUNTS}, n_employee
        FROM statement_fact AS fact JOIN identity ON identity.party_key = fact.firm_key
        ANTI JOIN statement_refusal ON statement_refusal.firm_id = identity.firm_id;
        CREATE TABLE default_event AS
        SELECT firm_id, prefecture_code, division_code, default_code, default_date,
               (year(default_date) - (month(default_date) < 4)::INTEGER)::SMALLINT AS fiscal_year
        FROM default_fact JOIN identity ON identity.party_key = default_fact.firm_key
        """  # noqa: S608
    )


def assemble_clients(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``support_record`` and ``consultation``."""
    work.execute(
        """
        CREATE TABLE support_record AS
        SELECT support_pseudonym.id::UUID AS support_id, place.firm_id, fact.prefecture_code,
               place.division_code, organisation_kind, organisation_name, started_date, ended_date,
               (year(started_date) - (month(started_date) < 4)::INTEGER)::SMALLINT AS fiscal_year,
               topic_words.plain AS topic, result_words.plain AS result, place.is_linked
        FROM support_fact AS fact
        JOIN support_pseudonym ON support_pseudonym.text = support_key
        JOIN party_place AS place USING (party_hash)
        LEFT JOIN nameless AS topic_words ON topic_words.text = topic
        LEFT JOIN nameless AS result_words ON result_words.text = result;
        CREATE TABLE consultation AS
        SELECT consultation_pseudonym.id::UUID AS consultation_id, place.firm_id,
               fact.prefecture_code,
               coalesce(industry_code.division_code, place.division_code) AS division_code,
               system, organisation_name, adviser_pseudonym.id::UUID AS adviser_id,
               consulted_date,
               (year(consulted_date) - (month(consulted_date) < 4)::INTEGER)::SMALLINT
                   AS fiscal_year,
               topic, measure_words.plain AS measure, sales_yen, profit_yen, n_employee, anonymity,
               coalesce(place.is_linked, FALSE) AS is_linked
        FROM consultation_fact AS fact
        JOIN consultation_pseudonym ON consultation_pseudonym.text = consultation_key
        LEFT JOIN adviser_pseudonym
          ON adviser_pseudonym.text = concat_ws(':', system, organisation_name, adviser_code)
        LEFT JOIN party_place AS place USING (party_hash)
        LEFT JOIN nameless AS measure_words ON measure_words.text = measure
        LEFT JOIN industry_code USING (industry_code)
        """
    )
