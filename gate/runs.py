"""The history of the ETL's runs, from the application database, as an answer like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gate.answer import Answer, Reach
from gate.errors import NoSnapshot, Refused
from gate.session import ask, current_actor, gate_of_app
from store.application import EtlRun
from store.quantity import Quantity, Unit

RUN_HISTORY = "run_history"
PUBLISHED = "published"
_LONGEST = 1_000
_COLUMNS = (
    Quantity("started_at"),
    Quantity("ended_at"),
    Quantity("duration_seconds", Unit.SECOND),
    Quantity("status", definition_of="run_status"),
    Quantity("snapshot"),
    Quantity("message"),
)


def answer_to(question: str, query: Mapping[str, str], action: str = "answer") -> Answer:
    """Any answer by the name of its question, the history of the runs included."""
    return run_history(action) if question == RUN_HISTORY else ask(question, query, action)


def run_history(action: str = "answer") -> Answer:
    """One row per run, newest first, at most a thousand; times in UTC.

    ``duration_seconds`` is missing while a run goes on. The audit record says ``action``. Raises
    Refused without the permission to read provenance, NoSnapshot before the first publication.
    """
    gate, actor = gate_of_app(), current_actor()
    if not actor.can("provenance"):
        gate.audit.write(actor.username, actor.role, "refusal", RUN_HISTORY)
        raise Refused
    manifest, _ = gate.reader.state()
    if manifest is None:
        raise NoSnapshot
    frame = _frame(_runs(gate.audit.engine))
    gate.audit.write(
        actor.username,
        actor.role,
        action,
        RUN_HISTORY,
        {"query": {}, "n_row": len(frame)},
        manifest.snapshot,
    )
    return Answer(
        question=RUN_HISTORY,
        query={},
        frame=frame,
        columns=_COLUMNS,
        snapshot=manifest.snapshot,
        published_at=manifest.published,
        is_synthetic=manifest.is_synthetic,
        sources=(),
        reach=Reach(frozenset({"provenance"})),
    )


def previous_load() -> datetime | None:
    """When the publication before the serving one ended (UTC); None where there was none."""
    gate = gate_of_app()
    manifest, _ = gate.reader.state()
    if manifest is None:
        return None
    published = [r for r in _runs(gate.audit.engine) if r.status == PUBLISHED]
    serving = next((r.run_id for r in published if r.snapshot == manifest.snapshot), None)
    if serving is None:
        return None
    return next((r.ended_at for r in published if r.run_id < serving), None)


def _runs(engine: Engine) -> list[EtlRun]:
    with Session(engine) as session:
        newest = select(EtlRun).order_by(EtlRun.run_id.desc()).limit(_LONGEST)
        return list(session.scalars(newest))


def _frame(runs: list[EtlRun]) -> pd.DataFrame:
    rows = [
        {
            "started_at": run.started_at,
            "ended_at": run.ended_at,
            "duration_seconds": (
                (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
            ),
            "status": run.status,
            "snapshot": run.snapshot,
            "message": run.message,
        }
        for run in runs
    ]
    frame = pd.DataFrame(rows, columns=[column.name for column in _COLUMNS])
    return frame.astype({"started_at": "datetime64[us]", "ended_at": "datetime64[us]"})
