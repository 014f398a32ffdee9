"""What the register tells of the demo firms since 2015: new names, moves, mergers, closures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from etl.demo.calendar_days import day, parts, working_days
from etl.demo.dice import Bools, Ints, dice
from etl.demo.exits import BANKRUPT, CLOSED, MERGED, SILENT, STAYS
from etl.demo.names import SILENT as SILENT_PARTNERS
from etl.demo.names import rename
from etl.demo.places import atlas, draw_places
from etl.demo.plan import LAST_YEAR
from etl.demo.population import NO_NUMBER, REGISTER_START, Population
from etl.demo.words import FULL_WIDTH

LAST_DAY = day(2026, 8, 28)
# The days on which registrars close companies that filed nothing for twelve years.
WAVES = (day(2025, 1, 29), day(2026, 1, 27))
NEVER_DAY = 10**6
_FIRST_CHANGE = day(2016, 1, 4)
_RENAMED, _MOVED, _WITHIN_PREFECTURE = 0.035, 0.12, 0.85
# Of the firms that left in each way so many are closed in the register.
_CLOSED_SHARES = {CLOSED: 0.92, SILENT: 0.75, BANKRUPT: 0.7}
_CLOSED_AFTER_DEFAULT = 0.4
_REVIVED, _DELETED, _OTHER_LIQUIDATION = 0.05, 0.008, 0.05
_NEAR = 0.7


@dataclass(frozen=True, slots=True)
class Events:
    """Entries of the register in columns, by firm and day.

    ``cause`` is the text of a merger, ``successor`` the firm that took this one over or -1.
    """

    firm: Ints
    process: Ints
    changed: Ints
    close_cause: Ints
    successor: Ints
    cause: Any


@dataclass(slots=True)
class _Draft:
    """Events while they are gathered."""

    firm: list[Ints]
    process: list[Ints]
    changed: list[Ints]
    close_cause: list[Ints]
    successor: list[Ints]
    cause: list[list[str]]

    def add(
        self, firm: Ints, process: int, changed: Ints, close_cause: Ints | int = 0,
        successor: Ints | int = -1, cause: list[str] | None = None,
    ) -> None:  # fmt: skip
        n = len(firm)
        self.firm.append(firm)
        self.process.append(np.full(n, process))
        self.changed.append(changed)
        self.close_cause.append(np.broadcast_to(close_cause, n))
        self.successor.append(np.broadcast_to(successor, n))
        self.cause.append(cause or [""] * n)


def live(people: Population) -> Events:
    """The events of all corporations with a number; also enters new names and places."""
    course = people.course
    rng = dice(course.plan.seed, "life", course.chunk.number)
    has_number = people.number != NO_NUMBER
    assigned = np.maximum(people.founded, REGISTER_START)
    closed, close_cause, successor = _closures(rng, people, has_number)
    is_firm = has_number & ~people.is_institution
    earliest = np.maximum(assigned + 30, _FIRST_CHANGE)
    latest = np.minimum(closed - 1, LAST_DAY)
    can_rename = is_firm & (people.names.form < SILENT_PARTNERS) & (latest > earliest)
    people.renamed = _change_days(rng, can_rename, _RENAMED, earliest, latest)
    people.moved = _change_days(rng, is_firm & (latest > earliest), _MOVED, earliest, latest)
    people.moved[people.moved == people.renamed] = NEVER_DAY
    renamed = np.flatnonzero(people.renamed < NEVER_DAY)
    people.new_names = people.names.put(renamed, rename(rng, people.names.take(renamed)))
    moved = np.flatnonzero(people.moved < NEVER_DAY)
    far = rng.random(len(moved)) >= _WITHIN_PREFECTURE
    target = np.where(far, atlas().prefectures(rng, len(moved)), people.prefecture[moved])
    people.new_places = people.places.put(moved, draw_places(rng, target))
    draft = _Draft([], [], [], [], [], [])
    numbered = np.flatnonzero(has_number)
    draft.add(numbered, 1, assigned[numbered])
    draft.add(renamed, 11, people.renamed[renamed])
    draft.add(moved, 12, people.moved[moved])
    _add_mergers(people, draft, closed, successor)
    gone = np.flatnonzero((closed <= LAST_DAY) & (successor < 0))
    draft.add(gone, 21, closed[gone], close_cause[gone])
    waved = gone[close_cause[gone] == 21]
    revived = waved[rng.random(len(waved)) < _REVIVED]
    back = closed[revived] + rng.integers(40, 200, len(revived))
    draft.add(revived[back <= LAST_DAY], 22, back[back <= LAST_DAY])
    settled = gone[close_cause[gone] == 1]
    n_deleted = min(len(settled), max(1, round(_DELETED * len(settled))))
    deleted = np.sort(rng.permutation(settled)[:n_deleted])
    draft.add(deleted, 99, np.minimum(closed[deleted] + 3, LAST_DAY))
    return _sorted(draft)


def _closures(
    rng: np.random.Generator, people: Population, has_number: Bools
) -> tuple[Ints, Ints, Ints]:
    """Day and cause of closure, and successor of each firm; NEVER_DAY where it stays open."""
    n = people.n
    left = np.where(has_number, people.exit, STAYS)
    # The last statement is that of ``last_year``; the firm goes in the year after it.
    after = np.maximum(_first_of_april(people.last_year + 1), _FIRST_CHANGE + 60)
    draw, lag = rng.random(n), rng.random(n)
    closed = np.full(n, NEVER_DAY)
    cause = np.where(rng.random(n) < _OTHER_LIQUIDATION, 31, 1)
    shares = np.full(n, _CLOSED_AFTER_DEFAULT)
    for kind, share in _CLOSED_SHARES.items():
        shares[left == kind] = share
    is_closed = (left != STAYS) & (left != MERGED) & (draw < shares)
    slow = np.where(left == CLOSED, 340, 900)
    closed = np.where(is_closed, after + 10 + (lag * slow).astype(int), closed)
    is_waved = is_closed & (left == SILENT)
    wave = np.where(lag < 0.52, WAVES[0], WAVES[1])
    # Who fell silent lately is not yet due.
    closed = np.where(is_waved, np.where(people.last_year <= 2022, wave, NEVER_DAY), closed)
    cause = np.where(is_waved, 21, cause)
    closed = np.where(is_waved, closed, np.where(closed < NEVER_DAY, working_days(closed), closed))
    successor = np.full(n, -1)
    merging = np.flatnonzero((left == MERGED) & (people.last_year < LAST_YEAR))
    found = _successors(rng, people, merging)
    merging, found = merging[found >= 0], found[found >= 0]
    successor[merging] = found
    closed[merging] = after[merging] + rng.integers(1, 330, len(merging))
    closed[closed > LAST_DAY] = NEVER_DAY
    successor[closed == NEVER_DAY] = -1
    return closed, cause, successor


def _first_of_april(years: Ints) -> Ints:
    return (
        ((years - 1970) * 12 + 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )


def _successors(rng: np.random.Generator, people: Population, merging: Ints) -> Ints:
    """For each firm one that goes on to the end, mostly of the same prefecture; -1 if none."""
    stays = people.is_corporate & ~people.is_institution & (people.exit == STAYS)
    able = np.flatnonzero(stays & (people.first_year < people.last_year.max() - 8))
    if not len(able):
        return np.full(len(merging), -1)
    able = able[np.argsort(people.prefecture[able], kind="stable")]
    places = people.prefecture[able]
    low = np.searchsorted(places, people.prefecture[merging], "left")
    high = np.searchsorted(places, people.prefecture[merging], "right")
    is_near = (rng.random(len(merging)) < _NEAR) & (high > low)
    low, high = np.where(is_near, low, 0), np.where(is_near, high, len(able))
    return np.asarray(able[low + (rng.random(len(merging)) * (high - low)).astype(int)])


def _change_days(
    rng: np.random.Generator, can: Bools, share: float, earliest: Ints, latest: Ints
) -> Ints:
    n = len(can)
    changes = can & (rng.random(n) < share)
    span = np.maximum(latest - earliest, 1)
    drawn = working_days(earliest + (rng.random(n) * span).astype(int))
    return np.where(changes, np.maximum(drawn, earliest), NEVER_DAY)


def _add_mergers(people: Population, draft: _Draft, closed: Ints, successor: Ints) -> None:
    absorbed = np.flatnonzero(successor >= 0)
    survivors, entered = successor[absorbed], closed[absorbed]
    # The merger takes effect on the first of the month; the entry follows.
    years, months, _ = parts(entered)
    effective = ((years - 1970) * 12 + months - 1).astype("datetime64[M]").astype("datetime64[D]")
    shown = effective.astype(np.int64)
    draft.add(
        absorbed,
        21,
        entered,
        11,
        survivors,
        _merger_texts(people, shown, survivors, "に合併し解散"),
    )
    draft.add(survivors, 71, entered, 0, -1, _merger_texts(people, shown, absorbed, "を合併"))


def _merger_texts(people: Population, effective: Ints, others: Ints, ending: str) -> list[str]:
    """As the register tells it: 令和６年４月１日…株式会社…（9…）を合併."""
    years, months, of_month = parts(effective)
    rows = pa.array(others)
    addresses = people.rewritten_addresses.take(rows).to_pylist()
    names = people.rewritten.take(rows).to_pylist()
    texts = []
    for y, m, d, address, name, number in zip(
        years, months, of_month, addresses, names, people.number[others], strict=True
    ):
        era, first = ("令和", 2018) if (y, m) >= (2019, 5) else ("平成", 1988)
        shown = f"{era}{'元' if y - first == 1 else y - first}年{m}月{d}日".translate(FULL_WIDTH)
        texts.append(f"{shown}{address}{name}（{number}）{ending}")
    return texts


def _sorted(draft: _Draft) -> Events:
    firm, process, changed, close_cause, successor = (
        np.concatenate(column)
        for column in (
            draft.firm, draft.process, draft.changed, draft.close_cause, draft.successor
        )
    )  # fmt: skip
    cause = pa.array([text for texts in draft.cause for text in texts], pa.string())
    order = np.lexsort((process, changed, firm))
    return Events(
        firm[order], process[order], changed[order], close_cause[order], successor[order],
        cause.take(pa.array(order)),
    )  # fmt: skip
