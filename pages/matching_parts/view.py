"""The state of the page on matched comparison: the measure, who is compared, by what, in what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.filters import FilterField
from language import text
from pages.explore_parts.view import ExploreView, name_of
from queries.matching_specification import GroupedParameters
from store.quantity import Unit

PATH = "/matching"
CHOICES: Mapping[str, Sequence[str]] = {
    "outcome": ("sales", "gross_profit", "net_profit", "employee"),
    "against": ("non_user", "rejected"),
    "after": ("3", "1", "5", "8"),
    "span": ("1", "3", "5"),
    "users": ("first", "once", "alone"),
    "controls": ("never", "not_yet"),
    "strata": ("standard", "loose", "fine"),
    "nearest": ("3", "1", "5"),
    "reuse": ("any", "10", "3", "1"),
    "caliper": ("medium", "narrow", "wide"),
    "caliper_on": ("sales", "every"),
    "covariates": ("all", "basic"),
    "adjust": ("regression", "none"),
    "scale": ("log", "level"),
    "alive": ("both_alive", "renormalised", "balanced"),
    "group": ("region", "industry", "region_industry", "field"),
}

View = ExploreView[GroupedParameters]


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know."""
    return ExploreView.read(PATH, GroupedParameters, query)


def is_against_rejected(view: View) -> bool:
    return view.parameters.against == "rejected"


def measure_name(view: View) -> str:
    """``よろず支援拠点``."""
    member = view.members.get("measure", view.parameters.measure)
    return name_of(member) if member else ""


def outcome_name(view: View) -> str:
    return text(f"matching.outcome_{view.parameters.outcome}")


def unit_of(view: View) -> Unit:
    return Unit(view.parameters.unit)


def user_name(view: View) -> str:
    return text(f"matching.user_{view.parameters.against}")


def control_name(view: View) -> str:
    return text(f"matching.control_{view.parameters.against}")


def start_name(view: View) -> str:
    """The year that years are counted from: ``利用の年度``, ``申請の年度``."""
    return text(f"matching.start_{view.parameters.against}")


def cohort_text(view: View) -> str:
    """``平成18年度から3年度間に利用``."""
    words = view.year_text
    if view.parameters.cohorts and view.parameters.span != "1":
        words = text("matching.span_from", year=words, n=view.parameters.span)
    return text(f"matching.cohort_{view.parameters.against}", year=words)


def scope_words(view: View) -> str:
    """The filter in words: 全国、すべての業種、全年度に利用."""
    words = [view.region_name, view.industry_name, cohort_text(view)]
    if view.parameters.size:
        words.append(view.name("size", view.parameters.size))
    return text("explore.list_separator").join(words)


def filter_bar(view: View) -> list[Component | None]:
    """The filter bar: three fields, and folded the measure and the rest of the specification."""
    members = view.members.of("measure").values()
    measure = FilterField(
        "measure",
        text("matching.field_measure"),
        [(member.code, name_of(member)) for member in members],
        view.parameters.measure,
    )
    return view.filters([measure, *(_field(view, name) for name in CHOICES)])


def _field(view: View, name: str) -> FilterField:
    options = [(value, text(f"matching.{name}_{value}")) for value in CHOICES[name]]
    value = str(getattr(view.parameters, name))
    return FilterField(name, text(f"matching.field_{name}"), options, value)
