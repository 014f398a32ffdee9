"""What firms are matched by, and their outcomes as arrays: made once per snapshot.

Statements are read from the table they have just been written to, sorted by firm, in ranges of
firms: 43 million of them do not fit into memory with their lags.
"""

from __future__ import annotations

import itertools

import duckdb

from etl.cube import UNKNOWN
from etl.firm_exit import CLOSE_YEAR, IS_MERGED
from store.matching_tables import FEATURE_NAMES, OUTCOMES

_FIRST_YEAR_OF_STRATA = 1990
_LOWEST_SHARE, _HIGHEST_SHARE = 0.01, 0.99
# Statements that are taken together.
_RANGE = 6_000_000
# Limits and deviations of so many statements are those of all, to two digits.
_SAMPLE = 2_000_000
# Thousandths of a standard deviation tell no two firms apart that matter, and take half the room.
_DIGITS = 3
# A number made of what a firm's first statement says: the same under every key of the pseudonyms,
# and, unlike one made of the corporate number, of no use to whoever knows all firms by name.
_DRAWS = 2**24
_DRAW = f"""(hash(fiscal_year, closing_date, prefecture_code, sales_kyen, cost_of_sales_kyen,
                  total_assets_kyen, net_assets_kyen, net_profit_kyen) % {_DRAWS})::INTEGER"""
_AMOUNT = {
    "sales_kyen": "sales_kyen",
    "gross_profit_kyen": "sales_kyen - cost_of_sales_kyen",
    "net_profit_kyen": "net_profit_kyen",
    "n_employee": "n_employee",
}


