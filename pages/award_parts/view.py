"""The state of the drill-down: what is chosen, what is drawn, and what a click leads to."""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from components.filters import FilterField
from components.numbers import Scale, unit_text
from language import text
from pages.award_parts.measures import COMMERCIALISATION, MEASURES, Measure, label_of
from pages.explore_parts.view import ALL, ExploreView, name_of
from queries.dimensions import region_level
from queries.parameters import ComparedParameters

PATH = "/awards"
# What the table of areas can be ordered by; the question knows no other order.
SORTS = (
    "adoption_rate",
    "n_application",
    "granted_yen",
    "granted_per_adopted_yen",
    "commercialisation_rate",
    "mean_sales_yen",
    "median_growth",
)
OPTIONS = {
    "measure": tuple(MEASURES),
    "map": ("tiles", "ranking"),
    "sort": ("", *SORTS),
}

View = ExploreView[ComparedParameters]


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know."""
    return ExploreView.read(PATH, ComparedParameters, query, OPTIONS)


def measure_of(view: View) -> Measure:
    return MEASURES[view.choices["measure"]]


def measure_label(view: View) -> str:
    return label_of(measure_of(view), view.parameters.after)


def measure_with_unit(view: View, scale: Scale | None = None) -> str:
    """The name of what is drawn with its unit: 採択率（%）."""
    measure = measure_of(view)
    unit = unit_text(measure.unit, scale)
    if measure is COMMERCIALISATION:
        words = text(f"quantity.{measure.name}.label")
        return text("drilldown.after_unit", measure=words, years=view.parameters.after, unit=unit)
    return text("drilldown.with_unit", measure=measure_label(view), unit=unit)


def sort_of(view: View) -> str:
    """The column that orders the areas: what is drawn, unless one asks otherwise. A rate of a few
    applications in a small municipality is no rank: there it is the number of applications."""
    is_coarse = region_level(view.parameters.region) in ("nation", "bureau")
    drawn = measure_of(view)
    if view.choices["sort"]:
        return view.choices["sort"]
    is_fit = drawn.name in SORTS and (is_coarse or drawn.is_sum)
    return drawn.name if is_fit else "n_application"


def breakdown_sort(view: View) -> str:
    """The order of every other breakdown: by what is drawn, as far as the question can."""
    return measure_of(view).name if measure_of(view).name in SORTS else "n_application"


def towards(view: View, domain: str, code: str) -> str:
    """The address a mark leads to: its dimension set to ``code``, or opened again where it is
    chosen already."""
    if domain == "prefecture":
        domain, chosen = "region", view.parameters.region[:2]
        return view.href(region=None if code == chosen else code)
    if code != getattr(view.parameters, domain):
        return view.href(**{domain: code})
    if domain == "year":
        return view.href(year=ALL)
    path = view.members.path(domain, code)
    # A major group gives way to its division, an area to the one above it.
    above = path[-2].code if len(path) > 1 else None
    return view.href(**{domain: above})


def is_chosen(view: View, domain: str, code: str) -> bool:
    """Whether ``code`` is the choice, or what the choice lies in."""
    if not code:
        return False
    if domain == "prefecture":
        return code == view.parameters.region[:2]
    chosen = getattr(view.parameters, domain)
    return code in {m.code for m in view.members.path(domain, chosen)} if chosen else False


def filter_bar(view: View) -> list[Component | None]:
    """The filter bar: three fields, and folded what is drawn and what is set beside it."""
    return view.filters(
        [
            FilterField(
                "measure",
                text("explore.field_measure"),
                [(m.name, label_of(m, view.parameters.after)) for m in MEASURES.values()],
                view.choices["measure"],
            ),
            view.choice("after", {n: text("drilldown.years", n=n) for n in "31245"}),
            _other(view, "versus", "region", view.regions(whole="drilldown.no_versus")),
            _other(
                view,
                "versus_industry",
                "industry",
                view.industries(whole="drilldown.no_versus"),
            ),
        ]
    )


def _other(view: View, name: str, domain: str, options: list[tuple[str, str]]) -> FilterField:
    """The select of something to compare with. What the address names is among its options even
    where its level is not open."""
    value = getattr(view.parameters, name)
    member = view.members.get(domain, value)
    if member is not None and value not in dict(options):
        options = [*options, (value, name_of(member))]
    return FilterField(name, text(f"explore.field_{name}"), options, value)


def scope_text(view: View, *without: str) -> str:
    """What narrows the numbers, in words: 製造業、令和5年度、精密加工. Wholes are not named."""
    state = view.parameters
    words = [
        view.name(name, getattr(state, name))
        for name in ("region", "industry")
        if name not in without and getattr(state, name)
    ]
    if "year" not in without:
        words.append(view.year_text)
    words += [
        view.name(name, getattr(state, name))
        for name in ("technology", "programme", "size")
        if name not in without and getattr(state, name)
    ]
    return text("explore.list_separator").join(words)


def series_names(view: View) -> dict[str, str]:
    """What each series of an answer is called, told apart by what differs between them."""
    state = view.parameters
    joint = text("drilldown.joint")
    region, industry = view.region_name, view.industry_name
    names = {"nation": text("explore.all_region"), "selected": region}
    if state.versus_industry:
        names["versus_industry"] = view.name("industry", state.versus_industry)
        names["selected"] = industry
    if state.versus:
        names["versus"] = view.name("region", state.versus)
        names["selected"] = region
    if state.versus and state.versus_industry:
        names["selected"] = joint.join((region, industry))
        names["versus"] = joint.join((names["versus"], industry))
        names["versus_industry"] = joint.join((region, names["versus_industry"]))
    return names
