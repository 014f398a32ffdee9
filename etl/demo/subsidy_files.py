"""The demo payments in the two layouts of gBizINFO: the national bulk file and an extract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, iso
from etl.demo.delivery import Delivery
from etl.demo.dice import Ints, dice
from etl.demo.numbers import as_text
from etl.demo.payments import Payments
from etl.demo.places import atlas
from etl.demo.population import NO_NUMBER, Population
from etl.demo.rendering import figures, header, joined, quoted, spoil

BULK_HEADER = ("法人番号", "商号または名称", "登記住所", "証明日", "名称", "金額", "対象", "発行元")
EXTRACT_HEADER = ("", "corporate_number", "name", "subsidy_title", "amount", "date_of_approval")
FIRST_BULK, SECOND_BULK = "Hojokinjoho_20250930.csv", "Hojokinjoho_20261031.csv"
EXTRACT = "miyagi_subsidies.csv"
EXTRACT_PREFECTURE = "04"
# The extract alone holds the prefecture's older records and shares some years with the bulk file.
_BULK_BEGINS, _EXTRACT_ENDS = day(2018, 4, 1), day(2024, 3, 31)
_BULK_CUT = day(2025, 9, 30)
_REDELIVERED, _DIRTY_AMOUNT = 0.05, 0.005


class SubsidyFiles:
    """The three files; the second bulk file brings one in twenty earlier records again."""

    def __init__(self, out: Path) -> None:
        self._first = Delivery(out, FIRST_BULK, first=header(BULK_HEADER))
        self._second = Delivery(out, SECOND_BULK, first=header(BULK_HEADER))
        self._extract = Delivery(
            out, EXTRACT, first=header(EXTRACT_HEADER), prefecture_code=EXTRACT_PREFECTURE
        )
        self._n_extract = 0

    def add(self, people: Population, payments: Payments) -> None:
        """The payments of a chunk, in order of number, day and amount."""
        course = people.course
        rng = dice(course.plan.seed, "subsidy_files", course.chunk.number)
        known = np.flatnonzero(people.number[payments.firm] != NO_NUMBER)
        payments = payments.take(known)
        order = np.lexsort((payments.amount, payments.approved, people.number[payments.firm]))
        payments = payments.take(order)
        is_local = people.prefecture[payments.firm] == atlas().codes.index(EXTRACT_PREFECTURE)
        lines = _bulk_lines(rng, people, payments)
        national = ~(is_local & (payments.approved < _BULK_BEGINS))
        is_late = payments.approved > _BULK_CUT
        again = rng.random(len(lines)) < _REDELIVERED
        n_spoiled = int(course.chunk.number == 0)
        for file, chosen, n in (
            (self._first, national & ~is_late, 21),
            (self._second, national & (is_late | again), 7),
        ):
            body = lines.take(pa.array(np.flatnonzero(chosen)))
            body, _ = spoil(rng, body, n * n_spoiled, number=0, day=3, title=4)
            file.append(body)
        local = np.flatnonzero(is_local & (payments.approved <= _EXTRACT_ENDS))
        body = _extract_lines(people, payments.take(local), self._n_extract)
        self._n_extract += len(local)
        body, _ = spoil(rng, body, 6 * n_spoiled, number=1, day=5, title=3)
        self._extract.append(body)

    def close(self) -> None:
        for file in (self._first, self._second, self._extract):
            file.close()


def _bulk_lines(rng: np.random.Generator, people: Population, payments: Payments) -> Any:
    firm = pa.array(payments.firm)
    name = pc.if_else(
        pa.array(people.renamed[payments.firm] < 10**6),
        people.rewritten.take(firm),
        people.written.take(firm),
    )
    return joined(
        [
            people.number_texts.take(firm),
            name,
            people.rewritten_addresses.take(firm),
            iso(payments.approved),
            quoted(payments.title),
            figures(rng, payments.amount, _DIRTY_AMOUNT),
            "",
            payments.issuer,
        ]
    )


def _extract_lines(people: Population, payments: Payments, first: Ints | int) -> Any:
    firm = pa.array(payments.firm)
    return joined(
        [
            as_text(first + np.arange(len(payments.firm))),
            people.number_texts.take(firm),
            people.written.take(firm),
            quoted(payments.title),
            as_text(payments.amount),
            iso(payments.approved),
        ]
    )
