"""What the files of サポイン have in common: headers, project numbers, parties and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.consortia import Members, Money
from etl.demo.delivery import Delivery
from etl.demo.dice import Ints
from etl.demo.numbers import as_text
from etl.demo.population import Population
from etl.demo.rendering import header, joined, repeated, spoil
from etl.demo.research import Projects
from etl.demo.research_outcome import Evaluations, Reports, Scores
from etl.demo.truth import Truth
from etl.demo.typed import Habits, Typed

SLIPS, DIRTY = 0.005, 0.004
_TWICE = 0.002
_BEFORE, _SINCE = Habits(no_number=0.4, telephone=0.7), Habits(no_number=0.05, telephone=0.7)
_FIRST_WITH_NUMBERS = 2015
HEADERS = {
    "sapoin_application": (
        "課題番号", "申請年度", "技術分類版", "技術分野", "研究開発課題名", "事業管理機関名",
        "事業管理機関法人番号", "申請者名", "法人番号", "所在地", "電話番号", "業種コード",
        "設立年", "資本金(千円)", "従業員数", "研究開発費(千円)", "補助金申請額(千円)", "採否",
        "採択日",
    ),
    "sapoin_member": ("課題番号", "役割", "機関名", "法人番号", "所在地"),
    "sapoin_score": ("課題番号", "評価者番号", "技術面", "事業化面", "政策面"),
    "sapoin_execution": (
        "課題番号", "年度", "機関名", "法人番号", "交付決定額(円)", "確定額(円)", "支払額(円)",
        "返還額(円)",
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


class ResearchDesk:
    """Opens the files, numbers the projects, and enters each party into the truth."""

    def __init__(self, out: Path, truth: Truth, research: Research) -> None:
        self.truth, self.research = truth, research
        self.people = research.people
        self.seed = research.people.course.plan.seed
        self._out = out
        year = research.projects.year
        rank = np.arange(len(year)) - np.searchsorted(year, year, "left")
        self._number = pc.binary_join_element_wise(
            "H", as_text(year - 1988), "-", as_text(rank + 1, 4), ""
        )

    def numbers(self, project: Ints) -> Any:
        """The numbers that join the six sets."""
        return self._number.take(pa.array(project))

    def file(self, source: str, name: str, encoding: str) -> Delivery:
        return Delivery(self._out, name, encoding, header(HEADERS[source]))

    def link(self, source: str, name: str, at: Ints, typed: Typed, firm: Ints) -> None:
        """Enter who is meant on the lines ``at``."""
        self.truth.link(source, name, at, typed, self.people.index[firm])

    def write_typed(
        self, rng: np.random.Generator, source: str, name: str, encoding: str,
        columns: list[Any], typed: Typed, firm: Ints, twice: float = _TWICE,
    ) -> Ints:  # fmt: skip
        """Write the file and its links; returns the line on which each row stands."""
        order = repeated(rng, len(firm), twice)
        lines = joined(columns).take(pa.array(order))
        file = self.file(source, name, encoding)
        lines, sound = spoil(
            rng, lines, 2, number=3, day=1, title=2, ways=("column_missing", "unclosed_quote")
        )
        at = file.append(lines) + sound
        file.close()
        self.link(source, name, at, typed.take(order), firm[order])
        lines_of = np.zeros(len(firm), np.int64)
        lines_of[order] = at
        return lines_of


def habits_in(year: int) -> Habits:
    """Numbers exist since FY2015; before, some were filled in later."""
    return _SINCE if year >= _FIRST_WITH_NUMBERS else _BEFORE


def tenths(values: Ints) -> Any:
    """56.6 from 566."""
    return pc.binary_join_element_wise(as_text(values // 10), as_text(values % 10), ".")
