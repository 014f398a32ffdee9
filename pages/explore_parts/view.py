"""The state of an exploration page, read from the address and written back into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from dash.development.base_component import Component

import gate
from components.breadcrumb import Level
from components.eras import fiscal_year_label, fiscal_year_text
from components.filters import Chip, FilterField, chips, filter_bar
from components.links import href
from gate.answer import Answer
from language import current_language, text
from queries.dimensions import region_level
from queries.parameters import PlaceParameters
from store.members import Member, Members

ALL = "0"
# In the order in which every page names them; the first three are always visible.
SHARED = ("region", "industry", "year", "technology", "programme", "size")
FOLDED = SHARED[3:]

P = TypeVar("P", bound=PlaceParameters)


def name_of(member: Member) -> str:
    """The name of a choice in the reader's language."""
    return member.name_en if current_language() == "en" and member.name_en else member.name


def last_ended_year(members: Members) -> int:
    """The last fiscal year that the data cover to its end; later ones are still filling."""
    return int(members.defaults.get("year") or 9999)


def shared_query(query: Mapping[str, str], members: Members) -> dict[str, str]:
    """The part of an address that goes with a reader from page to page.

    The year that a page shows anyway stays behind: another page may have another default.
    """
    default = members.defaults.get("year", "")
    return {
        name: query[name]
        for name in SHARED
        if query.get(name) and not (name == "year" and query[name] == default)
    }


