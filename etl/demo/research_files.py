"""The six data sets of サポイン and the members of its consortia, as files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import days, fiscal_year_texts, iso, parts, wareki
from etl.demo.consortia import ROLES, Members, Money
from etl.demo.delivery import Delivery
from etl.demo.dice import Bools, Ints, dice
from etl.demo.numbers import as_text
from etl.demo.population import Population
from etl.demo.rendering import figures, header, joined, quoted, repeated, spoil
from etl.demo.research import Projects
from etl.demo.research_names import project_titles, technologies
from etl.demo.research_outcome import Evaluations, Reports, Scores
from etl.demo.truth import Truth
from etl.demo.typed import Habits, slip_digits, type_parties
from etl.demo.words import listed, word_table

_PERIODS = ((2006, 2013), (2014, 2014), (2015, 2018))
_SLIPS, _DIRTY = 0.005, 0.004
_BEFORE, _SINCE = Habits(no_number=0.4, telephone=0.7), Habits(no_number=0.05, telephone=0.7)
_FIRST_WITH_NUMBERS = 2015
_GRADES, _KINDS = "SABC", ("中間", "最終")
HEADERS = {
    "sapoin_application": (
        "課題番号", "申請年度", "技術分類版", "技術分野", "研究開発課題名", "事業管理機関名",
        "事業管理機関法人番号", "申請者名", "法人番号", "所在地", "電話番号", "業種コード", "設立年",
        "資本金(千円)", "従業員数", "研究開発費(千円)", "補助金申請額(千円)", "採否", "採択日",
    ),
    "sapoin_member": ("課題番号", "役割", "機関名", "法人番号", "所在地"),
    "sapoin_score": ("課題番号", "評価者番号", "技術面", "事業化面", "政策面"),
    "sapoin_execution": (
        "課題番号", "年度", "機関名", "法人番号", "交付決定額(円)", "確定額(円)", "支払額(円)", "返還額(円)",
    ),
    "sapoin_evaluation": ("課題番号", "評価区分", "評価年度", "評点", "総合評価"),
    "sapoin_commercialisation": (
        "課題番号", "報告年度", "機関名", "法人番号", "事業化段階", "売上高(円)", "収益(円)",
        "収益納付額(円)", "特許出願数", "特許登録数",
    ),
    "sapoin_followup": (
        "課題番号", "調査年度", "事業化の有無", "特許等取得の有無", "事業化売上(千円)", "課題",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Research:
    """All that the files tell."""

    people: Population
    projects: Projects
    members: Members
    money: Money
    scores: Scores
    evaluations: Evaluations
    reports: Reports
    survey: Ints


class ResearchFiles:
    """Writes the files; each record of a party goes into the truth."""

    def __init__(self, out: Path, truth: Truth, research: Research) -> None:
        self._out, self._truth, self._all = out, truth, research
        self._people = research.people
        self._seed = research.people.course.plan.seed
        year = research.projects.year
        rank = np.arange(len(year)) - np.searchsorted(year, year, "left")
        era = np.where(year < 2019, year - 1988, year - 2018)
        self._number = pc.binary_join_element_wise("H", as_text(era), "-", as_text(rank + 1, 4), "")

    def write(self) -> None:
        self._applications()
        self._members()
        self._scores()
        self._execution()
        self._evaluations()
        self._reports()
        self._survey()

    def _file(self, source: str, name: str, encoding: str) -> Delivery:
        return Delivery(self._out, name, encoding, header(HEADERS[source]))

    def _numbers(self, project: Ints) -> Any:
        return self._number.take(pa.array(project))

    def _habits(self, year: int) -> Habits:
        return _SINCE if year >= _FIRST_WITH_NUMBERS else _BEFORE

    def _applications(self) -> None:
        projects, people, course = self._all.projects, self._people, self._people.course
        rng = dice(self._seed, "files:application")
        titles = project_titles(self._seed, len(projects.year))
        classification, technology = technologies(rng, projects.year)
        when = days(
            projects.year,
            rng.integers(4, 7, len(projects.year)),
            rng.integers(1, 28, len(projects.year)),
        )
        cost = np.rint(rng.uniform(62_000, 146_250, len(when))).astype(np.int64)
        asked = np.minimum(97_500, cost * 2 // 3)
        manager = self._all.members.firm[self._all.members.role == 0]
        for first, last in _PERIODS:
            rows = np.flatnonzero((projects.year >= first) & (projects.year <= last))
            firm = projects.place[rows]
            typed = type_parties(rng, people, firm, when[rows], self._habits(first))
            led = type_parties(rng, people, manager[rows], when[rows], self._habits(first))
            capital, slipped = slip_digits(rng, people.capital_thousand[firm], _SLIPS)
            founded, _, _ = parts(people.founded[firm])
            heads = course.heads[projects.year[rows] - 1 - course.first_year, firm]
            style = np.where(rng.random(len(rows)) < 0.05, rng.integers(0, 3, len(rows)), 1)
            decided = when[rows] + rng.integers(60, 110, len(rows))
            adopted = projects.is_adopted[rows]
            columns = [
                self._numbers(rows),
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
                figures(rng, capital, _DIRTY),
                as_text(heads),
                figures(rng, cost[rows], _DIRTY),
                figures(rng, asked[rows], _DIRTY),
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
            file = self._file("sapoin_application", name, encoding)
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
            self._link("sapoin_application", name, at, typed, order, firm)
            wrong = np.flatnonzero(slipped[order])
            self._truth.slip(
                "sapoin_application", name, at[wrong], "資本金(千円)",
                people.capital_thousand[firm[order]][wrong], capital[order][wrong],
            )  # fmt: skip

    def _link(self, source: str, name: str, at: Ints, typed: Any, order: Ints, firm: Ints) -> None:
        self._truth.link(source, name, at, typed.take(order), self._people.index[firm[order]])

    def _members(self) -> None:
        members, projects = self._all.members, self._all.projects
        rng = dice(self._seed, "files:member")
        for first, last in ((2006, 2014), (2015, 2018)):
            year = projects.year[members.project]
            rows = np.flatnonzero((year >= first) & (year <= last))
            firm = members.firm[rows]
            when = days(year[rows], np.full(len(rows), 5), np.ones(len(rows), np.int64))
            typed = type_parties(rng, self._people, firm, when, self._habits(first))
            columns = [
                self._numbers(members.project[rows]),
                listed(ROLES, members.role[rows]),
                quoted(typed.name),
                typed.number,
                typed.address,
            ]
            name = f"sapoin_kyodotai_{first}_{last}.csv"
            encoding = "cp932" if first < 2015 else "utf-8"
            self._typed_file(rng, "sapoin_member", name, encoding, columns, typed, firm)

    def _typed_file(
        self, rng: np.random.Generator, source: str, name: str, encoding: str,
        columns: list[Any], typed: Any, firm: Ints, twice: float = 0.002,
    ) -> Ints:  # fmt: skip
        """Write the file and its links; returns the lines on which the rows stand, once each."""
        order = repeated(rng, len(firm), twice)
        lines = joined(columns).take(pa.array(order))
        file = self._file(source, name, encoding)
        lines, sound = spoil(
            rng, lines, 2, number=3, day=1, title=2, ways=("column_missing", "unclosed_quote")
        )
        at = file.append(lines) + sound
        file.close()
        self._link(source, name, at, typed, order, firm)
        lines_of = np.zeros(len(firm), np.int64)
        lines_of[order] = at
        return lines_of

    def _scores(self) -> None:
        scores, projects = self._all.scores, self._all.projects
        year = projects.year[scores.project]
        for first, last in ((2006, 2014), (2015, 2018)):
            rows = np.flatnonzero((year >= first) & (year <= last))
            columns = [
                self._numbers(scores.project[rows]),
                pc.binary_join_element_wise("E", as_text(scores.evaluator[rows], 3), ""),
                *(_tenths(scores.points[rows, i]) for i in range(3)),
            ]
            file = self._file(
                "sapoin_score",
                f"sapoin2_hyoka_{first}_{last}.csv",
                "cp932" if first < 2015 else "utf-8",
            )
            file.append(joined(columns))
            file.close()

    def _execution(self) -> None:
        money, members = self._all.money, self._all.members
        rng = dice(self._seed, "files:execution")
        settled, paid, returned = _settled(rng, money.decided)
        for first, last, encoding in (
            (2006, 2013, "cp932"), (2014, 2018, "utf-8"), (2019, 2020, "utf-8-sig"),
        ):  # fmt: skip
            rows = np.flatnonzero((money.year >= first) & (money.year <= last))
            if not len(rows):
                continue
            rows = rows[
                np.lexsort(
                    (members.role[money.member[rows]], money.project[rows], money.year[rows])
                )
            ]
            # A few are paid in two unequal parts, each with its own line.
            twice = rng.random(len(rows)) < 0.04
            rows, share, rest = _instalments(rows, twice)
            firm = members.firm[money.member[rows]]
            when = days(money.year[rows], np.full(len(rows), 9), np.ones(len(rows), np.int64))
            typed = type_parties(rng, self._people, firm, when, self._habits(last))
            amounts = [
                _cut(column[rows], share, rest)
                for column in (money.decided, settled, paid, returned)
            ]
            style = np.where(rng.random(len(rows)) < 0.1, 2, 1)
            columns = [
                self._numbers(money.project[rows]),
                fiscal_year_texts(money.year[rows], style),
                quoted(typed.name),
                typed.number,
                *(figures(rng, amount, _DIRTY) for amount in amounts),
            ]
            name = f"sapoin3_shikko_{first}_{last}.csv"
            self._typed_file(
                rng, "sapoin_execution", name, encoding, columns, typed, firm, twice=0.0
            )

    def _evaluations(self) -> None:
        found = self._all.evaluations
        rng = dice(self._seed, "files:evaluation")
        grades = pa.array([*_GRADES, *"ＳＡＢＣ"])
        wide = rng.random(len(found.project)) < 0.05
        columns = [
            self._numbers(found.project),
            listed(_KINDS, found.kind),
            fiscal_year_texts(found.year, np.ones(len(found.year), np.int64)),
            _tenths(found.points),
            grades.take(pa.array(found.grade + 4 * wide)),
        ]
        file = self._file("sapoin_evaluation", "sapoin4_chukan_saishu.csv", "utf-8-sig")
        file.append(joined(columns))
        file.close()

    def _reports(self) -> None:
        reports, projects = self._all.reports, self._all.projects
        rng = dice(self._seed, "files:report")
        for first, last in ((2006, 2016), (2017, 2025)):
            rows = np.flatnonzero(
                (reports.year >= first) & (reports.year <= last) & reports.is_sent
            )
            n = len(rows)
            firm = projects.place[reports.project[rows]]
            when = days(reports.year[rows] + 1, np.full(n, 5), np.ones(n, np.int64))
            typed = type_parties(rng, self._people, firm, when, self._habits(last))
            sales, slipped = slip_digits(rng, reports.sales[rows], _SLIPS)
            income = np.rint(reports.sales[rows] * rng.uniform(0.03, 0.2, n)).astype(np.int64)
            payback = np.where(rng.random(n) < 0.2, income // 20, 0)
            stage = reports.stage[rows]
            columns = [
                self._numbers(reports.project[rows]),
                fiscal_year_texts(reports.year[rows], np.where(rng.random(n) < 0.1, 0, 1)),
                quoted(typed.name),
                typed.number,
                _stages(rng, stage),
                figures(rng, sales, _DIRTY),
                figures(rng, income, _DIRTY),
                as_text(payback),
                as_text(reports.applied[rows]),
                as_text(reports.granted[rows]),
            ]
            name = f"sapoin5_jigyoka_{first}_{last}.csv"
            encoding = "cp932" if first < 2017 else "utf-8"
            at = self._typed_file(
                rng, "sapoin_commercialisation", name, encoding, columns, typed, firm
            )
            wrong = np.flatnonzero(slipped)
            self._truth.slip(
                "sapoin_commercialisation", name, at[wrong], "売上高(円)",
                reports.sales[rows][wrong], sales[wrong],
            )  # fmt: skip

    def _survey(self) -> None:
        reports, rows = self._all.reports, self._all.survey
        rng = dice(self._seed, "files:survey")
        n = len(rows)
        is_sold = reports.stage[rows] >= 3
        meant = reports.sales[rows] // 1_000
        sales, slipped = slip_digits(rng, meant, _SLIPS)
        texts = word_table()["obstacles"]["texts"]
        obstacle = listed(
            texts, np.where(is_sold & (rng.random(n) < 0.5), 9, rng.integers(0, 9, n))
        )
        columns = [
            self._numbers(reports.project[rows]),
            fiscal_year_texts(reports.year[rows], np.ones(n, np.int64)),
            listed(("無", "有"), is_sold.astype(int)),
            listed(("無", "有"), (reports.granted[rows] > 0).astype(int)),
            figures(rng, sales, _DIRTY, is_sold),
            quoted(obstacle),
        ]
        name = "sapoin6_followup.csv"
        file = self._file("sapoin_followup", name, "cp932")
        at = file.append(joined(columns)) + np.arange(n)
        file.close()
        # The survey of the first years came twice, under two names.
        again = self._file("sapoin_followup", "sapoin6_followup_saisou.csv", "cp932")
        again.append(joined(columns).slice(0, n // 4))
        again.close()
        wrong = np.flatnonzero(slipped & is_sold)
        self._truth.slip(
            "sapoin_followup", name, at[wrong], "事業化売上(千円)", meant[wrong], sales[wrong]
        )


def _tenths(values: Ints) -> Any:
    return pc.binary_join_element_wise(as_text(values // 10), as_text(values % 10), ".")


def _settled(rng: np.random.Generator, decided: Ints) -> tuple[Ints, Ints, Ints]:
    """What was settled, paid and given back of what was decided."""
    n = len(decided)
    used = np.where(rng.random(n) < 0.35, 1.0, rng.uniform(0.88, 1.0, n))
    settled = np.floor(decided * used).astype(np.int64)
    is_back = rng.random(n) < 0.03
    returned = np.where(is_back, np.floor(settled * rng.uniform(0.01, 0.2, n)), 0).astype(np.int64)
    return settled, settled, returned


def _instalments(rows: Ints, twice: Bools) -> tuple[Ints, Ints, Bools]:
    """The rows with some of them twice; the part of the first in per cent, and which is the rest."""
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
