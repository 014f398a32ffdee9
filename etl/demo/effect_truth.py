"""The planted effects, written beside the truth: what was meant and what was realised."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from etl.demo.course import Applicants, Course
from etl.demo.dice import Bools, Floats, Ints
from etl.demo.plan import FIRST_YEAR, LAST_YEAR
from etl.demo.programmes import NEVER, SHAPE, measures, supports
from etl.demo.research import Projects, published
from etl.demo.research_effect import are_there, cohort_groups
from etl.demo.uses import REJECTION

_EVENT_YEARS = range(-3, 13)
_SINCE_USE = range(9)


def write_effects(folder: Path, course: Course, projects: Projects, applicants: Applicants) -> None:
    """``effects.toml``: サポイン by years since adoption, and the log effects of other measures.

    What was realised is that of the first chunk, which in a small world is all of it.
    """
    effect = published()["effect"]
    lines = [
        "# Planted by the generator; nothing here is in the deliveries.",
        "[world]",
        f"firms = {course.plan.n_firm}",
        f"seed = {course.plan.seed}",
        "",
        "[sapoin]",
        f"cohorts = {effect['cohorts']}",
        f"sales_yen_at_year_eight = {effect['sales_yen']}",
        f"gross_profit_yen_at_year_eight = {effect['gross_profit_yen']}",
        f"default_log_odds = {effect['default']}",
        "# The plain difference of sales: adopted firms less all other corporations.",
        f"naive_sales_yen_at_year_eight = {round(_naive(course, projects))}",
        "# By year: the mean of firms first adopted in the cohorts less that of firms first",
        "# rejected in them and never adopted, as change since the year before the decision, of",
        "# firms that operate in both years. Planted is what adoption itself adds to the adopted:",
        "# cohorts meet other climates and are not adopted as often, so that both may differ.",
    ]
    for since in _EVENT_YEARS:
        sales, gross, n_adopted, n_rejected = difference(course, projects, since)
        planted = [
            planted_mean(course, projects, added, since)
            for added in (applicants.sales, applicants.gross_profit)
        ]
        lines += [
            "",
            "[[sapoin.year]]",
            f"since_adoption = {since}",
            f"n_adopted = {n_adopted}",
            f"n_rejected = {n_rejected}",
            f"sales_yen = {round(sales)}",
            f"gross_profit_yen = {round(gross)}",
            f"planted_sales_yen = {round(planted[0])}",
            f"planted_gross_profit_yen = {round(planted[1])}",
        ]
    (folder / "effects.toml").write_text(
        "\n".join(lines + _measures(course)) + "\n", encoding="utf-8"
    )


def _measures(course: Course) -> list[str]:
    """What each measure adds by itself, and what its first users gained from all they used."""
    lines = []
    first_used = first_uses(course)
    for spec, first in zip(measures(), first_used, strict=True):
        kind = "support" if spec in supports() else "programme"
        chosen = ", ".join(f"{k} = {v}" for k, v in spec.selection.items())
        lines += [
            "",
            f"[{kind}.{spec.code}]",
            f"shape = {list(SHAPE)}",
            f"log_sales = {spec.effect['sales']}",
            f"log_gross_profit = {spec.effect['gross']}",
            f"default_log_odds = {spec.effect['default']}",
            f"selection = {{ {chosen} }}",
            f"n_user = {int((first < NEVER).sum())}",
            "# By years since the first use, other measures of the same firms included; beside it",
            "# what firms of the same division and form that never used it gained from others in",
            "# those years: a comparison of both finds the difference.",
        ]
        for name, lift in (("sales", course.sales_lift), ("gross_profit", course.gross_lift)):
            found = np.array([gains(course, lift, first, since) for since in _SINCE_USE])
            for who, path in zip(("realised", "beside"), found.T, strict=True):
                lines.append(f"{who}_log_{name} = {[round(float(gain), 5) for gain in path]}")
    return lines


def first_uses(course: Course) -> Ints:
    """The first year of use by measure and firm; a refusal is no use."""
    used = np.full((len(measures()), int(course.holder.max()) + 1), NEVER)
    kind, measure, year, place = course.uses.columns()
    rows = np.flatnonzero(kind != REJECTION)
    firm = course.holder[year[rows] - course.first_year, place[rows]]
    np.minimum.at(used, (measure[rows], firm), year[rows])
    return used


def gains(course: Course, lift: Floats, first: Ints, since: int) -> tuple[float, float]:
    """The mean change of ``lift`` from the year before the first use to ``since`` years after: of
    users, and of firms that never used the measure, weighed to the users' years, divisions and
    forms."""
    kind = 2 * course.division + course.is_corporate
    n_kind = int(kind.max(initial=0)) + 1
    own, beside, n_user, n_beside = 0.0, 0.0, 0, 0.0
    for year in range(FIRST_YEAR + 1, LAST_YEAR + 1 - since):
        then, base = course.row(year + since), course.row(year - 1)
        used = first[course.holder[then].clip(0)]
        is_there = (course.holder[then] == course.holder[base]) & (course.holder[then] >= 0)
        change = lift[then] - lift[base]
        users, others = is_there & (used == year), is_there & (used == NEVER)
        own += float(change[users].sum())
        n_user += int(users.sum())
        n_other = np.bincount(kind[others], minlength=n_kind)
        total = np.bincount(kind[others], change[others], n_kind)
        weight = np.where(n_other > 0, np.bincount(kind[users], minlength=n_kind), 0)
        beside += float((weight * total / np.maximum(n_other, 1)).sum())
        n_beside += float(weight.sum())
    return own / max(n_user, 1), beside / max(n_beside, 1.0)


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
        is_adopted = bool(places.any() and np.all(projects.first_adopted[places] == cohort))
        both = [
            x[then, :n][alive] - x[base, :n][alive] for x in (course.sales, course.gross_profit)
        ]
        changes[is_adopted].append(np.array(both))
    adopted, rejected = (np.concatenate(changes[key], axis=1) for key in (True, False))
    n_adopted, n_rejected = adopted.shape[1], rejected.shape[1]
    if not n_adopted or not n_rejected:
        return 0.0, 0.0, n_adopted, n_rejected
    gap = adopted.mean(axis=1) - rejected.mean(axis=1)
    return float(gap[0]), float(gap[1]), n_adopted, n_rejected


def planted_mean(course: Course, projects: Projects, added: Floats, since: int) -> float:
    """The mean yen that adoption ``added`` (years × places) to the adopted firms of the cohorts."""
    is_there, found = are_there(course), [np.zeros(0)]
    for cohort, places in cohort_groups(projects)[::2]:
        if cohort + since <= LAST_YEAR:
            then = course.row(cohort + since)
            found.append(added[then, places & is_there[then]])
    every = np.concatenate(found)
    return float(every.mean()) if len(every) else 0.0


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
