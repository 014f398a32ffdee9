"""The consolidated facts turned into the tables of the snapshot, under pseudonyms."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from etl.cube import build_award_cube, publish_members
from etl.pseudonym import Pseudonymiser
from etl.work import map_distinct
from store import reference_tables


def assemble(work: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser) -> None:
    """Make the tables of store.tables in ``work``; numbers and names stay in ``identity``."""
    _pseudonymise(work, pseudonymiser)
    _assemble_firms(work)
    _assemble_awards(work)
    _assemble_recipients(work)
    work.execute(
        """
        CREATE TABLE prefecture_statistic AS
        SELECT prefecture_code, item_code, item_name, year, amount FROM statistic;
        CREATE TABLE withheld_firm AS
        SELECT firm_id, 'display' AS purpose
        FROM registered JOIN identity USING (corporate_number) WHERE is_hidden
        """
    )
    _copy_code_tables(work)
    build_award_cube(work)
    publish_members(work)


def _copy_code_tables(work: duckdb.DuckDBPyConnection) -> None:
    for table in reference_tables.CODE_TABLES:
        columns = ", ".join(column.name for column in table.columns)
        work.execute(
            f"CREATE TABLE {table.name} AS SELECT {columns} "  # noqa: S608
            f"FROM reference_{table.name}"
        )


def _pseudonymise(work: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser) -> None:
    def pseudonyms_of(kind: str, table: str, query: str) -> None:
        def pseudonyms(texts: list[str]) -> dict[str, pa.Array]:
            return {"id": pa.array(pseudonymiser.pseudonyms(kind, texts), pa.string())}

        map_distinct(work, table, query, pseudonyms)

    pseudonyms_of(
        "firm",
        "firm_pseudonym",
        """SELECT corporate_number FROM registered UNION SELECT corporate_number FROM payment
           UNION SELECT survivor_number FROM survivor
           UNION SELECT corporate_number FROM recipient WHERE number_status = 'valid' ORDER BY 1""",
    )
    pseudonyms_of(
        "award", "award_pseudonym", "SELECT award_text FROM grant_award ORDER BY award_text"
    )
    pseudonyms_of(
        "project",
        "project_pseudonym",
        "SELECT DISTINCT project_text FROM grant_award ORDER BY project_text",
    )
    work.execute(
        """
        CREATE TABLE identity AS
        SELECT text AS corporate_number, id::UUID AS firm_id,
               coalesce(registered.name, paid.name) AS name, furigana,
               registered.prefecture_name || registered.city_name || registered.street_number
                   AS address
        FROM firm_pseudonym
        LEFT JOIN registered ON registered.corporate_number = text
        LEFT JOIN (
            SELECT corporate_number, max_by(name, (approval_date, name)) AS name
            FROM payment GROUP BY corporate_number
        ) AS paid ON paid.corporate_number = text
        """
    )


def _assemble_firms(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE firm AS
        WITH main_industry AS (
            SELECT corporate_number, division_code, major_code
            FROM industry_of_number WHERE position = 1
        ),
        paid_place AS (
            SELECT corporate_number,
                   max_by(prefecture_code, (fiscal_year, award_text)) AS prefecture_code,
                   max_by(municipality_code, (fiscal_year, award_text)) AS municipality_code
            FROM grant_award GROUP BY corporate_number
        )
        SELECT identity.firm_id, kind_code,
               coalesce(registered.prefecture_code, paid_place.prefecture_code) AS prefecture_code,
               coalesce(registered.municipality_code, paid_place.municipality_code)
                   AS municipality_code,
               division_code, major_code,
               coalesce(close_date IS NOT NULL, FALSE) AS is_closed, close_date, close_cause_code,
               heir.firm_id AS survivor_firm_id,
               assignment_date AS assigned_date, update_date AS updated_date
        FROM identity
        LEFT JOIN registered USING (corporate_number)
        LEFT JOIN paid_place USING (corporate_number)
        LEFT JOIN main_industry USING (corporate_number)
        LEFT JOIN survivor USING (corporate_number)
        LEFT JOIN identity AS heir ON heir.corporate_number = survivor_number
        """
    )
    work.execute(
        """
        CREATE TABLE register_event AS
        SELECT firm_id, prefecture_code, process_code, change_date, close_cause_code, is_correction
        FROM registered_event JOIN identity USING (corporate_number);
        CREATE TABLE firm_industry AS
        SELECT firm_id, firm.prefecture_code, position,
               industry_of_number.division_code, industry_of_number.major_code
        FROM industry_of_number JOIN identity USING (corporate_number) JOIN firm USING (firm_id)
        """
    )


def _assemble_awards(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE award AS
        SELECT award_pseudonym.id::UUID AS award_id, project_pseudonym.id::UUID AS project_id,
               identity.firm_id, grant_award.prefecture_code, grant_award.municipality_code,
               location_basis, firm.division_code, programme_code, fiscal_year, title_fiscal_year,
               is_continued, scheme_name, project_name, first_approval_date,
               n_payment, n_return, n_withdrawal, amount_yen, returned_yen
        FROM grant_award
        JOIN award_pseudonym ON award_pseudonym.text = award_text
        JOIN project_pseudonym ON project_pseudonym.text = project_text
        JOIN identity USING (corporate_number)
        JOIN firm ON firm.firm_id = identity.firm_id
        """
    )
    work.execute(
        """
        CREATE TABLE award_payment AS
        SELECT award_pseudonym.id::UUID AS award_id,
               row_number() OVER (
                   PARTITION BY award_text ORDER BY approval_date, title, amount_yen, occurrence
               )::INTEGER AS payment_number,
               firm_id, prefecture_code, programme_code, approval_date, fiscal_year, amount_yen,
               payment_kind
        FROM payment
        JOIN award_pseudonym ON award_pseudonym.text = award_text
        JOIN identity USING (corporate_number)
        """
    )


def _assemble_recipients(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE programme_recipient AS
        SELECT sheet_year, (sheet_year - 1)::SMALLINT AS fiscal_year, project_code, project_name,
               block, identity.firm_id, firm.prefecture_code, number_status, amount_yen, role
        FROM recipient
        LEFT JOIN identity ON identity.corporate_number = recipient.corporate_number
                          AND number_status = 'valid'
        LEFT JOIN firm ON firm.firm_id = identity.firm_id
        """
    )
