"""公開の手続き: editions on their way to the public, and who took which file."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html, register_page
from dash.development.base_component import Component

from components.breadcrumb import page_head
from components.links import href, page_link
from components.notes import notice
from components.states import empty
from gate import packages
from gate.editions import EditionNote
from gate.package_words import edition_name
from language import has_text, text
from pages._frame import framed, tab_title
from pages.report_parts.desk import edition_table, ledger_table, package_table, step_forms
from pages.report_parts.statement import statement
from pages.report_parts.view import DESK_PATH, PATH
from queries.parameters import ParameterError

register_page(__name__, path=DESK_PATH, title=tab_title("nav.release_desk"))


def layout(**query: object) -> Component:
    return framed("release_desk", query, _content)


def _content(query: Mapping[str, str]) -> list[Component | None]:
    packages.check_desk()
    known = packages.editions()
    head = page_head(text("release.desk"), text("release.desk_lead"))
    if not known:
        return [head, empty(text("release.nothing"), title=text("release.nothing_title"))]
    chosen = _chosen(query.get("edition", ""), known)
    return [
        head,
        _said(query.get("said", "")),
        edition_table(known, chosen),
        _edition(chosen),
        _ledger(),
    ]


def _chosen(name: str, known: list[EditionNote]) -> EditionNote:
    if not name:
        return known[0]
    found = next((edition for edition in known if edition.name == name), None)
    if found is None:
        raise ParameterError("edition", name)
    return found


def _said(code: str) -> Component | None:
    """What came of the last step, in words."""
    key = f"release.said.{code}"
    if not code.isidentifier() or not has_text(key):
        return None
    is_refused = code.startswith("refused")
    return html.Div(notice(text(key), is_warning=is_refused), role="status")


def _edition(edition: EditionNote) -> Component:
    """One edition: what its check found, what can be done with it, and what it holds."""
    held = packages.desk_packages(edition)
    title = text("release.edition_title", edition=edition_name(edition))
    look = None
    if packages.packages(edition):
        look = page_link(text("release.look"), href({"edition": edition.name}, PATH))
    steps = html.Section(
        [
            html.H2(title, className="sl-h2"),
            step_forms(edition, packages.own_steps(edition), look),
        ],
        className="sl-figure",
    )
    checked = statement(edition, text("release.statement_sub"))
    return html.Div(
        [
            html.Div(
                [
                    html.Div(steps, className="sl-7of12 sl-side"),
                    html.Div(checked, className="sl-5of12 sl-side"),
                ],
                className="sl-grid sl-section",
            ),
            package_table(edition, held),
        ]
    )


def _ledger() -> Component | None:
    return ledger_table(packages.ledger()) if packages.may_read_ledger() else None
