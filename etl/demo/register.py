"""The demo register as the National Tax Agency delivers it: 30 columns, no header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, iso
from etl.demo.dice import Bools, Ints, dice
from etl.demo.life import Events
from etl.demo.numbers import as_text
from etl.demo.population import REGISTER_START, Population
from etl.demo.rendering import joined, quoted


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A delivery of the register: every entry made up to ``until`` and after the one before."""

    name: str
    encoding: str
    until: int


# The encoding changed between two deliveries of the real feed; so it does here.
FILES = (
    RegisterFile("00_zenkoku_all_20231229.csv", "utf-8", day(2023, 12, 29)),
    RegisterFile("diff_20250131.csv", "utf-8", day(2025, 1, 31)),
    RegisterFile("diff_20260831.csv", "cp932", day(2026, 8, 31)),
)
_OPENED, _CLOSED, _DELETED = 1, 21, 99
_LAGS = np.array([0, 0, 0, 1, 2, 6])
# Entries of the beginning were mostly published again, with their reading.
_CORRECTED, _REPUBLISHED, _NO_READING = 0.55, 0.04, 0.1
_HIDDEN, _NAME_IMAGE = 0.002, 0.006


@dataclass(frozen=True, slots=True)
class _Entries:
    """Rows of all files in columns: the event, and the day and the way it was published."""

    file: Ints
    event: Ints
    updated: Ints
    is_correction: Bools
    is_latest: Bools


def register_lines(people: Population, events: Events, firsts: list[int]) -> list[Any]:
    """The lines of each file; ``firsts`` are the sequence numbers that they begin with."""
    course = people.course
    rng = dice(course.plan.seed, "register", course.chunk.number)
    entries = _entries(rng, events)
    no_reading = rng.random(people.n) < _NO_READING
    # Who takes part in research is never hidden: the published counts would not be met.
    hidden = (rng.random(people.n) < _HIDDEN) & ~people.is_researching
    image = np.where(rng.random(people.n) < _NAME_IMAGE, rng.integers(1, 140_000, people.n), 0)
    lines = []
    for i, first in enumerate(firsts):
        rows = np.flatnonzero(entries.file == i)
        rows = rows[np.argsort(events.firm[entries.event[rows]], kind="stable")]
        lines.append(_lines(people, events, entries, rows, first, no_reading, hidden, image))
    return lines


def _entries(rng: np.random.Generator, events: Events) -> _Entries:
    """The rows of all events; of several of a firm in one file only the last is the latest."""
    n = len(events.firm)
    until = np.array([file.until for file in FILES])
    file = np.searchsorted(until, events.changed, "left")
    is_first = np.concatenate([[True], events.firm[1:] != events.firm[:-1]])
    is_last = np.concatenate([events.firm[1:] != events.firm[:-1], [True]])
    published = np.minimum(events.changed + _LAGS[rng.integers(0, len(_LAGS), n)], until[file])
    is_correction = (
        (events.process == _OPENED)
        & (events.changed == REGISTER_START)
        & (rng.random(n) < _CORRECTED)
    )
    again = day(2018, 4, 2) + rng.integers(0, 600, n)
    overtaken = ~is_last & (np.concatenate([events.changed[1:], [0]]) <= again)
    published = np.where(is_correction, np.where(overtaken, REGISTER_START, again), published)
    # No entry is published before the one that it follows.
    rank = _rank(is_first)
    updated = np.maximum(published, day(2016, 1, 4))
    updated = np.where(is_correction & overtaken, REGISTER_START, updated)
    for k in range(1, int(rank.max(initial=0)) + 1):
        rows = np.flatnonzero(rank == k)
        updated[rows] = np.maximum(updated[rows], updated[rows - 1])
    alone = np.flatnonzero(is_first & is_last & (file == 0))
    alone = alone[rng.random(len(alone)) < _REPUBLISHED]
    later = rng.integers(1, 3, len(alone))
    more = until[later] - rng.integers(3, 200, len(alone))
    same_file = np.concatenate([file[1:] == file[:-1], [False]]) & ~is_last
    return _Entries(
        np.concatenate([file, later]),
        np.concatenate([np.arange(n), alone]),
        np.concatenate([updated, more]),
        np.concatenate([is_correction, np.ones(len(alone), bool)]),
        np.concatenate([~same_file, np.ones(len(alone), bool)]),
    )


def _rank(is_first: Bools) -> Ints:
    """The place of each row among those of its firm, from 0."""
    position = np.arange(len(is_first))
    return position - np.maximum.accumulate(np.where(is_first, position, 0))


def _lines(
    people: Population, events: Events, entries: _Entries, rows: Ints, first: int,
    no_reading: Bools, hidden: Bools, image: Ints,
) -> Any:  # fmt: skip
    event = entries.event[rows]
    firm, changed, process = events.firm[event], events.changed[event], events.process[event]
    taken = pa.array(firm)
    is_renamed = changed >= people.renamed[firm]
    is_moved = changed >= people.moved[firm]
    name = pc.if_else(
        pa.array(is_renamed), people.rewritten.take(taken), people.written.take(taken)
    )
    names = people.names.take(firm)
    reading = pc.if_else(
        pa.array(is_renamed), people.new_names.take(firm).readings(), names.readings()
    )
    # A correction of later years brings the reading that was missing.
    is_later = np.arange(len(entries.file))[rows] >= len(events.firm)
    reading = pc.if_else(pa.array(no_reading[firm] & ~is_later & ~is_renamed), "", reading)
    place = people.places.take(firm).put(
        np.flatnonzero(is_moved), people.new_places.take(firm[is_moved])
    )
    city = pa.array(place.city)
    codes = _city_codes().take(city)
    is_closed = process == _CLOSED
    successor = pc.if_else(
        pa.array(events.successor[event] >= 0),
        people.number_texts.take(pa.array(events.successor[event].clip(0))),
        "",
    )
    cause = as_text(events.close_cause[event], 2)
    assigned = np.maximum(people.founded[firm], REGISTER_START)
    image_id = pc.if_else(pa.array(image[firm] > 0), as_text(image[firm], 8), "")
    shown = process != _DELETED
    columns = [
        as_text(first + np.arange(len(rows))),
        people.number_texts.take(taken),
        as_text(process, 2),
        as_text(entries.is_correction[rows].astype(int)),
        iso(entries.updated[rows]),
        iso(changed),
        quoted(name, always=True),
        image_id,
        names.kinds(),
        quoted(place.prefecture_names(), always=True),
        quoted(place.city_names(), always=True),
        quoted(place.streets(), always=True),
        "",
        as_text(place.prefecture + 1, 2),
        codes,
        place.post_codes(),
        "",
        "",
        iso(changed, is_closed),
        pc.if_else(pa.array(is_closed), cause, ""),
        successor,
        quoted(events.cause.take(pa.array(event)), always=True),
        iso(assigned),
        as_text(entries.is_latest[rows].astype(int)),
        "",
        "",
        "",
        "",
        quoted(reading, always=True),
        as_text(hidden[firm].astype(int)),
    ]
    # A deleted entry has no name, kind or address any more.
    for i in (*range(6, 18), 28):
        if not isinstance(columns[i], str):
            columns[i] = pc.if_else(pa.array(shown), columns[i], "")
    return joined(columns)


def _city_codes() -> Any:
    from etl.demo.places import atlas

    return pc.utf8_slice_codeunits(atlas().city_codes, 2, 5)
