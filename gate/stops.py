"""Stopping: a reader who waits no longer makes the server let go of what it computes for him.

What is stopped is whatever one window of a browser had asked for until then. All workers see it: a
stop is an empty file whose time says when.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from time import time

# Seconds between two looks at whether a statement still has to run.
LOOK_EVERY = 0.1
# No request lasts as long as this, so what is older concerns nobody.
_KEPT_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request that waits for answers: of which window, since when (seconds since 1970), and the
    questions that it said beforehand it would ask."""

    window: str
    since: float
    plan: tuple[str, ...] = ()


def window_key(session: str, window: str) -> str:
    """The name of a window: nobody stops those of another session by guessing."""
    return sha256(f"{session}:{window}".encode()).hexdigest()


@dataclass(slots=True)
class Stops:
    """The stops of all windows, as files in ``folder``."""

    folder: Path

    def stop(self, window: str) -> None:
        """Stop everything that ``window`` has asked for so far; raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        now = time()
        path = self.folder / window
        path.touch(mode=0o600)
        os.utime(path, (now, now))
        self._forget_before(now - _KEPT_SECONDS)

    def is_stopped(self, waiting: Waiting | None) -> bool:
        """Whether the reader has stopped waiting since the request began."""
        if waiting is None:
            return False
        try:
            return (self.folder / waiting.window).stat().st_mtime >= waiting.since
        except FileNotFoundError:
            return False

    def _forget_before(self, moment: float) -> None:
        for path in self.folder.iterdir():
            try:
                if path.stat().st_mtime < moment:
                    path.unlink()
            except FileNotFoundError:
                # Another worker was quicker.
                continue


@contextmanager
def interrupting(
    interrupt: Callable[[], None], is_over: Callable[[], bool], tell: Callable[[], None]
) -> Iterator[None]:
    """Call ``interrupt`` as soon as ``is_over``, and again until the block ends: a statement that
    begins just then would not notice the first time. Until then ``tell`` is called at every look;
    where it fails, the block goes on."""
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK_EVERY):
            if is_over():
                interrupt()
                continue
            with suppress(OSError):
                tell()

    watcher = Thread(target=watch, name="stops", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
