"""サポイン applications of the demo: which firms apply when, and which projects are adopted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.course import Applicants, Course, climate
from etl.demo.dice import Bools, Floats, Ints, choose_apart, dice
from etl.demo.plan import ARCHIVE_YEAR, LAST_YEAR, Plan
from etl.demo.programmes import NEVER
from etl.demo.words import divisions

_ADOPTER_SHARE, _MOST_ADOPTERS = 0.45, 1_560
_MEDIAN_SALES, _SPREAD = 1.7e9, 0.9
# Which divisions do research; firms of others hardly apply.
RESEARCHING = {"E": 1.0, "G": 0.3, "L": 0.3}
_SELDOM = 0.004
STRONG = {"20": 2.0, "23": 1.8, "22": 1.6, "27": 1.5, "04": 1.6, "14": 1.3, "40": 1.3}
# Rejected applicants that try again and are adopted; adopted ones that are rejected later.
_AGAIN_SHARE, _LATER_SHARE = 0.35, 0.12
# Size, past growth and quality as they decide on adoption.
_SIZE, _GROWTH, _QUALITY = 0.95, 1.5, 0.6
_GROWTH_SHOCK = 0.085


@cache
def published() -> dict[str, Any]:
    """``research.toml`` as it stands."""
    return tomllib.loads(Path(__file__).with_name("research.toml").read_text(encoding="utf-8"))


def per_year(table: str, scale: float = 1.0) -> dict[int, int]:
    """A table of ``research.toml`` by fiscal year."""
    return {int(year): max(1, round(n * scale)) for year, n in published()[table].items()}


@dataclass(frozen=True, slots=True)
class Projects:
    """All applications in order of year, and what is known of the applicants' places.

    ``place`` is that of the leading firm. ``first_adopted`` and ``first_rejected`` are NEVER where
    a place has none; ``quality`` is the latent one of a firm, ``merit`` that of a project.
    """

    year: Ints
    place: Ints
    is_adopted: Bools
    merit: Floats
    first_adopted: Ints
    first_rejected: Ints
    quality: Floats


def choose_applicants(course: Course) -> None:
    """Make the first places of the first chunk those of firms that do research."""
    plan, n = course.plan, course.n_applicant
    rng = dice(plan.seed, "applicants")
    by_division = np.array([RESEARCHING.get(d, _SELDOM) for d in divisions()])
    by_prefecture = np.ones(47)
    for code, factor in STRONG.items():
        by_prefecture[int(code) - 1] = factor
    weights = by_division[course.division] * by_prefecture[course.prefecture]
    chosen = choose_apart(rng, weights, n)
    rest = np.setdiff1d(np.arange(course.n_place), chosen)
    order = np.concatenate([rng.permutation(chosen), rest])
    for column in (course.division, course.prefecture, course.is_corporate):
        column[:] = column[order]
    course.is_corporate[:n] = True


def past_sales(course: Course) -> Floats:
    """Logarithms of the applicants' sales without any support, years × places."""
    n, division = course.n_applicant, course.division[: course.n_applicant]
    rng = dice(course.plan.seed, "applicants:sales")
    path = np.zeros((LAST_YEAR - ARCHIVE_YEAR + 1, n))
    path[0] = np.log(_MEDIAN_SALES) + _SPREAD * rng.standard_normal(n)
    growth = np.zeros(n)
    for t in range(1, len(path)):
        growth = 0.3 * growth + rng.normal(0, _GROWTH_SHOCK, n)
        drift = _GROWTH_SHOCK**2 / 2 / 0.7**2
        path[t] = path[t - 1] + growth - drift + climate(ARCHIVE_YEAR + t, division)
    return path


def draw_projects(plan: Plan, log_sales: Floats) -> Projects:
    """Adoptions first, drawn on size, growth and quality; then who was rejected and when."""
    rng = dice(plan.seed, "projects")
    n = log_sales.shape[1]
    quality = np.asarray(rng.normal(0, 1, n))
    adopted = per_year("adopted", plan.research_scale)
    applied = per_year("applied", plan.research_scale)
    rejected = {year: applied[year] - adopted[year] for year in applied}
    n_adopter = min(round(_ADOPTER_SHARE * n), _MOST_ADOPTERS, sum(adopted.values()))
    first_adopted = np.full(n, NEVER)
    wins: list[tuple[int, Ints]] = []
    for year, n_new in _newcomers(adopted, n_adopter).items():
        t = year - ARCHIVE_YEAR
        size = (log_sales[t - 1] - np.log(_MEDIAN_SALES)) / _SPREAD
        growth = (log_sales[t - 1] - log_sales[t - 3]).clip(-0.4, 0.4)
        weight: Floats = np.exp(_SIZE * size + _GROWTH * growth + _QUALITY * quality)
        new = choose_apart(rng, weight * (first_adopted == NEVER), n_new)
        before = np.flatnonzero(first_adopted < year)
        again = _spread_over(rng, before if len(before) else new, adopted[year] - len(new))
        first_adopted[new] = year
        wins.append((year, np.concatenate([new, again])))
    losses = _rejections(rng, rejected, first_adopted)
    first_rejected = np.full(n, NEVER)
    for year, places in losses:
        np.minimum.at(first_rejected, places, year)
    return _table(rng, wins, losses, quality, first_adopted, first_rejected)


