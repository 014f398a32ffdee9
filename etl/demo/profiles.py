"""Which industry the demo firms state, by name only, as municipal gBizINFO extracts give it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.delivery import Delivery
from etl.demo.dice import dice
from etl.demo.population import NO_NUMBER, Population
from etl.demo.rendering import header, joined, quoted
from etl.demo.words import divisions, listed
from etl.reference import read_reference

HEADER = ("company", "business_codes", "business_items")
FILE = "industrycode.csv"
STATED_SHARE = 0.87
# Of these, a few give a name and no industry.
_UNKNOWN_SHARE, _SECOND_SHARE = 0.02, 0.08
_NARROW_SHARE, _SHORT_SHARE = 0.5, 0.04


class ProfileFile:
    """One record for most firms: divisions and major groups packed in one cell."""

    def __init__(self, out: Path) -> None:
        self._file = Delivery(out, FILE, "utf-8-sig", header(HEADER))

    def add(self, people: Population) -> None:
        rng = dice(people.course.plan.seed, "profiles", people.course.chunk.number)
        known = np.flatnonzero(people.number != NO_NUMBER)
        firm = rng.permutation(known[rng.random(len(known)) < STATED_SHARE])
        n = len(firm)
        is_new = pa.array(people.renamed[firm] < 10**6)
        rows = pa.array(firm)
        name = pc.if_else(is_new, people.rewritten.take(rows), people.written.take(rows))
        # Half of the names come in the half-width Latin of the extract.
        narrow = pc.utf8_normalize(name, form="NFKC")
        name = pc.if_else(pa.array(rng.random(n) < _NARROW_SHARE), narrow, name)
        short = pc.replace_substring(name, "株式会社", "(株)")
        name = pc.if_else(pa.array(rng.random(n) < _SHORT_SHARE), short, name)
        division, major = self._codes(people, firm)
        other = rng.permutation(firm)
        second_division, second_major = self._codes(people, other)
        is_later = people.division[other] > people.division[firm]
        is_double = pa.array((rng.random(n) < _SECOND_SHARE) & is_later)
        codes, items = self._cells([division], [major])
        more_codes, more_items = self._cells([division, second_division], [major, second_major])
        is_unknown = pa.array(rng.random(n) < _UNKNOWN_SHARE)
        codes = pc.if_else(is_unknown, "", pc.if_else(is_double, more_codes, codes))
        items = pc.if_else(is_unknown, "", pc.if_else(is_double, more_items, items))
        self._file.append(joined([name, quoted(codes), quoted(items)]))

    @staticmethod
    def _codes(people: Population, firm: np.ndarray[Any, Any]) -> tuple[Any, Any]:
        return listed(divisions(), people.division[firm]), people.majors.take(pa.array(firm))

    @staticmethod
    def _cells(division: list[Any], major: list[Any]) -> tuple[Any, Any]:
        parts = [*division, *major]
        items = [_industry_names().take(pc.index_in(part, _industry_codes())) for part in parts]
        return (
            pc.binary_join_element_wise(*parts, ","),
            pc.binary_join_element_wise(*items, ","),
        )

    def close(self) -> None:
        self._file.close()


@cache
def _industry_codes() -> Any:
    table = read_reference("industry")
    return pa.array(list(table.loc[table["revision"] == "14", "code"]))


@cache
def _industry_names() -> Any:
    table = read_reference("industry")
    return pa.array(list(table.loc[table["revision"] == "14", "name"]))
