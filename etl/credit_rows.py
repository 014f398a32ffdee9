"""Statements as a credit model reads them: ratios, growth, and whether a default followed.

Nothing is copied that can be read again: a row per firm holds what its years have to know of each
other, and the ratios are a view over the statements, joined with it.
"""

from __future__ import annotations

import duckdb

from etl.cube import UNKNOWN
from store.credit_grid import GROWTH_AXES, GrowthAxis

# Years after a closing within which a default counts.
HORIZON = 1
# Defaults are reported from the first year on that has this share of those of the fullest.
_REPORTED = 0.1

_ASSETS = "nullif(greatest(total_assets_kyen, 0), 0)::DOUBLE"
_DEBT = "(short_debt_kyen + long_debt_kyen)::DOUBLE"
_CASH_FLOW = "nullif(greatest(ordinary_profit_kyen + depreciation_kyen, 0), 0)"
_SALES = "nullif(greatest(sales_kyen, 0), 0)::DOUBLE"
# What growth is measured of.
_LISTED = {"sales": "sales_kyen", "employees": "n_employee"}
# What cannot be computed (no interest paid, no cash flow to repay from) is missing, not zero.
RATIOS = {
    "equity_ratio": f"net_assets_kyen / {_ASSETS}",
    "return_on_assets": f"ordinary_profit_kyen / {_ASSETS}",
    "interest_cover": "operating_profit_kyen / nullif(greatest(interest_paid_kyen, 0), 0)::DOUBLE",
    "current_ratio": "current_assets_kyen / nullif(greatest(current_liabilities_kyen, 0), 0)"
    "::DOUBLE",
    "debt_years": f"{_DEBT} / {_CASH_FLOW}",
    "debt_sales": f"{_DEBT} / {_SALES}",
    "cash_sales": f"cash_kyen / {_SALES}",
    "log_assets": f"ln({_ASSETS})",
    "sales_change": f"ln({_SALES} / sales_before)",
    "age": "CASE WHEN founded_year <= book.fiscal_year "
    "THEN (book.fiscal_year - founded_year)::DOUBLE END",
}


def make_credit_rows(work: duckdb.DuckDBPyConnection, statements: str) -> None:
    """Make ``credit_firm`` (one row per firm with statements; ``draw`` is a number made of what
    these say, and the same under every key of the pseudonyms) and the view ``credit_row`` (one row
    per firm and fiscal year: places, ratios, growth, ``is_default`` within HORIZON years, which is
    empty where that is not known or the firm was in default before)."""
    first, last = _years(work, statements)
    _make_firms(work, statements, first, last)
    growth = ", ".join(_growth(axis, first) for axis in GROWTH_AXES)
    ratios = ", ".join(f"{sql} AS {name}" for name, sql in RATIOS.items())
    work.execute(
        f"""
        CREATE VIEW credit_row AS
        SELECT firm_id, draw, book.fiscal_year, bureau_code, book.prefecture_code,
               coalesce(division_code, '{UNKNOWN}') AS division_code,
               coalesce(major_code, '{UNKNOWN}') AS major_code,
               {_size_class(work)} AS size_code, closing_date, first_default,
               {ratios}, {growth},
               CASE WHEN first_default <= closing_date OR book.fiscal_year < known_from
                      OR closing_date + INTERVAL {HORIZON} YEAR > known_until THEN NULL
                    ELSE coalesce(first_default <= closing_date + INTERVAL {HORIZON} YEAR, FALSE)
               END AS is_default
        FROM (
            SELECT *, {_before("sales", 1, first)} AS sales_before
            FROM {statements} JOIN credit_firm USING (firm_id)
        ) AS book
        CROSS JOIN credit_known
        LEFT JOIN reference_prefecture AS place ON place.prefecture_code = book.prefecture_code
        """  # noqa: S608
    )


def _size_class(work: duckdb.DuckDBPyConnection) -> str:
    """The class of n_employee as an expression: a join by range would sort every statement."""
    classes = work.execute(
        "SELECT size_code, least::INTEGER FROM reference_size_class ORDER BY 2 DESC"
    ).fetchall()
    steps = " ".join(f"WHEN n_employee >= {least} THEN '{code}'" for code, least in classes)
    return f"CASE {steps} ELSE '{UNKNOWN}' END"


def _years(work: duckdb.DuckDBPyConnection, statements: str) -> tuple[int, int]:
    row = work.execute(f"SELECT min(fiscal_year), max(fiscal_year) FROM {statements}").fetchone()  # noqa: S608
    return (int(row[0]), int(row[1])) if row and row[0] is not None else (0, 0)


def _make_firms(work: duckdb.DuckDBPyConnection, statements: str, first: int, last: int) -> None:
    # Lists by firm: joining 43 million rows with each other takes five times as long.
    lists = ", ".join(
        "["
        + ", ".join(
            f"max({column}) FILTER (fiscal_year = {year})" for year in range(first, last + 1)
        )
        + f"] AS {measure}"
        for measure, column in _LISTED.items()
    )
    work.execute(
        f"""
        CREATE TABLE credit_firm AS
        SELECT firm_id, founded_year, first_default, {", ".join(_LISTED)},
               hash(founded_year, sales) AS draw
        FROM (SELECT firm_id, {lists} FROM {statements} GROUP BY firm_id)
        LEFT JOIN firm USING (firm_id)
        LEFT JOIN (
            SELECT firm_id, min(default_date) AS first_default FROM default_event GROUP BY firm_id
        ) USING (firm_id);
        -- From and until when defaults are known: no default is no good sign where hardly any was
        -- reported yet, and statements that come later say nothing of later defaults.
        CREATE TABLE credit_known AS
        WITH yearly AS (SELECT fiscal_year, count(*) AS n FROM default_event GROUP BY fiscal_year)
        SELECT (SELECT min(fiscal_year) FROM yearly
                WHERE n >= {_REPORTED} * (SELECT max(n) FROM yearly)) AS known_from,
               greatest(max(closing_date), (SELECT max(default_date) FROM default_event))
                   AS known_until
        FROM {statements}
        """  # noqa: S608
    )


def _before(measure: str, back: int, first: int) -> str:
    """What a measure of growth was ``back`` years before; empty before the first year (a list
    counts from its end where the place is not positive)."""
    return (
        f"CASE WHEN fiscal_year >= {first + back} THEN "
        f"nullif(greatest({measure}[fiscal_year - {first + back - 1}], 0), 0) END"
    )


def _growth(axis: GrowthAxis, first: int) -> str:
    now = f"nullif(greatest({_LISTED[axis.measure]}, 0), 0)::DOUBLE"
    before = _before(axis.measure, axis.window, first)
    return f"100 * (({now} / ({before})) ** (1.0 / {axis.window}) - 1) AS {axis.growth}"
