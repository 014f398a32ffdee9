"""DuckDB macros for what offices write: years, closing months, amounts in a unit, places, trades.

They rest on the macros of etl.macro, which installs them; none ever raises. Empty cells and the
forms that millions of records have are tried first and directly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from etl.contract import literal
from etl.fiscal_year import ERAS, Era
from etl.reference import read_reference

# Firms are older than the eras that records are dated in.
_EARLIER_ERAS = (
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 24)),
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 29)),
)
_ALL_ERAS = (*ERAS, *_EARLIER_ERAS)
ERA_NAMES = "|".join(f"{era.name}|{era.letter}" for era in ERAS)
_ALL_NAMES = "|".join(f"{era.name}|{era.letter}" for era in _ALL_ERAS)
_YEAR = "(?:18|19|20|21)[0-9]{2}"
_FISCAL_YEAR = f"^(?:({_ALL_NAMES}) ?)?({_YEAR}|元|[0-9]{{1,2}})(?:年度?)?$"
_MONTH = f"^({ERA_NAMES})?({_YEAR}|元|[0-9]{{1,2}})(?:年|[./-])([0-9]{{1,2}})(?:月期?|期)?$"

# Digits and the letters of industrial divisions in full width.
_WIDE = "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴ"
_NARROW = "ABCDEFGHIJKLMNOPQRST"


def by_era(value: Callable[[Era], str], eras: Sequence[Era] = ERAS) -> str:
    """The branches of a CASE over the name or the letter of an era."""
    return " ".join(
        f"WHEN '{name}' THEN {value(era)}" for era in eras for name in (era.name, era.letter)
    )


def _year_within(era: Era) -> str:
    first, last = era.first_day.year, min(era.last_day.year, 2199)
    year = f"{era.offset} + year_in_era(p.y)"
    return f"CASE WHEN {year} BETWEEN {first} AND {last} THEN {year} END"


def _names(column: str) -> str:
    """The names of the prefectures as an SQL list, in the order of their codes."""
    return f"[{', '.join(map(literal, read_reference('prefecture')[column]))}]"


def written_macros() -> tuple[str, ...]:
    """The statements that define

    year_of(text)             SMALLINT from 2014, 2014年度, 平成26年度, H26, 大正10年
    closing_date_of(text)     last day of 2019-03, 201903, 2019年3月期, 平成31年3月, H31.3
    amount_of(text, unit)     BIGINT, the figure times the unit; decimals where they come out whole
    count_of(text)            INTEGER from 12, 1,234, 12人; never negative
    ordinal_of(text)          SMALLINT from 3, 第3回, 第３次
    prefecture_code_of(text)  two digits from 18, 1, 福井県, 福井
    industry_code_of(text)    JSIC major group or division from 28, 9, E, E28, 2811, Ｅ
    """
    return (
        f"""CREATE OR REPLACE MACRO year_in_parts(p) AS
            CASE p.era {by_era(_year_within, _ALL_ERAS)}
                 ELSE CASE WHEN length(p.y) = 4 THEN p.y::INTEGER END END::SMALLINT""",
        f"""CREATE OR REPLACE MACRO year_of(t) AS
            CASE WHEN t IS NULL THEN NULL
                 WHEN regexp_full_match(t, '{_YEAR}') THEN TRY_CAST(t AS SMALLINT)
                 ELSE list_transform([regexp_extract(narrow(t), '{_FISCAL_YEAR}', ['era', 'y'])],
                                     lambda p: year_in_parts(p))[1] END""",
        """CREATE OR REPLACE MACRO month_of(y, m) AS
            TRY_CAST(y || '-' || lpad(m, 2, '0') || '-01' AS DATE)""",
        """CREATE OR REPLACE MACRO month_within(month, first, last) AS
            CASE WHEN last_day(month) >= first AND month <= last THEN last_day(month) END""",
        """CREATE OR REPLACE MACRO month_in_parts(p) AS
            CASE WHEN p.era = ''
                 THEN CASE WHEN length(p.y) = 4 THEN last_day(month_of(p.y, p.m)) END
                 ELSE month_within(month_of(calendar_year(p.era, p.y)::VARCHAR, p.m),
                                   first_day_of(p.era), last_day_of(p.era)) END""",
        # Six digits get their dash first.
        rf"""CREATE OR REPLACE MACRO dashed_month(t) AS
            regexp_replace(narrow(t), '^({_YEAR})([0-9]{{2}})$', '\1-\2')""",
        f"""CREATE OR REPLACE MACRO closing_date_of(t) AS
            CASE WHEN t IS NULL THEN NULL
                 WHEN regexp_full_match(t, '{_YEAR}-[0-9]{{2}}')
                 THEN last_day(TRY_CAST(t || '-01' AS DATE))
                 ELSE coalesce(
                     list_transform(
                         [regexp_extract(dashed_month(t), '{_MONTH}', ['era', 'y', 'm'])],
                         lambda p: month_in_parts(p))[1],
                     last_day(date_of(t))) END""",
        # Twelve digits times a million stay within BIGINT; all else takes the careful way. Eight
        # decimals are a hundredth of a yen, and cut the tail of 12.300000000000001.
        """CREATE OR REPLACE MACRO whole_of(d) AS
            CASE WHEN d = trunc(d) THEN TRY_CAST(d AS BIGINT) END""",
        """CREATE OR REPLACE MACRO amount_of(t, unit) AS
            CASE WHEN TRY_CAST(t AS BIGINT)::VARCHAR = t AND strlen(t) <= 12
                 THEN TRY_CAST(t AS BIGINT) * unit
                 WHEN t IS NOT NULL
                 THEN list_transform([TRY_CAST(figure_of(t) AS DECIMAL(27, 8))],
                     lambda d: whole_of(d * unit))[1] END""",
        """CREATE OR REPLACE MACRO count_of(t) AS
            CASE WHEN t IS NULL THEN NULL
                 WHEN regexp_full_match(t, '[0-9]{1,9}') THEN TRY_CAST(t AS INTEGER)
                 ELSE list_transform([integer_of(regexp_replace(t, ' *[人名件]$', ''))],
                     lambda n: CASE WHEN n BETWEEN 0 AND 2147483647 THEN n::INTEGER END)[1] END""",
        """CREATE OR REPLACE MACRO ordinal_of(t) AS
            TRY_CAST(regexp_extract(narrow(t), '^第? ?([0-9]{1,4}) ?[回次期号]?(公募|締切)?$', 1)
                     AS SMALLINT)""",
        f"""CREATE OR REPLACE MACRO prefecture_code_of(t) AS
            CASE WHEN t IS NULL THEN NULL
                 WHEN regexp_full_match(t, '0[1-9]|[1-3][0-9]|4[0-7]') THEN t
                 WHEN regexp_full_match(narrow(t), '[0-9]{{1,2}}')
                 THEN CASE WHEN TRY_CAST(narrow(t) AS INTEGER) BETWEEN 1 AND 47
                           THEN lpad(narrow(t), 2, '0') END
                 ELSE lpad(nullif(coalesce(nullif(list_position({_names("name")}, t), 0),
                                           list_position({_names("short_name")}, t)), 0)::VARCHAR,
                           2, '0') END""",
        """CREATE OR REPLACE MACRO narrow_industry(n) AS
            CASE WHEN regexp_full_match(n, '[A-T]') THEN n
                 WHEN regexp_full_match(n, '[1-9]') THEN '0' || n
                 ELSE nullif(nullif(regexp_extract(n, '^[A-T]?-?([0-9]{2})[0-9]{0,2}$', 1), ''),
                             '00') END""",
        f"""CREATE OR REPLACE MACRO industry_code_of(t) AS
            CASE WHEN t IS NULL THEN NULL
                 WHEN regexp_full_match(t, '0[1-9]|[1-9][0-9]|[A-T]') THEN t
                 ELSE list_transform([upper(translate(narrow(t), '{_WIDE}', '{_NARROW}'))],
                     lambda n: narrow_industry(n))[1] END""",
    )
