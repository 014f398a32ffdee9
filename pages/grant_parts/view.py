"""The state of the pages on published payments: the filter and the measure that is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dash.development.base_component import Component

from components.filters import FilterField
from language import text
from pages.explore_parts.view import ExploreView, name_of
from queries.parameters import AwardParameters

PATH = "/awards/grants"
MEASURES = ("amount_yen", "n_firm", "n_award")


@dataclass(frozen=True, slots=True)
class AwardView(ExploreView[AwardParameters]):
    """What the pages on payments show."""

    @property
    def measure(self) -> str:
        return self.choices["measure"]

    def industries(self, *, whole: str = "explore.all_industry") -> list[tuple[str, str]]:
        """The divisions: of a recipient no major group is known."""
        divisions = self.members.children("industry", "")
        return [("", text(whole)), *((m.code, name_of(m)) for m in divisions)]


def read_view(query: Mapping[str, str], path: str = PATH) -> AwardView:
    """Read the address; raises ParameterError for a value the snapshot does not know."""
    return AwardView.read(path, AwardParameters, query, {"measure": MEASURES})


def filter_bar(view: AwardView) -> list[Component | None]:
    """The filter bar: three fields, and folded the programme and what is drawn."""
    labels = {name: text(f"quantity.{name}.label") for name in MEASURES}
    return view.filters(
        [FilterField("measure", text("explore.field_measure"), list(labels.items()), view.measure)]
    )
