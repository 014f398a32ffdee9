"""The state of the award pages, read from the address and written back into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

import gate
from components.breadcrumb import Level
from components.eras import fiscal_year_label, fiscal_year_text
from components.filters import Chip, FilterField, chips, filter_bar
from components.links import href
from gate.answer import Answer
from language import current_language, text
from queries.dimensions import region_level
from queries.parameters import AwardParameters
from store.members import Member, Members

MEASURES = ("amount_yen", "n_firm", "n_award")


def name_of(member: Member) -> str:
    return member.name_en if current_language() == "en" and member.name_en else member.name


def last_ended_year(members: Members) -> int:
    """The last fiscal year that the data cover to its end; later ones are still filling."""
    return int(members.defaults.get("year") or 9999)


@dataclass(frozen=True, slots=True)
class AwardView:
    """What the award pages show: the filter, the measure drawn, and which figures are tables."""

    parameters: AwardParameters
    measure: str
    tables: tuple[str, ...]
    members: Members

    @classmethod
    def read(cls, query: Mapping[str, str]) -> AwardView:
        """Read the address; raises ParameterError for a value the snapshot does not know."""
        members = gate.members()
        parameters = AwardParameters.from_query(query, members)
        measure = query.get("measure", "")
        names = query.get("table", "").split(",")
        return cls(
            parameters=parameters,
            measure=measure if measure in MEASURES else MEASURES[0],
            tables=tuple(name for name in names if name.isidentifier()),
            members=members,
        )

    @property
    def query(self) -> dict[str, str]:
        """The whole state as an address, with the defaults written out."""
        state = self.parameters.to_query()
        if self.measure != MEASURES[0]:
            state["measure"] = self.measure
        if self.tables:
            state["table"] = ",".join(self.tables)
        return state

    def href(self, path: str = "", **changes: str | None) -> str:
        """The address of this page, or of ``path``, with some of the state changed."""
        return href(self.query, path, **changes)

    def href_without(self, name: str) -> str:
        """The address of this page with one condition dropped."""
        return href({key: value for key, value in self.query.items() if key != name})

    def table_href(self, figure: str) -> str:
        """The address that swaps chart and table of one figure."""
        others = [name for name in self.tables if name != figure]
        names = others if figure in self.tables else [*others, figure]
        return self.href(table=",".join(names) or None)

    def is_table(self, figure: str) -> bool:
        return figure in self.tables

    def ask(self, question: str) -> Answer:
        return gate.ask(question, self.parameters.to_query())

    def export_href(self, question: str, extension: str = "csv") -> str:
        return href(self.parameters.to_query(), f"/export/{question}.{extension}")

    @property
    def is_running(self) -> bool:
        """Whether the chosen year has not ended, so that no whole year can be set beside it."""
        return int(self.parameters.year or 0) > last_ended_year(self.members)

    @property
    def region_name(self) -> str:
        return self.name("region", self.parameters.region)

    @property
    def year_text(self) -> str:
        year = self.parameters.year
        return text("grants.all_years") if year in ("", "0") else fiscal_year_text(int(year))

    def name(self, domain: str, code: str) -> str:
        """The name of a choice; an empty code is the whole of its domain."""
        member = self.members.get(domain, code) if code else None
        return name_of(member) if member else text(f"grants.all_{domain}")

    @property
    def scope_text(self) -> str:
        """The filter in words: 宮城県、製造業、令和5年度."""
        state = self.parameters
        words = [self.region_name, self.name("industry", state.industry), self.year_text]
        if state.programme:
            words.append(self.name("programme", state.programme))
        return text("grants.list_separator").join(words)

    def trails(self) -> list[list[Level]]:
        """The two trails above the title: nation › bureau › prefecture, and industry."""
        region = self.members.path("region", self.parameters.region)
        steps = [("", text("grants.all_region")), *((m.code, name_of(m)) for m in region)]
        place = [
            Level(name, "" if code == self.parameters.region else self.href(region=code or None))
            for code, name in steps
        ]
        industry = self.parameters.industry
        trade = [Level(text("grants.all_industry"), self.href(industry=None) if industry else "")]
        if industry:
            trade.append(Level(self.name("industry", industry)))
        return [place, trade]

    def filters(self) -> list[Component | None]:
        """The filter bar and the chips of the folded conditions that are active."""
        state = self.parameters
        folded = [
            self._field("programme", state.programme),
            FilterField(
                "measure",
                text("grants.field_measure"),
                [(m, text(f"quantity.{m}.label")) for m in MEASURES],
                self.measure,
            ),
        ]
        active = []
        if state.programme:
            active.append(
                Chip(
                    text("grants.field_programme"),
                    self.name("programme", state.programme),
                    self.href(programme=None),
                )
            )
        if self.measure != MEASURES[0]:
            active.append(
                Chip(
                    text("grants.field_measure"),
                    text(f"quantity.{self.measure}.label"),
                    self.href(measure=None),
                )
            )
        return [
            filter_bar(
                [
                    FilterField(
                        "region", text("grants.field_region"), self._regions(), state.region
                    ),
                    self._field("industry", state.industry),
                    FilterField("year", text("grants.field_year"), self._years(), state.year),
                ],
                folded,
                summary=self.scope_text,
            ),
            chips(active, self.href(programme=None, measure=None)),
        ]

    def _field(self, domain: str, value: str) -> FilterField:
        options = [("", text(f"grants.all_{domain}"))]
        # Of a recipient the division is known, no major group.
        known = (m for m in self.members.of(domain).values() if m.level != "major")
        options += [(m.code, name_of(m)) for m in known]
        return FilterField(domain, text(f"grants.field_{domain}"), options, value)

    def _regions(self) -> list[tuple[str, str]]:
        options = [("", text("grants.all_region"))]
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

    def _years(self) -> list[tuple[str, str]]:
        years = [y.code for y in self.members.of("year").values() if y.code != "0"]
        return [*((y, fiscal_year_label(int(y))) for y in years), ("0", text("grants.all_years"))]
