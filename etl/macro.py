"""DuckDB macros by which contracts read numbers, days and corporate numbers; none ever raises."""

from __future__ import annotations

import duckdb

from etl.fiscal_year import Era
from etl.written import ERA_NAMES, by_era, written_macros

# It passes the check digit and stands for "no number" in government sheets.
DUMMY_NUMBER = "9" * 13
# What statistics write where there is no number: withheld, none, not surveyed.
NO_NUMBER_MARKS = ("***", "-", "−", "－", "X", "x", "…", "...")

# DuckDB has no NFKC, and figures need only these: each character becomes the one below it.
_WIDE = "０１２３４５６７８９，．－−▲△＋／ＴｔｔＲＨＳ　"
_NARROW = "0123456789,.----+/TTTRHS "

# Eras before the Meiji calendar reform and sentinels such as 9999-12-31 are no days of a record.
_FIRST_DAY, _LAST_DAY = "1868-01-01", "2199-12-31"

# The second, the fourth … of the twelve digits behind the check digit, counted from the right.
_WEIGHTED_TWO = " + ".join(f"n // {10**i} % 10" for i in range(1, 12, 2))
_DAY = f"^({ERA_NAMES})?(元|[0-9]{{1,4}})(?:年|[./-])([0-9]{{1,2}})(?:月|[./-])([0-9]{{1,2}})日?$"


