"""The programmes of the demo awards: who is likely to get one, when, how much, by what title."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.demo.firms import Firm

FIRST_YEAR, LAST_YEAR = 2015, 2025
# Awards grow over the years and jump with the relief measures of FY2020 and FY2021.
YEAR_WEIGHTS = {
    2015: 0.6, 2016: 0.65, 2017: 0.75, 2018: 0.85, 2019: 0.95, 2020: 1.9,
    2021: 1.75, 2022: 1.3, 2023: 1.25, 2024: 1.3, 2025: 1.35,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme of ``programmes.toml``; years are fiscal years of the budget."""

    code: str
    share: float
    issuer: str
    years: tuple[int, int]
    ceiling_yen: int
    ratio: float
    sigma: float
    divisions: dict[str, float]
    prefectures: dict[str, float]
    titles: tuple[tuple[int, int, str], ...]
    others: float = 1.0
    other_divisions: float = 1.0

    def affinity(self, firm: Firm) -> float:
        """How much likelier than the average this firm is to be paid, 0 for never."""
        return self.divisions.get(firm.division, self.other_divisions) * self.prefectures.get(
            firm.place.prefecture_code, self.others
        )

    def title_templates(self, year: int) -> list[str]:
        return [text for first, last, text in self.titles if first <= year <= last]


@cache
def programmes() -> tuple[Programme, ...]:
    """All programmes except the research consortia, which etl.demo.research draws."""
    path = Path(__file__).with_name("programmes.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["programme"]
    return tuple(
        Programme(
            **{
                **row,
                "years": (row["years"][0], row["years"][1]),
                "titles": tuple((first, last, text) for first, last, text in row["titles"]),
            }
        )
        for row in rows
    )


def era_names(fiscal_year: int) -> tuple[str, ...]:
    """How titles write a fiscal year; FY2019 has two names and both occur."""
    if fiscal_year < 2019:
        return (f"平成{fiscal_year - 1988}年度",)
    if fiscal_year == 2019:
        return ("平成31年度", "令和元年度")
    return (f"令和{fiscal_year - 2018}年度",)
