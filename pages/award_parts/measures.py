"""The numbers that the drill-down can draw: what each rests on and how it may be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.numbers import FEW, MISSING, Scale, column_scale, format_number, is_missing
from gate.answer import Answer, Row, rows_of
from language import text
from queries import measures as m
from store.quantity import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: its column, the count ``n`` it rests on, the bounds of its interval.

    ``is_sum`` says that the parts add up to the whole; ``has_fewest`` that it is not shown for
    fewer firms than the rule asks, so that it may be missing although ``n`` is not 0.
    """

    quantity: Quantity
    n: Quantity
    low: str = ""
    high: str = ""
    is_sum: bool = False
    has_fewest: bool = False

    @property
    def name(self) -> str:
        return self.quantity.name

    @property
    def unit(self) -> Unit:
        return self.quantity.unit or Unit.RECORD

    @property
    def has_interval(self) -> bool:
        return bool(self.low)

    def value(self, row: Mapping[str, Any]) -> float | None:
        """The number of a row, or None where there is none."""
        return _number(row, self.name)

    def bounds(self, row: Mapping[str, Any]) -> tuple[float, float] | None:
        low, high = _number(row, self.low), _number(row, self.high)
        return None if low is None or high is None else (low, high)

    def count(self, row: Mapping[str, Any]) -> int:
        return int(_number(row, self.n.name) or 0)

    def shown(
        self, row: Mapping[str, Any], *, scale: Scale | None = None, has_unit: bool = True
    ) -> str:
        """The number as it is read; … where too few firms stand behind it, - where none does."""
        value = row.get(self.name)
        if is_missing(value):
            return FEW if self.has_fewest and self.count(row) else MISSING
        return format_number(value, self.unit, scale=scale, has_unit=has_unit)

    def scale(self, rows: Sequence[Row], longest: int = 6) -> Scale | None:
        """The one unit in which all ``rows`` can be read, where the number is an amount."""
        if self.unit is not Unit.YEN:
            return None
        return column_scale([row.get(self.name) for row in rows], longest)


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value: Any = row.get(name)
    return None if is_missing(value) else float(value)


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(m.ADOPTION_RATE, m.N_APPLICATION, m.ADOPTION_LOW.name, m.ADOPTION_HIGH.name),
        Measure(m.N_APPLICATION, m.N_ADOPTED, is_sum=True),
        Measure(m.N_ADOPTED, m.N_APPLICATION, is_sum=True),
        Measure(m.GRANTED_YEN, m.N_ADOPTED, is_sum=True),
        Measure(m.GRANTED_PER_ADOPTED_YEN, m.N_ADOPTED),
        Measure(
            m.COMMERCIALISATION_RATE,
            m.N_REPORTED,
            m.COMMERCIALISATION_LOW.name,
            m.COMMERCIALISATION_HIGH.name,
        ),
        Measure(m.MEAN_SALES_YEN, m.N_WITH_SALES, has_fewest=True),
        Measure(m.MEDIAN_GROWTH, m.N_WITH_GROWTH, has_fewest=True),
    )
}
ADOPTION = MEASURES[m.ADOPTION_RATE.name]
COMMERCIALISATION = MEASURES[m.COMMERCIALISATION_RATE.name]


def label_of(measure: Measure, after: str) -> str:
    """The name of a measure; the share commercialised says after how many years."""
    words = text(f"quantity.{measure.name}.label")
    if measure is COMMERCIALISATION:
        return text("drilldown.after", measure=words, years=after)
    return words


def total_and_parts(answer: Answer) -> tuple[Row, list[Row]]:
    """The first row of a breakdown, which is the whole, and its members."""
    rows = rows_of(answer)
    return rows[0], rows[1:]
