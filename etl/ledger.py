"""The ledger of deliveries and runs in the application database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from store.application import Delivery, EtlRun, Flag, Rejection, utc_now
from store.runs import last_success, latest_runs, moment, run_json
from store.snapshot import SnapshotError, current_snapshot, read_manifest


def earlier_loaded(session: Session, delivery: Delivery) -> list[Delivery]:
    """The other loaded deliveries of the same source, in order of arrival."""
    return list(
        session.scalars(
            select(Delivery)
            .where(
                Delivery.source == delivery.source,
                Delivery.status == "loaded",
                Delivery.content_hash != delivery.content_hash,
            )
            .order_by(Delivery.delivery_id)
        )
    )


# A file held because of its own sidecar says nothing about other arrivals of the same content.
SIDECAR_REASONS = ("manifest_mismatch", "manifest_unreadable", "other_source")


def settled_original(session: Session, delivery: Delivery) -> Delivery | None:
    """The first arrival of the same content under another name that is loaded or refused."""
    return session.scalar(
        select(Delivery)
        .where(
            Delivery.content_hash == delivery.content_hash,
            Delivery.delivery_id != delivery.delivery_id,
            Delivery.status.in_(("loaded", "refused")),
            Delivery.reason_code.not_in(SIDECAR_REASONS),
        )
        .order_by(Delivery.delivery_id)
        .limit(1)
    )


def record_loaded(
    delivery: Delivery, refused: Mapping[str, int], n_valid: int, n_duplicate: int
) -> None:
    """Enter the counts of a loaded file; accepted + rejected + duplicate = records_in."""
    delivery.status = "loaded"
    delivery.reason_code = ""
    delivery.accepted = n_valid - n_duplicate
    delivery.rejected = sum(refused.values())
    delivery.duplicate = n_duplicate
    delivery.records_in = n_valid + delivery.rejected
    delivery.rejections = [Rejection(reason_code=r, n_record=n) for r, n in sorted(refused.items())]


def record_flags(delivery: Delivery, flags: Mapping[str, int]) -> None:
    delivery.flags = [Flag(flag_code=f, n_record=n) for f, n in sorted(flags.items()) if n]


def record_refused(delivery: Delivery, reason: str, records_in: int) -> None:
    """Enter a file that is refused as a whole: all its records count as rejected."""
    delivery.status = "refused"
    delivery.reason_code = reason
    delivery.records_in = delivery.rejected = records_in
    delivery.accepted = delivery.duplicate = 0
    delivery.flags = []
    delivery.rejections = [Rejection(reason_code=reason, n_record=records_in)] if records_in else []


def record_duplicates(session: Session, original: Delivery) -> list[Delivery]:
    """Count the other arrivals of the same content as duplicates of ``original``."""
    copies = list(
        session.scalars(
            select(Delivery).where(
                Delivery.content_hash == original.content_hash,
                Delivery.delivery_id != original.delivery_id,
                Delivery.status.in_(("received", "duplicate")),
            )
        )
    )
    for copy in copies:
        for name in ("source", "layout", "encoding", "period_from", "period_to"):
            setattr(copy, name, getattr(original, name))
        copy.status, copy.reason_code = "duplicate", ""
        copy.records_in = copy.duplicate = original.records_in
        copy.accepted = copy.rejected = 0
        copy.rejections = []
    return copies


def start_run(engine: Engine) -> int:
    """Open a run. One that still stands as running was killed: the lock says that none runs."""
    with Session(engine) as session, session.begin():
        for dead in session.scalars(select(EtlRun).where(EtlRun.status == "running")):
            dead.status, dead.ended_at, dead.message = "failed", utc_now(), "killed"
        run = EtlRun()
        session.add(run)
        session.flush()
        return run.run_id


def record_intake(engine: Engine, run_id: int, deliveries: Sequence[Delivery]) -> None:
    """Enter what a run took in: files that changed in the ledger, and their records."""
    statuses = Counter(d.status for d in deliveries)
    with Session(engine) as session, session.begin():
        run = session.get_one(EtlRun, run_id)
        run.n_loaded = statuses["loaded"]
        run.n_duplicate = statuses["duplicate"]
        run.n_refused = statuses["refused"]
        run.n_accepted = sum(d.accepted for d in deliveries)
        run.n_rejected = sum(d.rejected for d in deliveries)


def end_run(engine: Engine, run_id: int, status: str, snapshot: str, message: str = "") -> None:
    """Close a run as published, unchanged or failed."""
    with Session(engine) as session, session.begin():
        run = session.get_one(EtlRun, run_id)
        run.status, run.snapshot, run.message = status, snapshot, message
        run.ended_at = utc_now()


def loaded_hashes(engine: Engine) -> set[str]:
    """The content hashes of all deliveries that a snapshot is made of."""
    with Session(engine) as session:
        return set(
            session.scalars(select(Delivery.content_hash).where(Delivery.status == "loaded"))
        )


def all_deliveries(engine: Engine) -> Sequence[Delivery]:
    with Session(engine) as session:
        return session.scalars(select(Delivery).order_by(Delivery.delivery_id)).all()


def status(store_dir: Path, engine: Engine) -> dict[str, object]:
    """The serving snapshot and every delivery with its counts, as ``status --json`` prints them."""
    snapshot = current_snapshot(store_dir)
    content_hash = None
    if snapshot:
        try:
            content_hash = read_manifest(store_dir, snapshot).content_hash
        except SnapshotError:
            snapshot = None
    return {
        "snapshot": snapshot,
        "content_hash": content_hash,
        "deliveries": [
            {
                "source": d.source,
                "file": d.file,
                "records_in": d.records_in,
                "accepted": d.accepted,
                "rejected": d.rejected,
                "duplicate": d.duplicate,
                "status": d.status,
                "reason": d.reason_code,
                "encoding": d.encoding,
            }
            for d in all_deliveries(engine)
        ],
        "last_success": moment(last_success(engine)),
        "runs": [run_json(run) | {"message": run.message} for run in latest_runs(engine)],
    }
