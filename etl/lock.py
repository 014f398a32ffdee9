"""One run at a time: a lock on the store for the whole run, freed by the system if it dies."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.snapshot import private_folder

EXIT_LOCKED = 75


class LockedError(RuntimeError):
    """Another run holds the lock of this store."""


@contextmanager
def store_lock(store_dir: Path) -> Iterator[None]:
    """Hold ``<store>/etl.lock``; raises LockedError at once when another process has it."""
    private_folder(store_dir)
    with (store_dir / "etl.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(str(store_dir)) from None
        yield
