"""The state of the page on adoption and growth: what grows, over how long, against what."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.filters import FilterField
from language import text
from pages.explore_parts.view import ExploreView, last_ended_year
from queries.parameters import GrowthParameters

PATH = "/growth"
# What the dots of a breakdown stand for; the first is the default.
OPTIONS = {"metric": ("rho", "slope")}
GROWTHS = ("sales", "profit", "employee")
WINDOWS = ("3", "1", "5")
RESULTS = ("adopted", "granted", "points")

View = ExploreView[GrowthParameters]


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know."""
    return ExploreView.read(PATH, GrowthParameters, query, OPTIONS)


def growth_name(view: View) -> str:
    """``売上高の伸び``."""
    return text(f"growth.name_{view.parameters.growth}")


def growth_unit_words(view: View) -> str:
    """What the percents are of: ``年率``, or for profit ``1年あたり、前年度の売上高比``."""
    return text(f"growth.per_{view.parameters.growth}")


def window_text(view: View) -> str:
    """``3年間``."""
    return text("growth.window", n=view.parameters.window)


def result_name(view: View) -> str:
    return text(f"growth.result_{view.parameters.result}")


def is_window_open(view: View) -> bool:
    """Whether the chosen year is so late that the years of growth have not all ended."""
    year = int(view.parameters.year or 0)
    return bool(year) and year - 1 + int(view.parameters.window) > last_ended_year(view.members)


def filter_bar(view: View) -> list[Component | None]:
    """The filter bar: three fields, and folded what grows, over how long and against what."""
    return view.filters(
        [
            view.choice("growth", {name: text(f"growth.growth_{name}") for name in GROWTHS}),
            view.choice("window", {n: text("growth.years", n=n) for n in WINDOWS}),
            view.choice("result", {name: text(f"growth.option_{name}") for name in RESULTS}),
            FilterField(
                "metric",
                text("growth.field_metric"),
                [(name, text(f"growth.metric_{name}")) for name in OPTIONS["metric"]],
                view.choices["metric"],
            ),
        ]
    )
