"""The register as the linkage sees it: each firm with every name and address it ever had."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from etl.linkage.addresses import city_codes
from etl.linkage.parsed import REGISTERED, STREET, parse_texts, registered_columns, street_columns


def load_firms(work: duckdb.DuckDBPyConnection) -> None:
    """Make, in the schema ``linkage``: ``firm`` (one row per registered number),
    ``firm_name`` (one row per firm and name), ``firm_place`` (one row per firm and address, none
    for a firm without address), ``key_count`` (firms and present firms per name key)."""
    cities = city_codes()
    work.register(
        "city_frame",
        pa.table({"municipality_code": list(cities), "city_code": list(cities.values())}),
    )
    work.execute("CREATE TABLE linkage.city AS FROM city_frame")
    work.unregister("city_frame")
    work.execute(
        """
        CREATE TABLE linkage.firm AS
        SELECT row_number() OVER (ORDER BY corporate_number)::INTEGER AS firm_id,
               corporate_number, name, close_date, survivor_number,
               close_date IS NULL AND survivor_number IS NULL AS is_live
        FROM registered LEFT JOIN survivor USING (corporate_number)
        """
    )
    _load_names(work)
    _load_places(work)


def _load_names(work: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT DISTINCT name FROM staged_nta_register
               SEMI JOIN registered USING (corporate_number) WHERE name IS NOT NULL"""
    parse_texts(work, "linkage.register_name", query, REGISTERED, registered_columns)
    work.execute(
        """
        CREATE TABLE linkage.firm_name AS
        WITH delivered AS (
            SELECT corporate_number, name, max(update_date) AS seen_until
            FROM staged_nta_register WHERE name IS NOT NULL GROUP BY corporate_number, name
        )
        SELECT firm_id, parsed.text AS name, parsed.key, parsed.form, parsed.position,
               parsed.loose, seen_until, delivered.name = firm.name AS is_present, is_live
        FROM delivered
        JOIN linkage.firm AS firm USING (corporate_number)
        JOIN linkage.register_name AS parsed ON parsed.text = delivered.name
        WHERE parsed.key <> '';
        DROP TABLE linkage.register_name;
        CREATE TABLE linkage.key_count AS
        SELECT key, count(DISTINCT firm_id)::INTEGER AS n_firm, min(firm_id) AS one_firm_id
        FROM linkage.firm_name GROUP BY key;
        CREATE TABLE linkage.loose_count AS
        SELECT loose, count(DISTINCT firm_id)::INTEGER AS n_firm
        FROM linkage.firm_name GROUP BY loose
        """
    )


def _load_places(work: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT DISTINCT street_number FROM staged_nta_register
               WHERE street_number IS NOT NULL"""
    parse_texts(work, "linkage.street", query, STREET, street_columns)
    # A firm that moved and moved back has one place; what it says at last is its present one.
    work.execute(
        """
        CREATE TABLE linkage.firm_place AS
        WITH placed AS (
            SELECT corporate_number, prefecture_code,
                   coalesce(successor.municipality_code, prefecture_code || city_code)
                       AS municipality_code,
                   coalesce(street_number, '') AS street_number,
                   concat(prefecture_name, city_name, street_number) AS address
            FROM staged_nta_register
            LEFT JOIN reference_municipality_successor AS successor
              ON old_code = prefecture_code || city_code
            WHERE prefecture_code IS NOT NULL
        )
        SELECT DISTINCT firm_id, prefecture_code, municipality_code,
               coalesce(city.city_code, municipality_code) AS city_code,
               coalesce(town, '') AS town, coalesce(numbers, '') AS numbers, address
        FROM placed
        JOIN linkage.firm USING (corporate_number)
        LEFT JOIN linkage.city AS city USING (municipality_code)
        LEFT JOIN linkage.street AS street ON street.text = placed.street_number;
        DROP TABLE linkage.street
        """
    )
