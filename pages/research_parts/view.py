"""The state of the study of research support: who is followed, for how long, by what number."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from language import text
from pages.explore_parts.view import ExploreView
from queries.dimensions import region_level
from queries.parameters import ResearchParameters
from store.quantity import Unit

PATH = "/research"
# How the paths of many firms become one line; the first is the default.
CENTRES = ("mean", "median", "winsorised_mean")
OPTIONS = {"centre": CENTRES}
COHORTS = ("2006_2008", "2009_2013", "2014_2018", "all")
AFTERS = ("3", "1", "2", "4", "5")
MEASURES = {"sales": Unit.YEN, "gross_profit": Unit.YEN, "employee": Unit.PERSON}
UNKNOWN = "?"

View = ExploreView[ResearchParameters]


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know."""
    return ExploreView.read(PATH, ResearchParameters, query, OPTIONS)


def measure_name(view: View) -> str:
    return text(f"research.measure_{view.parameters.measure}")


def measure_unit(view: View) -> Unit:
    return MEASURES[view.parameters.measure]


def cohort_text(view: View) -> str:
    """``平成18〜20年度の申請``."""
    return text(f"research.cohort_{view.parameters.cohort}")


def after_text(view: View) -> str:
    """``完了3年後``."""
    return text("research.after", n=view.parameters.after)


def whole_of(view: View, by: str) -> str:
    """What the rows of a breakdown are parts of: the region chosen, or that of a municipality;
    in a dimension without levels always all of it."""
    if by != "region":
        return ""
    chosen = view.parameters.region
    return chosen[:2] if region_level(chosen) == "municipality" else chosen


def level_of(view: View, by: str) -> str:
    """What the rows of a breakdown are: fields; bureaus, prefectures or municipalities."""
    if by != "region":
        return by
    level = region_level(whole_of(view, by))
    return {"nation": "bureau", "bureau": "prefecture"}.get(level, "municipality")


def followed_scope(view: View, *, with_year: bool) -> str:
    """The filter in words; figures on a cohort leave the year of application out."""
    words = [view.region_name, view.industry_name]
    if with_year:
        words.append(view.year_text)
    words += [
        view.name(name, getattr(view.parameters, name))
        for name in ("technology", "programme", "size")
        if getattr(view.parameters, name)
    ]
    return text("explore.list_separator").join(words)


def filter_bar(view: View) -> list[Component | None]:
    """The filter bar: three fields, and folded who is followed, by what, and for how long."""
    return view.filters(
        [
            view.choice("after", {n: text("research.years", n=n) for n in AFTERS}),
            view.choice("cohort", {name: text(f"research.cohort_{name}") for name in COHORTS}),
            view.choice("measure", {name: text(f"research.measure_{name}") for name in MEASURES}),
        ]
    )
