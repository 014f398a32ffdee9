"""The sentences on adoption and growth, made from the numbers and no bolder than their intervals.

None of them says what the subsidy did: whoever is adopted was chosen, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.numbers import format_number, is_missing
from language import text
from store.quantity import Unit

Row = Mapping[str, Any]
Naming = Callable[[str], str]

UNKNOWN = "?"
# |ρ| from which a relation is called weak, middling, strong.
_STRENGTHS = ((0.5, "strong"), (0.3, "middling"), (0.1, "weak"), (0.0, "faint"))
# From here on a title does not add how weak it is.
CLEAR = 0.3
_RHO_DECIMALS = 2
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence in three parts, the middle one its number."""

    before: str
    number: str
    after: str

    @property
    def sentence(self) -> str:
        return f"{self.before}{self.number}{self.after}"


def side_of(row: Row, name: str) -> int:
    """1 where the interval of ``name`` lies above zero, −1 below, 0 where it holds zero or is
    missing."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    if is_missing(low) or is_missing(high):
        return 0
    return int(low > 0) - int(high < 0)  # type: ignore[operator]


def rho_text(value: Any) -> str:
    return format_number(value, None, decimals=_RHO_DECIMALS, is_signed=True)


def rho_interval(low: Any, high: Any) -> str:
    return text("number.interval", low=rho_text(low), high=rho_text(high))


def points_interval(low: Any, high: Any) -> str:
    """``+0.4〜+1.4ポイント``."""
    ends = [format_number(end, Unit.PERCENT, is_signed=True, has_unit=False) for end in (low, high)]
    interval = text("number.interval", low=ends[0], high=ends[1])
    return text("number.with_unit", digits=interval, unit=text("number.point"))


def points_text(value: Any, *, is_signed: bool = True) -> str:
    """A difference of percents: ``+0.9ポイント``."""
    digits = format_number(value, Unit.PERCENT, is_signed=is_signed, has_unit=False)
    return text("number.with_unit", digits=digits, unit=text("number.point"))


def strength(rho: float) -> str:
    """How strong a correlation is, in words."""
    name = next(name for least, name in _STRENGTHS if abs(rho) >= least)
    return text(f"growth.strength_{name}")


def reading(total: Row, *, result: str, growth: str, window: str) -> Reading | None:
    """What the whole selection shows; None where there are too few to say."""
    if is_missing(total.get("rho")):
        return None
    if result == "adopted":
        return _difference_read(total, growth, window)
    side = side_of(total, "rho")
    word = {1: "up", -1: "down", 0: "none"}[side]
    named = text(f"growth.result_{result}")
    before, after = text(
        f"growth.reading_{word}", result=named, growth=growth, window=window, number="\0"
    ).split("\0")
    interval = rho_interval(total["rho_low"], total["rho_high"])
    close = text(
        "growth.reading_close_rho" if side else "growth.reading_close",
        interval=interval,
        strength=strength(total["rho"]),
    )
    return Reading(before, rho_text(total["rho"]), f"{after}{close}")


def _difference_read(total: Row, growth: str, window: str) -> Reading:
    side = side_of(total, "slope")
    word = {1: "above", -1: "below", 0: "even"}[side]
    before, after = text(f"growth.reading_{word}", growth=growth, window=window, number="\0").split(
        "\0"
    )
    number = points_text(abs(total["slope"]), is_signed=False)
    low, high = total["slope_low"], total["slope_high"]
    if side < 0:
        low, high = -high, -low
    if not side:
        number = points_text(total["slope"])
        interval = points_interval(low, high)
    else:
        ends = [format_number(end, Unit.PERCENT, has_unit=False) for end in (low, high)]
        digits = text("number.interval", low=ends[0], high=ends[1])
        interval = text("number.with_unit", digits=digits, unit=text("number.point"))
    return Reading(before, number, f"{after}{text('growth.reading_close', interval=interval)}")


def spread_title(adopted: Row, rejected: Row, total: Row) -> str:
    """How the two spreads lie to each other."""
    if is_missing(adopted.get("median")) or is_missing(rejected.get("median")):
        return text("growth.spread_few")
    side = side_of(total, "slope")
    if not side:
        return text("growth.spread_even")
    overlaps = (
        rejected["p25"] <= adopted["median"] <= rejected["p75"]
        and adopted["p25"] <= rejected["median"] <= adopted["p75"]
    )
    word = "higher" if side > 0 else "lower"
    return text(f"growth.spread_{word}_{'overlap' if overlaps else 'apart'}")


def bins_title(total: Row, result: str, growth: str) -> str:
    """Whether growth goes with the grant or the points, and how closely."""
    named = text(f"growth.result_{result}")
    if is_missing(total.get("rho")):
        return text("growth.bins_few", result=named, growth=growth)
    side = side_of(total, "rho")
    word = {1: "up", -1: "down", 0: "none"}[side]
    if side and abs(total["rho"]) >= CLEAR:
        word = f"clear_{word}"
    return text(f"growth.bins_{word}", result=named, growth=growth, strength=strength(total["rho"]))


def relation_title(
    rows: Sequence[Row], naming: Naming, *, metric: str, result: str, counter: str
) -> str:
    """In which members the relation is beyond chance, after many were looked at.

    ``counter`` is the key of a text that counts members (``{n}局``).
    """
    known = [row for row in rows if not is_missing(row.get(metric))]
    named = text(f"growth.result_{result}")
    if not known:
        return text("growth.relation_few", result=named)
    marked = [row for row in known if row["is_marked"]]
    up = [row for row in marked if row[metric] > 0]
    down = [row for row in marked if row[metric] < 0]
    if not marked:
        return text("growth.relation_none", result=named, n=text(counter, n=len(known)))
    if up and down:
        return text(
            "growth.relation_both",
            result=named,
            up=_listed(up, metric, naming, counter),
            down=_listed(down, metric, naming, counter),
        )
    word, found = ("up", up) if up else ("down", down)
    if len(found) == len(known) > 1:
        return text(f"growth.relation_{word}_all", result=named, n=text(counter, n=len(known)))
    return text(
        f"growth.relation_{word}", result=named, names=_listed(found, metric, naming, counter)
    )


def _listed(rows: Sequence[Row], metric: str, naming: Naming, counter: str) -> str:
    """One or two names, the clearest first, or the first and how many there are."""
    ordered = sorted(rows, key=lambda r: (-abs(r[metric]), str(r["member_code"])))
    names = [naming(str(row["member_code"])) for row in ordered[:_NAMED]]
    if len(ordered) <= _NAMED:
        return text("growth.and").join(names)
    return text("growth.many", name=names[0], n=text(counter, n=len(ordered)))
