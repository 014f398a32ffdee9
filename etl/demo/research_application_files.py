"""サポイン ① applications, the members of consortia, ② points of the evaluators, as files."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import days, fiscal_year_texts, iso, parts, wareki
from etl.demo.consortia import ROLES
from etl.demo.dice import dice
from etl.demo.numbers import as_text
from etl.demo.rendering import figures, joined, quoted, repeated, spoil
from etl.demo.research_desk import DIRTY, SLIPS, ResearchDesk, habits_in, tenths
from etl.demo.research_names import project_titles, technologies
from etl.demo.typed import slip_digits, type_parties
from etl.demo.words import listed

_PERIODS = ((2006, 2013), (2014, 2014), (2015, 2018))


def write_applications(desk: ResearchDesk) -> None:
    """① by the years of the classifications; the newest ones electronically."""
    projects, people, course = desk.research.projects, desk.people, desk.people.course
    rng = dice(desk.seed, "files:application")
    titles = project_titles(desk.seed, len(projects.year))
    classification, technology = technologies(desk.seed, projects.year)
    when = days(
        projects.year,
        rng.integers(4, 7, len(projects.year)),
        rng.integers(1, 28, len(projects.year)),
    )
    cost = np.rint(rng.uniform(62_000, 146_250, len(when))).astype(np.int64)
    asked = np.minimum(97_500, cost * 2 // 3)
    manager = desk.research.members.firm[desk.research.members.role == 0]
    for first, last in _PERIODS:
        rows = np.flatnonzero((projects.year >= first) & (projects.year <= last))
        firm = projects.place[rows]
        typed = type_parties(rng, people, firm, when[rows], habits_in(first))
        led = type_parties(rng, people, manager[rows], when[rows], habits_in(first))
        capital, slipped = slip_digits(rng, people.capital_thousand[firm], SLIPS)
        founded, _, _ = parts(people.founded[firm])
        heads = course.heads[projects.year[rows] - 1 - course.first_year, firm]
        style = np.where(rng.random(len(rows)) < 0.05, rng.integers(0, 3, len(rows)), 1)
        decided = when[rows] + rng.integers(60, 110, len(rows))
        adopted = projects.is_adopted[rows]
        columns = [
            desk.numbers(rows),
            fiscal_year_texts(projects.year[rows], style),
            classification.take(pa.array(rows)),
            technology.take(pa.array(rows)),
            quoted(titles.take(pa.array(rows))),
            quoted(led.name),
            led.number,
            quoted(typed.name),
            typed.number,
            typed.address,
            typed.telephone,
            people.majors.take(pa.array(firm)),
            as_text(founded),
            figures(rng, capital, DIRTY),
            as_text(heads),
            figures(rng, cost[rows], DIRTY),
            figures(rng, asked[rows], DIRTY),
            listed(("不採択", "採択"), adopted.astype(int)),
            pc.if_else(
                pa.array(rng.random(len(rows)) < 0.5),
                iso(decided, adopted),
                pc.if_else(pa.array(adopted), wareki(decided, np.zeros(len(rows), bool)), ""),
            ),
        ]
        name = f"sapoin1_shinsei_{first}_{last}.csv"
        encoding = "cp932" if first < 2015 else "utf-8-sig"
        order = repeated(rng, len(rows), 0.002)
        lines = joined(columns).take(pa.array(order))
        file = desk.file("sapoin_application", name, encoding)
        lines, sound = spoil(
            rng,
            lines,
            2,
            number=8,
            day=18,
            title=4,
            ways=("impossible_date", "control_character"),
        )
        at = file.append(lines) + sound
        file.close()
        desk.link("sapoin_application", name, at, typed.take(order), firm[order])
        wrong = np.flatnonzero(slipped[order])
        desk.truth.slip(
            "sapoin_application", name, at[wrong], "資本金(千円)",
            people.capital_thousand[firm[order]][wrong], capital[order][wrong],
        )  # fmt: skip


def write_members(desk: ResearchDesk) -> None:
    """Who takes part, before and since corporate numbers."""
    members, projects = desk.research.members, desk.research.projects
    rng = dice(desk.seed, "files:member")
    for first, last in ((2006, 2014), (2015, 2018)):
        year = projects.year[members.project]
        rows = np.flatnonzero((year >= first) & (year <= last))
        firm = members.firm[rows]
        when = days(year[rows], np.full(len(rows), 5), np.ones(len(rows), np.int64))
        typed = type_parties(rng, desk.people, firm, when, habits_in(first))
        columns = [
            desk.numbers(members.project[rows]),
            listed(ROLES, members.role[rows]),
            quoted(typed.name),
            typed.number,
            typed.address,
        ]
        name = f"sapoin_kyodotai_{first}_{last}.csv"
        encoding = "cp932" if first < 2015 else "utf-8"
        desk.write_typed(rng, "sapoin_member", name, encoding, columns, typed, firm)


def write_scores(desk: ResearchDesk) -> None:
    """② points of each evaluator."""
    scores, projects = desk.research.scores, desk.research.projects
    year = projects.year[scores.project]
    for first, last in ((2006, 2014), (2015, 2018)):
        rows = np.flatnonzero((year >= first) & (year <= last))
        columns = [
            desk.numbers(scores.project[rows]),
            pc.binary_join_element_wise("E", as_text(scores.evaluator[rows], 3), ""),
            *(tenths(scores.points[rows, i]) for i in range(3)),
        ]
        file = desk.file(
            "sapoin_score",
            f"sapoin2_hyoka_{first}_{last}.csv",
            "cp932" if first < 2015 else "utf-8",
        )
        file.append(joined(columns))
        file.close()
