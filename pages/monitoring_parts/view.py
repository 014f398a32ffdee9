"""The state of モニタリング: whose users are followed, by what number, how many years later."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.eras import fiscal_year_text
from components.filters import Chip, FilterField, chips, filter_bar
from language import text
from pages.explore_parts.view import ALL, ExploreView
from queries.dimensions import region_level
from queries.parameters import MonitoringParameters
from store.members import Member
from store.quantity import Unit

PATH = "/monitoring"
# How the values of many firms become one; the first is the default.
CENTRES = ("median", "mean", "winsorised_mean")
OPTIONS = {"centre": CENTRES}
OUTCOMES = {"sales": Unit.YEN, "net_profit": Unit.YEN, "employee": Unit.PERSON}
HORIZONS = ("3", "1", "2", "5", "8")
USERS = ("all", "once")


class View(ExploreView[MonitoringParameters]):
    """The view of an exploration page, with a measure in the place of the year."""

    @property
    def unit(self) -> Unit:
        return OUTCOMES[self.parameters.outcome]

    @property
    def centre(self) -> str:
        return self.choices["centre"]

    @property
    def measure_name(self) -> str:
        return self.name("measure", self.parameters.measure)

    @property
    def outcome_name(self) -> str:
        return text(f"monitoring.outcome_{self.parameters.outcome}")

    @property
    def centre_name(self) -> str:
        return text(f"monitoring.centre_{self.centre}")

    @property
    def scope_text(self) -> str:
        """The filter in words: よろず支援拠点、全国、製造業、2015年度からの利用."""
        state = self.parameters
        words = [self.measure_name, self.region_name, self.industry_name]
        if state.size:
            words.append(self.name("size", state.size))
        for name in ("used_from", "used_to"):
            year = getattr(state, name)
            if year not in ("", ALL):
                words.append(text(f"monitoring.scope_{name}", year=fiscal_year_text(int(year))))
        if state.users != USERS[0]:
            words.append(text(f"monitoring.users_{state.users}"))
        return text("explore.list_separator").join(words)

    def name(self, domain: str, code: str) -> str:
        """As elsewhere; without any measure there is none to name."""
        if domain == "measure" and self.members.get(domain, code) is None:
            return text("monitoring.no_measure")
        return super().name(domain, code)

    def regions(self, *, whole: str = "explore.all_region") -> list[tuple[str, str]]:
        """Bureaus and prefectures: users are few."""
        found = super().regions(whole=whole)
        return [(code, words) for code, words in found if region_level(code) != "municipality"]

    def bar(self) -> list[Component | None]:
        """The filter bar: measure, region and industry; folded the rest, as chips where active."""
        state = self.parameters
        folded = [
            self.field("size"),
            *(self._year_field(name) for name in ("used_from", "used_to")),
            self._choice("users", USERS),
            self._choice("outcome", tuple(OUTCOMES)),
            self._choice("centre", CENTRES),
            self._choice("horizon", HORIZONS),
        ]
        active = [field for field in folded if field.value != field.options[0][0]]
        measures = [(m.code, self.name("measure", m.code)) for m in self._measures()]
        region, industry = text("explore.field_region"), text("explore.field_industry")
        return [
            filter_bar(
                [
                    FilterField(
                        "measure", text("monitoring.field_measure"), measures, state.measure
                    ),
                    FilterField("region", region, self.regions(), state.region),
                    FilterField("industry", industry, self.industries(), state.industry),
                ],
                folded,
                summary=self.scope_text,
                n_active=len(active),
            ),
            chips(
                [
                    Chip(f.label, dict(f.options)[f.value], self.href(**{f.name: None}))
                    for f in active
                ],
                self.href(**{field.name: None for field in active}),
            ),
        ]

    def _measures(self) -> list[Member]:
        return [*self.members.of("measure").values()]

    def _choice(self, name: str, values: tuple[str, ...]) -> FilterField:
        labels = [
            (v, text("monitoring.years_later", n=v))
            if name == "horizon"
            else (v, text(f"monitoring.{name}_{v}"))
            for v in values
        ]
        value = self.choices.get(name) or str(getattr(self.parameters, name))
        return FilterField(name, text(f"monitoring.field_{name}"), labels, value)

    def _year_field(self, name: str) -> FilterField:
        years = [code for code in self.members.of("year") if code != ALL]
        options = [(ALL, text(f"monitoring.any_{name}"))]
        options += [(year, fiscal_year_text(int(year))) for year in years]
        value = getattr(self.parameters, name)
        return FilterField(name, text(f"monitoring.field_{name}"), options, value)


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know. A
    municipality stands for its prefecture."""
    region = query.get("region", "")
    if region_level(region) == "municipality":
        query = {**query, "region": region[:2]}
    return View.read(PATH, MonitoringParameters, query, OPTIONS)
