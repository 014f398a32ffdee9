"""The planted effects, written beside the truth: what was meant and what was realised."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from etl.demo.course import Course
from etl.demo.dice import Bools, Floats
from etl.demo.plan import LAST_YEAR
from etl.demo.programmes import NEVER, SHAPE, programmes, supports
from etl.demo.research import Projects, published
from etl.demo.research_effect import are_there, cohort_groups

_EVENT_YEARS = range(-3, 13)


def write_effects(folder: Path, course: Course, projects: Projects) -> None:
    """``effects.toml``: サポイン by years since adoption, and the log effects of other measures."""
    effect = published()["effect"]
    lines = [
        "# Planted by the generator; nothing here is in the deliveries.",
        "[sapoin]",
        f"cohorts = {effect['cohorts']}",
        f"sales_yen_at_year_eight = {effect['sales_yen']}",
        f"gross_profit_yen_at_year_eight = {effect['gross_profit_yen']}",
        f"default_log_odds = {effect['default']}",
        "# By year: the mean of firms first adopted in the cohorts less that of firms rejected",
        "# in them and never adopted, as change since the year before; firms there in both.",
        f"naive_sales_yen_at_year_eight = {round(_naive(course, projects))}",
    ]
    for since in _EVENT_YEARS:
        sales, gross, n_adopted, n_rejected = difference(course, projects, since)
        lines += [
            "",
            "[[sapoin.year]]",
            f"since_adoption = {since}",
            f"n_adopted = {n_adopted}",
            f"n_rejected = {n_rejected}",
            f"sales_yen = {round(sales)}",
            f"gross_profit_yen = {round(gross)}",
        ]
    for kind, specs in (("programme", programmes()), ("support", supports())):
        for spec in specs:
            lines += [
                "",
                f"[{kind}.{spec.code}]",
                f"shape = {list(SHAPE)}",
                f"log_sales = {spec.effect['sales']}",
                f"log_gross_profit = {spec.effect['gross']}",
                f"default_log_odds = {spec.effect['default']}",
                f"selection = {{ {', '.join(f'{k} = {v}' for k, v in spec.selection.items())} }}",
            ]
    (folder / "effects.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def difference(course: Course, projects: Projects, since: int) -> tuple[float, float, int, int]:
    """The difference in differences of sales and gross profit, and how many firms it rests on."""
    n = course.n_applicant
    is_there = are_there(course)
    changes: dict[bool, list[Floats]] = {True: [], False: []}
    for cohort, places in cohort_groups(projects):
        if cohort + since > LAST_YEAR:
            continue
        then, base = course.row(cohort + since), course.row(cohort - 1)
        alive = places & is_there[then]
        is_adopted = bool(np.all(projects.first_adopted[places] == cohort)) and places.any()
        both = [
            x[then, :n][alive] - x[base, :n][alive] for x in (course.sales, course.gross_profit)
        ]
        changes[bool(is_adopted)].append(np.array(both))
    adopted_all, rejected_all = (np.concatenate(changes[key], axis=1) for key in (True, False))
    if not adopted_all.shape[1] or not rejected_all.shape[1]:
        return 0.0, 0.0, adopted_all.shape[1], rejected_all.shape[1]
    gap = adopted_all.mean(axis=1) - rejected_all.mean(axis=1)
    return float(gap[0]), float(gap[1]), adopted_all.shape[1], rejected_all.shape[1]


def _naive(course: Course, projects: Projects) -> float:
    """Mean sales of adopted firms less those of all other corporations, eight years on."""
    total: list[float] = []
    for cohort in published()["effect"]["cohorts"]:
        row = course.row(cohort + 8)
        users: Bools = np.zeros(course.n_place, bool)
        users[: course.n_applicant] = (projects.first_adopted == cohort) & are_there(course)[row]
        others = course.is_corporate & ~users
        others[: course.n_applicant] &= projects.first_adopted == NEVER
        if users.any() and others.any():
            total.append(course.sales[row, users].mean() - course.sales[row, others].mean())
    return float(np.mean(total)) if total else 0.0
