"""The head of a page: the way down to what is shown (地域 × 業種), the title, one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.attributes import attributes
from components.links import page_link
from language import text


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a trail; the last one, where one stands, has no link."""

    label: str
    href: str = ""


def trail(*trails: Sequence[Level]) -> html.Nav:
    """One or more trails beside each other, parted by ×."""
    items: list[Any] = []
    for levels in trails:
        if items:
            items.append(html.Li("×", className="sl-crumb-sep", **attributes(aria_hidden="true")))
        items += [_step(level, level is levels[-1]) for level in levels]
    return html.Nav(
        html.Ol(items, className="breadcrumb"), **attributes(aria_label=text("breadcrumb.label"))
    )


def _step(level: Level, is_last: bool) -> html.Li:
    if is_last:
        return html.Li(
            level.label, className="breadcrumb-item active", **attributes(aria_current="location")
        )
    link = page_link(level.label, level.href) if level.href else level.label
    return html.Li(link, className="breadcrumb-item")


def page_head(title: str, lead: str = "", trails: Sequence[Sequence[Level]] = ()) -> html.Div:
    """The trails, the one h1 of the page and its lead."""
    shown = [levels for levels in trails if levels]
    return html.Div(
        [
            trail(*shown) if shown else None,
            html.H1(title),
            html.P(lead, className="sl-lead") if lead else None,
        ],
        className="sl-page-head",
    )
