"""Which prefectures the award data cover, said plainly where it is not all of them."""

from __future__ import annotations

from dash.development.base_component import Component

import gate
from components.notes import notice
from gate.answer import rows_of
from language import text
from pages.grant_parts.view import AwardView

ALL_PREFECTURES = 47
NAMED = 3


def covered(view: AwardView) -> list[str]:
    """The names of the prefectures with any award in any year, in official order."""
    rows = rows_of(gate.ask("award_by_prefecture", {"year": "0"}))
    return [view.name("region", row["region_code"]) for row in rows if row["n_award"]]


def is_complete(view: AwardView) -> bool:
    return len(covered(view)) == ALL_PREFECTURES


def coverage_notice(view: AwardView) -> Component | None:
    """A warning that the nation is not all there, or nothing when it is."""
    places = covered(view)
    if len(places) == ALL_PREFECTURES:
        return None
    named = text("explore.list_separator").join(places[:NAMED])
    key = "grants.coverage_one" if len(places) == 1 else "grants.coverage"
    return notice(text(key, places=named, n=len(places)), is_warning=True)
