"""What the gate keeps, so that nothing is computed twice: answers, and what questions share."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Generic, TypeVar

import pandas as pd

from gate.answer import Reach
from gate.consent import Version
from gate.scope import Part
from store.consent_records import NO_ENTRY

T = TypeVar("T")
Key = tuple[object, ...]


@dataclass(slots=True)
class VersionedCache(Generic[T]):
    """The ``size`` things asked for last, each by its key.

    Each rests on one state of consent, its ``version``. Once a newer one is known, nothing that
    rests on an older one is kept: it may hold rows of a firm that has withdrawn.
    """

    size: int
    _kept: OrderedDict[Key, T] = field(default_factory=OrderedDict, init=False)
    _version: Version = field(default=(date.min, NO_ENTRY), init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def get(self, key: Key, version: Version) -> T | None:
        with self._lock:
            if version > self._version:
                self._kept.clear()
                self._version = version
            kept = self._kept.get(key) if version == self._version else None
            if kept is not None:
                self._kept.move_to_end(key)
        return kept

    def put(self, key: Key, kept: T, version: Version) -> None:
        with self._lock:
            if version != self._version:
                return
            self._kept[key] = kept
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found, and who may have it."""

    frame: pd.DataFrame
    reach: Reach


@dataclass(slots=True)
class FrameCache(VersionedCache[Found]):
    """The frames asked for last, by snapshot, what the actor may see, question and parameters.

    A frame of more than ``longest`` rows is a download; keeping it would push out everything else.
    """

    size: int = 256
    longest: int = 20_000

    def put(self, key: Key, kept: Found, version: Version) -> None:
        if len(kept.frame) <= self.longest:
            # Dataclasses with slots are made anew, and super() without names knows the old one.
            VersionedCache.put(self, key, kept, version)


@dataclass(frozen=True, slots=True)
class PartShelf:
    """What questions share, of one ``scope`` (snapshot, file and rows that an actor may see) and
    one state of consent; a gate.scope.Shelf."""

    cache: VersionedCache[Part]
    scope: Key
    version: Version

    def get(self, key: Key) -> Part | None:
        return self.cache.get((self.scope, key), self.version)

    def put(self, key: Key, part: Part) -> None:
        self.cache.put((self.scope, key), part, self.version)
