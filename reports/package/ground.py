"""What sections are built on: the cells of the area, the names, and the running numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from components.eras import date_text, fiscal_year_text, tokyo_time
from components.numbers import is_missing
from gate.answer import Answer, Row, SourceNote, rows_of
from gate.csv_file import source_name
from language import text
from reports.package.cells import Cells, Lines, cells_of
from reports.package.document import Column, Table, place_keys
from reports.package.scope import Ask, Place, Places, Scope
from reports.package.values import HIDDEN, UNRELEASED

# The cubes rest on these kinds of delivery.
SOURCES = {
    "application_result": ("subsidy_application", "sapoin_application"),
    "award_amount": ("gbiz_subsidy",),
    "adopted_statement": ("gbiz_subsidy", "subsidy_application", "financial_statement"),
    "consultation_topic": ("consultation",),
    "commercialisation": ("sapoin_application", "sapoin_commercialisation"),
    "commercialisation_sales": ("sapoin_application", "sapoin_commercialisation"),
    "mapping_quadrant": ("gbiz_subsidy", "support_record", "financial_statement"),
    "monitoring_path": ("gbiz_subsidy", "support_record", "financial_statement"),
    "monitoring_default": ("gbiz_subsidy", "support_record", "financial_statement"),
    "matched_effect": ("gbiz_subsidy", "support_record", "financial_statement"),
    "consultation_outcome": ("consultation", "subsidy_application"),
}
N_YEARS = 5
ALL_YEARS = 0


@dataclass
class Ground:
    """Who is asked and what was answered, and the next numbers of figures and tables."""

    ask: Ask
    scope: Scope
    places: Places
    cubes: Answer
    _cells: dict[str, Cells] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, ask: Ask, scope: Scope) -> Ground:
        return cls(
            ask=ask,
            scope=scope,
            places=Places.of(ask("released_member", {})),
            cubes=ask("released_cubes", {}),
        )

    def cells(self, cube: str) -> Cells:
        """The cells of a cube in the package's region and above it, asked for once."""
        if cube not in self._cells:
            self._cells[cube] = cells_of(self.ask, cube, self.own, self.cubes)
        return self._cells[cube]

    @property
    def asked(self) -> tuple[str, ...]:
        """The cubes asked for, in order."""
        return tuple(self._cells)

    @property
    def own(self) -> Place:
        return Place(self.scope.region, self.scope.industry)

    @property
    def own_bureau(self) -> str:
        """The bureau of the package's region, which may be the region itself; empty: the nation."""
        region = self.scope.region
        return (self.places.bureau_of(region) or region) if region else ""

    @property
    def answers(self) -> tuple[Answer, ...]:
        return (self.cubes, *(cells.answer for cells in self._cells.values()))

    def next(self, kind: str) -> str:
        """図1, 図2, … and 表1, 表2, …"""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return text(f"package.{kind}", n=self._numbers[kind])

    def latest_years(self, cube: str) -> tuple[int, ...]:
        """The last five fiscal years of a cube that had ended when the snapshot was made: one that
        still runs would read as a fall."""
        made = tokyo_time(self.cubes.published_at).date()
        ended = [year for year in self.cells(cube).years if date(year + 1, 3, 31) < made]
        return tuple(ended[-N_YEARS:])

    def source(self, cube: str) -> str:
        """The line under a figure: where its records came from, and until when."""
        notes = {note.source: note for note in self.cells(cube).answer.sources}
        names = [source_name(name) for name in SOURCES[cube]]
        known = [notes[name] for name in SOURCES[cube] if name in notes]
        source = text(
            "package.source",
            names=text("package.comma").join(dict.fromkeys(names)),
            day=last_day(known),
        )
        return source + self._kept(cube)

    def _kept(self, cube: str) -> str:
        """Which of a cube's tables stand as they were published before; empty where none does."""
        own = [row for row in rows_of(self.cubes) if row["cube"] == cube]
        kept = [row for row in own if not is_missing(row["kept_since"])]
        years = {*self.latest_years(cube), ALL_YEARS} if kept else set()
        since: dict[str, list[Row]] = {}
        for row in kept:
            if row["fiscal_year"] in years:
                since.setdefault(date_text(row["kept_since"]), []).append(row)
        parts = []
        for day, rows in since.items():
            told = [text("package.one_year", year=row["fiscal_year"]) for row in rows]
            if rows[0]["fiscal_year"] != ALL_YEARS:
                parts.append(text("package.kept_years", names=_listed(told), day=day))
            elif len(rows) < len(own):
                parts.append(text("package.kept_some", day=day))
            else:
                parts.append(text("package.kept_all", day=day))
        return text("package.kept", parts=_listed(parts)) if parts else ""

    def wider_note(self, region: str, field: str = "") -> str:
        """Why a wider area, or all fields of technology, stand for the package's own; empty where
        they do not."""
        scope, places = self.scope, self.places
        if scope.field and not field:
            own = places.category_name("technology", scope.field)
            return text("package.merged", own=own, subject=text("package.all_fields"))
        if scope.field or region == scope.region:
            return ""
        own, wide = places.region_name(scope.region), places.region_name(region)
        return text("package.merged", own=own, subject=wide)

    def merged_note(self, subject: Place) -> str:
        """Why the subject is not the package's own area; empty where it is."""
        if subject == self.own:
            return ""
        return text(
            "package.merged",
            own=self.places.place_name(self.own),
            subject=self.places.place_name(subject),
        )


def _listed(words: Sequence[str]) -> str:
    return text("package.comma").join(words)


def last_day(notes: Iterable[SourceNote]) -> str:
    days = [note.period_to for note in notes if note.period_to is not None]
    return date_text(max(days)) if days else text("package.unknown_day")


def period(years: Sequence[int]) -> str:
    """2021～2025年度, or one year."""
    if len(years) == 1:
        return text("package.one_year", year=years[0])
    return text("package.years", first=years[0], last=years[-1])


def year_label(year: int) -> str:
    """2025（令和7）年度: the calendar that statistics use, with the era beside it."""
    return text("package.year_row", year=year, era=fiscal_year_text(year))


def columns_of(
    places: Sequence[Place], labels: Mapping[Place, str], variables: Sequence[Sequence[str]]
) -> tuple[Column, ...]:
    """The columns of a table that sets places side by side, each with its own variables."""
    return tuple(
        Column(variable, place_keys(place), labels[place])
        for place, names in zip(places, variables, strict=True)
        for variable in names
    )


def about(ground: Ground, lines: Lines) -> str:
    """What the labels of the lines leave unsaid: the common industry or region; else the subject's
    name and that there are others."""
    subject = lines.subject
    if len({place.industry for place in lines.places}) == 1:
        return ground.places.industry_name(subject.industry)
    if len({place.region for place in lines.places}) == 1:
        return ground.places.region_name(subject.region)
    return text("package.and_others", place=ground.places.place_name(subject))


def roles_of(n_line: int) -> tuple[str, ...]:
    """The roles of so many lines: the first is the subject, the last the widest."""
    return ("own", "nation") if n_line == 2 else ("own", "peer", "nation")[:n_line]


def with_notes(table: Table) -> Table:
    """The table with the official sentence on x and the meaning of … above its notes, where it has
    such cells."""
    signs = {value.status for _, _, value in table.cells()}
    meanings = ((HIDDEN, "package.hidden_note"), (UNRELEASED, "package.unreleased_note"))
    notes = tuple(text(key) for sign, key in meanings if sign in signs)
    return replace(table, notes=(*notes, *table.notes))
