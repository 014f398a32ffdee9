"""The state of the map of credit strength and growth: whose users, and looked for when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dash.development.base_component import Component

from components.filters import Chip, FilterField, chips, filter_bar
from language import text
from pages.explore_parts.view import ALL, ExploreView, name_of
from queries.dimensions import area_of
from queries.parameters import QUADRANTS, CreditMapParameters

PATH = "/mapping"
WINDOWS = ("3", "1")
LATER = ("3", "1", "5")
# Whose transitions are shown; the first is the default.
OPTIONS = {"who": ("users", "others")}

View = ExploreView[CreditMapParameters]


def read_view(query: Mapping[str, str]) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know.

    A municipality that comes along from another page becomes its prefecture, as statements have it.
    """
    view = ExploreView.read(PATH, CreditMapParameters, query, OPTIONS)
    return replace(
        view, parameters=replace(view.parameters, region=area_of(view.parameters.region))
    )


def measure_name(view: View) -> str:
    """The measure whose users are shown; without any recorded, all of them."""
    code = view.parameters.measure
    return view.name("measure", code) if code else text("credit_map.any_measure")


def quadrant_name(quadrant: str) -> str:
    """``低信用・高成長``."""
    return text(f"credit_map.quadrant_{quadrant}")


def growth_words(view: View) -> str:
    """``前3年の売上高の年率``."""
    return text("credit_map.growth_words", n=view.parameters.window)


def later_words(view: View) -> str:
    return text("credit_map.later_words", n=view.parameters.later)


def filters(view: View) -> list[Component | None]:
    """The bar: whose users, region, industry; folded the year and how things are measured. A
    quadrant is chosen in the figure and stands among the chips."""
    state = view.parameters
    measures = [(m.code, name_of(m)) for m in view.members.of("measure").values()]
    folded = [
        _years(view),
        view.field("size"),
        view.choice("window", {n: text("credit_map.years", n=n) for n in WINDOWS}),
        FilterField(
            "later",
            text("credit_map.field_later"),
            [(n, text("credit_map.later_words", n=n)) for n in LATER],
            state.later,
        ),
        FilterField(
            "quadrant",
            text("credit_map.field_quadrant"),
            [("", text("credit_map.all_quadrants")), *((q, quadrant_name(q)) for q in QUADRANTS)],
            state.quadrant,
        ),
    ]
    active = [field for field in folded if field.value != field.options[0][0]]
    return [
        filter_bar(
            [
                FilterField(
                    "measure",
                    text("credit_map.field_measure"),
                    measures or [("", text("credit_map.no_measure"))],
                    state.measure,
                ),
                FilterField(
                    "region",
                    text("explore.field_region"),
                    [(code, name) for code, name in view.regions() if area_of(code) == code],
                    state.region,
                ),
                FilterField(
                    "industry", text("explore.field_industry"), view.industries(), state.industry
                ),
            ],
            folded,
            summary=text("explore.list_separator").join([measure_name(view), view.scope_text]),
            n_active=len(active),
        ),
        chips(
            [
                Chip(
                    field.label,
                    dict(field.options)[field.value],
                    view.href(**{field.name: None}),
                )
                for field in active
            ],
            view.href(**{field.name: None for field in active}),
        ),
    ]


def _years(view: View) -> FilterField:
    options = [(code, name) for code, name in view.years() if code == ALL]
    options += [(code, name) for code, name in view.years() if code != ALL]
    return FilterField("year", text("credit_map.field_year"), options, view.parameters.year)
