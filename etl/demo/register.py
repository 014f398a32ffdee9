"""The demo register as the National Tax Agency delivers it: 30 columns, no header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo.firms import REGISTER_START
from etl.demo.life import Event, Life


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A delivery of the register: every entry made up to ``until`` and after the one before."""

    name: str
    encoding: str
    until: date


# The encoding changed between two deliveries of the real feed; so it does here.
FILES = (
    RegisterFile("00_zenkoku_all_20231229.csv", "utf-8", date(2023, 12, 29)),
    RegisterFile("diff_20250131.csv", "utf-8", date(2025, 1, 31)),
    RegisterFile("diff_20260831.csv", "cp932", date(2026, 8, 31)),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: an event as published on ``updated``, perhaps again (``is_correction``)."""

    life: Life
    event: Event
    updated: date
    is_correction: bool
    is_latest: bool


def register_lines(lives: Sequence[Life], seed: int) -> Iterator[tuple[RegisterFile, list[str]]]:
    """The lines of each file in delivery order, each line ending with a line feed."""
    rng = Random(f"{seed}:register")
    files: list[list[Entry]] = [[] for _ in FILES]
    for life in lives:
        for index, entries in enumerate(_entries(rng, life)):
            files[index] += entries
    for file, entries in zip(FILES, files, strict=True):
        yield file, [_line(number, entry) for number, entry in enumerate(entries, start=1)]


def _entries(rng: Random, life: Life) -> list[list[Entry]]:
    """The rows of one firm for each file; of several in one file only the last is the latest."""
    published: list[list[tuple[Event, date, bool]]] = [[] for _ in FILES]
    updated = date(2016, 1, 4)
    is_republished = rng.random() < 0.04
    for event in life.events:
        first = next(i for i, file in enumerate(FILES) if event.changed <= file.until)
        lag = timedelta(days=rng.choice((0, 0, 0, 1, 2, 6)))
        updated = max(updated, min(event.changed + lag, FILES[first].until))
        # What existed at the start was mostly published again, with its reading.
        is_correction = (
            event.process == "01" and event.changed == REGISTER_START and rng.random() < 0.55
        )
        if is_correction:
            updated = date(2018, 4, 2) + timedelta(days=rng.randrange(600))
            if len(life.events) > 1 and life.events[1].changed <= updated:
                updated = REGISTER_START
        published[first].append((event, updated, is_correction))
    if is_republished and len(life.events) == 1 and published[0]:
        event = life.events[0]
        later = rng.choice((1, 2))
        day = FILES[later].until - timedelta(days=rng.randrange(3, 200))
        if not event.furigana:
            event = Event("01", event.changed, event.name, life.firm.furigana, event.place)
        published[later].append((event, day, True))
    return [
        [
            Entry(life, event, day, is_correction, i == len(rows) - 1)
            for i, (event, day, is_correction) in enumerate(rows)
        ]
        for rows in published
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if value else ""


def _line(sequence: int, entry: Entry) -> str:
    life, event, place = entry.life, entry.event, entry.event.place
    is_closed = event.process == "21"
    columns = [
        str(sequence),
        life.firm.number,
        event.process,
        str(int(entry.is_correction)),
        entry.updated.isoformat(),
        event.changed.isoformat(),
        f'"{event.name}"',
        life.name_image,
        life.firm.kind,
        _quoted(place.prefecture),
        _quoted(place.city),
        _quoted(place.street),
        "",
        place.prefecture_code,
        place.municipality_code[2:],
        place.post_code,
        "",
        "",
        event.changed.isoformat() if is_closed else "",
        event.close_cause,
        event.successor,
        _quoted(event.change_cause),
        life.firm.assigned.isoformat(),
        str(int(entry.is_latest)),
        "",
        "",
        "",
        "",
        _quoted(event.furigana),
        str(int(life.is_hidden)),
    ]
    if event.process == "99":
        # A deleted entry has no name, kind or address any more.
        columns[6:18] = [""] * 12
        columns[28] = ""
    return ",".join(columns) + "\n"
