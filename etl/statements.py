"""Financial statements consolidated: one row per firm and fiscal year, its last closing.

Statements come under a code of the sender; ``firm_key`` deliveries say whose code it is. 43
million of them stay in their Parquet files: what is made here are keys and choices, and
``statement_fact`` is a view that is read once, when the snapshot is written.
"""

from __future__ import annotations

import duckdb

from store.firm_tables import STATEMENT_ITEMS

# A flow over other than twelve months is brought to twelve.
_AMOUNTS = ", ".join(
    f"round({name}_yen * {'factor' if is_flow else '1'} / 1000)::BIGINT AS {name}_kyen"
    for name, _, is_flow in STATEMENT_ITEMS
)
_FISCAL_YEAR = "(year(closing_date) - (month(closing_date) < 4)::INTEGER)::SMALLINT"
_OWNER = "coalesce('c:' || corporate_number, 'k:' || firm_code)"


def consolidate_statements(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``statement_owner`` (as delivered → firm_key), ``statement_rest`` (the file place of
    what does not count, where a firm has several in one year), the view ``statement_fact``,
    ``statement_firm`` (one row per firm, as its newest statement has it) and ``default_fact``."""
    _find_owners(work)
    _choose(work)
    work.execute(
        f"""
        CREATE VIEW statement_fact AS
        SELECT firm_key, {_FISCAL_YEAR} AS fiscal_year, prefecture_code, division_code, major_code,
               founded_year, is_corporate, closing_date, n_month,
               coalesce(n_month <> 12, FALSE) AS is_annualised, {_AMOUNTS}, n_employee, record_hash
        FROM (
            SELECT *, coalesce(12.0 / nullif(n_month, 0), 1) AS factor
            FROM staged_financial_statement AS staged
            ANTI JOIN statement_rest AS rest
              ON rest.content_hash = staged.content_hash AND rest.line = staged.line
        )
        JOIN statement_owner ON owner = {_OWNER}
        LEFT JOIN industry_code USING (industry_code)
        """  # noqa: S608
    )
    work.execute(
        f"""
        CREATE TABLE statement_firm AS
        SELECT firm_key, arg_max(prefecture_code, closing_date) AS prefecture_code,
               arg_max(division_code, closing_date) AS division_code,
               arg_max(major_code, closing_date) AS major_code,
               min(founded_year) AS founded_year, bool_or(is_corporate) AS is_corporate
        FROM staged_financial_statement
        JOIN statement_owner ON owner = {_OWNER}
        LEFT JOIN industry_code USING (industry_code) GROUP BY firm_key;
        CREATE TABLE default_fact AS
        SELECT firm_key, default_code, min(default_date) AS default_date,
               min_by(prefecture_code, (default_date, record_hash)) AS prefecture_code,
               min_by(division_code, (default_date, record_hash)) AS division_code
        FROM staged_financial_statement
        JOIN statement_owner ON owner = {_OWNER}
        LEFT JOIN industry_code USING (industry_code)
        WHERE default_code IS NOT NULL AND default_date IS NOT NULL
        GROUP BY firm_key, default_code
        """  # noqa: S608
    )


def _find_owners(work: duckdb.DuckDBPyConnection) -> None:
    # A code that two numbers claim is nobody's: it stays a firm of its own.
    work.execute(
        f"""
        CREATE TABLE code_owner AS
        SELECT firm_code, min(coalesce(corporate_number, 'g:' || gbizid)) AS firm_key
        FROM staged_firm_key WHERE coalesce(corporate_number, gbizid) IS NOT NULL
        GROUP BY firm_code
        HAVING count(DISTINCT coalesce(corporate_number, 'g:' || gbizid)) = 1;
        CREATE TABLE statement_owner AS
        SELECT owner, coalesce(stated.corporate_number, code_owner.firm_key, owner) AS firm_key
        FROM (
            SELECT {_OWNER} AS owner, corporate_number,
                   CASE WHEN corporate_number IS NULL THEN firm_code END AS firm_code
            FROM staged_financial_statement
            GROUP BY ALL
        ) AS stated
        LEFT JOIN code_owner USING (firm_code);
        CREATE TABLE industry_code AS
        SELECT code AS industry_code, division_code,
               CASE WHEN level = 'major' THEN code END AS major_code
        FROM reference_industry WHERE revision = '14' AND level IN ('division', 'major')
        """  # noqa: S608
    )


def _choose(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``statement_rest``: the places of statements that do not count, because the same firm
    closed its books again in that year, or sent the year again."""
    work.execute(
        f"""
        CREATE TABLE statement_repeat AS
        SELECT firm_key, {_FISCAL_YEAR} AS fiscal_year
        FROM staged_financial_statement JOIN statement_owner ON owner = {_OWNER}
        GROUP BY ALL HAVING count(*) > 1;
        CREATE TABLE statement_rest AS
        WITH several AS (
            SELECT content_hash, line, firm_key, {_FISCAL_YEAR} AS fiscal_year, closing_date,
                   n_month, sales_yen, record_hash
            FROM staged_financial_statement JOIN statement_owner ON owner = {_OWNER}
            SEMI JOIN statement_repeat
              ON statement_repeat.firm_key = statement_owner.firm_key
             AND statement_repeat.fiscal_year = {_FISCAL_YEAR}
        )
        SELECT content_hash, line FROM several QUALIFY row_number() OVER (
            PARTITION BY firm_key, fiscal_year
            ORDER BY closing_date DESC, n_month DESC NULLS LAST, sales_yen DESC NULLS LAST,
                     record_hash, content_hash, line
        ) > 1
        """  # noqa: S608
    )


def statement_digest(work: duckdb.DuckDBPyConnection) -> str:
    """Number and order-free digest of the statements that count, from the hash each carries."""
    row = work.execute(
        """
        SELECT count(*), coalesce(sum(md5_number_lower(record_hash::VARCHAR)::HUGEINT), 0)
        FROM staged_financial_statement AS staged
        ANTI JOIN statement_rest AS rest
          ON rest.content_hash = staged.content_hash AND rest.line = staged.line
        """
    ).fetchone()
    return str(row)
