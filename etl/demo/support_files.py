"""The demo's cases of support bodies: turnaround councils, よろず支援拠点, succession centres."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, iso, slashed, wareki
from etl.demo.delivery import Delivery
from etl.demo.dice import Bools, Ints, dice
from etl.demo.life import LAST_DAY
from etl.demo.numbers import as_text
from etl.demo.payments import approval_days
from etl.demo.places import atlas
from etl.demo.population import Population
from etl.demo.programmes import measures, supports
from etl.demo.rendering import SPOILED_OTHERWISE, header, joined, quoted, repeated, spoil
from etl.demo.truth import Truth
from etl.demo.typed import Habits, type_parties
from etl.demo.uses import SUPPORT
from etl.demo.words import listed, word_table

SOURCE = "support_record"
_COLUMNS = (
    "支援機関種別", "支援機関名", "都道府県", "支援番号", "事業者名", "法人番号", "GビズID",
    "所在地", "電話番号", "支援開始日", "支援終了日", "支援内容", "支援結果",
)  # fmt: skip
# A file for each kind of body; the name of the body, before and since it changed.
FILES = {
    "turnaround": ("shien_kasseika.csv", "utf-8-sig"),
    "yorozu": ("shien_yorozu.csv", "cp932"),
    "succession": ("shien_shokei.csv", "utf-8"),
}
_KINDS = {
    "turnaround": ("中小企業再生支援協議会", "中小企業活性化協議会"),
    "yorozu": ("よろず支援拠点", "よろず支援拠点"),
    "succession": ("事業引継ぎ支援センター", "事業承継・引継ぎ支援センター"),
}
_RENAMED = day(2021, 4, 1)
_TOPICS = {
    "turnaround": ("返済条件の変更", "再生計画の策定", "経営改善計画の策定", "資金繰り"),
    "yorozu": ("売上拡大", "経営改善", "IT活用", "販路開拓", "創業", "補助金活用"),
    "succession": ("第三者承継", "親族内承継", "従業員承継", "事業評価"),
}
_HABITS = Habits(no_number=0.25, no_address=0.03, telephone=0.7, gbizid=0.2)
_OPEN_SHARE, _TWICE = 0.06, 0.004


# One body sends a column that nobody agreed on.
_WITH_REMARKS, _REMARKS = "succession", "備考"


def _columns(code: str) -> tuple[str, ...]:
    return (*_COLUMNS, _REMARKS) if code == _WITH_REMARKS else _COLUMNS


class SupportFiles:
    """The files of support records, filled chunk by chunk."""

    def __init__(self, out: Path, truth: Truth) -> None:
        self._truth = truth
        self._files = {
            code: Delivery(out, name, encoding, header(_columns(code)))
            for code, (name, encoding) in FILES.items()
        }

    def add(self, people: Population) -> Ints:
        """The cases of a chunk; returns their firms."""
        course = people.course
        kind, measure, year, place = course.uses.columns()
        rows = np.flatnonzero(kind == SUPPORT)
        measure, year, place = measure[rows], year[rows], place[rows]
        firm = course.holder[year - course.first_year, place]
        for position, spec in enumerate(measures()):
            if spec in supports():
                chosen = np.flatnonzero(measure == position)
                self._write(people, spec.code, firm[chosen], year[chosen])
        return firm

    def _write(self, people: Population, code: str, firm: Ints, year: Ints) -> None:
        chunk = people.course.chunk.number
        rng = dice(people.course.plan.seed, f"support:{code}", chunk)
        n = len(firm)
        started = np.minimum(approval_days(rng, year), LAST_DAY - 30)
        order = np.argsort(started, kind="stable")
        firm, started = firm[order], started[order]
        typed = type_parties(rng, people, firm, started, _HABITS)
        ended = started + rng.integers(5, 320, n)
        is_open = (ended > LAST_DAY) | (rng.random(n) < _OPEN_SHARE)
        seat = people.prefecture[firm]
        is_new = pa.array(started >= _RENAMED)
        old, new = _KINDS[code]
        kinds = pc.if_else(is_new, new, old)
        prefecture = listed(atlas().names, seat)
        number = pc.binary_join_element_wise(
            listed(atlas().codes, seat), as_text(chunk * 10**6 + np.arange(n), 8), "-"
        )
        results = word_table()["outcomes"][code]
        columns: list[Any] = [
            kinds,
            pc.binary_join_element_wise(prefecture, kinds, ""),
            pc.if_else(
                pa.array(rng.random(n) < 0.3), listed(atlas().short_names, seat), prefecture
            ),
            number,
            quoted(typed.name),
            typed.number,
            typed.gbizid,
            typed.address,
            typed.telephone,
            self._days(code, started, np.zeros(n, bool)),
            self._days(code, ended, is_open),
            listed(_TOPICS[code], rng.integers(0, len(_TOPICS[code]), n)),
            pc.if_else(pa.array(is_open), "", listed(results, rng.integers(0, len(results), n))),
        ]
        if code == _WITH_REMARKS:
            columns.append(listed(("", "", "要確認"), rng.integers(0, 3, n)))
        order = repeated(rng, n, _TWICE)
        lines = joined(columns).take(pa.array(order))
        lines, sound = spoil(
            rng, lines, 2 if chunk == 0 else 0, number=5, day=9, title=11, ways=SPOILED_OTHERWISE
        )
        first = self._files[code].append(lines)
        self._truth.link(
            SOURCE,
            self._files[code].name,
            first + sound,
            typed.take(order),
            people.index[firm[order]],
        )

    @staticmethod
    def _days(code: str, numbers: Ints, is_missing: Bools) -> Any:
        """Each kind of body writes days in its own way."""
        if code == "turnaround":
            texts = wareki(numbers, np.zeros(len(numbers), bool))
        else:
            texts = iso(numbers) if code == "yorozu" else slashed(numbers)
        return pc.if_else(pa.array(is_missing), "", texts)

    def close(self) -> None:
        for file in self._files.values():
            file.close()
