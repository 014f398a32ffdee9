"""Whether the deliveries are already published, what stands published, and the way back to an
earlier snapshot."""

from __future__ import annotations

from pathlib import Path

from store.consent_terms import japan_day
from store.snapshot import (
    STANDING,
    SnapshotError,
    check_snapshot,
    current_snapshot,
    file_hash,
    list_snapshots,
    point_to,
    read_manifest,
    sound_snapshot,
)


def is_published(store_dir: Path, inputs: str) -> bool:
    """Whether the serving snapshot, or one rolled back from, is made of exactly these inputs.

    A run after a rollback must not bring back what the operator has just taken down, so long as
    nothing new has arrived. A damaged snapshot counts as none, and so does one that holds what a
    consent that has ended since allowed.
    """
    try:
        serving, is_pointed_to = sound_snapshot(store_dir)
    except SnapshotError:
        return False
    if not is_pointed_to or (serving.renew_on and serving.renew_on <= str(japan_day())):
        return False
    later = [s for s in list_snapshots(store_dir) if s > serving.snapshot]
    return serving.inputs == inputs or any(_is_made_of(store_dir, s, inputs) for s in later)


def _is_made_of(store_dir: Path, snapshot: str, inputs: str) -> bool:
    try:
        return check_snapshot(store_dir, snapshot).inputs == inputs
    except SnapshotError:
        return False


class StandingLostError(RuntimeError):
    """The record of what stands published is missing or damaged; the message is its path."""


def standing_file(store_dir: Path) -> Path | None:
    """The record of what stands published: of the newest snapshot, for what it showed was seen,
    whether or not it serves today; None where nothing has been recorded yet.

    Raises StandingLostError where it is lost: nobody could tell what a new publication would give
    away beside what people have.
    """
    for snapshot in reversed(list_snapshots(store_dir)):
        expected = read_manifest(store_dir, snapshot).files.get(STANDING)
        if expected is None:
            continue
        path = store_dir / snapshot / STANDING
        if not path.is_file() or file_hash(path) != expected:
            raise StandingLostError(path)
        return path
    return None


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
