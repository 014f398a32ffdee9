"""The state of the service for machines: what serves, how old it is, the runs, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time

from flask import Blueprint, Response, g, jsonify
from sqlalchemy import ColumnElement, Engine, Integer, cast, func, select
from sqlalchemy.orm import Session

from gate.errors import Refused
from gate.health import age_seconds, is_stale
from gate.inbox import SIDECAR
from gate.snapshots import SnapshotReader
from store.application import Delivery
from store.consent_records import consent_entries
from store.runs import last_success, latest_runs, moment, run_json

_SYNTHETIC_MARK = "SYNTHETIC"


@dataclass(slots=True)
class Status:
    """The view. Times are UTC; ages and durations are seconds."""

    engine: Engine
    reader: SnapshotReader
    inbox: Path
    max_age_hours: int

    def show(self) -> Response:
        """GET /status: for a token made for it, or an operator's session. Raises Refused."""
        if "intake_token" not in g and not g.actor.can("operate"):
            raise Refused
        with Session(self.engine) as session:
            return jsonify(
                **self._snapshot(),
                last_success=moment(last_success(self.engine)),
                runs=[run_json(run) for run in latest_runs(self.engine)],
                sources=_sources(session),
                inbox=_waiting(session, self.inbox),
            )

    def _snapshot(self) -> dict[str, object]:
        manifest, is_fallback = self.reader.state()
        if manifest is None:
            return {"snapshot": None, "age": None, "status": "empty", "stale": False}
        age, published = age_seconds(manifest), manifest.published.replace(tzinfo=None)
        return {
            "snapshot": manifest.snapshot,
            "content_hash": manifest.content_hash,
            "published_at": f"{published.isoformat()}Z",
            "age": age,
            "status": "fallback" if is_fallback else "ok",
            "stale": is_stale(age, self.max_age_hours),
            "is_synthetic": manifest.is_synthetic,
            # Entries of the consent ledger that the gate applies and the next snapshot will.
            "consent_entries_since": len(
                consent_entries(self.engine, manifest.consent_entry, published)
            ),
        }


def _sources(session: Session) -> list[dict[str, object]]:
    """Per source: its files by status, the balance of its records, and how fresh it is."""
    rows = session.execute(
        select(
            Delivery.source,
            func.sum(_is("loaded")),
            func.sum(_is("duplicate")),
            func.sum(_is("refused")),
            func.sum(Delivery.records_in),
            func.sum(Delivery.accepted),
            func.sum(Delivery.rejected),
            func.sum(Delivery.duplicate),
            func.max(Delivery.received_at),
            func.max(Delivery.period_to),
        )
        .where(Delivery.status != "received")
        .group_by(Delivery.source)
        .order_by(Delivery.source)
    )
    names = ("n_loaded", "n_duplicate", "n_refused", "in", "accepted", "rejected", "duplicate")
    return [
        {
            "source": source,
            **{name: int(count or 0) for name, count in zip(names, counts, strict=True)},
            "last_received_at": moment(received_at),
            "period_to": period_to.isoformat() if period_to else None,
        }
        for source, *counts, received_at, period_to in rows
    ]


def _is(status: str) -> ColumnElement[int]:
    return cast(Delivery.status == status, Integer)


def _waiting(session: Session, inbox: Path) -> dict[str, object]:
    """What lies in the inbox and is not in the ledger yet; a file held there is not waiting."""
    known = set(session.scalars(select(Delivery.file).where(Delivery.status != "received")))
    waiting = [p for p in inbox_files(inbox) if p.relative_to(inbox).as_posix() not in known]
    found = [stat for path in waiting if (stat := _stat(path)) is not None]
    oldest = min((modified for _, modified in found), default=None)
    return {
        "n_file": len(found),
        "n_byte": sum(size for size, _ in found),
        "oldest_age": None if oldest is None else max(round(time() - oldest), 0),
    }


def inbox_files(inbox: Path) -> Sequence[Path]:
    """The files that the intake would take in."""
    return [
        path
        for path in inbox.rglob("*")
        if path.is_file()
        and not path.name.endswith(SIDECAR)
        and path != inbox / _SYNTHETIC_MARK
        and not any(part.startswith(".") for part in path.relative_to(inbox).parts)
    ]


def _stat(path: Path) -> tuple[int, float] | None:
    """Size and time of change, unless the file has just been taken away."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime


def status_blueprint(status: Status) -> Blueprint:
    blueprint = Blueprint("status", __name__)
    blueprint.add_url_rule("/status", "show", status.show)
    return blueprint
