"""The consolidated facts turned into the tables of the snapshot, under pseudonyms."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from sqlalchemy import Text

from etl.application_counts import build_application_counts
from etl.assemble_applications import assemble_applications
from etl.assemble_clients import assemble_clients, assemble_statements
from etl.assemble_consent import apply_consent, purge_followed
from etl.assemble_credit import assemble_credit
from etl.assemble_matching import assemble_matching
from etl.assemble_measures import assemble_measures, publish_measures
from etl.assemble_monitoring import assemble_monitoring
from etl.assemble_outcomes import assemble_outcomes
from etl.assemble_research import assemble_research
from etl.cube import build_award_cube
from etl.firm_exit import find_exits
from etl.members import publish_members
from etl.nameless import nameless
from etl.own_words import blank_own_names
from etl.pseudonym import Pseudonymiser, make_pseudonyms
from etl.reference import read_reference
from etl.work import map_distinct
from store import reference_tables

# Stands in no record, so it parts a text from the names after it.
_BETWEEN = chr(31)


# What gets a pseudonym, and the texts that stand for it: natural keys, each of its own kind.
_PSEUDONYMISED = {
    "firm": """
        SELECT corporate_number FROM registered UNION SELECT corporate_number FROM payment
        UNION SELECT survivor_number FROM survivor
        UNION SELECT firm_key FROM party_firm WHERE firm_key IS NOT NULL
        UNION SELECT firm_key FROM statement_owner ORDER BY 1""",
    "award": "SELECT award_text FROM grant_award ORDER BY award_text",
    "project": "SELECT DISTINCT project_text FROM grant_award ORDER BY project_text",
    "application": "SELECT application_key FROM application_fact ORDER BY 1",
    "support": "SELECT support_key FROM support_fact ORDER BY 1",
    "consultation": "SELECT consultation_key FROM consultation_fact ORDER BY 1",
    "adviser": """
        SELECT DISTINCT concat_ws(':', system, organisation_name, adviser_code)
        FROM consultation_fact WHERE adviser_code IS NOT NULL ORDER BY 1""",
}


def assemble(work: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser) -> None:
    """Make the tables of store.tables in ``work``; numbers and names stay in ``identity``."""
    _pseudonymise(work, pseudonymiser)
    _assemble_firms(work)
    _take_names_out(work)
    _assemble_awards(work)
    assemble_applications(work)
    # How many applied and what was spent is published by the office: it counts everyone.
    build_application_counts(work)
    assemble_clients(work)
    assemble_statements(work)
    _assemble_recipients(work)
    apply_consent(work)
    work.execute(
        """
        CREATE TABLE prefecture_statistic AS
        SELECT prefecture_code, item_code, item_name, year, amount, source FROM statistic;
        CREATE TABLE support_programme AS FROM programme_fact;
        CREATE TABLE withheld_firm AS
        SELECT firm_id, 'display' AS purpose
        FROM registered JOIN identity USING (corporate_number) WHERE is_hidden
        """
    )
    _copy_code_tables(work)
    build_award_cube(work)
    publish_members(work)
    publish_measures(work)


def assemble_followed(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make the tables that follow applicants and users of measures, of what consent has left and
    of ``statements``, the table in which they have been written."""
    assemble_outcomes(work, statements)
    assemble_research(work)
    find_exits(work, statements)
    assemble_credit(work, statements)
    assemble_matching(work, statements)
    assemble_measures(work, statements)
    assemble_monitoring(work, statements)
    purge_followed(work)


def _copy_code_tables(work: duckdb.DuckDBPyConnection) -> None:
    for table in reference_tables.CODE_TABLES:
        # An empty number is none; an empty text stays one.
        columns = ", ".join(
            c.name if isinstance(c.type, Text) else f"nullif({c.name}, '') AS {c.name}"
            for c in table.columns
        )
        work.execute(
            f"CREATE TABLE {table.name} AS SELECT {columns} "  # noqa: S608
            f"FROM reference_{table.name}"
        )
    work.register("item_frame", read_reference("item"))
    work.execute("CREATE TABLE data_item AS SELECT * FROM item_frame")


