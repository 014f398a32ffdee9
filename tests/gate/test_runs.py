"""The history of runs: newest first, with its audit record, for those who read provenance."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import select
from sqlalchemy.orm import Session

import gate
from app import join
from gate.actor import Role
from store.application import AuditRecord, EtlRun
from tests.gate.little_store import QUESTIONS, Application, actor, layout, settings_for

MORNING = datetime(2026, 11, 20, 6, 0, tzinfo=UTC).replace(tzinfo=None)
# started, minutes, status, snapshot
RUNS = [
    (MORNING, 5, "published", "s0"),
    (MORNING + timedelta(days=1), 1, "unchanged", "s0"),
    (MORNING + timedelta(days=2), 2, "failed", "s0"),
    (MORNING + timedelta(days=3), 7, "published", "s1"),
    (MORNING + timedelta(days=4), None, "running", ""),
]


@pytest.fixture
def served(built_store: Path, tmp_path: Path) -> Iterator[Application]:
    settings = settings_for(built_store.parent, database_url=f"sqlite:///{tmp_path / 'a.db'}")
    built = Application(join(settings, QUESTIONS, layout, ""))
    with Session(built.engine) as session, session.begin():
        for started, minutes, status, snapshot in RUNS:
            ended = started + timedelta(minutes=minutes) if minutes else None
            session.add(
                EtlRun(started_at=started, ended_at=ended, status=status, snapshot=snapshot)
            )
    yield built
    built.gate.reader.close()
    built.engine.dispose()


def test_runs_stand_newest_first_with_what_they_took(served: Application) -> None:
    with served.server.test_request_context("/"):
        g.actor = actor(Role.ADMIN)
        answer = gate.run_history()
    assert list(answer.frame["status"]) == [run[2] for run in reversed(RUNS)]
    taken = list(answer.frame["duration_seconds"])
    assert taken[1:] == [420, 120, 60, 300]
    assert taken[0] != taken[0]
    with Session(served.engine) as session:
        record = session.scalars(select(AuditRecord)).one()
    assert (record.action, record.subject, record.detail["n_row"]) == ("answer", "run_history", 5)


def test_the_load_before_the_serving_one_is_found(served: Application) -> None:
    with served.server.test_request_context("/"):
        assert gate.previous_load() == MORNING + timedelta(minutes=5)


def test_the_file_holds_every_run(served: Application) -> None:
    response = served.client("operator").get("/export/run_history.csv")
    assert response.status_code == 200
    rows = list(csv.DictReader(StringIO(response.get_data().decode("utf-8-sig"))))
    assert [row["結果"] for row in rows] == [run[2] for run in reversed(RUNS)]
    assert rows[1]["かかった時間（秒）"] == "420"


def test_a_chamber_reads_no_history(served: Application) -> None:
    with served.server.test_request_context("/"):
        g.actor = actor(Role.CHAMBER)
        with pytest.raises(gate.Refused):
            gate.run_history()
    assert served.client("chamber-miyagi").get("/export/run_history.csv").status_code == 403
