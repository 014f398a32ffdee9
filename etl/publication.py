"""Whether the deliveries are already published, and the way back to an earlier snapshot."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from store.cursor import StoreCursor
from store.snapshot import (
    LENS,
    SnapshotError,
    check_snapshot,
    current_snapshot,
    list_snapshots,
    open_read_only,
    point_to,
    read_manifest,
    sound_snapshot,
)
from store.tables import delivery


def is_published(store_dir: Path, loaded: set[str]) -> bool:
    """Whether the serving snapshot, or one rolled back from, is made of exactly these deliveries.

    A run after a rollback must not bring back what the operator has just taken down, so long as
    nothing new has arrived. A damaged snapshot counts as none.
    """
    try:
        serving, is_pointed_to = sound_snapshot(store_dir)
    except SnapshotError:
        return False
    if not is_pointed_to:
        return False
    later = [s for s in list_snapshots(store_dir) if s > serving.snapshot]
    return any(_deliveries(store_dir, s) == loaded for s in (serving.snapshot, *later))


def _deliveries(store_dir: Path, snapshot: str) -> set[str] | None:
    try:
        check_snapshot(store_dir, snapshot)
    except SnapshotError:
        return None
    with open_read_only(store_dir / snapshot / LENS, "256MB", 1) as connection:
        frame = StoreCursor(connection).fetch(
            select(delivery.c.delivery_id).where(delivery.c.status == "loaded")
        )
    return set(frame["delivery_id"])


def roll_back(store_dir: Path) -> str:
    """Point to the sound snapshot before the serving one and return its id.

    Raises SnapshotError when there is none; the pointer stays then.
    """
    current = current_snapshot(store_dir)
    if current is None:
        raise SnapshotError(f"{store_dir} holds no snapshot")
    earlier = [s for s in reversed(list_snapshots(store_dir)) if s < current]
    try:
        recorded = read_manifest(store_dir, current).previous
    except SnapshotError:
        recorded = ""
    for snapshot in dict.fromkeys([recorded, *earlier] if recorded else earlier):
        try:
            check_snapshot(store_dir, snapshot)
        except SnapshotError:
            continue
        point_to(store_dir, snapshot)
        return snapshot
    raise SnapshotError(f"{store_dir} holds no sound snapshot before {current}")