@dataclass(frozen=True, slots=True)
class ExploreView(Generic[P]):
    """What a page shows: ``parameters`` of its questions, ``choices`` of the page alone (what is
    drawn), which figures are ``tables``. ``defaults`` are the choices nobody has to name."""

    path: str
    parameters: P
    choices: Mapping[str, str]
    defaults: Mapping[str, str]
    tables: tuple[str, ...]
    members: Members

    @classmethod
    def read(
        cls,
        path: str,
        kind: type[P],
        query: Mapping[str, str],
        options: Mapping[str, Sequence[str]] | None = None,
    ) -> Self:
        """Read the address; raises ParameterError for a value the snapshot does not know.

        ``options`` are the page's own choices: name → allowed values, the first the default.
        """
        members = gate.members()
        allowed = options or {}
        names = query.get("table", "").split(",")
        return cls(
            path=path,
            parameters=kind.from_query(query, members),
            choices={
                name: query[name] if query.get(name) in values else values[0]
                for name, values in allowed.items()
            },
            defaults={name: values[0] for name, values in allowed.items()},
            tables=tuple(name for name in names if name.isidentifier()),
            members=members,
        )

    @property
    def query(self) -> dict[str, str]:
        """The whole state as an address, with the defaults of the parameters written out."""
        state = self.parameters.to_query()
        state |= {k: v for k, v in self.choices.items() if v != self.defaults[k]}
        if self.tables:
            state["table"] = ",".join(self.tables)
        return state

    def href(self, path: str = "", /, **changes: str | None) -> str:
        """The address of this page with some of the state changed; of another page ``path`` with
        what pages share."""
        if path and path != self.path:
            return href(shared_query(self.query, self.members), path, **changes)
        return href(self.query, path, **changes)

    def table_href(self, figure: str) -> str:
        """The address that swaps chart and table of one figure."""
        others = [name for name in self.tables if name != figure]
        names = others if figure in self.tables else [*others, figure]
        return self.href(table=",".join(names) or None)

    def is_table(self, figure: str) -> bool:
        return figure in self.tables

    def ask(self, question: str, **changes: str) -> Answer:
        return gate.ask(question, {**self.parameters.to_query(), **changes})

    def export_href(self, question: str, extension: str = "csv", **changes: str) -> str:
        query = {**self.parameters.to_query(), **changes}
        return href(query, f"/export/{question}.{extension}")

    @property
    def is_running(self) -> bool:
        """Whether the chosen year has not ended, so that no whole year can be set beside it."""
        return int(self.parameters.year or 0) > last_ended_year(self.members)

    @property
    def region_name(self) -> str:
        return self.name("region", self.parameters.region)

    @property
    def industry_name(self) -> str:
        return self.name("industry", self.parameters.industry)

    @property
    def year_text(self) -> str:
        year = self.parameters.year
        return text("explore.all_year") if year in ("", ALL) else fiscal_year_text(int(year))

    def name(self, domain: str, code: str) -> str:
        """The name of a choice; an empty code is the whole of its domain."""
        if domain == "year" and code not in ("", ALL):
            return fiscal_year_text(int(code))
        member = self.members.get(domain, code) if code else None
        return name_of(member) if member else text(f"explore.all_{domain}")

    @property
    def scope_text(self) -> str:
        """The filter in words: 宮城県、製造業、令和5年度、精密加工."""
        words = [self.region_name, self.industry_name, self.year_text]
        words += [
            self.name(name, getattr(self.parameters, name))
            for name in self.folded
            if getattr(self.parameters, name)
        ]
        return text("explore.list_separator").join(words)

    @property
    def folded(self) -> list[str]:
        """The shared conditions, as far as these questions have them, that are not always seen."""
        return [name for name in FOLDED if hasattr(self.parameters, name)]

    def trails(self) -> list[list[Level]]:
        """The two trails above the title: nation › bureau › prefecture, all industries › one."""
        return [self._trail("region"), self._trail("industry")]

    def _trail(self, domain: str) -> list[Level]:
        chosen = getattr(self.parameters, domain)
        path = self.members.path(domain, chosen) if chosen else ()
        steps = [("", text(f"explore.all_{domain}")), *((m.code, name_of(m)) for m in path)]
        return [
            Level(name, "" if code == chosen else self.href(**{domain: code or None}))
            for code, name in steps
        ]

    def filters(self, more: Sequence[FilterField] = ()) -> list[Component | None]:
        """The filter bar and the chips of the folded conditions that are active.

        ``more`` are the page's own folded fields; their first option is their default.
        """
        state = self.parameters
        folded = [*(self.field(name) for name in self.folded), *more]
        active = [field for field in folded if field.value != field.options[0][0]]
        return [
            filter_bar(
                [
                    FilterField(
                        "region", text("explore.field_region"), self.regions(), state.region
                    ),
                    FilterField(
                        "industry",
                        text("explore.field_industry"),
                        self.industries(),
                        state.industry,
                    ),
                    FilterField("year", text("explore.field_year"), self._years(), state.year),
                ],
                folded,
                summary=self.scope_text,
                n_active=len(active),
            ),
            chips(
                [
                    Chip(
                        field.label,
                        dict(field.options)[field.value],
                        self.href(**{field.name: None}),
                    )
                    for field in active
                ],
                self.href(**{field.name: None for field in active}),
            ),
        ]

    def field(self, domain: str) -> FilterField:
        """The select of one domain without levels."""
        options = [("", text(f"explore.all_{domain}"))]
        options += [(m.code, name_of(m)) for m in self.members.of(domain).values()]
        label = text(f"explore.field_{domain}")
        return FilterField(domain, label, options, getattr(self.parameters, domain))

    def choice(self, name: str, labels: Mapping[str, str]) -> FilterField:
        """The select of one of the page's own choices, or of a parameter with fixed values."""
        value = self.choices.get(name) or str(getattr(self.parameters, name, ""))
        return FilterField(name, text(f"explore.field_{name}"), list(labels.items()), value)

    def regions(self, *, whole: str = "explore.all_region") -> list[tuple[str, str]]:
        """Bureaus with their prefectures, and the municipalities of the chosen prefecture."""
        options = [("", text(whole))]
        chosen = self.parameters.region
        for bureau in self.members.children("region", ""):
            options.append((bureau.code, name_of(bureau)))
            for prefecture in self.members.children("region", bureau.code):
                options.append((prefecture.code, f"　{name_of(prefecture)}"))
                if region_level(chosen) in ("prefecture", "municipality") and (
                    chosen[:2] == prefecture.code
                ):
                    options += [
                        (m.code, f"　　{name_of(m)}")
                        for m in self.members.children("region", prefecture.code)
                    ]
        return options

    def industries(self, *, whole: str = "explore.all_industry") -> list[tuple[str, str]]:
        """The divisions, and the major groups of the chosen one."""
        options = [("", text(whole))]
        open_codes = {m.code for m in self.members.path("industry", self.parameters.industry)}
        for division in self.members.children("industry", ""):
            options.append((division.code, name_of(division)))
            if division.code in open_codes:
                options += [
                    (m.code, f"　{name_of(m)}")
                    for m in self.members.children("industry", division.code)
                ]
        return options

    def _years(self) -> list[tuple[str, str]]:
        years = [y.code for y in self.members.of("year").values() if y.code != ALL]
        return [*((y, fiscal_year_label(int(y))) for y in years), (ALL, text("explore.all_year"))]
