"""What came of the research projects: scores, evaluations, commercialisation, patents, a survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.consortia import Money
from etl.demo.dice import Bools, Floats, Ints, dice
from etl.demo.plan import LAST_YEAR, Plan
from etl.demo.research import Projects
from etl.demo.research_names import technologies

# Six reports, the first after the year of completion; the hazard of the first sale in each.
N_REPORT = 6
_HAZARD = np.array([0.13, 0.12, 0.10, 0.085, 0.07, 0.06])
FIRST_SALE = 3
_MEDIAN_SALES, _SALES_SPREAD, _SALES_GROWTH = 9e6, 1.3, 0.35
_NO_REPORT, _ANSWERS, _BY_TECHNOLOGY = 0.04, 0.85, 0.45
SURVEYS = (3, 6)


@dataclass(frozen=True, slots=True)
class Scores:
    """Points of each evaluator: project, evaluator, and the three aspects in tenths."""

    project: Ints
    evaluator: Ints
    points: Ints


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Interim (0) and final (1) evaluations; points in tenths, grade S to C as 0 to 3."""

    project: Ints
    kind: Ints
    year: Ints
    points: Ints
    grade: Ints


@dataclass(frozen=True, slots=True)
class Reports:
    """Commercialisation by project and report year; all years, whether reported or not."""

    project: Ints
    year: Ints
    since: Ints
    stage: Ints
    sales: Ints
    applied: Ints
    granted: Ints
    is_sent: Bools


def completion_years(projects: Projects, money: Money) -> Ints:
    """The last fiscal year with money of each project; 0 for those without."""
    last = np.zeros(len(projects.year), np.int64)
    np.maximum.at(last, money.project, money.year)
    return last


def draw_scores(plan: Plan, projects: Projects) -> Scores:
    """Three to five evaluators; merit and the decision both show in their points."""
    rng = dice(plan.seed, "scores")
    n = len(projects.year)
    n_evaluator = rng.integers(3, 6, n)
    project = np.repeat(np.arange(n), n_evaluator)
    mildness = rng.normal(0, 3, 400)
    evaluator = (projects.year[project] - 2006) * 30 + rng.integers(0, 30, len(project))
    base = 56 + 7 * projects.merit + 8 * projects.is_adopted
    aspects = base[:, None] + rng.normal(0, 4, (n, 3))
    points = aspects[project] + mildness[evaluator % 400][:, None]
    points = points + rng.normal(0, 5, points.shape)
    return Scores(project, evaluator, np.rint(points.clip(2, 98) * 10).astype(np.int64))


def draw_evaluations(plan: Plan, projects: Projects, completed: Ints) -> Evaluations:
    """One evaluation after the first year and one after the last, for adopted projects."""
    rng = dice(plan.seed, "evaluations")
    adopted = np.flatnonzero(projects.is_adopted & (completed > 0))
    project = np.concatenate([adopted, adopted])
    kind = np.repeat([0, 1], len(adopted))
    year = np.where(kind == 0, projects.year[project] + 1, completed[project])
    points = 58 + 8 * projects.merit[project] + rng.normal(0, 6, len(project)) + 2 * kind
    grade = np.searchsorted([48.0, 62.0, 74.0], points, "right")
    order = np.lexsort((project, year))
    points = np.rint(points.clip(5, 99) * 10).astype(np.int64)
    return Evaluations(project[order], kind[order], year[order], points[order], 3 - grade[order])


def draw_reports(plan: Plan, projects: Projects, completed: Ints, last_years: Ints) -> Reports:
    """The stages of each adopted project, year by year, up to the present or the end of the
    leading firm; ``last_years`` are those of the leading firms."""
    rng = dice(plan.seed, "reports")
    adopted = np.flatnonzero(projects.is_adopted & (completed > 0))
    n = len(adopted)
    merit = projects.merit[adopted] + _fortune(rng, plan, projects)[adopted]
    stage = np.minimum(rng.poisson(0.6, n), 2)
    level: Floats = np.log(_MEDIAN_SALES) + 0.5 * merit + _SALES_SPREAD * rng.standard_normal(n)
    applied, granted, sold = rng.poisson(0.5, n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    parts = []
    for k in range(1, N_REPORT + 1):
        chance = (_HAZARD[k - 1] * np.exp(0.55 * merit)).clip(0, 0.8)
        starts = (stage < FIRST_SALE) & (rng.random(n) < chance)
        rises = (stage < FIRST_SALE - 1) & (rng.random(n) < 0.35)
        goes_on = (stage >= FIRST_SALE) & (stage < 5) & (rng.random(n) < 0.3)
        stage = np.where(starts, FIRST_SALE, stage + rises + goes_on)
        sold = sold + (stage >= FIRST_SALE)
        sales = np.exp(
            level + _SALES_GROWTH * np.minimum(sold - 1, 4) + 0.25 * rng.standard_normal(n)
        )
        sales = np.where(stage >= FIRST_SALE, np.rint(sales / 1_000) * 1_000, 0).astype(np.int64)
        applied = applied + rng.poisson(0.12, n)
        granted = np.minimum(
            applied, granted + rng.binomial(np.maximum(applied - granted, 0), 0.25)
        )
        parts.append(
            (
                adopted, completed[adopted] + k, np.full(n, k), stage, sales, applied, granted,
                rng.random(n) >= _NO_REPORT,
            )
        )  # fmt: skip
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    until = np.minimum(LAST_YEAR, last_years[columns[0]])
    known = np.flatnonzero(columns[1] <= until)
    order = known[np.lexsort((columns[0][known], columns[1][known]))]
    return Reports(*(column[order] for column in columns))


def _fortune(rng: np.random.Generator, plan: Plan, projects: Projects) -> Floats:
    """Some technologies come to market sooner than others."""
    _, technology = technologies(plan.seed, projects.year)
    codes = technology.dictionary_encode().indices.to_numpy()
    return np.asarray(rng.normal(0, _BY_TECHNOLOGY, 100)[codes])


def surveyed(plan: Plan, reports: Reports) -> Ints:
    """The rows of ``reports`` whose projects answered the follow-up survey of that year."""
    rng = dice(plan.seed, "survey")
    answers = rng.random(len(reports.project)) < _ANSWERS
    return np.flatnonzero(np.isin(reports.since, SURVEYS) & answers)
