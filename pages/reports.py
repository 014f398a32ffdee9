"""レポート: the package of one's own area, its files, and what proves that they are safe."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html, register_page
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.links import href
from components.states import empty
from gate.package_access import may_see_desk
from language import text
from pages._frame import framed, tab_title
from pages.report_parts.approval import approval
from pages.report_parts.downloads import downloads
from pages.report_parts.earlier import earlier_editions
from pages.report_parts.filters import filters, ranges
from pages.report_parts.preview import preview
from pages.report_parts.statement import statement
from pages.report_parts.view import DESK_PATH, PATH, ReportView

register_page(__name__, path=PATH, title=tab_title("nav.reports"))


def layout(**query: object) -> Component:
    return framed("reports", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    view = ReportView.read(query)
    if view.edition is None:
        return [page_head(text("report.title_none"), text("report.lead")), _no_edition()]
    head = page_head(text("report.title", scope=view.name), text("report.lead"))
    return [
        head,
        filters(view),
        ranges(view),
        _package(view) or _no_package(view),
        earlier_editions(view),
    ]


def _package(view: ReportView) -> Component | None:
    """The package with what goes with it, where there is one to open."""
    edition, package = view.edition, view.package
    if edition is None or package is None:
        return None
    side = [
        downloads(edition, package),
        statement(edition, text("report.statement_sub")),
        approval(edition),
    ]
    return html.Div(
        [
            preview(view, edition, package),
            html.Div(side, className="sl-5of12 sl-side"),
        ],
        className="sl-grid sl-section",
    )


def _no_edition() -> Component:
    """What it means that there is none, and what to do."""
    if may_see_desk(gate.current_actor()):
        ways = [(text("release.desk"), DESK_PATH)]
        return empty(text("report.none_yet_desk"), ways, title=text("report.none_yet_title"))
    return empty(
        text("report.none_yet"),
        [(text("state.home"), "/")],
        title=text("report.none_yet_title"),
    )


def _no_package(view: ReportView) -> Component:
    """Why there is nothing to look at: called back, or not in this edition; and what there is."""
    edition = view.edition
    if edition is not None and edition.state == "withdrawn":
        newest = next((e for e in view.known if e.state == "public"), None)
        ways = [(text("report.to_newest"), view.href(edition=None))] if newest else []
        return empty(
            text("report.withdrawn", reason=edition.course.reason),
            ways,
            title=text("report.withdrawn_title", edition=view.edition_text),
        )
    ways = []
    wanted = view.wanted
    if wanted.industry and any(
        p.region == wanted.region and not p.industry and not p.field for p in view.offered
    ):
        ways.append((text("report.all_industries"), view.href(industry=None)))
    if view.offered and not ways:
        ways.append((text("report.own"), href({}, PATH)))
    return empty(
        text("report.no_package", scope=view.name, edition=view.edition_text),
        ways,
        title=text("report.no_package_title"),
    )
