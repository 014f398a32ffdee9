"""The demo's applications for subsidies with their decisions, typed by the applicants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, iso, wareki
from etl.demo.delivery import Delivery
from etl.demo.dice import Bools, Ints, dice
from etl.demo.numbers import as_text
from etl.demo.payments import Grants, approval_days
from etl.demo.population import Population
from etl.demo.programmes import measures
from etl.demo.rendering import (
    SPOILED_OTHERWISE,
    figures,
    header,
    joined,
    quoted,
    repeated,
    spoil,
)
from etl.demo.truth import Truth
from etl.demo.typed import Habits, Typed, slip_digits, type_parties
from etl.demo.uses import (
    ADOPTED_SHARE,
    PROPRIETOR_AWARD,
    PROPRIETOR_SHARE,
    REJECTION,
    WITHDRAWN_SHARE,
)
from etl.demo.words import listed, word_table

SOURCE = "subsidy_application"
_COLUMNS = (
    "受付番号", "制度名", "公募回", "申請日", "法人番号", "事業者名", "所在地", "電話番号",
    "GビズID", "業種コード", "資本金({u})", "従業員数", "補助事業名", "補助金申請額({u})", "採否",
    "採否決定日", "交付決定額({u})",
)  # fmt: skip
# Files by the fiscal years of the budget, with unit and encoding; the last one brings some again.
FILES = (
    ("shinsei_2015_2019.csv", (2015, 2019), "円", "cp932"),
    ("shinsei_2020_2022.csv", (2020, 2022), "円", "utf-8-sig"),
    ("shinsei_2023_2025.csv", (2023, 2025), "千円", "utf-8"),
)
_ELECTRONIC = 2020
_AGAIN_SHARE, _BROUGHT_AGAIN, _TWICE, _DIRTY, _SLIPS = 0.2, 0.03, 0.002, 0.004, 0.005
_HABITS = Habits(no_number=0.10, telephone=0.6, gbizid=0.0)
_ELECTRONIC_HABITS = Habits(no_number=0.05, telephone=0.6, gbizid=0.85)


class ApplicationFiles:
    """The files of applications, filled chunk by chunk."""

    def __init__(self, out: Path, truth: Truth) -> None:
        self._truth = truth
        self._files = []
        for name, years, unit, encoding in FILES:
            first = header([column.format(u=unit) for column in _COLUMNS])
            self._files.append((Delivery(out, name, encoding, first), years, unit))

    def add(self, people: Population, grants: Grants) -> None:
        """The applications of a chunk: adopted ones, rejected ones, some that tried again."""
        rng = dice(people.course.plan.seed, "applications", people.course.chunk.number)
        rows = _applications(rng, people, grants)
        for delivery, (first, last), unit in self._files:
            is_in = (rows.year >= first) & (rows.year <= last)
            # The newest file brings some of the year before again, in its own unit.
            if first == FILES[-1][1][0]:
                is_in |= (rows.year == first - 1) & (rng.random(len(rows.year)) < _BROUGHT_AGAIN)
            self._write(rng, people, rows.take(np.flatnonzero(is_in)), delivery, unit)

    def _write(
        self, rng: np.random.Generator, people: Population, rows: _Applications,
        delivery: Delivery, unit: str,
    ) -> None:  # fmt: skip
        habits = _ELECTRONIC_HABITS if len(rows.year) and rows.year[0] >= _ELECTRONIC else _HABITS
        typed = type_parties(rng, people, rows.firm, rows.applied, habits)
        lines, capital, slipped = _lines(rng, people, rows, typed, unit)
        order = repeated(rng, len(lines), _TWICE)
        lines = lines.take(pa.array(order))
        n_spoiled = 4 if people.course.chunk.number == 0 else 0
        lines, sound = spoil(
            rng, lines, n_spoiled, number=4, day=3, title=12, ways=SPOILED_OTHERWISE
        )
        first = delivery.append(lines)
        at = first + sound
        self._truth.link(
            SOURCE, delivery.name, at, typed.take(order), people.index[rows.firm[order]]
        )
        wrong = np.flatnonzero(slipped[order])
        scale = 1 if unit == "千円" else 1_000
        self._truth.slip(
            SOURCE, delivery.name, at[wrong], f"資本金({unit})",
            people.capital_thousand[rows.firm[order]][wrong] * scale, capital[order][wrong],
        )  # fmt: skip

    def close(self) -> None:
        for delivery, _, _ in self._files:
            delivery.close()


class _Applications:
    """Applications in columns."""

    def __init__(self, **columns: Ints) -> None:
        self.columns = columns

    def __getattr__(self, name: str) -> Ints:
        return self.columns[name]

    def take(self, rows: Ints) -> _Applications:
        return _Applications(**{name: column[rows] for name, column in self.columns.items()})


def _applications(rng: np.random.Generator, people: Population, grants: Grants) -> _Applications:
    course, plan, chunk = people.course, people.course.plan, people.course.chunk
    called = np.array([bool(spec.calls) for spec in measures()])
    # Not all awards have their application here: as many as were planned.
    n_adopted = plan.part(plan.n_application * ADOPTED_SHARE * (1 - PROPRIETOR_SHARE), chunk)
    able = np.flatnonzero(called[grants.measure])
    adopted = np.sort(rng.permutation(able)[:n_adopted])
    kind, measure, year, place = course.uses.columns()
    others = np.flatnonzero((kind == PROPRIETOR_AWARD) | (kind == REJECTION))
    decision = np.where(kind[others] == REJECTION, 1, 0)
    firm = course.holder[year[others] - course.first_year, place[others]]
    amounts = _amounts(rng, measure[others])
    approved = approval_days(rng, year[others])
    columns = {
        "firm": np.concatenate([grants.firm[adopted], firm]),
        "measure": np.concatenate([grants.measure[adopted], measure[others]]),
        "year": np.concatenate([grants.year[adopted], year[others]]),
        "decision": np.concatenate([np.zeros(len(adopted), np.int64), decision]),
        "decided": np.concatenate([grants.approved[adopted], approved]),
        "granted": np.concatenate([grants.amount[adopted], amounts]),
    }
    columns = _with_earlier_tries(rng, people, columns)
    n = len(columns["firm"])
    withdrawn = (columns["decision"] == 1) & (rng.random(n) < WITHDRAWN_SHARE / (1 - ADOPTED_SHARE))
    columns["decision"] = np.where(withdrawn, 2, columns["decision"])
    columns["decided"] = columns["decided"] - rng.integers(0, 40, n)
    columns["applied"] = columns["decided"] - rng.integers(45, 150, n)
    order = np.argsort(columns["applied"], kind="stable")
    rows = _Applications(**columns).take(order)
    rows.columns["sequence"] = np.arange(n)
    return rows


def _with_earlier_tries(
    rng: np.random.Generator, people: Population, columns: dict[str, Ints]
) -> dict[str, Ints]:
    """Some of the rejections are those of firms that were adopted in the following year."""
    adopted, rejected = (np.flatnonzero(columns["decision"] == d) for d in (0, 1))
    first = people.first_year[columns["firm"][adopted]]
    able = adopted[first < columns["year"][adopted] - 1]
    n = min(len(able), len(rejected), round(_AGAIN_SHARE * len(adopted)))
    tried, given = rng.permutation(able)[:n], rng.permutation(rejected)[:n]
    years = np.array([spec.years[0] for spec in measures()])
    is_open = columns["year"][tried] - 1 >= years[columns["measure"][tried]]
    tried, given = tried[is_open], given[is_open]
    for name in ("firm", "measure", "granted"):
        columns[name][given] = columns[name][tried]
    columns["year"][given] = columns["year"][tried] - 1
    columns["decided"][given] = columns["decided"][tried] - 365
    return columns


def _amounts(rng: np.random.Generator, measure: Ints) -> Ints:
    ceiling, ratio, sigma = (
        np.array([getattr(spec, name) for spec in measures()], float)[measure]
        for name in ("ceiling_yen", "ratio", "sigma")
    )
    drawn = ceiling * ratio * np.exp(sigma * rng.standard_normal(len(measure)))
    return np.asarray(
        np.maximum(1_000, np.rint(np.minimum(ceiling, drawn) / 1_000).astype(np.int64) * 1_000)
    )


def _lines(
    rng: np.random.Generator, people: Population, rows: _Applications, typed: Typed, unit: str
) -> tuple[Any, Ints, Bools]:
    n = len(rows.firm)
    course = people.course
    scale = 1_000 if unit == "千円" else 1
    capital, slipped = slip_digits(
        rng, people.capital_thousand[rows.firm] * (1 if unit == "千円" else 1_000), _SLIPS
    )
    corporate = people.is_corporate[rows.firm]
    slipped &= corporate
    codes = np.array([spec.code for spec in measures()])
    number = pc.binary_join_element_wise(
        listed([code[:2].upper() for code in codes], rows.measure),
        as_text(rows.year),
        as_text(course.chunk.number * 10**6 + rows.sequence, 8),
        "-",
    )
    heads = course.heads[(rows.year - course.first_year), _home(people, rows.firm)]
    is_adopted = rows.decision == 0
    granted = rows.granted // scale
    asked = (rows.granted * rng.uniform(1.0, 1.12, n)).astype(np.int64) // scale
    old_style = rng.random(n) < 0.1
    applied = pc.if_else(
        pa.array(old_style & (rows.applied < day(2019, 4, 1))),
        wareki(rows.applied, rng.random(n) < 0.5),
        iso(rows.applied),
    )
    call = as_text(1 + (rows.applied - day(2015, 1, 1)) // 90 % 9)
    call = pc.if_else(
        pa.array(rng.random(n) < 0.15), pc.binary_join_element_wise("第", call, "回", ""), call
    )
    columns = [
        number,
        listed([spec.calls for spec in measures()], rows.measure),
        call,
        applied,
        typed.number,
        quoted(typed.name),
        typed.address,
        typed.telephone,
        typed.gbizid,
        people.majors.take(pa.array(rows.firm)),
        figures(rng, capital, _DIRTY, corporate),
        as_text(heads),
        _titles(rng, n),
        figures(rng, np.maximum(asked, granted), _DIRTY),
        listed(("採択", "不採択", "取下げ"), rows.decision),
        iso(rows.decided, rows.decision < 2),
        figures(rng, granted, _DIRTY, is_adopted),
    ]
    return joined(columns), capital, slipped


def _home(people: Population, firm: Ints) -> Ints:
    return people.home[firm].clip(0)


def _titles(rng: np.random.Generator, n: int) -> Any:
    table = word_table()["projects"]
    parts = [listed(table[name], rng.integers(0, len(table[name]), n)) for name in ("what", "how")]
    return pc.binary_join_element_wise(*parts, "")
