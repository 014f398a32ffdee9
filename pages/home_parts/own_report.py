"""A chamber's way to the report on its own area: one click from home."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.links import button_link
from gate import packages
from gate.package_words import edition_name
from language import text

PATH = "/reports"


def own_report(region: str, name: str) -> Component | None:
    """What the newest public edition holds on the chamber's area; None where there is none."""
    edition = next((e for e in packages.editions() if e.state == "public"), None)
    if edition is None:
        return None
    lines = (p for p in packages.packages(edition) if p.region == region)
    package = next((p for p in lines if not p.industry and not p.field), None)
    if package is None:
        return None
    words = text("chamber_report.holds", edition=edition_name(edition), n=package.n_page)
    return html.Section(
        [
            html.Div(
                [
                    html.H2(text("chamber_report.title", region=name), className="sl-h2"),
                    html.P(words, className="sl-figure__sub"),
                ]
            ),
            button_link(text("chamber_report.open", region=name), PATH, is_primary=True),
        ],
        className="sl-own-report",
        **attributes(aria_label=text("chamber_report.title", region=name)),
    )
