"""Payment records consolidated into awards: one row per recipient, project and fiscal year."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from etl.award_title import parse_title, project_key
from etl.location import BASES, find_file_areas, locate_addresses, locate_numbers
from etl.programme import programme_reader
from etl.work import StagedFile, map_distinct


def consolidate_awards(work: duckdb.DuckDBPyConnection, files: Sequence[StagedFile]) -> None:
    """Make ``payment`` and ``grant_award`` from all award deliveries.

    The same payment may arrive in several files (a later extract, another layout): the k-th
    identical payment of one file is the k-th of every other. Zero amounts are withdrawals and
    negative ones returns; both stay as records and enter the net amount.
    """
    _read_titles(work)
    locate_numbers(work)
    locate_addresses(work)
    find_file_areas(work, [f for f in files if f.source == "gbiz_subsidy"])
    _unite_payments(work)
    _sum_awards(work)


def _read_titles(work: duckdb.DuckDBPyConnection) -> None:
    programme_of = programme_reader(work)

    def read(titles: list[str]) -> dict[str, pa.Array]:
        parsed = [parse_title(title) for title in titles]
        names = [p.project_name for p in parsed]
        return {
            "title_fiscal_year": pa.array([p.title_fiscal_year for p in parsed], pa.int16()),
            "scheme_name": pa.array([p.scheme_name for p in parsed], pa.string()),
            "is_continued": pa.array([p.is_continued for p in parsed], pa.bool_()),
            "project_name": pa.array(names, pa.string()),
            "project_key": pa.array([project_key(n) if n else None for n in names], pa.string()),
            "programme_code": pa.array([programme_of(title) for title in titles], pa.string()),
        }

    map_distinct(
        work, "award_title", "SELECT DISTINCT title FROM staged_gbiz_subsidy ORDER BY title", read
    )


def _unite_payments(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        """
        CREATE TABLE payment AS
        WITH placed AS (
            SELECT staged.*,
                   coalesce(spot.prefecture_code, area.prefecture_code, known.register_prefecture,
                            known.number_prefecture) AS prefecture_code,
                   CASE WHEN spot.prefecture_code IS NOT NULL THEN 'address'
                        WHEN area.prefecture_code IS NOT NULL THEN area.basis
                        WHEN known.register_prefecture IS NOT NULL THEN 'register'
                        WHEN known.number_prefecture IS NOT NULL THEN 'number'
                        ELSE 'unknown' END AS location_basis,
                   coalesce(spot.municipality_code, known.government_municipality,
                            known.register_municipality) AS found_municipality
            FROM staged_gbiz_subsidy AS staged
            LEFT JOIN address_location AS spot USING (address)
            LEFT JOIN file_area AS area ON area.content_hash = staged.content_hash
                                       AND staged.address IS NULL
            LEFT JOIN number_location AS known
              ON known.corporate_number = staged.corporate_number
        )
        SELECT corporate_number, name, title, amount_yen, approval_date, occurrence,
               prefecture_code, location_basis,
               -- a municipality of another prefecture belongs to another time of the firm's life
               CASE WHEN left(found_municipality, 2) = prefecture_code THEN found_municipality END
                   AS municipality_code,
               (year(approval_date) - (month(approval_date) < 4)::INTEGER)::SMALLINT AS fiscal_year,
               CASE WHEN amount_yen > 0 THEN 'grant' WHEN amount_yen = 0 THEN 'withdrawal'
                    ELSE 'return' END AS payment_kind,
               read.* EXCLUDE (text)
        FROM (
            SELECT *, row_number() OVER (
                PARTITION BY record_hash, occurrence
                ORDER BY array_position($bases, location_basis), prefecture_code,
                         found_municipality NULLS LAST, name
            ) AS rank
            FROM placed
        ) AS best
        JOIN award_title AS read ON read.text = best.title
        WHERE rank = 1
        """,
        {"bases": BASES},
    )


def _sum_awards(work: duckdb.DuckDBPyConnection) -> None:
    # Only a parsed project name joins the members of a consortium; any other title is a project
    # of its own for each recipient and year. The place is that of one payment, never pieced
    # together: the best known one, then the earliest.
    work.execute(
        """
        ALTER TABLE payment ADD COLUMN project_text VARCHAR;
        UPDATE payment SET project_text = coalesce(
            'project:' || project_key,
            'title:' || corporate_number || ':' || fiscal_year || ':' || programme_code
                || ':' || title
        );
        ALTER TABLE payment ADD COLUMN award_text VARCHAR;
        UPDATE payment SET award_text =
            corporate_number || ':' || fiscal_year || ':' || programme_code || ':' || project_text;
        """
    )
    work.execute(
        """
        CREATE TABLE grant_award AS
        WITH place AS (
            SELECT award_text, prefecture_code, municipality_code, location_basis
            FROM payment QUALIFY row_number() OVER (
                PARTITION BY award_text
                ORDER BY array_position($bases, location_basis), approval_date, title,
                         amount_yen, occurrence
            ) = 1
        )
        SELECT award_text, any_value(project_text) AS project_text,
               any_value(corporate_number) AS corporate_number,
               any_value(place.prefecture_code) AS prefecture_code,
               any_value(place.municipality_code) AS municipality_code,
               any_value(place.location_basis) AS location_basis,
               any_value(programme_code) AS programme_code,
               any_value(fiscal_year) AS fiscal_year,
               min(title_fiscal_year)::SMALLINT AS title_fiscal_year,
               bool_and(is_continued) AS is_continued,
               min(scheme_name) AS scheme_name, min(project_name) AS project_name,
               min(approval_date) AS first_approval_date,
               count(*)::INTEGER AS n_payment,
               count(*) FILTER (payment_kind = 'return')::INTEGER AS n_return,
               count(*) FILTER (payment_kind = 'withdrawal')::INTEGER AS n_withdrawal,
               sum(amount_yen)::BIGINT AS amount_yen,
               coalesce(-sum(amount_yen) FILTER (amount_yen < 0), 0)::BIGINT AS returned_yen
        FROM payment JOIN place USING (award_text) GROUP BY award_text
        """,
        {"bases": BASES},
    )