def assemble_matching(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``matching_profile``, ``firm_path`` and ``published_use`` of ``statements`` and of what
    consent has left of ``firm``, ``default_event`` and ``award``."""
    _find_exits(work)
    ranges = _ranges_of_firms(work, statements)
    _collect_features(work, statements, ranges)
    _standardise(work)
    _collect_paths(work, statements, ranges)
    _find_published_uses(work)


def _find_exits(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``firm_end``: the fiscal year in which a firm first defaulted, closed or merged."""
    work.execute(
        f"""
        CREATE TABLE firm_end AS
        WITH defaulted AS (
            SELECT firm_id, min(fiscal_year) AS default_year FROM default_event GROUP BY firm_id
        ),
        closed AS (
            SELECT firm_id, founded_year, {IS_MERGED} AS is_merged, {CLOSE_YEAR} AS close_year
            FROM firm
        )
        SELECT firm_id, founded_year, default_year::SMALLINT AS default_year,
               CASE WHEN NOT is_merged THEN close_year END AS closed_year,
               CASE WHEN is_merged THEN close_year END AS merged_year
        FROM closed FULL JOIN defaulted USING (firm_id) WHERE firm_id IS NOT NULL
        """  # noqa: S608
    )


def _ranges_of_firms(work: duckdb.DuckDBPyConnection, statements: str) -> list[str]:
    """Conditions on ``firm_id`` that part the statements into ranges of about equal size."""
    row = work.execute(f"SELECT count(*) FROM {statements}").fetchone()  # noqa: S608
    n_range = int(row[0] if row else 0) // _RANGE + 1
    # Pseudonyms are spread evenly over all 128 bits.
    borders = [f"{(2**128 * i) // n_range:032x}" for i in range(1, n_range)]
    ends = [None, *borders, None]
    return [
        " AND ".join(
            [f"firm_id >= '{low}'::UUID"] * (low is not None)
            + [f"firm_id < '{high}'::UUID"] * (high is not None)
        )
        or "TRUE"
        for low, high in itertools.pairwise(ends)
    ]


def _collect_features(work: duckdb.DuckDBPyConnection, statements: str, ranges: list[str]) -> None:
    """Make ``matching_feature``: one row per firm and fiscal year with sales, not yet bounded."""
    columns = ", ".join(f"{name} FLOAT" for name in FEATURE_NAMES)
    work.execute(
        f"""
        CREATE TABLE matching_feature (
            firm_id UUID, draw INTEGER, fiscal_year SMALLINT, prefecture_code VARCHAR,
            division_code VARCHAR, major_code VARCHAR, n_employee INTEGER, {columns}
        )
        """
    )
    for chosen in ranges:
        # A firm is matched as long as it has not left in any way.
        work.execute(
            f"""
            INSERT INTO matching_feature
            WITH lagged AS (
                SELECT *, {_log("sales_kyen")} AS log_sales, first_value({_DRAW}) OVER firm AS draw,
                       lag(fiscal_year) OVER firm AS year_1,
                       lag(fiscal_year, 2) OVER firm AS year_2,
                       {_log("lag(sales_kyen) OVER firm")} AS log_sales_1,
                       {_log("lag(sales_kyen, 2) OVER firm")} AS log_sales_2
                FROM {statements} WHERE {chosen}
                WINDOW firm AS (PARTITION BY firm_id ORDER BY fiscal_year)
            )
            SELECT firm_id, draw, fiscal_year, prefecture_code, division_code, major_code,
                   n_employee, log_sales, {_log("sales_kyen - cost_of_sales_kyen")},
                   operating_profit_kyen / nullif(total_assets_kyen, 0),
                   net_assets_kyen / nullif(total_assets_kyen, 0),
                   CASE WHEN coalesce(short_debt_kyen, long_debt_kyen) IS NOT NULL
                        THEN (coalesce(short_debt_kyen, 0) + coalesce(long_debt_kyen, 0))
                             / nullif(total_assets_kyen, 0) END,
                   CASE WHEN year_1 = fiscal_year - 1 THEN log_sales - log_sales_1 END,
                   CASE WHEN year_1 = fiscal_year - 2 THEN log_sales - log_sales_1
                        WHEN year_2 = fiscal_year - 2 THEN log_sales - log_sales_2 END,
                   CASE WHEN n_employee >= 0 THEN ln(1 + n_employee) END,
                   CASE WHEN founded_year <= fiscal_year THEN ln(1 + fiscal_year - founded_year) END
            FROM lagged LEFT JOIN firm_end USING (firm_id)
            WHERE log_sales IS NOT NULL
              AND fiscal_year < coalesce(least(default_year, closed_year, merged_year), 9999)
            """  # noqa: S608
        )


def _log(amount: str) -> str:
    return f"sign({amount}) * ln(1 + abs({amount}))"


def _standardise(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``matching_profile``: bounded by industry and year, in standard deviations of the year.

    What is missing stays missing and is marked; two firms are alike only where they lack the same.
    """
    limits = ", ".join(
        f"quantile_cont({name}, [{_LOWEST_SHARE}, {_HIGHEST_SHARE}]) AS {name}"
        for name in FEATURE_NAMES
    )
    # Numbers, not lists: lists would be copied for every row that is joined.
    ends = ", ".join(f"{n}[1] AS {n}_low, {n}[2] AS {n}_high" for n in FEATURE_NAMES)
    # DuckDB's least and greatest pass over what is missing.
    bounded = {
        name: f"CASE WHEN feature.{name} IS NOT NULL "
        f"THEN least(greatest(feature.{name}, bound.{name}_low), bound.{name}_high) END"
        for name in FEATURE_NAMES
    }
    # Rounded, so that the order of adding up cannot show.
    scales = ", ".join(
        f"nullif(round(stddev_pop({value}), 6), 0) AS {name}" for name, value in bounded.items()
    )
    row = work.execute("SELECT count(*) FROM matching_feature").fetchone()
    # Whole firms; an industry that is not among them is not bounded.
    sample = f"draw % {int(row[0] if row else 0) // _SAMPLE + 1} = 0"
    joined = """matching_feature AS feature LEFT JOIN matching_bound AS bound
                ON bound.fiscal_year = feature.fiscal_year
               AND bound.division_code = coalesce(feature.division_code, '')"""
    work.execute(
        f"""
        CREATE TABLE matching_bound AS
        SELECT fiscal_year, division_code, {ends} FROM (
            SELECT fiscal_year, coalesce(division_code, '') AS division_code, {limits}
            FROM matching_feature AS feature WHERE {sample} GROUP BY ALL
        );
        CREATE TABLE matching_scale AS
        SELECT feature.fiscal_year, {scales} FROM {joined} WHERE {sample} GROUP BY ALL
        """  # noqa: S608
    )
    values = ", ".join(
        f"round({value}::DOUBLE / coalesce(scale.{name}, 1), {_DIGITS}) AS {name}"
        for name, value in bounded.items()
    )
    bits = " + ".join(
        f"(feature.{name} IS NULL)::INTEGER * {2**place}"
        for place, name in enumerate(FEATURE_NAMES)
    )
    year = f"(feature.fiscal_year - {_FIRST_YEAR_OF_STRATA})"
    division = "coalesce(ascii(feature.division_code) - 64, 0)"
    major = "coalesce(try_cast(feature.major_code AS INTEGER), 0)"
    size, bureau = "coalesce(size_number, 0)", "coalesce(bureau_number, 0)"
    work.execute(
        f"""
        CREATE TABLE matching_profile AS
        -- by number first: a range is slow to join with many rows
        WITH size_class AS (
            SELECT DISTINCT n_employee, size_code, substr(size_code, 2)::INTEGER AS size_number
            FROM (SELECT DISTINCT n_employee FROM matching_feature)
            JOIN reference_size_class
              ON n_employee BETWEEN least::INTEGER
                                AND coalesce(nullif(most, '')::INTEGER, 2147483647)
        ),
        place AS (
            SELECT prefecture_code, bureau_code, substr(bureau_code, 2)::INTEGER AS bureau_number
            FROM reference_prefecture
        )
        SELECT firm_id, feature.fiscal_year, bureau_code, feature.prefecture_code,
               coalesce(feature.division_code, '{UNKNOWN}') AS division_code,
               coalesce(feature.major_code, '{UNKNOWN}') AS major_code,
               coalesce(size_code, '{UNKNOWN}') AS size_code,
               ((({year} * 32 + {division}) * 8 + {size}) * 16 + {bureau})::INTEGER AS stratum,
               ((({year} * 128 + {major}) * 8 + {size}) * 16 + {bureau})::INTEGER
                   AS fine_stratum,
               ({bits})::SMALLINT AS missing_bits,
               (draw / {_DRAWS}) AS tie, {values}
        FROM {joined}
        LEFT JOIN matching_scale AS scale ON scale.fiscal_year = feature.fiscal_year
        LEFT JOIN size_class USING (n_employee)
        LEFT JOIN place ON place.prefecture_code = feature.prefecture_code
        """  # noqa: S608
    )


def _collect_paths(work: duckdb.DuckDBPyConnection, statements: str, ranges: list[str]) -> None:
    """Make ``firm_path``: a place in each array for every fiscal year between a firm's first and
    last statement."""
    found = work.execute(
        f"SELECT min(fiscal_year), max(fiscal_year) FROM {statements}"  # noqa: S608
    ).fetchone()
    first, last = found if found and found[0] is not None else (0, -1)
    columns = ", ".join(f"{name} BIGINT[]" for name, _, _ in OUTCOMES)
    work.execute(
        f"""
        CREATE TABLE firm_path (
            firm_id UUID, first_year SMALLINT, {columns},
            default_year SMALLINT, closed_year SMALLINT, merged_year SMALLINT
        )
        """
    )
    own_first, own_last = (f"{end}(fiscal_year) - {first - 1}" for end in ("min", "max"))
    arrays = ", ".join(
        "list_slice(list_value("
        + ", ".join(
            f"(max({_AMOUNT[name]}) FILTER (fiscal_year = {year}))::BIGINT"
            for year in range(first, last + 1)
        )
        + f"), {own_first}, {own_last}) AS {name}"
        for name, _, _ in OUTCOMES
    )
    for chosen in ranges if last >= first else []:
        work.execute(
            f"""
            INSERT INTO firm_path
            WITH followed AS (
                SELECT firm_id, min(fiscal_year) AS first_year, {arrays}
                FROM {statements} WHERE {chosen} GROUP BY firm_id
            )
            SELECT firm_id, first_year, {", ".join(name for name, _, _ in OUTCOMES)},
                   default_year, closed_year, merged_year
            FROM followed LEFT JOIN firm_end USING (firm_id)
            """  # noqa: S608
        )


def _find_published_uses(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``published_use``: not every adoption came with its application, but gBizINFO publishes
    it, and a firm that got an award has not stayed without the measure."""
    work.execute(
        """
        CREATE TABLE published_use AS
        SELECT firm_id, programme_code AS measure_code, min(fiscal_year)::SMALLINT AS first_year
        FROM award WHERE firm_id IS NOT NULL AND programme_code IS NOT NULL GROUP BY ALL
        """
    )
