"""What pages use of the gate, for whoever is signed in."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import g

import gate
from app import join
from gate.actor import Actor, Role
from language import speaking
from tests.gate.little_store import (
    MIYAGI,
    QUESTIONS,
    Application,
    actor,
    layout,
    settings_for,
)


def test_the_functions_answer_for_the_actor_of_the_request(application: Application) -> None:
    with application.server.test_request_context("/"):
        g.actor = actor(Role.BUREAU)
        assert gate.is_signed_in()
        assert gate.current_actor() == Actor("bureau", Role.BUREAU, ("b03",))
        assert gate.viewer_name() == "地方経済産業局（bureau）"
        assert gate.ask("award_rows", {"region": "04"}).n_row == 0
        assert gate.members().get("region", MIYAGI) is not None
        assert gate.csrf_token()
        assert gate.map_path() is None
        note = gate.snapshot_note()
    assert note is not None
    assert (note.snapshot, note.is_synthetic, note.is_fallback) == ("s1", True, False)


def test_without_an_actor_they_answer_nobody(application: Application) -> None:
    with application.server.test_request_context("/"):
        assert not gate.is_signed_in()
        for ask in (gate.current_actor, gate.members, gate.viewer_name):
            with pytest.raises(gate.NotSignedIn, match="ログインしてください"):
                ask()


def test_without_a_store_the_pages_still_have_a_frame(tmp_path: Path) -> None:
    application = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    with application.server.test_request_context("/"):
        g.actor = actor(Role.MINISTRY)
        assert gate.snapshot_note() is None
        with pytest.raises(gate.NoSnapshot):
            gate.members()
        with pytest.raises(gate.NoSnapshot):
            gate.ask("award_rows", {})


REASONS = (
    gate.NotSignedIn(),
    gate.Refused(),
    gate.UnknownQuestion(),
    gate.BadRequest("region", "99"),
    gate.NoSnapshot(),
    gate.TooSlow(),
    gate.Stopped(),
    gate.TooManyRows(n=200_000),
    gate.AuditFailed(),
    gate.GateError(reference="0a1b2c3d"),
)


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: type(reason).__name__)
def test_a_reason_is_a_sentence_in_both_languages(reason: gate.GateError) -> None:
    with speaking("ja"):
        japanese = str(reason)
    with speaking("en"):
        english = str(reason)
    assert japanese.endswith("。")
    assert english.endswith(".")
    assert "{" not in japanese + english
