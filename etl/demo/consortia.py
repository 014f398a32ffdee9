"""Research consortia: who takes part in a project, and how much money each gets in which year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.course import Course
from etl.demo.dice import Floats, Ints, dice
from etl.demo.places import atlas
from etl.demo.population import Population
from etl.demo.research import Projects, per_year
from etl.demo.research_effect import are_there

MANAGER, LEAD, MEMBER, ADVISER = range(4)
ROLES = ("事業管理機関", "主たる研究等実施機関", "研究等実施機関", "アドバイザー")
YEAR_CEILING, PROJECT_CEILING = 45_000_000, 97_500_000
_MILLION = 1_000_000
_TWO_YEARS = 0.06
# What a project wants in its first, second and third year, as a part of the year's ceiling.
_WISHES = np.array([1.0, 0.72, 0.5])
_OWN_MANAGER, _ACADEMY_MANAGER = 0.2, 0.08
_ACADEMY, _SECOND, _THIRD, _ADVISER = 0.6, 0.7, 0.3, 0.45
# How the money of a year is shared among those who get some.
_PARTS = {MANAGER: 0.16, LEAD: 0.5, MEMBER: 0.22, ADVISER: 0.0}


@dataclass(frozen=True, slots=True)
class Members:
    """Who takes part: project, role and firm, by project and role."""

    project: Ints
    role: Ints
    firm: Ints


@dataclass(frozen=True, slots=True)
class Money:
    """What was decided: project, fiscal year, member row and yen."""

    project: Ints
    year: Ints
    member: Ints
    decided: Ints


def draw_members(people: Population, projects: Projects) -> Members:
    """A manager, the leading firm, an academy and other firms of the same bureau's area."""
    course = people.course
    rng = dice(course.plan.seed, "members")
    n, n_each = len(projects.year), course.plan.n_institution
    bureau = atlas().bureaus[course.prefecture[projects.place]]
    n_firm = people.n - 2 * n_each
    foundation = n_firm + _nearest(rng, people, np.arange(n_firm, n_firm + n_each), bureau)
    academy = n_firm + n_each + _nearest(
        rng, people, np.arange(n_firm + n_each, people.n), bureau
    )  # fmt: skip
    draw = rng.random(n)
    manager = np.where(draw < _ACADEMY_MANAGER, academy, foundation)
    manager = np.where(draw > 1 - _OWN_MANAGER, projects.place, manager)
    partners = [_partners(rng, course, projects, bureau) for _ in range(3)]
    rows = [
        (MANAGER, manager, np.ones(n, bool)),
        (LEAD, projects.place, np.ones(n, bool)),
        (MEMBER, academy, (rng.random(n) < _ACADEMY) & (manager != academy)),
        (MEMBER, partners[0], rng.random(n) < _SECOND),
        (MEMBER, partners[1], rng.random(n) < _THIRD),
        (ADVISER, partners[2], rng.random(n) < _ADVISER),
    ]
    project = np.concatenate([np.flatnonzero(is_in) for _, _, is_in in rows])
    role = np.concatenate([np.full(int(is_in.sum()), code) for code, _, is_in in rows])
    firm = np.concatenate([firms[is_in] for _, firms, is_in in rows])
    order = np.lexsort((np.arange(len(role)), role, project))
    project, role, firm = project[order], role[order], firm[order]
    # Nobody takes part twice, except a firm that manages its own project.
    key = project * (people.n + 1) + firm
    first = np.zeros(len(key), bool)
    first[np.unique(key, return_index=True)[1]] = True
    kept = first | (role == LEAD)
    return Members(project[kept], role[kept], firm[kept])


def _nearest(rng: np.random.Generator, people: Population, pool: Ints, bureau: Ints) -> Ints:
    """For each project the position of an institution of its bureau, or of any."""
    areas = atlas().bureaus[people.prefecture[pool]]
    order = np.argsort(areas, kind="stable")
    low = np.searchsorted(areas[order], bureau, "left")
    high = np.searchsorted(areas[order], bureau, "right")
    low, high = np.where(high > low, low, 0), np.where(high > low, high, len(pool))
    return np.asarray(order[low + (rng.random(len(bureau)) * (high - low)).astype(int)])


