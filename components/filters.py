"""The filter bar: at most three selects, the rest folded; what is folded and active, as chips.

A select's name is its parameter in the address; assets/lens.js moves the page there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from components.dialog import opener
from components.links import page_link
from language import text

_MOST_VISIBLE = 3
# dbc.Select keeps the empty value for its placeholder; assets/lens.js turns this back into it.
_EMPTY = "*"


@dataclass(frozen=True, slots=True)
class FilterField:
    """One select: ``options`` are (code, label); a locked field shows that it is fixed by role.

    ``drops`` names the parameters that lose their meaning when this one changes.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str
    is_locked: bool = False
    drops: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SearchField:
    """One field to type into; Enter or leaving it searches."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One active condition, and the address without it."""

    label: str
    value: str
    href_without: str


def filter_bar(
    fields: Sequence[FilterField | SearchField],
    more: Sequence[FilterField] = (),
    *,
    summary: str,
    n_active: int = 0,
) -> html.Div:
    """At most three ``fields`` in a row, ``more`` folded behind ほかの条件（n_active）.

    ``summary`` is the one line that stands for the bar on narrow screens. Raises ValueError for
    a fourth visible field.
    """
    if len(fields) > _MOST_VISIBLE:
        raise ValueError(f"at most {_MOST_VISIBLE} filters are visible, not {len(fields)}")
    return html.Div(
        [
            html.Button(
                [html.Span(summary), html.B(text("filter.change"))],
                type="button",
                className="sl-fold",
                **attributes(aria_expanded="false", aria_controls="filters", data_lens_toggle=""),
            ),
            html.Div(
                [
                    *(_field(field) for field in fields),
                    _more_button(n_active) if more else None,
                    _copy_button(summary),
                    html.Div(
                        [_field(field) for field in more],
                        id="more-filters",
                        className="sl-more",
                    )
                    if more
                    else None,
                ],
                id="filters",
                className="sl-filters",
                role="group",
                **attributes(aria_label=text("filter.label")),
            ),
        ],
        className="sl-filterbar",
    )


def _field(field: FilterField | SearchField) -> html.Div:
    if isinstance(field, SearchField):
        return _search(field)
    label = text("filter.locked", label=field.label) if field.is_locked else field.label
    return html.Div(
        [
            html.Label(label, htmlFor=f"filter-{field.name}", className="form-label"),
            dbc.Select(
                id=f"filter-{field.name}",
                name=field.name,
                options=[
                    {"value": code or _EMPTY, "label": words} for code, words in field.options
                ],
                value=field.value or _EMPTY,
                disabled=field.is_locked,
            ),
        ],
        **attributes(data_lens_drops=" ".join(field.drops)),
    )


def _search(field: SearchField) -> html.Div:
    return html.Div(
        [
            html.Label(field.label, htmlFor=f"filter-{field.name}", className="form-label"),
            dbc.Input(
                id=f"filter-{field.name}",
                name=field.name,
                type="search",
                value=field.value,
                maxLength=100,
                autocomplete="off",
            ),
        ]
    )


def _more_button(n_active: int) -> html.Button:
    return html.Button(
        text("filter.more_active", n=n_active) if n_active else text("filter.more"),
        type="button",
        className="btn sl-more-button",
        **attributes(aria_expanded="false", aria_controls="more-filters", data_lens_toggle=""),
    )


def _copy_button(scope: str) -> html.Div:
    """What to do with the page as it is: keep it under a name, copy its address."""
    return html.Div(
        [
            opener(text("filter.save"), "save-view", data_lens_scope=scope),
            html.Button(
                text("filter.copy"),
                type="button",
                className="btn btn-link",
                **attributes(
                    data_lens_copy="",
                    data_lens_done=text("filter.copied"),
                    data_lens_failed=text("filter.copy_failed"),
                ),
            ),
            html.Span(className="sl-copied", role="status"),
        ],
        className="sl-copy",
    )


def chips(items: Sequence[Chip], reset_href: str) -> html.Div | None:
    """The active folded conditions, each a link to the page without it, and one to none of them."""
    if not items:
        return None
    links = [
        page_link(
            [
                html.B(chip.label),
                html.Span(chip.value),
                html.Span(text("filter.remove"), className="visually-hidden"),
            ],
            chip.href_without,
            "sl-chip",
        )
        for chip in items
    ]
    return html.Div(
        [*links, page_link(text("filter.reset"), reset_href, "sl-linkbtn")],
        className="sl-chips",
        role="group",
        **attributes(aria_label=text("filter.active")),
    )
