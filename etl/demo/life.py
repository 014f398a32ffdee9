"""What happened to the demo firms since 2015: new names, moves, mergers, closures, revivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from etl.demo.firms import REGISTER_START, Atlas, Firm, Place
from etl.demo.words import coined_head, words

LAST_DAY = date(2026, 8, 28)
# The days on which registrars close companies that filed nothing for twelve years.
WAVES = (date(2025, 1, 29), date(2026, 1, 27))


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the register: the state after it, and what closed or joined the firm."""

    process: str
    changed: date
    name: str
    furigana: str
    place: Place
    close_cause: str = ""
    successor: str = ""
    change_cause: str = ""


@dataclass(slots=True)
class Life:
    """A firm with its events in order of time; ``is_hidden`` asks for no display."""

    firm: Firm
    events: list[Event]
    is_hidden: bool = False
    name_image: str = ""
    closed: date | None = None
    revived: date | None = None

    @property
    def last(self) -> Event:
        return self.events[-1]

    def can_enter(self, day: date) -> bool:
        """Whether ``day`` follows the last event and has already come."""
        return self.last.changed < day <= LAST_DAY

    def was_open(self, day: date) -> bool:
        """Whether the firm could be paid on ``day``."""
        if self.closed is None or day < self.closed:
            # Who existed when numbers were introduced existed before.
            return self.firm.assigned == REGISTER_START or day >= self.firm.assigned
        return self.revived is not None and day >= self.revived


def live(firms: Sequence[Firm], seed: int) -> list[Life]:
    """The lives of ``firms``, in the same order."""
    rng = Random(f"{seed}:life")
    atlas = Atlas()
    lives = []
    for firm in firms:
        opening = Event("01", firm.assigned, firm.name, firm.furigana, firm.place)
        if rng.random() < 0.1:
            opening = replace(opening, furigana="")
        life = Life(firm, [opening], is_hidden=rng.random() < 0.002)
        if rng.random() < 0.006:
            life.name_image = f"{rng.randrange(1, 140_000):08d}"
        if firm.role == "firm":
            _change(rng, life, atlas)
        lives.append(life)
    _merge(rng, lives)
    for life in lives:
        if life.firm.role == "firm" and life.closed is None:
            _close(rng, life)
    return lives


def _day(rng: Random, after: date) -> date:
    """A working day between ``after`` and the last day."""
    span = max(1, (LAST_DAY - max(after, date(2016, 1, 4))).days)
    day = max(after, date(2016, 1, 4)) + timedelta(days=rng.randrange(span))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _change(rng: Random, life: Life, atlas: Atlas) -> None:
    days = []
    if rng.random() < 0.035:
        days.append((_day(rng, life.firm.assigned + timedelta(days=30)), "11"))
    if rng.random() < 0.12:
        days.append((_day(rng, life.firm.assigned + timedelta(days=30)), "12"))
    for changed, process in sorted(days):
        before = life.last
        if not life.can_enter(changed):
            continue
        if process == "11":
            name, furigana = _renamed(rng, before)
            event = replace(before, process="11", changed=changed, name=name, furigana=furigana)
        else:
            here = before.place.prefecture_code
            target = here if rng.random() < 0.85 else atlas.prefecture(rng)
            event = replace(before, process="12", changed=changed, place=atlas.place(rng, target))
        life.events.append(event)


def _renamed(rng: Random, before: Event) -> tuple[str, str]:
    form = next((f for f in ("株式会社", "有限会社", "合同会社") if f in before.name), "")
    if not form:
        return before.name, before.furigana
    head, kana = coined_head(rng)
    writing, reading = rng.choice(words().renamed)
    core = f"{head}{writing}"
    name = f"{form}{core}" if before.name.startswith(form) else f"{core}{form}"
    return name, kana + reading


def _merge(rng: Random, lives: list[Life]) -> None:
    """Let about 1.4 % of the firms be absorbed, mostly by one of the same prefecture."""
    companies = [life for life in lives if life.firm.kind in {"301", "302"}]
    homes: dict[str, list[Life]] = {}
    for life in companies:
        homes.setdefault(life.last.place.prefecture_code, []).append(life)
    for absorbed in rng.sample(companies, k=max(2, len(lives) * 14 // 1000)):
        near = homes[absorbed.last.place.prefecture_code] if rng.random() < 0.7 else companies
        survivor = rng.choice(near)
        if survivor is absorbed or survivor.closed or absorbed.closed:
            continue
        after = max(absorbed.last.changed, survivor.last.changed, date(2016, 3, 1))
        effective = _day(rng, after + timedelta(days=20)).replace(day=1)
        entered = effective + timedelta(days=rng.randrange(1, 12))
        if effective <= after or not absorbed.can_enter(entered):
            continue
        absorbed.closed = entered
        absorbed.events.append(
            replace(
                absorbed.last,
                process="21",
                changed=entered,
                close_cause="11",
                successor=survivor.firm.number,
                change_cause=_merger_text(effective, survivor, "に合併し解散"),
            )
        )
        survivor.events.append(
            replace(
                survivor.last,
                process="71",
                changed=entered,
                change_cause=_merger_text(effective, absorbed, "を合併"),
            )
        )


def _merger_text(effective: date, other: Life, ending: str) -> str:
    era, first = ("令和", 2018) if effective >= date(2019, 5, 1) else ("平成", 1988)
    year = effective.year - first
    day = f"{era}{'元' if year == 1 else year}年{effective.month}月{effective.day}日"
    day = day.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    last = other.last
    return f"{day}{last.place.address}{last.name}（{other.firm.number}）{ending}"


def _close(rng: Random, life: Life) -> None:
    """Close about a tenth: a third of them in the two waves, a few of those revived."""
    draw = rng.random()
    is_company = life.firm.kind in {"301", "302"}
    if draw < 0.045 and is_company and life.last.changed < date(2020, 1, 1):
        closed, cause = WAVES[draw < 0.021], "21"
    elif draw < 0.105:
        closed, cause = _day(rng, life.last.changed + timedelta(days=60)), "01"
        if rng.random() < 0.06:
            cause = "31"
    else:
        return
    if not life.can_enter(closed):
        return
    life.closed = closed
    life.events.append(
        replace(life.last, process="21", changed=closed, close_cause=cause, change_cause="")
    )
    after = replace(life.last, close_cause="")
    if cause == "21" and rng.random() < 0.05:
        revived = closed + timedelta(days=rng.randrange(40, 200))
        if life.can_enter(revived):
            life.revived = revived
            life.events.append(replace(after, process="22", changed=revived))
    elif cause == "01" and rng.random() < 0.012:
        # An entry made by mistake is deleted: from then on the register shows only its number.
        deleted = closed + timedelta(days=3)
        if life.can_enter(deleted):
            life.events.append(replace(after, process="99", changed=deleted))