def _pseudonymise(work: duckdb.DuckDBPyConnection, pseudonymiser: Pseudonymiser) -> None:
    for kind, query in _PSEUDONYMISED.items():
        make_pseudonyms(work, pseudonymiser, kind, f"{kind}_pseudonym", query)
    work.execute(
        """
        CREATE TABLE identity AS
        SELECT text AS party_key, id::UUID AS firm_id,
               CASE WHEN contains(text, ':') THEN NULL ELSE text END AS corporate_number,
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
            SELECT corporate_number, prefecture_code, municipality_code
            FROM grant_award WHERE prefecture_code IS NOT NULL
            QUALIFY row_number() OVER (
                PARTITION BY corporate_number ORDER BY fiscal_year DESC, award_text DESC
            ) = 1
        )
        SELECT identity.firm_id,
               CASE WHEN identity.corporate_number IS NULL AND NOT coalesce(is_corporate, FALSE)
                    THEN 'sole' ELSE 'corporate' END AS party_kind,
               kind_code,
               coalesce(registered.prefecture_code, paid_place.prefecture_code,
                        stated.prefecture_code) AS prefecture_code,
               CASE WHEN registered.prefecture_code IS NULL THEN paid_place.municipality_code
                    ELSE registered.municipality_code END AS municipality_code,
               coalesce(main_industry.division_code, stated.division_code) AS division_code,
               CASE WHEN main_industry.division_code IS NULL THEN stated.major_code
                    ELSE main_industry.major_code END AS major_code,
               stated.founded_year,
               coalesce(close_date IS NOT NULL, FALSE) AS is_closed, close_date, close_cause_code,
               heir.firm_id AS survivor_firm_id,
               assignment_date AS assigned_date, update_date AS updated_date
        FROM identity
        LEFT JOIN registered ON registered.corporate_number = identity.corporate_number
        LEFT JOIN paid_place ON paid_place.corporate_number = identity.corporate_number
        LEFT JOIN main_industry ON main_industry.corporate_number = identity.corporate_number
        LEFT JOIN survivor ON survivor.corporate_number = identity.corporate_number
        LEFT JOIN identity AS heir ON heir.corporate_number = survivor_number
        LEFT JOIN statement_firm AS stated ON stated.firm_key = identity.party_key
        -- what nobody could be found for is a writing, not a firm
        WHERE NOT starts_with(identity.party_key, 'u:')
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


def _take_names_out(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``nameless``: each free text beside the names of its recipient, and without them."""

    def take_out(texts: list[str]) -> dict[str, pa.Array]:
        parts = [text.split(_BETWEEN) for text in texts]
        return {"plain": pa.array([nameless(words, own) for words, *own in parts], pa.string())}

    # What a local government or a ministry is paid is no secret, and its name is a place's name.
    work.execute(
        """
        CREATE TABLE own_name AS
        SELECT corporate_number, string_agg(name, $between ORDER BY name) AS names
        FROM (
            SELECT corporate_number, name FROM registered UNION
            SELECT corporate_number, name FROM payment
        ) WHERE name IS NOT NULL AND substr(corporate_number, 2, 4) <> '0000'
        GROUP BY corporate_number
        """,
        {"between": _BETWEEN},
    )
    blank_own_names(work)
    work.execute(
        """
        CREATE TABLE worded AS
        SELECT *, concat_ws(chr(31), scheme_name, names) AS scheme_text,
               CASE WHEN project_name IS NOT NULL THEN concat_ws(chr(31), project_name, names) END
                   AS project_words
        FROM grant_award LEFT JOIN own_name USING (corporate_number)
        """
    )
    work.execute(
        """
        CREATE TABLE titled AS
        SELECT application_key AS title_key,
               concat_ws(chr(31), project_title, names, party.name) AS title_text
        FROM application_fact JOIN party USING (party_hash) JOIN party_firm USING (party_hash)
        LEFT JOIN own_name ON own_name.corporate_number = party_firm.firm_key
        WHERE project_title IS NOT NULL
        """
    )
    query = """SELECT scheme_text FROM worded WHERE scheme_text IS NOT NULL
               UNION SELECT project_words FROM worded WHERE project_words IS NOT NULL
               UNION SELECT role FROM recipient WHERE role IS NOT NULL
               UNION SELECT title_text FROM titled
               UNION SELECT obstacle FROM survey_fact WHERE obstacle IS NOT NULL
               UNION SELECT topic FROM support_fact WHERE topic IS NOT NULL
               UNION SELECT result FROM support_fact WHERE result IS NOT NULL
               UNION SELECT measure FROM consultation_fact WHERE measure IS NOT NULL ORDER BY 1"""
    map_distinct(work, "nameless", query, take_out)


def _assemble_awards(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE award AS
        SELECT award_pseudonym.id::UUID AS award_id, project_pseudonym.id::UUID AS project_id,
               identity.firm_id, worded.prefecture_code, worded.municipality_code,
               location_basis, firm.division_code, programme_code, fiscal_year, title_fiscal_year,
               is_continued, scheme.plain AS scheme_name, project.plain AS project_name,
               first_approval_date,
               n_payment, n_return, n_withdrawal, amount_yen, returned_yen
        FROM worded
        LEFT JOIN nameless AS scheme ON scheme.text = scheme_text
        LEFT JOIN nameless AS project ON project.text = project_words
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
               block, firm.firm_id, firm.prefecture_code, number_status, amount_yen,
               nameless.plain AS role
        FROM recipient LEFT JOIN nameless ON nameless.text = role
        LEFT JOIN party_firm ON party_firm.party_hash = recipient.party_hash AND is_linked
        LEFT JOIN identity ON identity.party_key = party_firm.firm_key
        LEFT JOIN firm ON firm.firm_id = identity.firm_id
        """
    )
