"""Industry profiles joined to firms by name and place."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.name_key import name_key
from etl.work import StagedFile, map_distinct

# A file counts as covering one municipality when so many of its unique names lie there.
DOMINANT_SHARE = 0.6


def consolidate_industry(work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Make ``industry_of_number``: one row per firm and industry it states, in stated order.

    Profiles carry a name only, and names do not identify firms: a profile is joined when its name
    is unique in the municipality that the sender declared or the file evidently covers, or, where
    there is no such place, unique in the whole register. A name that stands in one file with
    different industries is several firms. All others stay unjoined.
    """
    map_distinct(
        work,
        "name_of_firm",
        """SELECT DISTINCT name FROM registered WHERE name IS NOT NULL
           UNION SELECT DISTINCT name FROM staged_industry_profile ORDER BY 1""",
        lambda names: {"name_key": pa.array([name_key(name) for name in names], pa.string())},
    )
    work.execute(
        """
        CREATE TABLE keyed_firm AS
        SELECT corporate_number, name_key, municipality_code
        FROM registered JOIN name_of_firm ON text = name WHERE name_key <> '';
        CREATE TABLE keyed_profile AS
        SELECT content_hash, min(line) AS line, name_key, min(industry_codes) AS industry_codes
        FROM staged_industry_profile JOIN name_of_firm ON text = name
        GROUP BY content_hash, name_key
        HAVING count(industry_codes) = count(*) AND count(DISTINCT industry_codes) = 1
        """
    )
    _find_places(work, [f for f in files if f.source == "industry_profile"])
    work.execute(
        """
        CREATE TABLE industry_of_number AS
        WITH local AS (
            SELECT profile.content_hash, profile.line, industry_codes,
                   min(corporate_number) AS corporate_number
            FROM keyed_profile AS profile
            JOIN profile_place AS place USING (content_hash)
            JOIN keyed_firm AS firm
              ON firm.name_key = profile.name_key
             AND firm.municipality_code = place.municipality_code
            GROUP BY ALL HAVING count(*) = 1
        ),
        everywhere AS (
            SELECT profile.content_hash, profile.line, industry_codes,
                   min(corporate_number) AS corporate_number
            FROM keyed_profile AS profile
            JOIN keyed_firm AS firm ON firm.name_key = profile.name_key
            ANTI JOIN profile_place AS place ON place.content_hash = profile.content_hash
            GROUP BY ALL HAVING count(*) = 1
        ),
        joined AS (
            -- a firm described twice takes one description, the same whatever came first
            SELECT corporate_number, min(industry_codes) AS industry_codes
            FROM (FROM local UNION ALL FROM everywhere) GROUP BY corporate_number
        ),
        stated AS (
            SELECT corporate_number, unnest(string_split(industry_codes, ';')) AS pair,
                   generate_subscripts(string_split(industry_codes, ';'), 1) AS position
            FROM joined
        )
        SELECT corporate_number, position::SMALLINT AS position,
               split_part(pair, ',', 1) AS division_code,
               nullif(split_part(pair, ',', 2), '') AS major_code
        FROM stated
        """
    )


def _find_places(work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    declared = pa.table(
        {
            "content_hash": pa.array([f.content_hash for f in files], pa.string()),
            "municipality_code": pa.array([f.municipality_code for f in files], pa.string()),
        }
    )
    work.register("declared", declared)
    work.execute(
        """
        CREATE TABLE profile_place AS
        WITH unique_name AS (
            SELECT name_key, min(municipality_code) AS municipality_code
            FROM keyed_firm GROUP BY name_key HAVING count(*) = 1
        ),
        found AS (
            SELECT content_hash, municipality_code, count(*) AS n,
                   sum(count(*)) OVER (PARTITION BY content_hash) AS n_all
            FROM staged_industry_profile
            JOIN name_of_firm ON text = name JOIN unique_name USING (name_key)
            GROUP BY content_hash, municipality_code
        ),
        evident AS (
            SELECT content_hash, municipality_code FROM found WHERE n > $dominant * n_all
        )
        SELECT content_hash,
               coalesce(nullif(declared.municipality_code, ''), evident.municipality_code)
                   AS municipality_code
        FROM declared LEFT JOIN evident USING (content_hash)
        WHERE declared.municipality_code <> '' OR evident.municipality_code IS NOT NULL
        """,
        {"dominant": DOMINANT_SHARE},
    )
    work.unregister("declared")