def _newcomers(counts: dict[int, int], n_distinct: int) -> dict[int, int]:
    """How many projects of each year go to firms that had none, so that ``n_distinct`` have one.

    In every year the same share of the firms that had one gets another, as far as there are any.
    """

    def distinct(rate: float) -> dict[int, int]:
        new: dict[int, int] = {}
        for year, n in counts.items():
            new[year] = max(0, round(n - rate * sum(new.values())))
        return new

    low, high = 0.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        if sum(distinct(middle).values()) > n_distinct:
            low = middle
        else:
            high = middle
    new = distinct(high)
    first, missing = min(new), n_distinct - sum(new.values())
    for year in (y for y in sorted(new) if y > first):
        added = min(missing, counts[year] - new[year])
        new[year] += added
        missing -= added
    if missing < 0:
        new[first] += missing
    return new


def _spread_over(rng: np.random.Generator, places: Ints, n: int) -> Ints:
    """``n`` of ``places``, each as often as any other or once more."""
    whole, rest = divmod(max(0, n), len(places))
    return np.concatenate([np.tile(places, whole), rng.permutation(places)[:rest]])


def _rejections(
    rng: np.random.Generator, rejected: dict[int, int], first_adopted: Ints
) -> list[tuple[int, Ints]]:
    """By year the places that were rejected: some adopted later or before, most of them never."""
    left = dict(rejected)
    losses: list[tuple[int, Ints]] = []

    def lose(year: int, places: Ints) -> None:
        places = places[: max(0, left.get(year, 0))]
        if len(places):
            losses.append((year, places))
            left[year] -= len(places)

    again = rng.random(len(first_adopted)) < _AGAIN_SHARE
    later = rng.random(len(first_adopted)) < _LATER_SHARE
    gap = rng.integers(1, 3, len(first_adopted))
    for year in rejected:
        lose(year, np.flatnonzero(again & (first_adopted - gap == year)))
        lose(year, np.flatnonzero(later & (first_adopted + 3 + gap == year)))
    never = np.flatnonzero(first_adopted == NEVER)
    seen = np.zeros(0, np.int64)
    order = rng.permutation(never)
    for year, n_new in _newcomers(left, min(len(never), sum(left.values()))).items():
        new, order = order[:n_new], order[n_new:]
        pool = seen if len(seen) else new
        repeated = _spread_over(rng, pool, left[year] - len(new)) if len(pool) else new
        losses.append((year, np.concatenate([new, repeated])))
        seen = np.concatenate([seen, new])
    return losses


def _table(
    rng: np.random.Generator,
    wins: list[tuple[int, Ints]],
    losses: list[tuple[int, Ints]],
    quality: Floats,
    first_adopted: Ints,
    first_rejected: Ints,
) -> Projects:
    parts = [(y, places, True) for y, places in wins] + [(y, p, False) for y, p in losses]
    year = np.concatenate([np.full(len(places), y) for y, places, _ in parts])
    place = np.concatenate([places for _, places, _ in parts])
    is_adopted = np.concatenate([np.full(len(places), w) for _, places, w in parts])
    order = rng.permutation(len(year))
    order = order[np.argsort(year[order], kind="stable")]
    year, place, is_adopted = year[order], place[order], is_adopted[order]
    merit = 0.6 * quality[place] + 0.8 * rng.standard_normal(len(year))
    return Projects(year, place, is_adopted, merit, first_adopted, first_rejected, quality)


def unplanted(course: Course, log_sales: Floats, projects: Projects) -> Applicants:
    """The applicants before calibration: nothing planted, and who must still be there when."""
    shown = log_sales.shape
    protected = np.zeros(shown[1], np.int64)
    stay = np.where(projects.is_adopted, 3, 0)
    np.maximum.at(protected, projects.place, projects.year + stay)
    since = (course.first_year + np.arange(shown[0]))[:, None] - projects.first_adopted[None, :]
    shift = np.where((since >= 1) & (since <= 10), published()["effect"]["default"], 0.0)
    nothing, one = np.zeros(shown), np.ones(shown)
    return Applicants(log_sales, protected, nothing, nothing, one, one, shift)
