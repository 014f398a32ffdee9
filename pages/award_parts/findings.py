"""The sentences above the figures of the drill-down, made from the numbers of their answers.

A title says what is seen and no more. Counts and sums are complete and are compared as they are;
shares carry intervals and are compared only as far as these allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from components.eras import fiscal_year_text
from components.numbers import Scale, format_number, is_missing
from gate.answer import Row
from language import text
from pages.award_parts.measures import Measure
from stats.methods.rate_difference import rate_difference
from store.quantity import Unit

UNKNOWN = "?"
JOINER = "\u2060"
LEADERS = 3
ENDS = 4
# So many of a hundred intervals miss the whole by chance alone.
BY_CHANCE = 0.05
_FLAT = 0.05

Naming = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Parts:
    """A breakdown to be put into words: what one of its members is called (``kind``, a key of
    drilldown.kind), their names, the measure and its label, the whole and its parts."""

    kind: str
    naming: Naming
    measure: Measure
    label: str
    whole: Row
    rows: Sequence[Row]

    @property
    def known(self) -> list[Row]:
        """The members that have a number and are no remainder, the greatest first."""
        rows = [
            row
            for row in self.rows
            if row["member_code"] != UNKNOWN and self.measure.value(row) is not None
        ]
        return sorted(rows, key=lambda r: (-(self.measure.value(r) or 0.0), r["member_code"]))

    def name(self, row: Row) -> str:
        """The name of a member; a range of numbers in it stays on one line."""
        return self.naming(str(row["member_code"])).replace("〜", f"〜{JOINER}")


def parts_title(parts: Parts) -> str:
    """Which members stand out, as far as the numbers bear it."""
    known = parts.known
    if not known and any(parts.measure.count(row) for row in parts.rows):
        kind = text(f"drilldown.kind.{parts.kind}")
        word = "few" if any(row["member_code"] != UNKNOWN for row in parts.rows) else "unknown"
        return text(f"drilldown.parts_{word}", measure=parts.label, kind=kind)
    if not known or all(parts.measure.value(row) == 0 for row in known):
        return text("drilldown.parts_none", measure=parts.label)
    if len(known) == 1:
        return text("drilldown.parts_single", measure=parts.label, first=parts.name(known[0]))
    if parts.measure.has_interval:
        return _shares_title(parts, known)
    if parts.measure.is_sum:
        return _sums_title(parts, known)
    return _middles_title(parts, known)


def parts_summary(parts: Parts) -> str:
    """The highest and the lowest members with their numbers, for those who cannot see them."""
    known = parts.known
    ends = known if len(known) <= ENDS else [*known[: ENDS - 1], known[-1]]
    scale = parts.measure.scale(known)
    values = [
        text(
            "drilldown.list_item",
            name=parts.name(row),
            value=parts.measure.shown(row, scale=scale),
        )
        for row in ends
    ]
    return text(
        "drilldown.parts_summary",
        measure=parts.label,
        values=text("explore.list_separator").join(values),
        whole=parts.measure.shown(parts.whole),
    )


def apart(measure: Measure, row: Row, reference: float | None) -> int:
    """1 where the interval lies above ``reference``, −1 where below, 0 where it holds it."""
    bounds = measure.bounds(row)
    if bounds is None or is_missing(reference):
        return 0
    low, high = bounds
    return int(low > reference) - int(high < reference)  # type: ignore[operator]


def _shares_title(parts: Parts, known: Sequence[Row]) -> str:
    reference = parts.measure.value(parts.whole)
    sides = [apart(parts.measure, row, reference) for row in known]
    above = [row for row, side in zip(known, sides, strict=True) if side > 0]
    below = [row for row, side in zip(known, sides, strict=True) if side < 0][::-1]
    kind = text(f"drilldown.kind.{parts.kind}")
    lead = share_difference(parts.measure, known[0], known[1])
    if parts.kind == "bureau" and lead is not None and lead[1] > 0:
        value = parts.measure.shown(known[0])
        return text(
            "drilldown.parts_leader",
            measure=parts.label,
            kind=kind,
            first=parts.name(known[0]),
            value=value,
        )
    if len(above) + len(below) <= BY_CHANCE * len(known):
        return text("drilldown.parts_chance", measure=parts.label, kind=kind)
    word = "both" if above and below else "above" if above else "below"
    return text(
        f"drilldown.parts_{word}",
        measure=parts.label,
        above=_listed(parts, above),
        below=_listed(parts, below),
    )


def _listed(parts: Parts, rows: Sequence[Row]) -> str:
    """One or two names, or the first and how many there are."""
    names = [parts.name(row) for row in rows[:2]]
    if len(rows) <= len(names):
        return text("drilldown.and").join(names)
    counter = text(f"drilldown.counter.{parts.kind}", n=len(rows))
    return text("drilldown.many", name=names[0], n=counter)


def _sums_title(parts: Parts, known: Sequence[Row]) -> str:
    """The greatest and its share of the whole; of many members that of the first three."""
    total = parts.measure.value(parts.whole) or 0.0
    values = [parts.measure.value(row) or 0.0 for row in known]
    first = parts.name(known[0])
    if total <= 0 or values[0] <= 0:
        return text("drilldown.parts_none", measure=parts.label)
    n = LEADERS if len(known) > 4 * LEADERS else 1
    share = format_number(100 * sum(values[:n]) / total, Unit.PERCENT, decimals=0)
    counter = text(f"drilldown.counter.{parts.kind}", n=n)
    word = "sum_first" if n == 1 else "sum_leaders"
    return text(f"drilldown.parts_{word}", measure=parts.label, first=first, n=counter, share=share)


def _middles_title(parts: Parts, known: Sequence[Row]) -> str:
    """Means and medians of few: only how far they reach."""
    scale = parts.measure.scale(known)
    first, last = known[0], known[-1]
    return text(
        "drilldown.parts_span",
        measure=parts.label,
        first=parts.name(first),
        high=parts.measure.shown(first, scale=scale),
        last=parts.name(last),
        low=parts.measure.shown(last, scale=scale),
    )


def trend_title(
    measure: Measure,
    label: str,
    subject: str,
    series: Mapping[int, Row],
    *,
    last_ended: int,
    chosen: int = 0,
) -> str:
    """How the measure changed over the years that have ended; of a chosen year that has not,
    only how much there is so far."""
    if chosen > last_ended and chosen in series:
        return text(
            "drilldown.trend_running",
            subject=subject,
            measure=label,
            year=fiscal_year_text(chosen),
            value=measure.shown(series[chosen]),
        )
    known = {
        year: row
        for year, row in sorted(series.items())
        if year <= last_ended and measure.value(row) is not None
    }
    words = {"subject": subject, "measure": label}
    if len(known) < 2:
        return text("drilldown.trend_short", **words)
    first, last = min(known), max(known)
    # A year that is broken over two lines is hard to read.
    words["since"] = JOINER.join(fiscal_year_text(first))
    if measure.has_interval:
        return _share_change(measure, known[first], known[last], words)
    return _amount_change(measure, known[first], known[last], words)


def _share_change(measure: Measure, before: Row, now: Row, words: Mapping[str, str]) -> str:
    found = share_difference(measure, now, before)
    if found is None:
        return text("drilldown.trend_short", **words)
    difference, low, high = found
    if low <= 0 <= high:
        return text("drilldown.trend_chance", **words)
    change = text(
        "drilldown.points",
        n=format_number(abs(difference), Unit.PERCENT, decimals=1, has_unit=False),
    )
    return text(f"drilldown.trend_{'up' if difference > 0 else 'down'}", change=change, **words)


def _amount_change(measure: Measure, before: Row, now: Row, words: Mapping[str, str]) -> str:
    old, new = measure.value(before) or 0.0, measure.value(now) or 0.0
    if not measure.is_sum or old <= 0:
        scale: Scale | None = measure.scale([before, now])
        return text(
            "drilldown.trend_from_to",
            before=measure.shown(before, scale=scale),
            now=measure.shown(now, scale=scale),
            **words,
        )
    change = 100 * (new - old) / old
    if abs(change) < _FLAT:
        return text("drilldown.trend_flat", **words)
    shown = format_number(abs(change), Unit.PERCENT, decimals=0 if abs(change) >= 10 else 1)
    return text(f"drilldown.trend_{'grew' if change > 0 else 'shrank'}", change=shown, **words)


def share_difference(
    measure: Measure, first: Row, second: Row
) -> tuple[float, float, float] | None:
    """The difference of two shares of separate groups in ポイント, and its interval."""
    one, other = measure.value(first), measure.value(second)
    bounds, other_bounds = measure.bounds(first), measure.bounds(second)
    if one is None or other is None or bounds is None or other_bounds is None:
        return None
    return rate_difference(one, bounds, other, other_bounds)


def versus_title(
    measure: Measure, label: str, names: tuple[str, str], rows: tuple[Row, Row]
) -> str:
    """Whether one group lies above the other beyond chance."""
    words = {"measure": label, "first": names[0], "second": names[1]}
    found = share_difference(measure, *rows)
    if found is None:
        return text("drilldown.versus_none", **words)
    difference, low, high = found
    if low <= 0 <= high:
        return text("drilldown.versus_chance", **words)
    change = text(
        "drilldown.points",
        n=format_number(abs(difference), Unit.PERCENT, decimals=1, has_unit=False),
    )
    word = "above" if difference > 0 else "below"
    return text(f"drilldown.versus_{word}", change=change, **words)
