"""Where the recipient of an award sits, and how that is known.

In order: the address of the record; the area its sender declared for the file; the area the file
shows itself to cover (an extract without addresses whose locatable recipients lie almost all in
one prefecture); the register; the number itself (local governments carry their code, companies
the registry office that numbered them). Each row keeps the basis.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.work import StagedFile

# How a place is known, the surest first.
BASES = ["address", "declared", "extract", "register", "number", "unknown"]

# An extract counts as covering one prefecture when so many of its locatable recipients lie there…
DOMINANT_SHARE = 0.9
# …and so many of its recipients can be located at all.
LOCATABLE_SHARE = 0.5


def locate_numbers(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``number_location``: for each recipient's number what register and number tell."""
    work.execute(
        """
        CREATE TABLE number_location AS
        WITH number AS (
            SELECT DISTINCT corporate_number FROM staged_gbiz_subsidy
            UNION SELECT DISTINCT corporate_number FROM staged_rs_recipient
            WHERE number_status = 'valid'
        ),
        local_government AS (
            SELECT corporate_number, substr(corporate_number, 8, 5) AS municipality_code
            FROM number WHERE substr(corporate_number, 2, 6) = '000020'
        ),
        office AS (
            SELECT corporate_number, arg_max(prefecture_code, length(prefix)) AS prefecture_code
            FROM number JOIN reference_registry_office
              ON starts_with(substr(corporate_number, 2), prefix)
            GROUP BY corporate_number
        )
        SELECT number.corporate_number,
               registered.prefecture_code AS register_prefecture,
               registered.municipality_code AS register_municipality,
               municipality.municipality_code AS government_municipality,
               coalesce(left(local_government.municipality_code, 2), office.prefecture_code)
                   AS number_prefecture
        FROM number
        LEFT JOIN registered USING (corporate_number)
        LEFT JOIN local_government USING (corporate_number)
        LEFT JOIN reference_municipality AS municipality
          ON municipality.municipality_code = local_government.municipality_code
        LEFT JOIN office USING (corporate_number)
        """
    )


def find_file_areas(work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Make ``file_area``: the prefecture that a file without addresses covers, and the basis."""
    declared = pa.table(
        {
            "content_hash": pa.array([f.content_hash for f in files], pa.string()),
            "prefecture_code": pa.array([f.prefecture_code for f in files], pa.string()),
        }
    )
    work.register("declared", declared)
    work.execute(
        """
        CREATE TABLE file_area AS
        WITH recipient AS (
            SELECT DISTINCT content_hash, corporate_number
            FROM staged_gbiz_subsidy WHERE address IS NULL
        ),
        located AS (
            SELECT content_hash, coalesce(register_prefecture, number_prefecture) AS prefecture_code
            FROM recipient JOIN number_location USING (corporate_number)
        ),
        counted AS (
            SELECT content_hash, prefecture_code, count(*) AS n,
                   sum(count(*)) OVER (PARTITION BY content_hash) AS n_all
            FROM located GROUP BY content_hash, prefecture_code
        ),
        share AS (
            SELECT content_hash, prefecture_code, n, n_all,
                   sum(n) OVER (PARTITION BY content_hash) AS n_located
            FROM counted WHERE prefecture_code IS NOT NULL
        ),
        inferred AS (
            SELECT content_hash, arg_max(prefecture_code, n) AS prefecture_code
            FROM share WHERE n >= $dominant * n_located AND n_located >= $locatable * n_all
            GROUP BY content_hash
        )
        SELECT content_hash,
               coalesce(nullif(declared.prefecture_code, ''), inferred.prefecture_code)
                   AS prefecture_code,
               CASE WHEN declared.prefecture_code <> '' THEN 'declared' ELSE 'extract' END AS basis
        FROM declared LEFT JOIN inferred USING (content_hash)
        WHERE declared.prefecture_code <> '' OR inferred.prefecture_code IS NOT NULL
        """,
        {"dominant": DOMINANT_SHARE, "locatable": LOCATABLE_SHARE},
    )
    work.unregister("declared")


def locate_addresses(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``address_location``: prefecture and, by the longest name that fits, municipality."""
    work.execute(
        """
        CREATE TABLE address_location AS
        WITH address AS (
            SELECT DISTINCT address FROM staged_gbiz_subsidy WHERE address IS NOT NULL
        ),
        placed AS (
            SELECT address, prefecture_code, substr(address, length(name) + 1) AS rest
            FROM address JOIN reference_prefecture ON starts_with(address, name)
        )
        SELECT address, placed.prefecture_code,
               arg_max(municipality_code, length(municipality.name)) AS municipality_code
        FROM placed LEFT JOIN reference_municipality AS municipality
          ON municipality.prefecture_code = placed.prefecture_code
         AND starts_with(rest, municipality.name)
        GROUP BY address, placed.prefecture_code
        """
    )
