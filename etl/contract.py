"""What a kind of delivery must look like: one frozen Contract per source, in etl/sources/."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# The first physical lines of a file, each parsed on its own; None where a line is not CSV.
Head = Sequence[Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One form in which a source arrives.

    ``columns`` maps the header names, in NFKC, to the raw column names that the contract's SQL
    uses. Where ``recognises`` is given the file is recognised by it instead of by header names,
    and columns count by position. ``ignored`` header names are known and not used. ``absent`` raw
    columns do not exist in this layout and are NULL. ``rest`` names a raw VARCHAR[] column that
    takes all further cells; ``getvariable('header_1')`` … hold the header rows for it.
    ``find_header``: how many lines come before the records, where it differs from file to file;
    the last ``n_header`` of them are the header rows. ``derived`` raw columns are made by an SQL
    expression over those of the file: the unit of its amounts, what the file does not say, code
    words of its own.
    """

    name: str
    columns: Mapping[str, str]
    ignored: frozenset[str] = frozenset()
    absent: tuple[str, ...] = ()
    n_header: int = 1
    recognises: Callable[[Head], bool] | None = None
    rest: str = ""
    find_header: Callable[[Head], int] | None = None
    derived: Mapping[str, str] = field(default_factory=dict)

    def with_derived(self) -> str:
        """The SELECT list that puts the derived columns into the raw ones."""
        made = ", ".join(f"{expression} AS {name}" for name, expression in self.derived.items())
        return f"* REPLACE ({made})" if made else "*"


@dataclass(frozen=True, slots=True)
class Check:
    """A record is refused for ``reason`` when ``condition`` is TRUE of its raw columns."""

    reason: str
    column: str
    condition: str


@dataclass(frozen=True, slots=True)
class Contract:
    """All that the intake knows of one source.

    ``columns`` maps each canonical column to a DuckDB expression over the raw columns, which are
    VARCHAR, trimmed, and NULL where empty; derived ones are as their expression makes them.
    Expressions never raise: TRY_CAST and the macros of etl.macro only. ``flags`` and ``keep`` are
    conditions over canonical columns; rows for which ``keep`` is not TRUE are not staged (a cell
    without a number in a wide table).
    ``repeats_are_duplicates``: the same record twice in one file is one record (a register), not
    two (payments). ``identity`` names the canonical columns that make two records the same one,
    where layouts differ in the others; all by default. ``volume_floor``: a full copy with less
    than this share of the records of the last one is held. ``unit_column``: a file whose median
    differs from all before it about a
    thousandfold is held. ``period``: expressions for the first and the last day of a record.
    """

    name: str
    layouts: tuple[Layout, ...]
    columns: Mapping[str, str]
    checks: tuple[Check, ...]
    repeats_are_duplicates: bool
    identity: tuple[str, ...] = ()
    flags: Mapping[str, str] = field(default_factory=dict)
    keep: str = "TRUE"
    max_lines: int = 1
    volume_floor: float | None = None
    unit_column: str = ""
    period: tuple[str, str] | None = None

    @property
    def raw_columns(self) -> tuple[str, ...]:
        """Every raw column that any layout has, in a fixed order."""
        names = [
            name
            for layout in self.layouts
            for name in (*layout.columns.values(), *layout.absent, *layout.derived)
        ]
        return tuple(dict.fromkeys(names))

    @property
    def rest_columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(layout.rest for layout in self.layouts if layout.rest))


def plain(name: str) -> str:
    """A header name in the form in which names are compared."""
    return unicodedata.normalize("NFKC", name).strip()


def literal(text: str) -> str:
    """``text`` as SQL."""
    return "'" + text.replace("'", "''") + "'"


def decoded(column: str, words: Mapping[str, str]) -> str:
    """The expression that puts the code for each of ``words``; NULL for every other text."""
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in words.items())
    return f"CASE {column} {cases} END"


def required(column: str) -> Check:
    """The check that ``column`` is not empty."""
    return Check("missing_value", column, f"{column} IS NULL")


def one_of(column: str, codes: Sequence[str]) -> Check:
    """The check that ``column``, where filled, is one of ``codes``."""
    return Check("unknown_code", column, f"{column} NOT IN ({', '.join(map(literal, codes))})")


def day(column: str, reader: str = "date_of") -> Check:
    """The check that ``column``, where filled, is a day that exists; ``reader`` is the macro."""
    return Check("invalid_date", column, f"{column} IS NOT NULL AND {reader}({column}) IS NULL")


def readable(column: str, reader: str = "integer_of", reason: str = "invalid_amount") -> Check:
    """The check that the macro ``reader`` reads ``column`` where it is filled."""
    return Check(reason, column, f"{column} IS NOT NULL AND {reader}({column}) IS NULL")


def pattern(column: str, regular_expression: str, reason: str = "invalid_value") -> Check:
    """The check that ``column``, where filled, matches ``regular_expression`` as a whole."""
    return Check(reason, column, f"NOT regexp_full_match({column}, '{regular_expression}')")


def corporate_number(column: str) -> tuple[Check, Check]:
    """The checks that ``column``, where filled, is a corporate number and not the known dummy."""
    return (
        Check(
            "invalid_corporate_number",
            column,
            f"{column} IS NOT NULL AND NOT is_corporate_number({column})",
        ),
        Check("dummy_number", column, f"is_dummy_number({column})"),
    )
