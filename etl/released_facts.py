"""What each released cube counts: its records, with place, industry, category and enterprise.

Read from the analysts' file, where consent has done its work. One row per record; ``contributor``
is the enterprise by its pseudonym, or empty where nobody knows it. Unknown codes are ``?``.
"""

from __future__ import annotations

from etl.cube import UNKNOWN

_PLACED = """
    coalesce(prefecture.bureau_code, '?') AS bureau_code,
    coalesce(fact.prefecture_code, '?') AS prefecture_code,
    coalesce(fact.division_code, '?') AS division_code,
    coalesce(fact.firm_id::VARCHAR, '') AS contributor
"""
_PREFECTURE = "LEFT JOIN <schema>.prefecture USING (prefecture_code)"

_FACTS = {
    "application_result": """
        SELECT fiscal_year, <placed>, programme.group_code AS category_code,
               1 AS n_decided, (decision = 'adopted')::INTEGER AS n_adopted,
               (decision = 'rejected')::INTEGER AS n_rejected
        FROM <schema>.application AS fact <prefecture>
        LEFT JOIN <schema>.programme USING (programme_code)
        WHERE decision IN ('adopted', 'rejected')
    """,
    "award_amount": """
        SELECT fiscal_year, <placed>, programme.group_code AS category_code,
               1 AS n_award, coalesce(amount_yen, 0) AS amount_yen
        FROM <schema>.award AS fact <prefecture>
        LEFT JOIN <schema>.programme USING (programme_code)
    """,
    # Statements of the year in which a firm was adopted or its award was approved.
    "adopted_statement": """
        SELECT fiscal_year, <placed>, NULL AS category_code, sales_kyen, operating_profit_kyen
        FROM <schema>.financial_statement AS fact <prefecture>
        SEMI JOIN (
            SELECT firm_id, fiscal_year FROM <schema>.award
            UNION SELECT firm_id, fiscal_year FROM <schema>.application
            WHERE decision = 'adopted'
        ) AS adopted USING (firm_id, fiscal_year)
        WHERE sales_kyen IS NOT NULL AND operating_profit_kyen IS NOT NULL
    """,
    "consultation_topic": """
        SELECT fiscal_year, <placed>, topic AS category_code, 1 AS n_consultation
        FROM <schema>.consultation AS fact <prefecture>
    """,
    "commercialisation": """
        SELECT completed_year AS fiscal_year, <placed>, technology_code AS category_code,
               1 AS n_completed, is_commercialised::INTEGER AS n_commercialised,
               (NOT is_commercialised)::INTEGER AS n_not_commercialised
        FROM <schema>.research_project AS fact <prefecture>
        WHERE decision = 'adopted' AND completed_year IS NOT NULL
          AND is_commercialised IS NOT NULL
    """,
}


def fact_statement(cube: str, schema: str) -> str:
    """The SELECT of a cube's records from the tables in ``schema``.

    Columns: fiscal_year, bureau_code, prefecture_code, division_code, category_code, contributor
    and the measures that add up. Raises KeyError for a cube without records.
    """
    records = _FACTS[cube].replace("<placed>", _PLACED).replace("<prefecture>", _PREFECTURE)
    return f"""
        SELECT * REPLACE (coalesce(category_code, '{UNKNOWN}') AS category_code)
        FROM ({records.replace("<schema>", schema)})
        WHERE fiscal_year IS NOT NULL
    """  # noqa: S608
