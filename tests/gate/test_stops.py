"""A reader who stops waiting makes the server let go, of his own window's questions only."""

from __future__ import annotations

import os
import re
from pathlib import Path
from threading import Timer
from time import monotonic, sleep, time
from typing import Any

import pandas as pd
import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

import gate as gate_package
from gate.actor import Role
from gate.asking import Gate
from gate.audit import AuditLog
from gate.errors import Stopped
from gate.session import WINDOW_HEADER
from gate.snapshots import SnapshotReader
from gate.stops import Stops, Waiting, interrupting, window_key
from queries.parameters import NoParameters
from queries.question import Question
from store.application import AuditRecord
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import dimension_member
from tests.gate.little_store import Application, actor

MINE, OTHER = window_key("session", "mine"), window_key("session", "other")


def _endless(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    each: Any = dimension_member
    joined = [each.alias(f"m{n}") for n in range(12)]
    product = select(func.sum(func.length(joined[0].c.code)).label("n"))
    for other in joined[1:]:
        product = product.where(joined[0].c.name != other.c.name_en)
    return cursor.fetch(product)


ENDLESS = Question("endless", _endless, NoParameters, (Quantity("n"),), ())


@pytest.fixture
def slow_gate(reader: SnapshotReader, engine: Engine) -> Gate:
    return Gate([ENDLESS], reader, AuditLog(engine), timeout_seconds=20)


def test_a_stop_ends_what_began_before_it_and_nothing_else(tmp_path: Path) -> None:
    stops = Stops(tmp_path / "stopped")
    before = Waiting(MINE, time())
    assert not stops.is_stopped(before)
    stops.stop(MINE)
    assert stops.is_stopped(before)
    assert not stops.is_stopped(Waiting(OTHER, before.since))
    assert not stops.is_stopped(Waiting(MINE, time() + 0.001))
    assert not stops.is_stopped(None)


def test_another_process_sees_the_stop(tmp_path: Path) -> None:
    waiting = Waiting(MINE, time())
    Stops(tmp_path / "stopped").stop(MINE)
    assert Stops(tmp_path / "stopped").is_stopped(waiting)


def test_old_stops_are_swept_out_and_others_cannot_read_the_folder(tmp_path: Path) -> None:
    stops = Stops(tmp_path / "stopped")
    stops.stop(OTHER)
    os.utime(stops.folder / OTHER, (time() - 7_200, time() - 7_200))
    stops.stop(MINE)
    assert [path.name for path in stops.folder.iterdir()] == [MINE]
    assert stops.folder.stat().st_mode & 0o077 == 0


def test_an_interrupt_is_repeated_until_it_is_noticed() -> None:
    calls: list[float] = []
    with interrupting(lambda: calls.append(monotonic()), lambda: True, lambda: None):
        while len(calls) < 3:
            sleep(0.01)
    n = len(calls)
    sleep(0.25)
    assert len(calls) == n


def test_a_running_question_is_interrupted(slow_gate: Gate, engine: Engine) -> None:
    waiting = Waiting(MINE, time())
    started = monotonic()
    stopper = Timer(0.3, slow_gate.stops.stop, (MINE,))
    stopper.start()
    with pytest.raises(Stopped, match="読み込みをやめました"):
        slow_gate.ask(actor(Role.MINISTRY), "endless", {}, waiting=waiting)
    stopper.join()
    assert monotonic() - started < 15
    with Session(engine) as session:
        assert session.scalars(select(AuditRecord)).all() == []


def test_the_stop_of_another_window_does_not_touch_it(
    reader: SnapshotReader, engine: Engine
) -> None:
    gate = Gate([ENDLESS], reader, AuditLog(engine), timeout_seconds=0.5)
    gate.stops.stop(OTHER)
    with pytest.raises(gate_package.TooSlow):
        gate.ask(actor(Role.MINISTRY), "endless", {}, waiting=Waiting(MINE, time() - 1))


def test_once_stopped_a_request_asks_nothing_more(slow_gate: Gate) -> None:
    waiting = Waiting(MINE, time())
    slow_gate.stops.stop(MINE)
    started = monotonic()
    with pytest.raises(Stopped):
        slow_gate.ask(actor(Role.MINISTRY), "endless", {}, waiting=waiting)
    assert monotonic() - started < 15


@pytest.fixture
def client(application: Application) -> FlaskClient:
    return application.client("ministry")


def _token(client: FlaskClient) -> str:
    found = re.search(r'"token":"([^"]+)"', client.get("/_dash-layout").text)
    assert found
    return found[1]


def _cancel(client: FlaskClient, token: str, **headers: str) -> int:
    return client.post("/cancel", data={"csrf_token": token}, headers=headers).status_code


def test_the_route_stops_the_window_that_asks(
    application: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(Stops, "stop", lambda _stops, window: stopped.append(window))
    token = _token(client)
    assert _cancel(client, token, **{WINDOW_HEADER: "a"}) == 204
    assert _cancel(client, token, **{WINDOW_HEADER: "b"}) == 204
    assert _cancel(application.client("ministry"), "forged", **{WINDOW_HEADER: "a"}) == 403
    other = application.client("ministry")
    assert _cancel(other, _token(other), **{WINDOW_HEADER: "a"}) == 204
    # Each window of each session is one of its own.
    assert len(stopped) == len(set(stopped)) == 3


def test_the_route_needs_the_token_and_a_reader(
    application: Application, client: FlaskClient
) -> None:
    assert _cancel(client, "") == 403
    assert _cancel(client, _token(client), Origin="https://evil.example") == 403
    assert _cancel(application.client(), "") == 401


def test_a_page_that_was_stopped_asks_no_further_question(application: Application) -> None:
    with application.server.test_request_context("/", headers={WINDOW_HEADER: "w"}):
        g.actor = actor(Role.MINISTRY)
        assert gate_package.ask("award_rows", {}).n_row == 4
        application.gate.stops.stop(g.waiting.window)
        with pytest.raises(gate_package.Stopped):
            gate_package.ask("award_rows", {})
    with application.server.test_request_context("/", headers={WINDOW_HEADER: "w"}):
        g.actor = actor(Role.MINISTRY)
        assert gate_package.ask("award_rows", {}).n_row == 4
