"""サポイン ③ execution, ④ evaluations, ⑤ commercialisation reports, ⑥ the survey, as files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import days, fiscal_year_texts
from etl.demo.dice import Bools, Ints, dice
from etl.demo.numbers import as_text
from etl.demo.rendering import figures, joined, quoted
from etl.demo.research_desk import DIRTY, SLIPS, ResearchDesk, habits_in, tenths
from etl.demo.typed import slip_digits, type_parties
from etl.demo.words import listed, word_table

_GRADES, _WIDE_GRADES, _KINDS = "SABC", "ＳＡＢＣ", ("中間", "最終")


def write_execution(desk: ResearchDesk) -> None:
    """③ what was decided, settled, paid and given back; its sums are the published budgets."""
    money, members = desk.research.money, desk.research.members
    rng = dice(desk.seed, "files:execution")
    settled, paid, returned = _settled(rng, money.decided)
    for first, last, encoding in (
        (2006, 2013, "cp932"), (2014, 2018, "utf-8"), (2019, 2020, "utf-8-sig"),
    ):  # fmt: skip
        rows = np.flatnonzero((money.year >= first) & (money.year <= last))
        if not len(rows):
            continue
        rows = rows[
            np.lexsort((members.role[money.member[rows]], money.project[rows], money.year[rows]))
        ]
        # A few are paid in two unequal parts, each with its own line.
        twice = rng.random(len(rows)) < 0.04
        rows, share, rest = _instalments(rows, twice)
        firm = members.firm[money.member[rows]]
        when = days(money.year[rows], np.full(len(rows), 9), np.ones(len(rows), np.int64))
        typed = type_parties(rng, desk.people, firm, when, habits_in(last))
        amounts = [
            _cut(column[rows], share, rest) for column in (money.decided, settled, paid, returned)
        ]
        style = np.where(rng.random(len(rows)) < 0.1, 2, 1)
        columns = [
            desk.numbers(money.project[rows]),
            fiscal_year_texts(money.year[rows], style),
            quoted(typed.name),
            typed.number,
            *(figures(rng, amount, DIRTY) for amount in amounts),
        ]
        name = f"sapoin3_shikko_{first}_{last}.csv"
        desk.write_typed(rng, "sapoin_execution", name, encoding, columns, typed, firm, twice=0.0)


def write_evaluations(desk: ResearchDesk) -> None:
    """④ interim and final evaluations; the same file twice."""
    found = desk.research.evaluations
    rng = dice(desk.seed, "files:evaluation")
    grades = pa.array([*_GRADES, *_WIDE_GRADES])
    wide = rng.random(len(found.project)) < 0.05
    columns = [
        desk.numbers(found.project),
        listed(_KINDS, found.kind),
        fiscal_year_texts(found.year, np.ones(len(found.year), np.int64)),
        tenths(found.points),
        grades.take(pa.array(found.grade + 4 * wide)),
    ]
    # Sent twice, the second time under another name.
    for name in ("sapoin4_chukan_saishu.csv", "sapoin4_chukan_saishu_saisou.csv"):
        file = desk.file("sapoin_evaluation", name, "utf-8-sig")
        file.append(joined(columns))
        file.close()


def write_reports(desk: ResearchDesk) -> None:
    """⑤ reports of the leading firms, as long as they are there."""
    reports, projects = desk.research.reports, desk.research.projects
    rng = dice(desk.seed, "files:report")
    for first, last in ((2006, 2016), (2017, 2025)):
        in_time = (reports.year >= first) & (reports.year <= last)
        rows = np.flatnonzero(in_time & reports.is_sent)
        n = len(rows)
        firm = projects.place[reports.project[rows]]
        when = days(reports.year[rows] + 1, np.full(n, 5), np.ones(n, np.int64))
        typed = type_parties(rng, desk.people, firm, when, habits_in(last))
        sales, slipped = slip_digits(rng, reports.sales[rows], SLIPS)
        income = np.rint(reports.sales[rows] * rng.uniform(0.03, 0.2, n)).astype(np.int64)
        payback = np.where(rng.random(n) < 0.2, income // 20, 0)
        stage = reports.stage[rows]
        columns = [
            desk.numbers(reports.project[rows]),
            fiscal_year_texts(reports.year[rows], np.where(rng.random(n) < 0.1, 0, 1)),
            quoted(typed.name),
            typed.number,
            _stages(rng, stage),
            figures(rng, sales, DIRTY),
            figures(rng, income, DIRTY),
            as_text(payback),
            as_text(reports.applied[rows]),
            as_text(reports.granted[rows]),
        ]
        name = f"sapoin5_jigyoka_{first}_{last}.csv"
        encoding = "cp932" if first < 2017 else "utf-8"
        at = desk.write_typed(rng, "sapoin_commercialisation", name, encoding, columns, typed, firm)
        wrong = np.flatnonzero(slipped)
        desk.truth.slip(
            "sapoin_commercialisation", name, at[wrong], "売上高(円)",
            reports.sales[rows][wrong], sales[wrong],
        )  # fmt: skip


def write_survey(desk: ResearchDesk) -> None:
    """⑥ the follow-up survey, a part of it sent again under another name."""
    reports, rows = desk.research.reports, desk.research.survey
    rng = dice(desk.seed, "files:survey")
    n = len(rows)
    is_sold = reports.stage[rows] >= 3
    meant = reports.sales[rows] // 1_000
    sales, slipped = slip_digits(rng, meant, SLIPS)
    texts = word_table()["obstacles"]["texts"]
    obstacle = listed(texts, np.where(is_sold & (rng.random(n) < 0.5), 9, rng.integers(0, 9, n)))
    columns = [
        desk.numbers(reports.project[rows]),
        fiscal_year_texts(reports.year[rows], np.ones(n, np.int64)),
        listed(("無", "有"), is_sold.astype(int)),
        listed(("無", "有"), (reports.granted[rows] > 0).astype(int)),
        figures(rng, sales, DIRTY, is_sold),
        quoted(obstacle),
    ]
    name = "sapoin6_followup.csv"
    file = desk.file("sapoin_followup", name, "cp932")
    at = file.append(joined(columns)) + np.arange(n)
    file.close()
    # The survey of the first years came twice, under two names.
    again = desk.file("sapoin_followup", "sapoin6_followup_saisou.csv", "cp932")
    again.append(joined(columns).slice(0, n // 4))
    again.close()
    wrong = np.flatnonzero(slipped & is_sold)
    desk.truth.slip(
        "sapoin_followup", name, at[wrong], "事業化売上(千円)", meant[wrong], sales[wrong]
    )


def _settled(rng: np.random.Generator, decided: Ints) -> tuple[Ints, Ints, Ints]:
    """What was settled, paid and given back of what was decided."""
    n = len(decided)
    used = np.where(rng.random(n) < 0.35, 1.0, rng.uniform(0.88, 1.0, n))
    settled = np.floor(decided * used).astype(np.int64)
    is_back = rng.random(n) < 0.03
    returned = np.where(is_back, np.floor(settled * rng.uniform(0.01, 0.2, n)), 0).astype(np.int64)
    return settled, settled, returned


def _instalments(rows: Ints, twice: Bools) -> tuple[Ints, Ints, Bools]:
    """The rows, some of them twice; the part of the first in per cent, and which is the rest."""
    n_part = 1 + twice.astype(int)
    made = np.repeat(rows, n_part)
    is_split = np.repeat(twice, n_part)
    is_rest = np.concatenate([[False], (made[1:] == made[:-1])]) if len(made) else is_split
    return made, np.where(is_split, 40, 100), is_rest


def _cut(amount: Ints, share: Ints, is_rest: Bools) -> Ints:
    first = amount * share // 100
    return np.where(is_rest, amount - first, first)


def _stages(rng: np.random.Generator, stage: Ints) -> Any:
    long = pc.binary_join_element_wise("第", as_text(stage), "段階", "")
    long = pc.if_else(pa.array(stage == 0), "未着手", long)
    return pc.if_else(pa.array(rng.random(len(stage)) < 0.3), as_text(stage), long)
