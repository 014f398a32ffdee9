"""The sentences on users of a measure. They tell what was counted, and never what a measure did:
users differ from others before they use anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.followed_path import since_text
from components.numbers import format_number, interval_text, is_missing
from language import text
from store.quantity import Unit

Row = Mapping[str, Any]
BASE_YEAR = -1
# From here on a mean is said to be pulled by its outermost values.
PULLED = 0.05


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence in three parts, the middle one its number."""

    before: str
    number: str
    after: str


def amount(value: Any, unit: Unit) -> str:
    """``1.2億円``; persons to one decimal, for a mean is no whole one."""
    return format_number(value, unit, decimals=None if unit is Unit.YEN else 1)


def amounts(low: Any, high: Any, unit: Unit) -> str:
    """``1.1〜1.3億円``."""
    return interval_text(low, high, unit, decimals=None if unit is Unit.YEN else 1, has_unit=True)


def percents(row: Row, name: str) -> str:
    return interval_text(row[f"{name}_low"], row[f"{name}_high"], Unit.PERCENT, has_unit=True)


def reading(default: Row | None, measure: str, horizon: str) -> Reading | None:
    """The share that had defaulted, beside firms of the same industries and years."""
    if default is None or is_missing(default["exit_rate"]):
        return None
    before, after = text(
        "monitoring.reading",
        measure=measure,
        horizon=horizon,
        number="\0",
        interval=percents(default, "exit_rate"),
        n=format_number(default["n_at_risk"], Unit.FIRM),
    ).split("\0")
    if not is_missing(default["reference_exit_rate"]):
        reference = format_number(default["reference_exit_rate"], Unit.PERCENT)
        after += text(f"monitoring.reading_reference_{_side(default)}", reference=reference)
    after += text("monitoring.reading_end")
    return Reading(before, format_number(default["exit_rate"], Unit.PERCENT), after)


def path_title(
    rows: Sequence[Row], *, centre: str, outcome: str, named: str, unit: Unit, horizon: int
) -> str:
    """From the year before to ``horizon`` years later, each with its n: the firms are not the
    same. No word on why; but that a few values pull a mean is said with it."""
    words = {"outcome": outcome, "centre": named}
    known = {row["event_year"]: row for row in rows if not is_missing(row[centre])}
    base, last = known.get(BASE_YEAR), known.get(horizon)
    if base is None or last is None:
        return text("monitoring.path_title_few", **words)
    is_pulled = centre == "mean" and bool(pulled([base, last]))
    return text(
        "monitoring.path_title_pulled" if is_pulled else "monitoring.path_title",
        **words,
        base=amount(base[centre], unit),
        n_base=format_number(base["n"], Unit.FIRM),
        year=since_text(horizon),
        last=amount(last[centre], unit),
        n_last=format_number(last["n"], Unit.FIRM),
    )


def exit_title(default: Row | None, horizon: str) -> str:
    """Where the share of defaults lies to that of the same industries, as far as it can be told."""
    if default is None or is_missing(default["exit_rate"]):
        return text("monitoring.exit_title_few", horizon=horizon)
    rate = format_number(default["exit_rate"], Unit.PERCENT)
    whole = default["reference_exit_rate"]
    if is_missing(whole):
        return text("monitoring.exit_title_alone", horizon=horizon, rate=rate)
    reference = format_number(whole, Unit.PERCENT)
    key = f"monitoring.exit_title_{_side(default)}"
    return text(key, horizon=horizon, rate=rate, reference=reference)


def _side(default: Row) -> str:
    """Where the interval of the share of defaults lies to that of the same industries."""
    whole = default["reference_exit_rate"]
    if default["exit_rate_low"] > whole:
        return "above"
    return "below" if default["exit_rate_high"] < whole else "even"


def cohort_title(
    rows: Sequence[Row], *, centre: str, outcome: str, named: str, horizon: str, unit: Unit
) -> str:
    """Between which values the years of first use lie, and of how many firms each: no word on
    whether they differ beyond chance."""
    known = [row for row in rows if not is_missing(row[centre])]
    words = {"outcome": outcome, "centre": named, "horizon": horizon}
    if len(known) < 2:
        return text("monitoring.cohort_title_few", **words)
    values, counts = ([row[name] for row in known] for name in (centre, "n"))
    return text(
        "monitoring.cohort_title",
        **words,
        span=amounts(min(values), max(values), unit),
        n=interval_text(min(counts), max(counts), Unit.FIRM, has_unit=True),
    )


def pulled(rows: Sequence[Row]) -> list[Row]:
    """The years in which the mean and the winsorised mean lie more than PULLED apart: digit slips,
    or a few very large firms."""
    return [row for row in rows if _pull(row) > PULLED]


def most_pulled(rows: Sequence[Row]) -> Row:
    """The year in which they lie farthest apart."""
    return max(rows, key=_pull)


def _pull(row: Row) -> float:
    mean, bounded = row["mean"], row["winsorised_mean"]
    if is_missing(mean) or is_missing(bounded):
        return 0.0
    return abs(mean - bounded) / abs(bounded) if bounded else float(mean != 0) * 2
