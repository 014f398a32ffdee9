"""A reader who waits long is told what runs for his window, and nobody else's."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread
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

MINE, OTHER = window_key("session", "mine"), window_key("session", "other")


def _slow(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    def make(_own: Cursor) -> int:
        sleep(1.0)
        return 1

    return pd.DataFrame({"n": [cursor.once("matched_firms", {}, make)]})


@pytest.fixture
def slow_gate(reader: SnapshotReader, engine: Engine) -> Gate:
    return Gate(
        [Question("slow", _slow, NoParameters, (Quantity("n"),), ())], reader, AuditLog(engine)
    )


def test_a_long_run_names_its_step_until_it_is_over(slow_gate: Gate) -> None:
    waiting = Waiting(MINE, time(), ("quick", "slow", "last"))
    seen: list[Step | None] = []

    def look() -> None:
        while not seen or seen[-1] is not None or len(seen) < 5:
            seen.append(slow_gate.progress.read(MINE))
            assert slow_gate.progress.read(OTHER) is None
            sleep(0.2)

    reader = Thread(target=look)
    reader.start()
    slow_gate.ask(actor(Role.MINISTRY), "slow", {}, waiting=waiting)
    reader.join()
    told = {step for step in seen if step is not None}
    # On a slow machine the question is seen before its step has begun.
    step, question = (Step(name, 2, 3, waiting.since) for name in ("matched_firms", "slow"))
    assert step in told
    assert told <= {step, question}
    assert slow_gate.progress.read(MINE) is None
    assert list(slow_gate.progress.folder.iterdir()) == []


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
