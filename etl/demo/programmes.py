"""The measures of the demo: who is likely to use one, when, how much, and what it does."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.dice import Floats, Ints, dice
from etl.demo.places import atlas
from etl.demo.words import divisions

FIRST_YEAR, LAST_YEAR = 2015, 2025
# Awards grow over the years and jump with the relief measures of FY2020 and FY2021.
YEAR_WEIGHTS = {
    2015: 0.6, 2016: 0.65, 2017: 0.75, 2018: 0.85, 2019: 0.95, 2020: 1.9,
    2021: 1.75, 2022: 1.3, 2023: 1.25, 2024: 1.3, 2025: 1.35,
}  # fmt: skip
# How much of an effect is there 0, 1, 2, 3 … years after the year of use.
SHAPE = (0.15, 0.5, 0.8, 1.0)
_HORIZON = 30
# The year of use of a firm that never used the measure: far enough for no effect.
NEVER = 9_999
_LOCAL_SPREAD = 0.22


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme or a kind of support of ``programmes.toml``; years are fiscal years."""

    code: str
    share: float
    years: list[int]
    effect: dict[str, float]
    selection: dict[str, float]
    issuer: str = ""
    ceiling_yen: int = 0
    ratio: float = 0.0
    sigma: float = 0.0
    divisions: dict[str, float] = field(default_factory=dict)
    prefectures: dict[str, float] = field(default_factory=dict)
    titles: list[list[Any]] = field(default_factory=list)
    others: float = 1.0
    other_divisions: float = 1.0
    calls: str = ""

    def affinity(self, division: Ints, prefecture: Ints) -> Floats:
        """How much likelier than the average each firm is to use this, 0 for never."""
        by_division = [self.divisions.get(d, self.other_divisions) for d in divisions()]
        by_prefecture = [self.prefectures.get(c, self.others) for c in atlas().codes]
        return np.asarray(np.array(by_division)[division] * np.array(by_prefecture)[prefecture])

    def local(self, seed: int) -> Floats:
        """Prefectures differ in every programme beyond what the table says."""
        return dice(seed, f"local:{self.code}").lognormal(0, _LOCAL_SPREAD, len(atlas().codes))

    def share_until(self, year: int) -> float:
        """The part of all uses that falls into ``year`` or before it."""
        first, last = self.years
        weights = [YEAR_WEIGHTS[y] for y in range(first, last + 1)]
        return sum(weights[: max(0, year - first + 1)]) / sum(weights)

    def title_templates(self, year: int) -> list[str]:
        return [text for first, last, text in self.titles if first <= year <= last]

    def path(self, outcome: str) -> Floats:
        """The effect by years since the use; position 0 stands for the years before it."""
        path = np.full(_HORIZON, self.effect[outcome])
        path[: len(SHAPE)] *= SHAPE
        return np.concatenate([[0.0], path])


def years_since(used: Ints, year: int) -> Ints:
    """The position in a ``path`` for firms that used a measure first in ``used``."""
    return (year - used + 1).clip(0, _HORIZON)


@cache
def _table(kind: str) -> tuple[Programme, ...]:
    path = Path(__file__).with_name("programmes.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))[kind]
    return tuple(Programme(**row) for row in rows)


def programmes() -> tuple[Programme, ...]:
    """All subsidy programmes except the research consortia, which etl.demo.research draws."""
    return _table("programme")


def supports() -> tuple[Programme, ...]:
    """What support bodies do."""
    return _table("support")


def measures() -> tuple[Programme, ...]:
    """Programmes and supports: all that has a log-linear effect."""
    return programmes() + supports()


def era_names(fiscal_year: int) -> tuple[str, ...]:
    """How titles write a fiscal year; FY2019 has two names and both occur."""
    if fiscal_year < 2019:
        return (f"平成{fiscal_year - 1988}年度",)
    if fiscal_year == 2019:
        return ("平成31年度", "令和元年度")
    return (f"令和{fiscal_year - 2018}年度",)
