"""The planted effect of サポイン: exact in the mean, with adopted and rejected alike without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from etl.demo.course import Applicants, Course, climate
from etl.demo.dice import Bools, Floats, dice
from etl.demo.plan import LAST_YEAR
from etl.demo.programmes import NEVER
from etl.demo.research import Projects, published

YEAR_EIGHT = 8
# Larger firms gain more yen, but less than in proportion; the better their project, the more.
_ELASTICITY, _HETEROGENEITY, _BY_QUALITY = 0.85, 0.35, 0.25
_MARGIN_OF_CHANGE = 0.24
# In a crisis each applicant loses as many yen as one with these sales would by percentages, and
# below the second amount in proportion to its sales.
_MOVED_SALES, _SMALL_SALES = 8e8, 4e8
# Where classes of size part, as shares of the firms of a cohort.
_CLASSES = (0.25, 0.5, 0.75)


def cohort_groups(projects: Projects) -> list[tuple[int, Bools]]:
    """Year and places of the firms adopted first in it, and of those rejected first and never
    adopted, for the cohorts of the published comparison."""
    groups = []
    for year in published()["effect"]["cohorts"]:
        groups.append((year, projects.first_adopted == year))
        is_never = projects.first_adopted == NEVER
        groups.append((year, is_never & (projects.first_rejected == year)))
    return groups


def are_there(course: Course) -> Bools:
    """Whether the applicant itself operates, years × places."""
    n = course.n_applicant
    return np.asarray(course.holder[:, :n] == np.arange(n))


def calibrate(course: Course, applicants: Applicants, projects: Projects) -> Applicants:
    """The applicants with effects, from a run without any."""
    n = course.n_applicant
    sales, gross = course.sales[:, :n], course.gross_profit[:, :n]
    is_there = are_there(course)
    sales_factor, gross_factor = _level(course, projects, sales, gross, is_there)
    planted = _effects(course, projects, sales, is_there)
    ratio = published()["effect"]["gross_profit_yen"] / published()["effect"]["sales_yen"]
    return replace(
        applicants,
        sales=planted,
        gross_profit=planted * ratio,
        sales_factor=sales_factor,
        gross_factor=gross_factor,
    )


def _level(
    course: Course, projects: Projects, sales: Floats, gross: Floats, is_there: Bools
) -> tuple[Floats, Floats]:
    """Factors by which adopted and rejected firms move alike, year by year and size by size.

    The climate moves everybody by the same percentages, which are more yen for a large firm, and
    adopted firms are larger. Here it moves firms by the same yen: then neither the means of both
    groups nor firms of one size in both move apart by anything but what is planted. What luck adds
    to the mean of a class of size is taken off, in each group by itself.
    """
    sales_factor, gross_factor = np.ones_like(sales), np.ones_like(gross)
    groups = cohort_groups(projects)
    change = _common_change(course)
    for year in published()["effect"]["cohorts"]:
        base = course.row(year - 1)
        both = [places for cohort, places in groups if cohort == year]
        edges = np.quantile(sales[base, both[0] | both[1]], _CLASSES) if any(map(any, both)) else []
        of_size = np.searchsorted(edges, sales[base])
        for places, k in ((p, k) for p in both for k in range(len(_CLASSES) + 1)):
            own = places & (of_size == k)
            for t in range(len(sales)):
                alive = own & is_there[t]
                if t == base or not alive.any():
                    continue
                before = sales[base, alive]
                # Nobody can lose more yen than it earns.
                moved = (change[t] - change[base]) * np.minimum(1.0, before / _SMALL_SALES)
                factor = (before + moved).mean() / sales[t, alive].mean()
                sales_factor[t, own] = factor
                wanted = (gross[base, alive] + _MARGIN_OF_CHANGE * moved).mean()
                gross_factor[t, own] = wanted / (gross[t, alive].mean() * factor)
    return sales_factor, gross_factor


def _common_change(course: Course) -> Floats:
    """How many yen the climate moved each applicant, by year: as many as a firm of rather small
    sales loses or gains by percentages."""
    division = course.division[: course.n_applicant]
    years = range(course.first_year, course.first_year + len(course.sales))
    moved = np.cumsum([climate(year, division).mean() for year in years])
    return np.asarray(_MOVED_SALES * np.exp(moved), np.float64)


def _effects(course: Course, projects: Projects, sales: Floats, is_there: Bools) -> Floats:
    """Yen added to sales by the first adoption, years × places."""
    effect = published()["effect"]
    rng = dice(course.plan.seed, "research:effect")
    n = sales.shape[1]
    luck = rng.lognormal(0, _HETEROGENEITY, n) * np.exp(_BY_QUALITY * projects.quality)
    adopters = np.flatnonzero(projects.first_adopted != NEVER)
    base = np.zeros(n)
    rows = projects.first_adopted[adopters] - 1 - course.first_year
    base[adopters] = sales[rows, adopters] ** _ELASTICITY * luck[adopters]
    shape = np.array(effect["shape"])
    planted = np.zeros_like(sales)
    for t in range(len(sales)):
        since = course.first_year + t - projects.first_adopted
        share = np.where(since >= 0, shape[since.clip(0, len(shape) - 1)], 0.0)
        planted[t] = share * base
    at_eight = []
    for cohort in effect["cohorts"]:
        if cohort + YEAR_EIGHT <= LAST_YEAR:
            t = course.row(cohort + YEAR_EIGHT)
            at_eight.append(planted[t, (projects.first_adopted == cohort) & is_there[t]])
    realised = np.concatenate(at_eight)
    return planted * (effect["sales_yen"] / realised.mean()) if len(realised) else planted
