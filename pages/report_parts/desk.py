"""The desk of release: editions, the buttons that move them on, their packages, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.eras import full_moment_text
from components.links import href, page_link
from components.numbers import MISSING, format_number
from gate import packages
from gate.edition_state import Step
from gate.editions import DownloadNote, EditionNote, PackageLine
from gate.package_words import edition_name, package_name
from language import text
from pages.report_parts.earlier import edition_state
from pages.report_parts.view import DESK_PATH, NATION, PATH
from store.quantity import Unit
from store.release_records import LONGEST_REASON


def edition_table(known: Sequence[EditionNote], chosen: EditionNote) -> Component:
    """One row an edition: where it stands, and who brought it there."""
    heads = ["edition", "state", "snapshot", "author", "approver", "withdrawn"]
    rows = [
        html.Tr(
            [
                html.Th(_edition_link(edition, chosen), scope="row"),
                html.Td(edition_state(edition)),
                html.Td(html.Span(edition.snapshot, className="sl-hash")),
                html.Td(_by(edition.author, edition.reviewed_at)),
                html.Td(_by(edition.approver, edition.approved_at)),
                html.Td(_withdrawn(edition)),
                html.Td(format_number(edition.n_package, None), className="n"),
            ],
            **attributes(aria_current="true") if edition == chosen else {},
        )
        for edition in known
    ]
    return _section("editions", heads, ["packages"], rows)


def step_forms(edition: EditionNote, steps: Sequence[Step], look: Component | None) -> Component:
    """What the edition waits for, the way to ``look`` through it, and a form for each step that
    this reader may take now."""
    return html.Div(
        [
            html.P([edition_state(edition), "　", text(f"release.waits.{edition.state}")]),
            html.P(look) if look else None,
            *(_form(edition, step) for step in steps),
        ],
        className="sl-steps-of",
    )


def package_table(edition: EditionNote, held: Sequence[PackageLine]) -> Component:
    """What the edition holds, each package with its size and the way to it."""
    members = gate.members()
    open_to_reader = {package.scope_key for package in packages.packages(edition)}
    rows = [
        html.Tr(
            [
                html.Th(
                    page_link(package_name(package, members), _package_href(edition, package))
                    if package.scope_key in open_to_reader
                    else package_name(package, members),
                    scope="row",
                ),
                *(
                    html.Td(format_number(n, None), className="n")
                    for n in (package.n_page, package.n_table, package.n_row)
                ),
                html.Td(format_number(package.n_byte, Unit.BYTE), className="n"),
            ]
        )
        for package in held
    ]
    return _section("packages", ["scope"], ["pages", "tables", "rows", "size"], rows, is_long=True)


def ledger_table(lines: Sequence[DownloadNote]) -> Component:
    """Who took which file when, newest first."""
    if not lines:
        words = html.P(text("release.ledger_none"), className="sl-figure__sub")
        title = html.H2(text("release.ledger"), className="sl-h2")
        return html.Section([title, words], className="sl-figure sl-section")
    rows = [
        html.Tr(
            [
                html.Th(html.Span(full_moment_text(line.at), className="sl-nb"), scope="row"),
                html.Td(line.username),
                html.Td(text(f"gate.role.{line.role}")),
                html.Td(html.Span(line.edition, className="sl-nb")),
                html.Td(line.scope_key),
                html.Td(line.file),
                html.Td(html.Span(line.sha256[:12], title=line.sha256, className="sl-hash")),
            ]
        )
        for line in lines
    ]
    heads = ["when", "who", "role", "edition", "scope", "file", "hash"]
    most = format_number(packages.LEDGER_LINES, None)
    return _section("ledger", heads, [], rows, text("release.ledger_sub", n=most), is_long=True)


def _form(edition: EditionNote, step: Step) -> Component:
    token = dbc.Input(type="hidden", name="csrf_token", value=gate.csrf_token())
    button = html.Button(
        text(f"release.step.{step}"),
        type="submit",
        className="btn" if step is Step.WITHDRAW else "btn btn-primary",
    )
    note = html.P(text(f"release.step_note.{step}"), className="sl-note")
    parts: list[Any] = [token, note, button]
    if step is Step.WITHDRAW:
        label = html.Label(text("release.reason"), htmlFor="reason", className="form-label")
        field = dbc.Input(
            id="reason", name="reason", required=True, maxLength=LONGEST_REASON, autocomplete="off"
        )
        parts = [token, note, html.Div([label, field]), button]
    return html.Form(
        parts, action=f"{DESK_PATH}/{edition.name}/{step}", method="post", className="sl-step-form"
    )


def _section(
    name: str,
    heads: Sequence[str],
    numbers: Sequence[str],
    rows: list[Any],
    subtitle: str = "",
    *,
    is_long: bool = False,
) -> Component:
    title = text(f"release.{name}")
    head = html.Tr(
        [
            *(html.Th(text(f"release.head_{h}"), scope="col") for h in heads),
            *(html.Th(text(f"release.head_{h}"), scope="col", className="n") for h in numbers),
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="table sl-table-wide")
    return html.Section(
        [
            html.H2(title, className="sl-h2"),
            html.P(subtitle, className="sl-figure__sub") if subtitle else None,
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(
                table,
                className="sl-scroll sl-scroll-long" if is_long else "sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=title),
            ),
        ],
        className="sl-figure sl-section",
    )


def _edition_link(edition: EditionNote, chosen: EditionNote) -> Any:
    words = html.Span(edition_name(edition), className="sl-nb")
    if edition == chosen:
        return html.B(words)
    return page_link(words, href({"edition": edition.name}, DESK_PATH))


def _package_href(edition: EditionNote, package: PackageLine) -> str:
    query = {"edition": edition.name}
    if package.field:
        return href({**query, "technology": package.field}, PATH)
    query["region"] = package.region or NATION
    return href({**query, "industry": package.industry} if package.industry else query, PATH)


def _by(username: str, at: datetime | None) -> Any:
    if not username or at is None:
        return MISSING
    return [username, html.Br(), html.Span(full_moment_text(at), className="sl-note")]


def _withdrawn(edition: EditionNote) -> Any:
    if edition.withdrawn_at is None:
        return MISSING
    return [*_by(edition.withdrawn_by, edition.withdrawn_at), html.Br(), edition.course.reason]
