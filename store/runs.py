"""The history of runs in readable form, for the status of the ETL and of the server alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from store.application import EtlRun

# Runs that did what they were there for.
SOUND = ("published", "unchanged")
RUNS_SHOWN = 20


def latest_runs(engine: Engine) -> Sequence[EtlRun]:
    """The runs shown in a status, newest first."""
    newest = select(EtlRun).order_by(EtlRun.run_id.desc()).limit(RUNS_SHOWN)
    with Session(engine) as session:
        return session.scalars(newest).all()


def last_success(engine: Engine) -> datetime | None:
    """When the last sound run ended (UTC)."""
    with Session(engine) as session:
        return session.scalar(select(func.max(EtlRun.ended_at)).where(EtlRun.status.in_(SOUND)))


def run_json(run: EtlRun) -> dict[str, object]:
    """A run without its message, which may name paths; times in UTC."""
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    return {
        "run": run.run_id,
        "started_at": moment(run.started_at),
        "ended_at": moment(run.ended_at),
        "seconds": seconds,
        "status": run.status,
        # None while it runs. A run that found the lock taken leaves with 75 and no row here.
        "exit_code": None if run.ended_at is None else int(run.status not in SOUND),
        "snapshot": run.snapshot,
        "n_loaded": run.n_loaded,
        "n_duplicate": run.n_duplicate,
        "n_refused": run.n_refused,
        "n_accepted": run.n_accepted,
        "n_rejected": run.n_rejected,
    }


def moment(at: datetime | None) -> str | None:
    """A time of this database as ISO 8601, in UTC."""
    return f"{at.isoformat()}Z" if at else None
