"""What of a matched comparison can be taken along: the pairs by those who may see single firms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

import gate
from gate.actor import Role
from gate.answer import Answer
from language import speaking
from pages.explore_parts.view import ExploreView
from pages.matching_parts.audit import specification
from pages.matching_parts.view import PATH
from queries.matching_specification import GroupedParameters
from stats.matched_balance import LOSS_QUESTION
from store.members import Members
from tests.components.drawn import find, words
from tests.gate.little_store import actor

ASKED = GroupedParameters(year="2016", measure="it")


def _shown(monkeypatch: pytest.MonkeyPatch, role: Role) -> tuple[dict[str, str], Any]:
    """The links to files by their words, and the whole panel."""
    monkeypatch.setattr(gate, "current_actor", lambda: actor(role))
    view = ExploreView(PATH, ASKED, {}, {}, (), Members({}, {}))
    frame = pd.DataFrame(
        {"n_pair": [1_202], "n_reused": [31], "most_uses": [4], "match_table": ["4ec67b3c"]}
    )
    answer = Answer(
        question="matched_loss",
        query=ASKED.to_query(),
        frame=frame,
        columns=LOSS_QUESTION.columns,
        snapshot="2026-11-20-061200000-a3f1",
        published_at=datetime(2026, 11, 20, 6, 12),  # noqa: DTZ001
        is_synthetic=True,
        sources=(),
    )
    with speaking("ja"):
        panel = specification(view, answer)
    links = [link for part in panel for link in find(part, "A")]
    return {words(link): str(link.href) for link in links}, panel


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.ANALYST])
def test_who_may_see_firms_gets_the_pairs_with_their_number(
    monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    links, panel = _shown(monkeypatch, role)
    assert links["組の表（CSV 1,202行）"].startswith("/export/matched_table.csv?")
    assert links["仕様（JSON）"].startswith("/export/matched_loss.json?")
    said = "".join(map(words, panel))
    assert "4ec67b3c" in said
    assert "2026-11-20-061200000-a3f1" in said
    assert ASKED.number in said
    assert any(link.startswith("/matching?") and "measure=it" in link for link in links)


def test_a_bureau_is_told_that_it_gets_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    links, _ = _shown(monkeypatch, Role.BUREAU)
    assert "組の表（CSV、担当地域の企業だけ）" in links


def test_whom_programmes_limit_is_offered_no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    links, _ = _shown(monkeypatch, Role.AGENCY)
    assert not [link for link in links.values() if "matched_table" in link]
    assert "仕様（JSON）" in links
