"""All editions of a package: their state, their files, and what each changed."""

from __future__ import annotations

from typing import Any, Literal

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.eras import fiscal_year_text
from components.links import download_link, page_link
from components.notes import state_mark
from components.numbers import MISSING, format_number
from gate import packages
from gate.edition_state import State
from gate.editions import EditionNote, PackageNote
from gate.package_files import DamagedFile
from gate.package_words import edition_name
from language import text
from pages.report_parts.downloads import file_href
from pages.report_parts.view import ReportView

_LOOKS: dict[State, Literal["good", "wait", "warn"]] = {
    State.PUBLIC: "good",
    State.WITHDRAWN: "warn",
}


def edition_state(edition: EditionNote) -> Component:
    """The state of an edition as a mark and a word."""
    return state_mark(text(f"release.state.{edition.state}"), _LOOKS.get(edition.state, "wait"))


def earlier_editions(view: ReportView) -> Component:
    """The table of editions, newest first."""
    title = text("report.editions")
    heads = ("edition", "state", "files", "changes")
    head = html.Tr(
        [
            *(html.Th(text(f"report.head_{name}"), scope="col") for name in heads),
            html.Th(text("report.head_pages"), scope="col", className="n"),
        ]
    )
    found = {edition.name: view.package_in(edition) for edition in view.known}
    rows = [_row(view, edition, found) for edition in view.known]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table sl-table-wide")
    return html.Section(
        [
            html.H2(title, className="sl-h2"),
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                table,
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=title),
            ),
        ],
        className="sl-figure sl-section",
    )


def _row(view: ReportView, edition: EditionNote, found: dict[str, PackageNote | None]) -> Component:
    package = found[edition.name]
    name = html.Span(edition_name(edition), className="sl-nb")
    if edition == view.edition:
        first: Any = html.B(name)
    else:
        first = page_link(name, view.href(edition=edition.name))
    files: Any = MISSING
    if package is not None:
        files = [
            part
            for kind in ("pdf", "xlsx")
            if f"report.{kind}" in package.files
            for part in (_file(edition, package, kind), "　")
        ][:-1]
    n_page = format_number(package.n_page, None) if package else MISSING
    return html.Tr(
        [
            html.Th(first, scope="row"),
            html.Td(edition_state(edition)),
            html.Td(files, className="sl-nb"),
            html.Td(_changed(view, edition, found)),
            html.Td(n_page, className="n"),
        ],
        **attributes(aria_current="true") if edition == view.edition else {},
    )


def _file(edition: EditionNote, package: PackageNote, kind: str) -> Component:
    label = text("report.file_of", kind=kind.upper(), edition=edition_name(edition))
    words = [kind.upper(), html.Span(label, className="visually-hidden")]
    return download_link(words, file_href(edition, package, f"report.{kind}"))


def _changed(view: ReportView, edition: EditionNote, found: dict[str, PackageNote | None]) -> str:
    """In one sentence: why it was called back, or what is new beside the edition before."""
    if edition.state is State.WITHDRAWN:
        return edition.course.reason
    package = found[edition.name]
    if edition.state is State.BUILT:
        return MISSING
    if package is None:
        return text("report.not_in_edition")
    older = [e for e in view.known[view.known.index(edition) + 1 :] if e.state is State.PUBLIC]
    before = next(((e, old) for e in older if (old := found[e.name]) is not None), None)
    if before is None:
        return text("report.first_edition")
    try:
        changed = packages.changes(*before, edition, package)
    except DamagedFile:
        return text("report.not_compared")
    if not changed.n_all:
        return text("report.unchanged")
    words = [
        *(text("report.year_added", year=fiscal_year_text(int(y))) for y in changed.years_added),
        *(
            text(f"report.{name}", n=format_number(n, None))
            for name, n in (
                ("n_changed", changed.n_changed),
                ("n_added", changed.n_added),
                ("n_gone", changed.n_gone),
            )
            if n
        ),
    ]
    return text("report.comma").join(words)
