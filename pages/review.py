"""名寄せの確認: doubtful links one by one; an operator says whether the two are one firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, State, callback, ctx, dcc, html, no_update, register_page
from dash.development.base_component import Component

from components.attributes import attributes
from components.breadcrumb import page_head
from components.eras import full_moment_text
from components.filters import FilterField, filter_bar
from components.links import href, page_link
from components.numbers import format_number
from components.states import empty, warning
from gate import review
from language import text
from pages._frame import framed, tab_title
from pages.data_parts.words import rule_text, source_name, source_options
from pages.review_parts.case import case_view, other_firms
from pages.review_parts.view import PATH, ReviewView
from queries.parameters import ParameterError
from store.members import Members
from store.quantity import Unit

register_page(__name__, path=PATH, title=tab_title("nav.review"))

# What a button does, and the key that does the same while the focus is on the case.
ACTIONS = (("confirm", "1"), ("refuse", "2"), ("later", "3"), ("undo", "0"))
_NOTHING_KNOWN = Members({}, {})


def layout(**query: object) -> Component:
    return framed("review", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = ReviewView.from_query(query, _NOTHING_KNOWN)
    head = page_head(text("review.title"), text("review.lead"))
    try:
        queue = _queue(view)
    except review.NoVault as error:
        return [head, warning(text("review.no_vault_title"), str(error))]
    return [
        head,
        _filters(view, queue),
        html.Section(
            [
                html.Div(_progress(queue), id="review-progress"),
                html.Div(_case(view, queue), id="review-case"),
                _buttons(),
                html.P(id="review-said", className="sl-said", role="status"),
                html.Div(_others(view, queue), id="review-others"),
            ],
            id="review",
            className="sl-review sl-section",
            tabIndex="-1",
            **attributes(aria_label=text("review.title"), data_lens_keys=""),
        ),
        html.Section(_log(), id="review-log", className="sl-section"),
    ]


def _queue(view: ReviewView) -> review.Queue:
    return review.review_queue(view.rule, view.source, view.party, view.candidate, view.skip)


def _filters(view: ReviewView, queue: review.Queue) -> Component:
    rules = [("", text("review.all_rules"))] + [
        (code, text("review.with_count", name=rule_text(code), n=format_number(n, None)))
        for code, n in sorted(queue.rules.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    sources = [
        (code, text("review.with_count", name=name, n=format_number(queue.sources[code], None)))
        if code
        else (code, name)
        for code, name in source_options(queue.sources)
    ]
    named = rule_text(view.rule) if view.rule else text("review.all_rules")
    source = source_name(view.source) if view.source else text("data.all_sources")
    return filter_bar(
        [
            FilterField(
                "rule", text("review.rule"), rules, view.rule, drops=("party", "candidate")
            ),
            FilterField(
                "source",
                text("quantity.source.label"),
                sources,
                view.source,
                drops=("party", "candidate"),
            ),
        ],
        summary=text("data.summary", first=named, second=source),
    )


def _progress(queue: review.Queue) -> Component:
    """How many are left of how many, in words and as a bar."""
    done = queue.n_all - queue.n_left
    share = done / queue.n_all if queue.n_all else 1.0
    return html.Div(
        [
            html.P(
                [
                    text("review.progress_of", n=format_number(queue.n_all, Unit.PARTY)),
                    html.B(text("review.progress", n=format_number(queue.n_left, Unit.PARTY))),
                    text("review.records", n=format_number(queue.n_record_left, Unit.RECORD)),
                ]
            ),
            html.Div(html.I(style={"width": f"{100 * share:.1f}%"}), className="sl-progress"),
        ],
        className="sl-left",
    )


def _case(view: ReviewView, queue: review.Queue) -> list[Component]:
    """The case with the state that its buttons act on, or why there is none."""
    case = queue.case
    if case is None:
        relax = [(text("review.relax"), PATH)] if view.filter else []
        key = "none_here" if view.filter else "none"
        body: Component = empty(text(f"review.{key}"), relax, title=text("review.none_title"))
        return [body, dcc.Store(id="review-query", data=view.filter)]
    firm = case.candidate
    state = {
        **view.filter,
        "skip": str(view.skip),
        "party": case.doubt.party_hash,
        "candidate": firm.corporate_number if firm else "",
    }
    return [case_view(case), dcc.Store(id="review-query", data=state)]


def _others(view: ReviewView, queue: review.Queue) -> Component | None:
    """Below the buttons, which so stay where they are from case to case."""
    return other_firms(queue.case, view) if queue.case else None


def _buttons() -> Component:
    """Neither answer is the primary one: a colour would speak for it."""
    return html.Div(
        [
            html.Button(
                [text(f"review.{name}"), html.Kbd(key, **attributes(aria_hidden="true"))],
                id=f"review-{name}",
                type="button",
                className="btn is-last" if name == "undo" else "btn",
                **attributes(data_lens_key=key, aria_keyshortcuts=key),
            )
            for name, key in ACTIONS
        ],
        className="sl-decide",
    )


def _log() -> list[Component]:
    """The last decisions, newest first: when, by whom, what; each leads back to its case."""
    decided = review.decided_cases()
    title = html.H2(text("review.log"), className="sl-h2")
    if not decided:
        return [title, html.P(text("review.log_none"), className="sl-figure__sub")]
    head = html.Tr(
        [
            html.Th(text(f"review.log_{name}"), scope="col")
            for name in ("typed", "firm", "verdict", "who", "when")
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(
                    page_link(
                        item.typed_name or text("review.nameless"),
                        href({"party": item.decision.party_hash}, PATH),
                    ),
                    scope="row",
                ),
                html.Td(item.firm_name or item.decision.corporate_number),
                html.Td(text(f"review.verdict_{item.decision.verdict}")),
                html.Td(item.decision.decided_by),
                html.Td(html.Span(full_moment_text(item.decision.decided_at), className="sl-nb")),
            ]
        )
        for item in decided
    ]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table sl-table-wide")
    box = html.Div(
        table,
        className="sl-scroll",
        tabIndex="0",
        role="region",
        **attributes(aria_label=text("review.log")),
    )
    return [title, html.P(text("review.log_sub"), className="sl-figure__sub"), box]


@callback(
    Output("review-case", "children"),
    Output("review-progress", "children"),
    Output("review-others", "children"),
    Output("review-log", "children"),
    Output("review-said", "children"),
    *(Input(f"review-{name}", "n_clicks") for name, _ in ACTIONS),
    State("review-query", "data"),
    prevent_initial_call=True,
)
def act(*given: Any) -> Any:
    """Decide, pass over or take back; then show what is next."""
    *clicks, query = given
    action = str(ctx.triggered_id or "").removeprefix("review-")
    if not any(clicks) or action not in dict(ACTIONS):
        return (no_update,) * 5
    try:
        view = ReviewView.from_query(query or {}, _NOTHING_KNOWN)
    except ParameterError:
        # Our own pages never send such a state.
        return (no_update,) * 5
    try:
        said, following = _do(action, view)
    except review.NotInDoubt as error:
        said, following = str(error), replace(view, party="", candidate="")
    queue = _queue(following)
    return (
        _case(following, queue),
        _progress(queue),
        _others(following, queue),
        _log(),
        said,
    )


def _do(action: str, view: ReviewView) -> tuple[str, ReviewView]:
    """What was done, in words, and the state after it."""
    onwards = replace(view, party="", candidate="")
    if action == "undo":
        decision = review.take_back()
        if decision is None:
            return text("review.nothing_to_undo"), view
        return text("review.said_undo"), replace(onwards, party=decision.party_hash)
    if action == "later":
        return text("review.said_later"), replace(onwards, skip=view.skip + 1)
    if not view.party or not view.candidate:
        return text("review.nothing_to_decide"), onwards
    decided = review.decide(
        view.party, view.candidate, "confirmed" if action == "confirm" else "refused"
    )
    return text(f"review.said_{decided.verdict}"), onwards
