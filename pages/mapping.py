"""取り込みの対応表: which column of a system's file is which item; made, tried and kept here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, Input, Output, callback, dcc, html, no_update, register_page
from dash.development.base_component import Component

from components.attributes import attributes
from components.breadcrumb import Level, page_head
from components.links import button_link, href, page_link
from components.notes import notice, state_mark
from components.numbers import format_number
from components.states import empty
from gate import GateError, profiles
from language import text
from pages._frame import framed, tab_title
from pages.mapping_parts import form
from pages.mapping_parts.draft import FORM, Draft, draft_of, read_draft, sample_bytes
from pages.mapping_parts.trial import trial_view
from store.mapping_profile import MappingProfile, ProfileError

PATH = "/data/mapping"
register_page(__name__, path=PATH, title=tab_title("nav.mapping"))


def layout(**query: object) -> Component:
    return framed("mapping", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    known = profiles.all_profiles()
    name = query.get("profile", "")
    if name:
        profile = known.get(name)
        if profile is None:
            ways = [(text("mapping.all"), PATH)]
            return [
                page_head(text("mapping.title_page")),
                empty(text("mapping.unknown"), ways, title=text("mapping.unknown_title")),
            ]
        return _editor(draft_of(profile), known, profile)
    if query.get("new"):
        return _editor(Draft(), known, None)
    return _list(known)


def _list(known: profiles.Profiles) -> list[Component | None]:
    names = sorted({*known.shipped, *known.own})
    rows = [_row(name, known) for name in names]
    rows += [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td(state_mark(text("mapping.is_broken"), "warn")),
                html.Td(form.problem_list(problems), colSpan=3),
            ]
        )
        for name, problems in known.broken.items()
    ]
    heads = ("head_title", "head_kind", "head_system", "head_columns", "name")
    head = html.Tr(
        [
            html.Th(
                text(f"mapping.{key}"),
                scope="col",
                className="n" if key == "head_columns" else None,
            )
            for key in heads
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table")
    return [
        page_head(text("mapping.title_page"), text("mapping.lead")),
        html.P(button_link(text("mapping.new"), href({"new": "1"}, PATH), is_primary=True)),
        html.Div(
            [
                html.H2(text("mapping.list"), className="sl-h2"),
                html.P(text("mapping.list_sub"), className="sl-figure__sub"),
                html.Div(
                    table,
                    className="sl-scroll",
                    tabIndex="0",
                    role="region",
                    **attributes(aria_label=text("mapping.list")),
                ),
            ],
            className="sl-section",
        ),
    ]


def _row(name: str, known: profiles.Profiles) -> Component:
    profile = known.get(name)
    kind = "own" if name in known.own else "shipped"
    return html.Tr(
        [
            html.Th(
                page_link(profile.title if profile else name, href({"profile": name}, PATH)),
                scope="row",
            ),
            html.Td(text(f"mapping.is_{kind}")),
            html.Td(profile.system if profile else ""),
            html.Td(format_number(len(profile.columns), None) if profile else "", className="n"),
            html.Td(html.Code(name)),
        ]
    )


def _editor(
    draft: Draft, known: profiles.Profiles, profile: MappingProfile | None
) -> list[Component | None]:
    title = profile.title if profile else text("mapping.new")
    trail = [Level(text("mapping.title_page"), PATH), Level(title)]
    is_shipped = profile is not None and profile.name not in known.own
    return [
        page_head(title, text("mapping.editor_lead"), [trail]),
        notice(text("mapping.shipped_note")) if is_shipped else None,
        _step("1", text("mapping.step_name"), form.heading(draft)),
        _step(
            "2",
            text("mapping.step_file"),
            html.Div(
                [
                    html.P(text("mapping.file_sub"), className="sl-figure__sub"),
                    form.file_button(),
                    html.Span(id="mapping-file", className="sl-file", role="status"),
                    dcc.Store(id="mapping-sample"),
                ]
            ),
        ),
        _step(
            "3",
            text("mapping.step_columns"),
            html.Div(form.columns(draft, None), id="mapping-columns"),
            html.Div(form.values(draft, None, known), id="mapping-values"),
        ),
        _step(
            "4",
            text("mapping.step_try"),
            html.P(text("mapping.try_sub"), className="sl-figure__sub"),
            html.Div(
                [
                    html.Button(
                        text("mapping.try"), id="mapping-try", type="button", className="btn"
                    ),
                    html.Button(
                        text("mapping.save"),
                        id="mapping-save",
                        type="button",
                        className="btn btn-primary",
                    ),
                ],
                className="sl-decide",
            ),
            html.Div(id="mapping-saved", role="status"),
            html.Div(id="mapping-trial"),
        ),
    ]


def _step(number: str, title: str, *children: Component) -> Component:
    return html.Section(
        [
            html.H2(title, className="sl-h2", id=f"step-{number}"),
            *children,
        ],
        className="sl-section sl-step",
        **attributes(aria_labelledby=f"step-{number}"),
    )


@callback(
    Output("mapping-columns", "children"),
    Output("mapping-values", "children"),
    Output("mapping-file", "children"),
    Input("mapping-sample", "data"),
    *FORM,
    prevent_initial_call=True,
)
def show_sample(sample: Any, *given: Any) -> Any:
    """The columns of the file that was chosen, with what they are likely to be."""
    if not sample:
        return no_update, no_update, no_update
    known = profiles.all_profiles()
    try:
        found = profiles.read_sample(sample_bytes(sample))
    except profiles.BadSample as error:
        return no_update, no_update, state_mark(str(error), "warn")
    draft = form.with_sample(read_draft(given), found, known)
    name = sample.get("name") if isinstance(sample, dict) else ""
    said = text("mapping.file_read", file=str(name), n=format_number(len(found.header), None))
    return form.columns(draft, found), form.values(draft, found, known), said


@callback(
    Output("mapping-values", "children", allow_duplicate=True),
    Input({"type": "map-item", "column": ALL}, "value"),
    *FORM,
    prevent_initial_call=True,
)
def show_values(_items: Any, *given: Any) -> Any:
    """Units, words and constants that the chosen items need."""
    draft = read_draft(given)
    sample = None
    if draft.content:
        try:
            sample = profiles.read_sample(draft.content)
        except profiles.BadSample:
            return no_update
    return form.values(draft, sample, profiles.all_profiles())


@callback(
    Output("mapping-trial", "children"),
    Input("mapping-try", "n_clicks"),
    *FORM,
    prevent_initial_call=True,
)
def attempt(n_clicks: int | None, *given: Any) -> Any:
    """The first rows of the sample as the profile reads them."""
    if not n_clicks:
        return no_update
    draft = read_draft(given)
    if not draft.content:
        return notice(text("mapping.no_sample"), is_warning=True)
    profile = draft.profile()
    try:
        return trial_view(profiles.attempt(profile, draft.content))
    except ProfileError as error:
        return _problems(error)
    except GateError as error:
        return notice(str(error), is_warning=True)


@callback(
    Output("mapping-saved", "children"),
    Input("mapping-save", "n_clicks"),
    *FORM,
    prevent_initial_call=True,
)
def save(n_clicks: int | None, *given: Any) -> Any:
    """Keep the profile, or say what is wrong with it."""
    if not n_clicks:
        return no_update
    profile = read_draft(given).profile()
    try:
        profiles.save(profile)
    except ProfileError as error:
        return _problems(error)
    except GateError as error:
        return notice(str(error), is_warning=True)
    return notice(
        [text("mapping.saved", title=profile.title), page_link(text("mapping.all"), PATH)]
    )


def _problems(error: ProfileError) -> Component:
    return notice(
        [form.problem_list(error.problems)], title=text("mapping.problems"), is_warning=True
    )
