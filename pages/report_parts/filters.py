"""Which package: region, industry and edition; beside them the wider areas that one may have."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.filters import Chip, FilterField, chips, filter_bar
from components.links import page_link
from gate.package_access import own_regions
from gate.package_words import edition_name, member_name
from language import text
from pages.report_parts.view import NATION, ReportView


def filters(view: ReportView) -> Component:
    """The bar, and as a chip the field of technology where the package is about one."""
    wanted = view.wanted
    in_region = [p for p in view.offered if not p.field and p.region == wanted.region]
    fields = _codes(p.field for p in view.offered if p.field)
    more = [
        FilterField(
            "technology",
            text("report.field_technology"),
            _options("technology", ["", *fields], view),
            wanted.technology,
            drops=("region", "industry", "sheet"),
        )
    ]
    bar = filter_bar(
        [
            _region(view),
            FilterField(
                "industry",
                text("report.field_industry"),
                _options(
                    "industry", _codes([wanted.industry, *(p.industry for p in in_region)]), view
                ),
                wanted.industry,
                drops=("sheet", "technology"),
            ),
            FilterField(
                "edition",
                text("report.field_edition"),
                [
                    (e.name, _edition_label(view, e.name, edition_name(e)))
                    for e in view.known
                    if e.state != "withdrawn" or e == view.edition
                ],
                view.edition.name if view.edition else "",
                drops=("sheet",),
            ),
        ],
        more if fields else (),
        summary=text("report.summary", scope=view.name, edition=view.edition_text),
        n_active=1 if wanted.technology else 0,
    )
    chosen = []
    if wanted.technology:
        label, without = text("report.field_technology"), view.href(technology=None)
        chosen = [Chip(label, view.name, without)]
    return html.Div([bar, chips(chosen, view.href(technology=None))])


def ranges(view: ReportView) -> Component | None:
    """A chamber's region is fixed: the packages of the areas around it are a link away."""
    if not view.is_fixed:
        return None
    here = "" if view.wanted.technology else view.wanted.region
    items = [
        html.Li(
            page_link(
                member_name("region", code, view.members),
                view.href(region=code or NATION, industry=None, technology=None),
                current="true" if code == here and not view.wanted.technology else "",
            )
        )
        for code in own_regions(gate.current_actor(), view.members)
        if any(p.region == code and not p.field for p in view.offered)
    ]
    if len(items) < 2:
        return None
    return html.Nav(
        [html.Span(text("report.ranges")), html.Ul(items)],
        className="sl-ranges",
        **attributes(aria_label=text("report.ranges")),
    )


def _region(view: ReportView) -> FilterField:
    here = view.wanted.region or NATION
    codes = _codes(p.region for p in view.offered if not p.field)
    shown = [view.wanted.region] if view.is_fixed else _codes([view.wanted.region, *codes])
    order = {code: place for place, code in enumerate(view.members.of("region"))}
    shown = sorted(shown, key=lambda code: order.get(code, -1))
    return FilterField(
        "region",
        text("report.field_region"),
        [(code or NATION, member_name("region", code, view.members)) for code in shown],
        here,
        is_locked=view.is_fixed,
        drops=("sheet", "technology"),
    )


def _options(domain: str, codes: Iterable[str], view: ReportView) -> list[tuple[str, str]]:
    order = {code: place for place, code in enumerate(view.members.of(domain))}
    found = sorted(codes, key=lambda code: order.get(code, -1))
    return [(code, member_name(domain, code, view.members)) for code in found]


def _codes(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _edition_label(view: ReportView, name: str, words: str) -> str:
    newest = next((e for e in view.known if e.state == "public"), None)
    if newest is not None and newest.name == name:
        return text("report.newest", edition=words)
    return words
