"""Payments of research consortia as gBizINFO has them: of some projects, and of those after H30."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from etl.demo.calendar_days import days
from etl.demo.consortia import YEAR_CEILING, Members, Money
from etl.demo.course import Course
from etl.demo.dice import Ints, cumulative, dice
from etl.demo.payments import LAST_APPROVAL, Payments
from etl.demo.places import atlas
from etl.demo.population import Population
from etl.demo.programmes import FIRST_YEAR, LAST_YEAR, era_names
from etl.demo.research import Projects
from etl.demo.research_effect import are_there
from etl.demo.research_names import project_titles
from etl.demo.words import FULL_WIDTH

# From FY2022 new projects run under the successor programme.
SUCCESSOR_YEAR = 2022
_LATER_SHARE = 0.7
# Years of later projects in turn, those of one programme between those of the other.
_STARTS = (2019, 2023, 2020, 2024, 2021, 2025, 2022)
_THREE_DAYS, _WIDE, _BLANK = 0.12, 0.2, 0.05
_ISSUER = "中小企業庁"


def research_payments(
    people: Population, projects: Projects, members: Members, money: Money
) -> Payments:
    """Payments of a sample of the projects since FY2015, and of projects that started later."""
    rng = dice(people.course.plan.seed, "research:payments")
    n_project = people.course.plan.n_published_project
    recent = np.unique(money.project[money.year >= FIRST_YEAR])
    chosen = rng.permutation(recent)[: round(n_project * (1 - _LATER_SHARE))]
    rows = np.flatnonzero(np.isin(money.project, chosen) & (money.year >= FIRST_YEAR))
    titles = project_titles(people.course.plan.seed, len(projects.year)).to_pylist()
    known = [
        (int(members.firm[m]), titles[p], int(projects.year[p]), int(y), int(yen))
        for p, y, m, yen in zip(
            money.project[rows], money.year[rows], money.member[rows], money.decided[rows],
            strict=True,
        )
    ]  # fmt: skip
    later = _later(rng, people, n_project - len(chosen))
    return _paid(rng, people, known + later)


def _later(
    rng: np.random.Generator, people: Population, n: int
) -> list[tuple[int, str, int, int, int]]:
    """Projects of FY2019 and after: firm, title, first year, year and yen of each payment."""
    course = people.course
    is_there = are_there(course)
    titles = project_titles(course.plan.seed, n, "titles:later").to_pylist()
    n_each = course.plan.n_institution
    n_firm = people.n - 2 * n_each
    areas = atlas().bureaus[course.prefecture[: course.n_applicant]]
    seats = atlas().bureaus[people.prefecture[n_firm:]]
    rows = []
    prefectures = _prefectures(rng, course, n)
    for i, title in enumerate(titles):
        start = _STARTS[i % len(_STARTS)]
        able = np.flatnonzero(is_there[start - course.first_year])
        at_home = able[course.prefecture[able] == prefectures[i]]
        lead = int(rng.choice(at_home if len(at_home) else able))
        near = able[areas[able] == areas[lead]]
        bodies = np.flatnonzero(seats == areas[lead])
        parties = {lead: 1.0}
        for pool, shift, chance in ((bodies, n_firm, 0.85), (bodies, n_firm, 0.6), (near, 0, 0.6)):
            if len(pool) and rng.random() < chance:
                parties.setdefault(int(rng.choice(pool)) + shift, float(rng.uniform(0.15, 0.7)))
        budget = YEAR_CEILING * rng.uniform(0.55, 1.0)
        total = sum(parties.values())
        length = int(rng.choice((2, 3, 3)))
        for year in range(start, min(start + length, LAST_YEAR + 1)):
            for firm, share in parties.items():
                if people.last_year[firm] >= year:
                    yen = round(budget * 0.75 ** (year - start) * share / total)
                    rows.append((firm, title, start, year, yen))
    return rows


def _prefectures(rng: np.random.Generator, course: Course, n: int) -> Ints:
    """A prefecture for each project, in their order, as evenly as their sizes allow: even a small
    world has projects of both programmes in the largest ones."""
    has_applicants = np.bincount(course.prefecture[: course.n_applicant], minlength=47) > 0
    shares = np.diff(atlas().prefecture_shares, prepend=0.0) * has_applicants
    return np.searchsorted(cumulative(shares), (np.arange(n) + rng.random()) / n).clip(max=46)


def _paid(
    rng: np.random.Generator, people: Population, rows: list[tuple[int, str, int, int, int]]
) -> Payments:
    firm, approved, amount, title = [], [], [], []
    for one, name, start, year, yen in rows:
        day = int(days(*(np.array([x]) for x in (year, 4, 1)))[0]) + int(rng.integers(20, 200))
        text = _title(rng, name, start, year)
        text = text.translate(FULL_WIDTH) if rng.random() < _WIDE else text
        # The real managing bodies are paid on successive days.
        n_part = 3 if people.is_institution[one] and rng.random() < 2 * _THREE_DAYS else 1
        for part in range(n_part):
            firm.append(one)
            approved.append(min(day + part, LAST_APPROVAL))
            amount.append(yen // n_part + (part if n_part > 1 else 0))
            title.append(text)
    return Payments(
        np.array(firm, np.int64), np.array(approved, np.int64), np.array(amount, np.int64),
        pa.array(title, pa.string()), pa.array([_ISSUER] * len(firm), pa.string()),
    )  # fmt: skip


def _title(rng: np.random.Generator, name: str, start: int, year: int) -> str:
    eras = era_names(year)
    era = eras[int(rng.integers(len(eras)))]
    stage = "（継続事業）" if year > start else ("", "（新規事業）")[int(rng.integers(2))]
    blank = " " if rng.random() < _BLANK else ""
    general = f"{era}中小企業経営支援等対策費補助金"
    if start < SUCCESSOR_YEAR:
        return f"{general}（戦略的基盤技術高度化支援事業）{stage}（{name}{blank}）"
    if year == SUCCESSOR_YEAR:
        return f"{general}（成長型中小企業等研究開発支援事業）「{name}」"
    stage = "（継続事業）" if year > start else ""
    return f"{era}成長型中小企業等研究開発支援事業{stage}（{name}{blank}）"
