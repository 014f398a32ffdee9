"""What each released cube counts: its records, with place, industry, category and enterprise.

Read from the analysts' file, where consent has done its work. One row per record; ``contributor``
is the enterprise by its pseudonym, or empty where nobody knows it. Unknown codes are ``?``.
"""

from __future__ import annotations

from queries.dimensions import UNKNOWN
from store import credit_grid as grid

_PLACED = """
    coalesce(prefecture.bureau_code, '?') AS bureau_code,
    coalesce(fact.prefecture_code, '?') AS prefecture_code,
    coalesce(fact.division_code, '?') AS division_code,
    coalesce(fact.firm_id::VARCHAR, '') AS contributor
"""
_PREFECTURE = "LEFT JOIN <schema>.prefecture USING (prefecture_code)"
_SIZE = """
    LEFT JOIN <schema>.size_class AS size
      ON fact.n_employee BETWEEN size.least AND coalesce(size.most, 2147483647)
"""
_SIZED = f"coalesce(size.size_code, '{UNKNOWN}') AS size_code"
# What users of measures are told apart by: a programme's group, or the kind of organisation.
_GROUP = "coalesce(programme.group_code, fact.measure_code)"
_PROGRAMME = "LEFT JOIN <schema>.programme ON programme.programme_code = fact.measure_code"
_STRONG = f"cell % {grid.N_BIN} >= {grid.STRONG_FROM}"
_GROWING = f"cell // {grid.N_BIN} >= {grid.GROWING_FROM}"
# Growth of sales over three years, as on the page where nothing is chosen.
_AXIS = grid.GROWTH_AXES[0]


def _quadrants(n: str) -> str:
    return ", ".join(
        f"CASE WHEN ({_STRONG}) = {strong} AND ({_GROWING}) = {growing} THEN {n} ELSE 0 END "
        f"AS n_{'strong' if strong else 'weak'}_{'growing' if growing else 'shrinking'}"
        for growing in (False, True)
        for strong in (False, True)
    )


# A firm counts once in a group: where and when it first used one of its measures.
_FIRST_OF_GROUP = f"""
    SELECT fact.firm_id, fact.measure_code, {_GROUP} AS group_code
    FROM <schema>.measure_use AS fact {_PROGRAMME}
    QUALIFY row_number() OVER (
        PARTITION BY fact.firm_id, {_GROUP} ORDER BY fact.first_year, fact.measure_code) = 1
"""  # noqa: S608

