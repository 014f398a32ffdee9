"""Parties that wrote a sound corporate number: does the name agree with the firm of that number?

A number alone proves nothing: some are dummies, some belong to another firm. The name must be one
that the firm bears or bore, or that of a firm merged with it, or come near; otherwise the pair is
a conflict for an operator, whatever else agrees.
"""

from __future__ import annotations

import duckdb

from etl.linkage.levels import name_level, place_level, same_form
from etl.linkage.similarity import measure

# So alike are typing errors and abbreviations of a firm's own name; other firms' names are not.
ALIKE = 0.75


def match_numbers(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.numbered``: one row per party with a number, its rule and what agrees.

    Columns: party_id, firm_id (NULL if the number is not in the register), rule, name, is_present,
    name_level, similarity, place_level, address.
    """
    _compare_names(work)
    _compare_places(work)
    work.execute(
        f"""
        CREATE TABLE linkage.numbered AS
        SELECT party.party_id, named.firm_id, named.name, named.is_present, named.name_level,
               named.similarity, coalesce(placed.place_level, 1)::TINYINT AS place_level,
               placed.address,
               CASE WHEN named.firm_id IS NULL THEN 'number_unregistered'
                    WHEN party.key = '' THEN 'number_only'
                    WHEN named.name_level >= 4 AND named.is_merged THEN 'number_and_merged_name'
                    WHEN named.name_level >= 4 AND named.is_present THEN 'number_and_name'
                    WHEN named.name_level >= 4 THEN 'number_and_old_name'
                    -- another firm bears exactly this name where the party says it is
                    -- unless the number's own firm is there too under nearly the same name
                    WHEN rival.party_id IS NOT NULL
                         AND (coalesce(placed.place_level, 1) < 3 OR named.name_level < 1)
                    THEN 'number_name_conflict'
                    WHEN named.name_level >= 1 THEN 'number_and_core'
                    WHEN named.is_branch THEN 'number_and_branch'
                    WHEN key_count.n_firm IS NOT NULL AND coalesce(placed.place_level, 1) < 3
                    THEN 'number_name_conflict'
                    WHEN named.similarity >= {ALIKE} OR named.is_part THEN 'number_and_similar_name'
                    WHEN key_count.n_firm IS NULL AND placed.place_level = 5
                    THEN 'number_and_address'
                    ELSE 'number_name_conflict' END AS rule
        FROM linkage.party AS party
        LEFT JOIN linkage.number_name AS named USING (party_id)
        LEFT JOIN linkage.number_place AS placed USING (party_id)
        LEFT JOIN linkage.number_rival AS rival USING (party_id)
        LEFT JOIN linkage.key_count AS key_count ON key_count.key = party.key
        WHERE party.number IS NOT NULL;
        DROP TABLE linkage.number_name;
        DROP TABLE linkage.number_place;
        DROP TABLE linkage.number_rival
        """  # noqa: S608
    )


def _compare_names(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.number_name``: the name of the number's firm, or of a firm merged with it,
    that agrees best with the typed one."""
    work.execute(
        f"""
        CREATE TABLE linkage.family AS
        WITH merger AS (
            SELECT gone.firm_id AS gone_id, heir.firm_id AS heir_id
            FROM linkage.firm AS gone
            JOIN linkage.firm AS heir ON heir.corporate_number = gone.survivor_number
        )
        SELECT firm_id, firm_id AS name_firm_id, FALSE AS is_merged FROM linkage.firm
        UNION ALL SELECT heir_id, gone_id, TRUE FROM merger
        UNION ALL SELECT gone_id, heir_id, TRUE FROM merger;
        CREATE TABLE linkage.number_pair AS
        WITH beside AS (
            SELECT party_id, key, form, position, loose, firm.firm_id
            FROM linkage.party JOIN linkage.firm AS firm ON firm.corporate_number = party.number
        )
        SELECT beside.party_id, beside.firm_id, {name_level("beside", "named")} AS name_level,
               named.name, named.is_present, named.seen_until, family.is_merged,
               beside.loose AS one, named.loose AS two,
               EXISTS (FROM linkage.stem AS stem
                       WHERE stem.party_id = beside.party_id AND stem.loose = named.loose
                         AND ({same_form("beside", "named")} OR beside.form = '')) AS is_branch
        FROM beside
        JOIN linkage.family AS family USING (firm_id)
        JOIN linkage.firm_name AS named ON named.firm_id = family.name_firm_id
        """  # noqa: S608
    )
    measure(
        work,
        "linkage.number_likeness",
        "SELECT DISTINCT one, two FROM linkage.number_pair WHERE name_level = 0",
    )
    work.execute(
        """
        CREATE TABLE linkage.number_name AS
        SELECT party_id, unnest(max_by(
                   {firm_id: firm_id, name_level: name_level, name: name, is_present: is_present,
                    is_merged: is_merged, is_branch: is_branch, similarity: similarity,
                    is_part: coalesce(is_part, FALSE)},
                   (name_level, is_branch, coalesce(is_part, FALSE), coalesce(similarity, 0),
                    NOT is_merged, is_present, seen_until, name)))
        FROM linkage.number_pair LEFT JOIN linkage.number_likeness USING (one, two)
        GROUP BY party_id;
        DROP TABLE linkage.family;
        DROP TABLE linkage.number_pair;
        DROP TABLE linkage.number_likeness
        """
    )


def _compare_places(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``linkage.number_place`` (the firm's address that agrees best) and
    ``linkage.number_rival`` (parties at whose place another firm bears exactly their name)."""
    work.execute(
        f"""
        CREATE TABLE linkage.number_place AS
        SELECT party_id, max({place_level("party", "place")}) AS place_level,
               max_by(place.address, ({place_level("party", "place")}, place.address)) AS address
        FROM linkage.party AS party
        JOIN linkage.number_name USING (party_id)
        JOIN linkage.firm_place AS place USING (firm_id)
        GROUP BY party_id;
        CREATE TABLE linkage.number_rival AS
        SELECT DISTINCT party.party_id
        FROM linkage.party AS party
        JOIN linkage.number_name AS own ON own.party_id = party.party_id AND own.name_level < 4
        JOIN linkage.firm_name AS named ON named.key = party.key
        JOIN linkage.firm_place AS place
          ON place.firm_id = named.firm_id AND place.city_code = party.city_code
        WHERE party.city_code <> ''
        """  # noqa: S608
    )