def _partners(rng: np.random.Generator, course: Course, projects: Projects, bureau: Ints) -> Ints:
    """Another applicant of the same area that operates in the year of the application."""
    n = course.n_applicant
    areas = atlas().bureaus[course.prefecture[:n]]
    order = np.argsort(areas, kind="stable")
    low = np.searchsorted(areas[order], bureau, "left")
    high = np.searchsorted(areas[order], bureau, "right")
    is_there = are_there(course)
    chosen = projects.place.copy()
    for _ in range(3):
        found = order[low + (rng.random(len(bureau)) * (high - low)).astype(int)]
        able = is_there[projects.year - course.first_year, found]
        chosen = np.where((chosen == projects.place) & able, found, chosen)
    return chosen


def share_out(people: Population, projects: Projects, members: Members) -> Money:
    """The yen decided for each project, member and year: within the ceilings, to the yen of the
    budgets of ``research.toml``."""
    rng = dice(people.course.plan.seed, "money")
    scale = people.course.plan.research_scale
    budgets = {y: round(m * _MILLION * scale) for y, m in per_year("budget_million_yen").items()}
    adopted = np.flatnonzero(projects.is_adopted)
    start = projects.year[adopted]
    length = np.where(rng.random(len(adopted)) < _TWO_YEARS, 2, 3)
    care = rng.uniform(0.82, 1.0, len(adopted))
    spent = np.zeros(len(adopted), np.int64)
    parts = []
    for year in range(min(budgets), max(budgets) + 3):
        since = year - start
        running = np.flatnonzero((since >= 0) & (since < length))
        wish = YEAR_CEILING * _WISHES[since[running]] * care[running]
        ceiling = np.minimum(YEAR_CEILING, PROJECT_CEILING - spent[running])
        if year in budgets:
            yen = fill(wish, ceiling, min(budgets[year], int(ceiling.sum())))
        else:
            yen = np.minimum(wish.astype(np.int64), ceiling)
        spent[running] += yen
        parts.append((np.full(len(running), year), adopted[running], yen))
    years, project, yen = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _by_member(members, project[yen > 0], years[yen > 0], yen[yen > 0])


def fill(wish: Floats, ceiling: Ints, total: int) -> Ints:
    """Whole amounts in proportion to ``wish``, within their ``ceiling``, that add to ``total``."""
    low, high = 0.0, 1.0
    while np.minimum(wish * high, ceiling).sum() < total and high < 1e9:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if np.minimum(wish * middle, ceiling).sum() < total else (low, middle)
        )
    amount = np.minimum(np.floor(wish * low).astype(np.int64), ceiling)
    missing = total - int(amount.sum())
    # What rounding left goes, yen by yen, to those that still have room.
    for i in np.argsort(-(ceiling - amount), kind="stable"):
        added = min(missing, int(ceiling[i] - amount[i]))
        amount[i] += added
        missing -= added
        if not missing:
            break
    return amount


def _by_member(members: Members, project: Ints, year: Ints, yen: Ints) -> Money:
    """Each year's money shared among the members that get some; the leading firm takes the rest."""
    starts = np.searchsorted(members.project, project, "left")
    ends = np.searchsorted(members.project, project, "right")
    size = ends - starts
    rows = np.repeat(np.arange(len(project)), size)
    member = starts[rows] + np.arange(len(rows)) - np.repeat(np.cumsum(size) - size, size)
    weights = np.array([_PARTS[role] for role in range(len(ROLES))])
    wobble = 0.7 + 0.6 * ((members.project * 7 + members.firm * 13) % 101) / 100
    weight = weights[members.role[member]] * wobble[member]
    total = np.zeros(len(project))
    np.add.at(total, rows, weight)
    part = np.floor(yen[rows] * weight / total[rows] / 1_000).astype(np.int64) * 1_000
    is_lead = members.role[member] == LEAD
    part[is_lead] = 0
    given = np.zeros(len(project), np.int64)
    np.add.at(given, rows, part)
    part[is_lead] = (yen - given)[rows[is_lead]]
    kept = part > 0
    return Money(project[rows[kept]], year[rows[kept]], member[kept], part[kept])
