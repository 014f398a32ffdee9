"""Snapshots: a folder each, a pointer to the one that serves, hashes checked at opening."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

import duckdb

from store.prepared import ATTACHED_AS

LENS = "lens.duckdb"
PREPARED = "prepared.duckdb"
RELEASED = "released.duckdb"
HELD = "held.duckdb"
STANDING = "standing.duckdb"
# What firms are by pseudonym, what is made of it for the pages of policy effects, what may leave,
# what was refused as it came, and what all that has left was made of.
FILES = (LENS, PREPARED, RELEASED, HELD, STANDING)
MANIFEST = "manifest.json"
POINTER = "current"

_CLOSING_IN = Lock()


class SnapshotError(RuntimeError):
    """A snapshot is missing or damaged; the message says which file."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is made of. Times are UTC; ``files`` maps a file to its SHA-256.

    ``inputs`` is a digest of all that went in; ``renew_on`` is the first day in Japan on which a
    consent begins or has ended, so that the same inputs make another snapshot (empty if never).
    ``consent_entry`` is the last entry of the consent ledger that it knows, and ``pseudonym_key``
    the fingerprint of a lasting key. ``withheld`` names the cubes and years that could not be
    protected and so are not released.
    """

    snapshot: str
    content_hash: str
    published_at: str
    is_synthetic: bool
    previous: str
    files: dict[str, str]
    counts: dict[str, int]
    sources: dict[str, dict[str, str | int | None]] = field(default_factory=dict)
    inputs: str = ""
    renew_on: str = ""
    consent_entry: int = 0
    pseudonym_key: str = ""
    withheld: list[str] = field(default_factory=list)

    @property
    def published(self) -> datetime:
        return datetime.fromisoformat(self.published_at)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def current_snapshot(store_dir: Path) -> str | None:
    """The id of the serving snapshot, or None when there is none yet."""
    try:
        return (store_dir / POINTER).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def list_snapshots(store_dir: Path) -> list[str]:
    """The ids of all complete snapshots, oldest first."""
    return sorted(path.parent.name for path in store_dir.glob(f"*/{MANIFEST}"))


def read_manifest(store_dir: Path, snapshot: str) -> Manifest:
    """The manifest of a snapshot; raises SnapshotError when it cannot be read."""
    path = store_dir / snapshot / MANIFEST
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SnapshotError(f"{path} cannot be read: {error}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    sync_path(path)
    sync_path(folder)


def check_snapshot(store_dir: Path, snapshot: str) -> Manifest:
    """Compare every file with the manifest; raises SnapshotError naming the first that differs."""
    manifest = read_manifest(store_dir, snapshot)
    for name, expected in manifest.files.items():
        path = store_dir / snapshot / name
        if not path.is_file() or file_hash(path) != expected:
            raise SnapshotError(f"{path} is missing or damaged")
    return manifest


def sound_snapshot(store_dir: Path) -> tuple[Manifest, bool]:
    """The manifest of the snapshot to serve, and whether it is the one pointed to.

    A damaged snapshot is passed over in favour of the newest sound one before it.
    Raises SnapshotError when none is sound.
    """
    current = current_snapshot(store_dir)
    earlier = [s for s in reversed(list_snapshots(store_dir)) if current is None or s < current]
    for snapshot in ([current] if current else []) + earlier:
        try:
            return check_snapshot(store_dir, snapshot), snapshot == current
        except SnapshotError:
            continue
    raise SnapshotError(f"{store_dir} holds no sound snapshot")


def point_to(store_dir: Path, snapshot: str) -> None:
    """Make ``snapshot`` the serving one, by replacing the pointer file in one step."""
    fresh = store_dir / f"{POINTER}.new"
    fresh.write_text(f"{snapshot}\n", encoding="ascii")
    sync_path(fresh)
    fresh.replace(store_dir / POINTER)
    sync_path(store_dir)


def private_folder(path: Path) -> None:
    """Make the folder if it is missing, and close it and what lies in it to other users."""
    path.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode
    if mode & 0o007 and path.stat().st_uid == os.getuid():
        path.chmod(mode & ~0o007 & 0o7777)


def sync_path(path: Path) -> None:
    """Force a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_read_only(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Open a snapshot file so that it can only be read and can reach nothing outside itself, but
    for the analysts' file that of the prepared tables beside it."""
    connection = duckdb.connect(
        str(path),
        read_only=True,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory_limit,
            "threads": str(threads),
            "temp_directory": "",
        },
    )
    try:
        _close_in(connection, path)
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _close_in(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Attach what belongs to the file, then let the connection reach nothing else.

    Connections of one process to one file share what is attached and set: the first one does it.
    """
    with _CLOSING_IN:
        row = connection.execute("SELECT current_setting('lock_configuration')").fetchone()
        if row and row[0]:
            return
        # A snapshot of earlier days has its tables in one file.
        if path.name == LENS and (beside := path.with_name(PREPARED)).is_file():
            connection.execute(f"ATTACH '{quoted(beside)}' AS {ATTACHED_AS} (READ_ONLY)")
        connection.execute("SET enable_external_access = FALSE; SET lock_configuration = TRUE")


def quoted(path: Path) -> str:
    """A path as it stands between the quotes of a statement."""
    return str(path).replace("'", "''")