def install_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros on ``connection``.

    corporate_number_of(text)   13 digits from full-width digits, a leading T or a trailing .0
    is_corporate_number(text)   TRUE when these pass the check digit (the dummy does too)
    is_dummy_number(text)       TRUE for the nines that stand for no number
    integer_of(text)            BIGINT from 1,234 １，２３４円 ▲5; NULL when it is not one
    number_of(text)             DOUBLE likewise, with decimals
    date_of(text)               DATE from 2024-08-27, 2024/8/27, 20240827, 令和6年8月27日, R6.8.27,
                                平成三十年四月一日
    iso_date_of(text)           DATE from 2024-08-27 only
    and those of etl.written for years, closing months, amounts in a unit, places and trades.
    """
    for statement in (*_STATEMENTS, *written_macros()):
        connection.execute(statement)


def _last_day(era: Era) -> str:
    """The last day of an era in SQL; the open one ends where days of records do."""
    return f"DATE '{min(era.last_day.isoformat(), _LAST_DAY)}'"


# Empty cells and ordinary forms are read first and directly. A list binds what several branches
# need, as DuckDB would make it anew in each; no pattern stands inside it, for it would be compiled
# anew for every vector.
_STATEMENTS = (
    f"CREATE OR REPLACE MACRO narrow(t) AS trim(translate(t, '{_WIDE}', '{_NARROW}'))",
    r"""CREATE OR REPLACE MACRO corporate_number_of(t) AS
        CASE WHEN t IS NULL THEN NULL
             WHEN regexp_full_match(t, '[0-9]{13}') THEN t
             ELSE nullif(regexp_extract(narrow(t), '^T?([0-9]{13})(\.0+)?$', 1), '') END""",
    # The check digit stands first: 9 - (Σ of the 12 others, weighted 1 and 2 from the right) mod 9.
    # A number leaves the same rest by 9 as the sum of its digits, so those weighted 2 come on top.
    f"""CREATE OR REPLACE MACRO passes_check_digit(n) AS
        n // {10**12} = 9 - ((n % {10**12} + {_WEIGHTED_TWO}) % 9)""",
    """CREATE OR REPLACE MACRO is_corporate_number(t) AS
        CASE WHEN t IS NULL THEN FALSE
             ELSE coalesce(list_transform([corporate_number_of(t)::BIGINT],
                                          lambda n: passes_check_digit(n))[1], FALSE) END""",
    f"""CREATE OR REPLACE MACRO is_dummy_number(t) AS
        coalesce(corporate_number_of(t) = '{DUMMY_NUMBER}', FALSE)""",
    # Figures group by three, or not at all: 1,2 is a typing error, not twelve.
    r"""CREATE OR REPLACE MACRO narrow_figure(n) AS
        CASE WHEN regexp_full_match(
                 n, '[-+]?[¥￥\\]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?円?')
             THEN regexp_replace(n, '[^-0-9.]', '', 'g') END""",
    r"""CREATE OR REPLACE MACRO figure_of(t) AS
        CASE WHEN t IS NULL THEN NULL
             WHEN regexp_full_match(t, '-?[0-9]+') THEN t
             ELSE list_transform([narrow(t)], lambda n: narrow_figure(n))[1] END""",
    # A figure that is written as DuckDB writes it is read at once; a pattern takes twice the time.
    r"""CREATE OR REPLACE MACRO integer_of(t) AS
        CASE WHEN TRY_CAST(t AS BIGINT)::VARCHAR = t THEN TRY_CAST(t AS BIGINT)
             WHEN t IS NOT NULL
             THEN TRY_CAST(nullif(regexp_extract(figure_of(t), '^(-?[0-9]+)(\.0+)?$', 1), '')
                           AS BIGINT) END""",
    "CREATE OR REPLACE MACRO number_of(t) AS TRY_CAST(figure_of(t) AS DOUBLE)",
    """CREATE OR REPLACE MACRO day_of(y, m, d) AS
        TRY_CAST(y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') AS DATE)""",
    """CREATE OR REPLACE MACRO day_within(day, first, last) AS
        CASE WHEN day BETWEEN first AND last THEN day END""",
    f"""CREATE OR REPLACE MACRO iso_date_of(t) AS
        CASE WHEN length(t) = 10
             THEN day_within(TRY_CAST(t AS DATE), DATE '{_FIRST_DAY}', DATE '{_LAST_DAY}') END""",
    """CREATE OR REPLACE MACRO year_in_era(y) AS
        CASE WHEN y = '元' THEN 1 WHEN length(y) <= 2 THEN y::INTEGER END""",
    f"""CREATE OR REPLACE MACRO calendar_year(era, y) AS
        CASE era {by_era(lambda era: f"{era.offset} + year_in_era(y)")}
                 ELSE CASE WHEN length(y) = 4 THEN y::INTEGER END END""",
    f"""CREATE OR REPLACE MACRO first_day_of(era) AS
        CASE era {by_era(lambda era: f"DATE '{era.first_day}'")} ELSE DATE '{_FIRST_DAY}' END""",
    f"""CREATE OR REPLACE MACRO last_day_of(era) AS
        CASE era {by_era(_last_day)} ELSE DATE '{_LAST_DAY}' END""",
    """CREATE OR REPLACE MACRO day_in_parts(p) AS
        day_within(day_of(calendar_year(p.era, p.y)::VARCHAR, p.m, p.d),
                   first_day_of(p.era), last_day_of(p.era))""",
    # Eight digits get their dashes first.
    r"""CREATE OR REPLACE MACRO dashed_day(t) AS
        regexp_replace(narrow(t), '^([0-9]{4})([0-9]{2})([0-9]{2})$', '\1-\2-\3')""",
    # 二十三 is 23, 三十 30, 十五 15, 十 10, and 二〇 20.
    r"""CREATE OR REPLACE MACRO kanji_to_digits(t) AS
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            translate(t, '〇一二三四五六七八九', '0123456789'),
            '([1-9])十([1-9])', '\1\2', 'g'), '([1-9])十', '\10', 'g'),
            '十([1-9])', '1\1', 'g'), '十', '10', 'g')""",
    f"""CREATE OR REPLACE MACRO written_day(t) AS
        list_transform([regexp_extract(dashed_day(t), '{_DAY}', ['era', 'y', 'm', 'd'])],
                       lambda p: day_in_parts(p))[1]""",
    """CREATE OR REPLACE MACRO date_of(t) AS
        CASE WHEN t IS NOT NULL
             THEN coalesce(iso_date_of(t), written_day(t),
                           CASE WHEN regexp_matches(t, '[〇一二三四五六七八九十]')
                                THEN written_day(kanji_to_digits(t)) END) END""",
)
