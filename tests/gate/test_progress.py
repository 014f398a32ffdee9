"""A reader who waits long is told what runs for his window, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread
from time import sleep, time

import pandas as pd
import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import Engine

import gate as gate_package
from gate.actor import Role
from gate.asking import Gate
from gate.audit import AuditLog
from gate.progress import Progress, Reporter, Step
from gate.session import WINDOW_HEADER
from gate.snapshots import SnapshotReader
from gate.stops import Waiting, window_key
from queries.parameters import NoParameters
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from tests.gate.little_store import Application, actor

# Seconds after which the step is given up; a busy machine needs some.
PATIENCE = 60.0

MINE, OTHER = window_key("session", "mine"), window_key("session", "other")


class _Slow:
    """A question whose step goes on until somebody was told of it."""

    def __init__(self) -> None:
        self.was_told = Event()

    def __call__(self, cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
        def make(_own: Cursor) -> int:
            return int(self.was_told.wait(PATIENCE))

        return pd.DataFrame({"n": [cursor.once("matched_firms", {}, make)]})


def test_a_long_run_names_its_step_until_it_is_over(reader: SnapshotReader, engine: Engine) -> None:
    slow = _Slow()
    question = Question("slow", slow, NoParameters, (Quantity("n"),), ())
    gate = Gate([question], reader, AuditLog(engine))
    waiting = Waiting(MINE, time(), ("quick", "slow", "last"))
    at_first, at_step = (Step(name, 2, 3, waiting.since) for name in ("slow", "matched_firms"))
    told: set[Step] = set()

    def look() -> None:
        until = time() + PATIENCE
        while at_step not in told and time() < until:
            told.update({step for step in (gate.progress.read(MINE),) if step is not None})
            assert gate.progress.read(OTHER) is None
            sleep(0.01)
        slow.was_told.set()

    onlooker = Thread(target=look)
    onlooker.start()
    gate.ask(actor(Role.MINISTRY), "slow", {}, waiting=waiting)
    onlooker.join()
    # On a slow machine the question is seen before its step has begun.
    assert {at_step} <= told <= {at_first, at_step}
    assert gate.progress.read(MINE) is None
    assert list(gate.progress.folder.iterdir()) == []


def test_what_is_quick_or_nobody_waits_for_is_not_told(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "running")
    for waiting in (None, Waiting(MINE, time())):
        reporter = Reporter(progress, waiting, "question")
        reporter.tell()
        reporter.end()
    assert not progress.folder.exists()


def test_the_report_of_a_worker_that_is_no_more_is_not_believed(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "running")
    step = Step("question", 0, 0, time())
    progress.tell(MINE, step)
    assert progress.read(MINE) == step
    os.utime(progress.folder / MINE, (time() - 300, time() - 300))
    assert progress.read(MINE) is None


@pytest.fixture
def client(application: Application) -> FlaskClient:
    return application.client("ministry")


def test_the_route_says_it_in_words_to_the_window_that_asks(
    application: Application, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Step] = {}
    monkeypatch.setattr(Progress, "read", lambda _progress, window: told.get(window))
    with application.server.test_request_context("/", headers={WINDOW_HEADER: "w"}):
        # As a session that has no name yet is called.
        window = gate_package.session.window_of_request()
    assert client.get("/progress", headers={WINDOW_HEADER: "w"}).status_code == 204
    monkeypatch.setattr("gate.running.window_of_request", lambda: window)
    told[window] = Step("matched_firms", 2, 5, time() - 12)
    assert client.get("/progress").json == {
        "words": "前年によく似ていた企業を探しています（5段階の2、12秒）"
    }
    told[window] = Step("award_total", 0, 0, time() - 3)
    assert client.get("/progress").json == {"words": "集計しています（3秒）"}


def test_the_route_is_closed_to_a_stranger(application: Application) -> None:
    assert application.client().get("/progress").status_code == 401


def test_a_page_says_beforehand_what_it_will_ask(application: Application) -> None:
    with application.server.test_request_context("/", headers={WINDOW_HEADER: "w"}):
        g.actor = actor(Role.MINISTRY)
        gate_package.announce(["award_rows", "award_total"])
        since = g.waiting.since
        assert gate_package.ask("award_rows", {}).n_row == 4
        assert g.waiting.plan == ("award_rows", "award_total")
        assert g.waiting.since == since