_FACTS = {
    "application_result": """
        SELECT fiscal_year, <placed>, programme.group_code AS category_code, <sized>,
               1 AS n_decided, (decision = 'adopted')::INTEGER AS n_adopted,
               (decision = 'rejected')::INTEGER AS n_rejected
        FROM <schema>.application AS fact <prefecture> <size>
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
        SELECT fiscal_year, <placed>, NULL AS category_code, <sized>, sales_kyen,
               operating_profit_kyen
        FROM <schema>.financial_statement AS fact <prefecture> <size>
        SEMI JOIN (
            SELECT firm_id, fiscal_year FROM <schema>.award
            UNION SELECT firm_id, fiscal_year FROM <schema>.application
            WHERE decision = 'adopted'
        ) AS adopted USING (firm_id, fiscal_year)
        WHERE sales_kyen IS NOT NULL AND operating_profit_kyen IS NOT NULL
    """,
    "consultation_topic": """
        SELECT fiscal_year, <placed>, topic AS category_code, organisation_name AS holder,
               1 AS n_consultation
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
    # What projects with a product sold in all the years that were reported since completion.
    "commercialisation_sales": """
        SELECT completed_year AS fiscal_year, <placed>, technology_code AS category_code,
               1 AS n_commercialised, coalesce(sales_yen, 0) AS sales_yen
        FROM <schema>.research_project AS fact <prefecture>
        LEFT JOIN (
            SELECT application_id, sum(sales_yen)::BIGINT AS sales_yen
            FROM <schema>.research_report GROUP BY application_id
        ) AS sold USING (application_id)
        WHERE decision = 'adopted' AND completed_year IS NOT NULL AND is_commercialised
    """,
    # Of a consultation with an application of the same firm within a year, whether one of these
    # was adopted; years whose applications are not all known yet are left out.
    "consultation_outcome": """
        SELECT fiscal_year, <placed>, topic AS category_code, organisation_name AS holder,
               1 AS n_consultation,
               (is_known AND is_adopted)::INTEGER AS n_adopted,
               (is_known AND NOT is_adopted)::INTEGER AS n_not_adopted,
               (is_known AND is_adopted IS NULL)::INTEGER AS n_not_applied,
               (NOT is_known)::INTEGER AS n_not_linked
        FROM (
            SELECT asked.*, is_linked AND firm_id IS NOT NULL AS is_known, is_adopted
            FROM <schema>.consultation AS asked LEFT JOIN (
                SELECT consultation_id, bool_or(decision = 'adopted') AS is_adopted
                FROM <schema>.consultation JOIN <schema>.application USING (firm_id)
                WHERE applied_date > consulted_date
                  AND applied_date <= consulted_date + INTERVAL 1 YEAR
                  AND decision IN ('adopted', 'rejected')
                GROUP BY consultation_id
            ) USING (consultation_id)
        ) AS fact <prefecture>
        WHERE make_date(fiscal_year + 2, 3, 31) <= (
            SELECT max(applied_date) FROM <schema>.application)
    """,
    # Users where their last statement before the first use of a measure of the group put them.
    "mapping_quadrant": f"""
        SELECT fact.fiscal_year, <placed>, category_code, 1 AS n_user, {_quadrants("1")}
        FROM (
            SELECT fact.* EXCLUDE (bureau_code), {_AXIS.cell} AS cell,
                   {_GROUP} AS category_code
            FROM <schema>.credit_user AS fact {_PROGRAMME}
            WHERE {_AXIS.cell} IS NOT NULL
            QUALIFY row_number() OVER (
                PARTITION BY fact.firm_id, {_GROUP} ORDER BY first_year, fact.measure_code) = 1
        ) AS fact <prefecture>
    """,  # noqa: S608
    # All firms, from the stored counts: by bureau and by industry, not by both.
    "mapping_firm": f"""
        SELECT fiscal_year, bureau_code, '{UNKNOWN}' AS prefecture_code, division_code,
               NULL AS category_code, is_by_industry,
               CASE WHEN n = 1 THEN margin || bureau_code || division_code || cell ELSE '' END
                   AS contributor,
               n AS n_firm, {_quadrants("n")}
        FROM (
            SELECT fiscal_year, margin, margin = 'division' AS is_by_industry,
                   coalesce(CASE margin WHEN 'bureau' THEN nullif(code, '') END, '{UNKNOWN}')
                       AS bureau_code,
                   coalesce(CASE margin WHEN 'division' THEN nullif(code, '') END, '{UNKNOWN}')
                       AS division_code,
                   min(cell) AS cell, sum(n)::BIGINT AS n
            FROM <schema>.credit_cell
            WHERE margin IN ('bureau', 'division')
              AND growth_of = '{_AXIS.measure}' AND growth_window = {_AXIS.window}
            GROUP BY fiscal_year, margin, bureau_code, division_code, {_STRONG}, {_GROWING}
        )
    """,  # noqa: S608
    "monitoring_path": f"""
        SELECT 0 AS fiscal_year, <placed>, fact.group_code AS category_code, event_year,
               1 AS n_user, sales_kyen, net_profit_kyen
        FROM (
            SELECT path.* EXCLUDE (bureau_code), initial.group_code
            FROM <schema>.monitoring_path AS path
            JOIN ({_FIRST_OF_GROUP}) AS initial USING (firm_id, measure_code)
            WHERE is_at_risk AND sales_kyen IS NOT NULL AND net_profit_kyen IS NOT NULL
        ) AS fact <prefecture>
    """,  # noqa: S608
    # Users that were matched, where their statements of the year before put them.
    "matched_effect": f"""
        SELECT 0 AS fiscal_year, bureau_code, '{UNKNOWN}' AS prefecture_code, division_code,
               measure_code AS category_code, firm_id::VARCHAR AS contributor, 1 AS n_user
        FROM <schema>.matched_user
    """,  # noqa: S608
    # A record a year in which a user may still default: firms and years.
    "monitoring_default": f"""
        SELECT 0 AS fiscal_year, <placed>, fact.group_code AS category_code, event_year,
               1 AS n_at_risk, (exit_state = 'default')::INTEGER AS n_default,
               (exit_state <> 'default')::INTEGER AS n_not_default
        FROM (
            SELECT path.* EXCLUDE (bureau_code) REPLACE (coalesce(exit_state, '') AS exit_state),
                   initial.group_code,
                   lag(exit_state) OVER (
                       PARTITION BY firm_id, measure_code ORDER BY event_year) AS state_before
            FROM <schema>.monitoring_path AS path
            JOIN ({_FIRST_OF_GROUP}) AS initial USING (firm_id, measure_code)
            WHERE is_at_risk
        ) AS fact <prefecture>
        WHERE state_before IS NULL AND event_year >= 0
    """,  # noqa: S608
}


def fact_statement(cube: str, schema: str) -> str:
    """The SELECT of a cube's records from the tables in ``schema``.

    Columns: fiscal_year, bureau_code, prefecture_code, division_code, category_code, contributor,
    the measures that add up, holder, size_code or event_year where the cube has them, and
    is_by_industry where some records serve the cells by industry and others the rest. Raises
    KeyError for a cube without records.
    """
    records = _FACTS[cube]
    for name, words in (
        ("placed", _PLACED), ("sized", _SIZED), ("size", _SIZE), ("prefecture", _PREFECTURE),
    ):  # fmt: skip
        records = records.replace(f"<{name}>", words)
    return f"""
        SELECT * REPLACE (coalesce(category_code, '{UNKNOWN}') AS category_code)
        FROM ({records.replace("<schema>", schema)})
        WHERE fiscal_year IS NOT NULL
    """  # noqa: S608
