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
from store.credit_grid import GROWTH_MEASURES, GROWTH_WINDOWS, LATER

PATH = "/mapping"
# Below these, firms are listed.
LIST_PATH = "/mapping/list"

View = ExploreView[CreditMapParameters]


def read_view(
    query: Mapping[str, str],
    path: str = PATH,
    kind: type[CreditMapParameters] = CreditMapParameters,
) -> View:
    """Read the address; raises ParameterError for a value the snapshot does not know.

    A municipality that comes along from another page becomes its prefecture, as statements have
    it; a measure is not compared with itself.
    """
    view = ExploreView.read(path, kind, query)
    state = view.parameters
    versus = "" if state.versus_measure == state.measure else state.versus_measure
    who = "users" if state.who == "versus" and not versus else state.who
    return replace(
        view,
        parameters=replace(state, region=area_of(state.region), versus_measure=versus, who=who),
    )


def measure_name(view: View) -> str:
    """The measure whose users are shown; without any recorded, all of them."""
    code = view.parameters.measure
    return view.name("measure", code) if code else text("credit_map.any_measure")


def versus_name(view: View) -> str:
    """The measure it is compared with; empty without one."""
    code = view.parameters.versus_measure
    return view.name("measure", code) if code else ""


def group_name(view: View, who: str) -> str:
    """The users of the measure, of the one it is compared with, or all others."""
    if who == "others":
        return text("credit_map.others")
    measure = versus_name(view) if who == "versus" else measure_name(view)
    return text("credit_map.users", measure=measure)


def list_query(view: View, **changes: str) -> dict[str, str]:
    """What the list of firms reads of the address: all but how movements are shown."""
    state = view.parameters.to_query() | changes
    return {name: value for name, value in state.items() if name not in ("versus_measure", "who")}


def quadrant_name(quadrant: str) -> str:
    """``低信用・高成長``."""
    return text(f"credit_map.quadrant_{quadrant}")


def growth_words(view: View) -> str:
    """``前3年の売上高の年率``."""
    return text("credit_map.growth_words", of=grown_words(view), n=view.parameters.window)


def grown_words(view: View) -> str:
    """What grows: ``売上高``."""
    return text(f"credit_map.growth_of_{view.parameters.growth_of}")


def growth_head(view: View) -> str:
    """Growth in few words: ``従業員数の成長``."""
    return text("credit_map.growth_head", of=grown_words(view))


def later_words(view: View) -> str:
    return text("credit_map.later_words", n=view.parameters.later)


def filters(view: View, *, is_list: bool = False) -> list[Component | None]:
    """The bar: whose users, region, industry; folded the measure they are compared with, the year
    and how things are measured. A quadrant is chosen in the figure and stands among the chips."""
    state = view.parameters
    measures = [(m.code, name_of(m)) for m in view.members.of("measure").values()]
    versus = [(code, name) for code, name in measures if code != state.measure]
    compared = FilterField(
        "versus_measure",
        text("credit_map.field_versus"),
        [("", text("credit_map.no_versus")), *versus],
        state.versus_measure,
    )
    folded = [
        # A list is of one measure's users, or of everyone.
        _listed(view) if is_list else compared,
        _years(view),
        view.field("size"),
        FilterField(
            "growth_of",
            text("credit_map.field_growth_of"),
            [(of, text(f"credit_map.growth_of_{of}")) for of in GROWTH_MEASURES],
            state.growth_of,
        ),
        view.choice("window", {str(n): text("credit_map.years", n=n) for n in GROWTH_WINDOWS}),
        FilterField(
            "later",
            text("credit_map.field_later"),
            [(str(n), text("credit_map.later_words", n=n)) for n in LATER],
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


def _listed(view: View) -> FilterField:
    options = [(who, text(f"credit_list.listed_{who}")) for who in ("users", "everyone")]
    value = view.parameters.to_query().get("listed", "")
    return FilterField("listed", text("credit_list.field_listed"), options, value)


def _years(view: View) -> FilterField:
    options = [(code, name) for code, name in view.years() if code == ALL]
    options += [(code, name) for code, name in view.years() if code != ALL]
    return FilterField("year", text("credit_map.field_year"), options, view.parameters.year)
