"""Applications and the sets around their projects as tables of the snapshot, under pseudonyms."""

from __future__ import annotations

import duckdb


def assemble_applications(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``application`` and the tables that name one; all in the terms of store.tables."""
    _place_parties(work)
    _assemble_applications(work)
    _assemble_projects(work)


def _place_parties(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``party_place``: firm, place and industry of each party, the register before what was
    typed: a firm has one place, a form many writings of it."""
    work.execute(
        """
        CREATE TABLE party_place AS
        WITH written AS (
            SELECT party_hash, min(reference_prefecture.prefecture_code) AS prefecture_code
            FROM party JOIN reference_prefecture
              ON starts_with(party.address, reference_prefecture.name)
            GROUP BY party_hash
        )
        SELECT party_hash, identity.firm_id, is_linked, rule, score,
               coalesce(firm.prefecture_code, written.prefecture_code, prefecture_hint)
                   AS prefecture_code,
               firm.municipality_code, firm.division_code, firm.major_code
        FROM party
        JOIN party_firm USING (party_hash)
        LEFT JOIN identity ON identity.party_key = party_firm.firm_key
        LEFT JOIN firm ON firm.firm_id = identity.firm_id
        LEFT JOIN written USING (party_hash)
        """
    )


def _assemble_applications(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE application_technology AS
        SELECT application_key, technology_code,
               CASE WHEN technology_name IS NULL THEN NULL
                    WHEN nullif(technology_code, '') IS NULL THEN 'unmappable'
                    WHEN application_fact.classification = newest THEN 'current'
                    ELSE 'mapped' END AS technology_status
        FROM application_fact
        LEFT JOIN (
            SELECT classification::SMALLINT AS classification, technology_name, technology_code
            FROM reference_technology_crosswalk
        ) USING (classification, technology_name),
        (SELECT max(classification::SMALLINT) AS newest FROM reference_technology_crosswalk)
        """
    )
    work.execute(
        """
        CREATE TABLE application AS
        SELECT application_pseudonym.id::UUID AS application_id, place.firm_id,
               place.prefecture_code, programme_code, place.municipality_code,
               coalesce(industry_code.division_code, place.division_code) AS division_code,
               CASE WHEN industry_code.division_code IS DISTINCT FROM place.division_code
                     AND industry_code.division_code IS NOT NULL THEN industry_code.major_code
                    ELSE coalesce(industry_code.major_code, place.major_code) END AS major_code,
               fiscal_year, call_number, applied_date, decision, decided_date,
               nameless.plain AS project_name, requested_yen,
               coalesce(granted_yen, spent.decided_yen) AS granted_yen, research_cost_yen,
               technology_name, classification AS technology_classification,
               nullif(technology_code, '') AS technology_code, technology_status, founded_year,
               capital_yen, n_employee,
               CASE WHEN place.firm_id IS NOT NULL THEN row_number() OVER (
                   PARTITION BY place.firm_id, programme_code
                   ORDER BY fiscal_year, applied_date, application_key
               ) END::INTEGER AS application_number_in_firm,
               place.rule AS link_rule, place.score AS link_score
        FROM application_fact
        JOIN application_technology USING (application_key)
        JOIN application_pseudonym ON application_pseudonym.text = application_key
        JOIN party_place AS place USING (party_hash)
        LEFT JOIN titled ON titled.title_key = application_key
        LEFT JOIN nameless ON nameless.text = titled.title_text
        LEFT JOIN industry_code USING (industry_code)
        LEFT JOIN (
            SELECT application_key, sum(decided_yen)::BIGINT AS decided_yen
            FROM execution_fact GROUP BY application_key
        ) AS spent USING (application_key)
        """
    )


def _assemble_projects(work: duckdb.DuckDBPyConnection) -> None:
    # Organisations of a project sit where they sit; a project's own rows go with its applicant.
    for table, fact, columns in (
        ("application_member", "member_fact", "role"),
        (
            "project_execution",
            "execution_fact",
            "fact.fiscal_year, decided_yen, settled_yen, paid_yen, returned_yen",
        ),
    ):
        work.execute(
            f"""
            CREATE TABLE {table} AS
            SELECT applied.application_id, place.firm_id, place.prefecture_code,
                   applied.programme_code, {columns}
            FROM {fact} AS fact JOIN party_place AS place USING (party_hash)
            JOIN application_pseudonym ON application_pseudonym.text = application_key
            JOIN application AS applied ON applied.application_id = application_pseudonym.id::UUID
            """  # noqa: S608
        )
    work.execute(
        """
        CREATE TABLE completed AS
        SELECT application_key, max(fiscal_year) AS last_year
        FROM execution_fact WHERE decided_yen > 0 GROUP BY application_key;
        CREATE TABLE commercialisation_report AS
        SELECT applied.application_id, place.firm_id, place.prefecture_code,
               applied.programme_code, fact.fiscal_year,
               (fact.fiscal_year - last_year)::SMALLINT AS years_since_completion,
               stage, sales_yen, income_yen, payback_yen, n_patent_applied, n_patent_granted
        FROM report_fact AS fact JOIN party_place AS place USING (party_hash)
        LEFT JOIN completed USING (application_key)
        JOIN application_pseudonym ON application_pseudonym.text = application_key
        JOIN application AS applied ON applied.application_id = application_pseudonym.id::UUID
        """
    )
    own = "applied.application_id, applied.firm_id, applied.prefecture_code, applied.programme_code"
    for table, fact, columns in (
        (
            "evaluation_score",
            "score_fact",
            """row_number() OVER (PARTITION BY application_key ORDER BY evaluator_code)::INTEGER
               AS evaluator_number, technical_points, commercial_points, policy_points""",
        ),
        (
            "project_evaluation",
            "evaluation_fact",
            "evaluation_kind, fact.fiscal_year, points, grade",
        ),
        (
            "followup_survey",
            "survey_fact",
            """fact.fiscal_year, is_commercialised, has_patent, sales_yen,
               nameless.plain AS obstacle""",
        ),
    ):
        words = "LEFT JOIN nameless ON nameless.text = obstacle" if fact == "survey_fact" else ""
        work.execute(
            f"""
            CREATE TABLE {table} AS
            SELECT {own}, {columns}
            FROM {fact} AS fact {words}
            JOIN application_pseudonym ON application_pseudonym.text = application_key
            JOIN application AS applied ON applied.application_id = application_pseudonym.id::UUID
            """  # noqa: S608
        )
