"""The report as it is printed, a page at a time."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.links import page_link
from gate.editions import EditionNote, PackageNote
from gate.package_words import edition_name
from language import text
from pages.report_parts.view import ReportView


def preview(view: ReportView, edition: EditionNote, package: PackageNote) -> Component:
    """The page of the address, with the ways to the one before and the one after."""
    here, n = view.sheet, package.n_page
    picture = f"/reports/preview/{edition.name}/{package.scope_key}/{here}.png"
    words = text("report.sheet_alt", scope=view.name, edition=edition_name(edition), here=here)
    return html.Section(
        [
            html.Div(
                [
                    html.H2(text("report.preview"), id="preview-title"),
                    html.Span(text("report.sheet", here=here, n=n), className="sl-num"),
                    _turn("‹", text("report.sheet_before"), view, here - 1 if here > 1 else None),
                    _turn("›", text("report.sheet_after"), view, here + 1 if here < n else None),
                ],
                className="sl-preview__bar",
            ),
            # Large enough to be read, also on a narrow screen.
            html.A(html.Img(src=picture, alt=words, className="sl-sheet"), href=picture),
        ],
        className="sl-7of12 sl-leaf",
        **attributes(aria_labelledby="preview-title"),
    )


def _turn(mark: str, label: str, view: ReportView, to: int | None) -> Any:
    if to is None:
        return html.Button(
            mark, type="button", className="btn", disabled=True, **attributes(aria_label=label)
        )
    return page_link(mark, view.href(sheet=str(to)), "btn", aria_label=label)
