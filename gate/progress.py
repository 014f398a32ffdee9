"""How far a long run has come: which step of how many, for the window that waits for it.

All workers see it, as they see stops: one small file a window, there only while something runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import time

from gate.stops import Waiting

# What is quicker than this (seconds) is not reported.
_QUICK = 0.5
# Older reports (seconds) are of a worker that is no more.
_STALE = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    """``name`` is the ``place``-th of ``n`` steps (0 where nobody said how many); the request began
    at ``since`` (seconds since 1970)."""

    name: str
    place: int
    n: int
    since: float


@dataclass(slots=True)
class Progress:
    """The reports of all windows, as files in ``folder``."""

    folder: Path

    def tell(self, window: str, step: Step) -> None:
        """Report a step; raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / window
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps([step.name, step.place, step.n, step.since]))
        fresh.replace(path)

    def read(self, window: str) -> Step | None:
        """The step that runs for a window; None where nothing has run for long."""
        path = self.folder / window
        try:
            is_stale = time() - path.stat().st_mtime > _STALE
            return None if is_stale else Step(*json.loads(path.read_text()))
        except FileNotFoundError:
            return None

    def forget(self, window: str) -> None:
        (self.folder / window).unlink(missing_ok=True)


@dataclass(slots=True)
class Reporter:
    """Reports one question's steps to the window that waits for it, once they take long."""

    progress: Progress
    waiting: Waiting | None
    question: str
    step: str = field(init=False)
    _began: float = field(default_factory=time, init=False)
    _told: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.step = self.question

    def begin(self, step: str) -> None:
        """Go on with ``step``; with the question itself where it has no name."""
        self.step = step or self.question

    def tell(self) -> None:
        """Called again and again while the question runs."""
        if self.waiting is None or self._told == self.step or time() - self._began < _QUICK:
            return
        self._told = self.step
        plan: Sequence[str] = self.waiting.plan
        place = plan.index(self.question) + 1 if self.question in plan else 0
        step = Step(self.step, place, len(plan) if place else 0, self.waiting.since)
        self.progress.tell(self.waiting.window, step)

    def end(self) -> None:
        if self.waiting is not None and self._told:
            self.progress.forget(self.waiting.window)
