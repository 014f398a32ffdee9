"""The planted effect of サポイン: exact in the mean, with adopted and rejected alike without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from etl.demo.course import Applicants, Course
from etl.demo.dice import Bools, Floats, dice
from etl.demo.plan import LAST_YEAR
from etl.demo.programmes import NEVER
from etl.demo.research import Projects, published

YEAR_EIGHT = 8
# Larger firms gain more yen, but less than in proportion; the better their project, the more.
_ELASTICITY, _HETEROGENEITY, _BY_QUALITY = 0.85, 0.35, 0.25
_MARGIN_OF_CHANGE = 0.24


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
    """Factors by which each group's mean moves by the same yen as the others', year by year.

    Firms differ in size, so the same percentages would not be the same yen, and a comparison of
    changes would find more or less than what is planted.
    """
    sales_factor, gross_factor = np.ones_like(sales), np.ones_like(gross)
    never = (projects.first_adopted == NEVER) & (projects.first_rejected <= 2008)
    change = _common_change(sales, is_there & never)
    for cohort, places in cohort_groups(projects):
        base = course.row(cohort - 1)
        for t in range(len(sales)):
            alive = places & is_there[t]
            if t == base or not alive.any():
                continue
            moved = change[t] - change[base]
            factor = (sales[base, alive].mean() + moved) / sales[t, alive].mean()
            sales_factor[t, places] = factor
            wanted = gross[base, alive].mean() + _MARGIN_OF_CHANGE * moved
            gross_factor[t, places] = wanted / (gross[t, alive].mean() * factor)
    return sales_factor, gross_factor


def _common_change(sales: Floats, is_counted: Bools) -> Floats:
    """How many yen the rejected firms moved, smoothed over three years."""
    mean = np.array(
        [s[c].mean() if c.any() else np.nan for s, c in zip(sales, is_counted, strict=True)]
    )
    mean = np.where(np.isnan(mean), np.nanmean(mean) if np.isfinite(mean).any() else 0.0, mean)
    padded = np.concatenate([mean[:1], mean, mean[-1:]])
    return np.convolve(padded, np.ones(3) / 3, "valid")


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
