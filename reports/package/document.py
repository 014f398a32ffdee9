"""A package as data: what every form of it (PDF, workbook, page, CSV) is drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.package.scope import Place, Scope
from reports.package.values import Value

# What tells a row or column apart: fiscal_year, region, industry, category.
Keys = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: one variable, with what it is about; ``group`` heads several."""

    variable: str
    keys: Keys
    group: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its label, what it is about, and a value per column. ``is_own`` marks the
    package's own field or area among others."""

    label: str
    keys: Keys
    values: tuple[Value, ...]
    is_total: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; ``stub`` heads the labels of its rows."""

    key: str
    title: str
    measure: str
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def has_hidden(self) -> bool:
        return any(value.status == "x" for row in self.rows for value in row.values)

    def cells(self) -> Iterator[tuple[Row, Column, Value]]:
        for row in self.rows:
            for column, value in zip(self.columns, row.values, strict=True):
                yield row, column, value


@dataclass(frozen=True, slots=True)
class Series:
    """A line, a row of bars or of dots: the columns of the table that it draws."""

    name: str
    role: str  # own, peer or nation
    values: tuple[Value, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure: kind is line, bars (by year), dots (with intervals) or rows (bars on their side);
    its numbers stand in ``table``. ``highlight`` is the label of the package's own row."""

    kind: str
    key: str
    title: str
    measure: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    side: tuple[str, str]
    source: str
    table: str
    n: tuple[Value, ...] = ()
    n_unit: str = ""
    highlight: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence made from numbers, and the line that says on what it rests."""

    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number of the cover with its name, unit, comparison and n."""

    label: str
    value: Value
    unit: str
    compare: str
    n: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its figures and tables in order."""

    title: str
    blocks: tuple[Chart | Table, ...]
    message: Message | None = None
    key_figures: tuple[KeyFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A passage of the last pages: a title with a text, or terms and what they mean."""

    title: str
    text: str = ""
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Document:
    """All that a package says."""

    scope: Scope
    title: str
    subtitle: str
    tagline: str
    edition: str
    snapshot: str
    policy_hash: str
    sample: str
    meta: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    use: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(s.message for s in self.sections if s.message is not None)[:3]

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        return tuple(figure for section in self.sections for figure in section.key_figures)[:4]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(b for s in self.sections for b in s.blocks if isinstance(b, Table))

    @property
    def charts(self) -> tuple[Chart, ...]:
        return tuple(b for s in self.sections for b in s.blocks if isinstance(b, Chart))

    @property
    def n_row(self) -> int:
        """The rows of the CSV: a value each."""
        return sum(len(table.rows) * len(table.columns) for table in self.tables)


def place_keys(place: Place) -> Keys:
    return {"region": place.region, "industry": place.industry}
