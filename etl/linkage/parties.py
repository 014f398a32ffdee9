"""The typed parties as the linkage sees them: parsed, numbered, beside what the number says."""

from __future__ import annotations

import duckdb

from etl.linkage.parsed import (
    ADDRESS,
    NAME,
    TELEPHONE,
    address_columns,
    name_columns,
    parse_texts,
    telephone_columns,
)

_ADDRESS_TEXT = "coalesce(address, '') || chr(31) || coalesce(prefecture_hint, '')"


def load_parties(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.party``: one row per party with keys of name, address and telephone, and
    ``linkage.stem``: one row per party and core that may stand before a branch (rank 1 first)."""
    parse_texts(
        work,
        "linkage.typed_name",
        "SELECT DISTINCT name FROM party WHERE name IS NOT NULL",
        NAME,
        name_columns,
    )
    parse_texts(
        work,
        "linkage.typed_address",
        f"SELECT DISTINCT {_ADDRESS_TEXT} FROM party",  # noqa: S608
        ADDRESS,
        address_columns,
    )
    parse_texts(
        work,
        "linkage.typed_telephone",
        "SELECT DISTINCT telephone FROM party WHERE telephone IS NOT NULL",
        TELEPHONE,
        telephone_columns,
    )
    work.execute(
        f"""
        CREATE TABLE linkage.party AS
        SELECT row_number() OVER (ORDER BY party_hash)::INTEGER AS party_id, party_hash,
               CASE WHEN number_status = 'valid' THEN party.corporate_number END AS number,
               CASE WHEN number_status = 'invalid'
                    THEN regexp_replace(party.number_as_written, '[^0-9]', '', 'g') END
                   AS bad_number,
               coalesce(typed.key, '') AS key, coalesce(typed.form, '') AS form,
               coalesce(typed.position, '') AS position, coalesce(typed.loose, '') AS loose,
               coalesce(typed.kind, 'firm') AS kind, coalesce(typed.addition, '') AS addition,
               place.prefecture_code, place.municipality_code,
               coalesce(city.city_code, place.municipality_code) AS city_code,
               place.town, place.numbers,
               coalesce(place.municipality_code = ''
                        AND place.prefecture_code = party.prefecture_hint, FALSE) AS is_hinted,
               coalesce(telephone.key, '') AS telephone, coalesce(party.gbizid, '') AS gbizid
        FROM party
        LEFT JOIN linkage.typed_name AS typed ON typed.text = party.name
        LEFT JOIN linkage.typed_address AS place ON place.text = {_ADDRESS_TEXT}
        LEFT JOIN linkage.typed_telephone AS telephone ON telephone.text = party.telephone
        LEFT JOIN linkage.city AS city ON city.municipality_code = place.municipality_code;
        CREATE TABLE linkage.stem AS
        SELECT party_id, typed.is_sure, unnest(stems) AS loose,
               generate_subscripts(stems, 1)::INTEGER AS rank
        FROM linkage.party JOIN party USING (party_hash)
        JOIN linkage.typed_name AS typed ON typed.text = party.name
        WHERE len(stems) > 0;
        DROP TABLE linkage.typed_name;
        DROP TABLE linkage.typed_address;
        DROP TABLE linkage.typed_telephone
        """  # noqa: S608
    )
