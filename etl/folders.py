"""Where the intake keeps things below the store; every name in it is a content hash of ours."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.snapshot import sync_path


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of one store."""

    store_dir: Path

    def delivery(self, content_hash: str) -> Path:
        """The file as received, never changed."""
        return self.store_dir / "deliveries" / content_hash

    @property
    def staged_dir(self) -> Path:
        """The valid records of all files."""
        return self.store_dir / "staged"

    def staged(self, content_hash: str) -> Path:
        """Its valid records."""
        return self.staged_dir / f"{content_hash}.parquet"

    def quarantine(self, content_hash: str) -> Path:
        """Its refused records."""
        return self.store_dir / "quarantine" / f"{content_hash}.jsonl"

    @property
    def profiles(self) -> Path:
        """The operator's own mapping profiles."""
        return self.store_dir / "profiles"

    @property
    def work(self) -> Path:
        """Half-done work, dropped before and after each run."""
        return self.store_dir / ".intake"

    @contextmanager
    def working(self) -> Iterator[Path]:
        """Make all folders, and an empty work folder for the time of the block."""
        for name in ("deliveries", "staged", "quarantine"):
            (self.store_dir / name).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        try:
            yield self.work
        finally:
            shutil.rmtree(self.work, ignore_errors=True)


def put_in_place(part: Path, path: Path) -> None:
    """Move a finished file to its place in one step, on disk before anyone relies on it."""
    sync_path(part)
    part.replace(path)
    sync_path(path.parent)
