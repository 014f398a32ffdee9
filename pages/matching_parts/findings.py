"""The sentences on a matched comparison, made from the numbers and no bolder than their bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.event_study import event_year_text
from components.numbers import FEW, format_number, interval_text, is_missing
from gate.answer import Row
from language import text
from queries.matching_measures import BASE_EVENT, BLOCK_ABOVE, WARN_ABOVE
from store.quantity import Unit

# From here on a ratio is written without decimals; below this a p-value is said to be less.
_LARGE_RATIO, _SMALL_P = 10, 0.01


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence in three parts, the middle one its number; ``is_result`` where it has one."""

    before: str
    number: str = ""
    after: str = ""
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """What the sentences name: users, their firms, the measure, the outcome, its unit and the year
    that years are counted from."""

    measure: str
    user: str
    control: str
    outcome: str
    unit: Unit
    start: str = ""


def side(row: Row) -> int:
    """1 where the band of the difference lies above zero, −1 below, 0 where it holds zero."""
    low, high = row.get("difference_low"), row.get("difference_high")
    if is_missing(low) or is_missing(high):
        return 0
    return int(float(low or 0) > 0) - int(float(high or 0) < 0)


def worst_likeness(balance: Sequence[Row]) -> float | None:
    """The largest |SMD| after matching; None where nothing is known."""
    known = [abs(row["smd_after"]) for row in balance if not is_missing(row["smd_after"])]
    return max(known) if known else None


def amount(value: Any, unit: Unit, *, is_signed: bool = True) -> str:
    """A difference with its unit: ``+2.8%``, ``+2.0億円``."""
    return format_number(value, unit, decimals=decimals_of(unit), is_signed=is_signed)


def decimals_of(unit: Unit) -> int | None:
    """Persons to one decimal, for a mean is no whole one; others as they always are."""
    return 1 if unit is Unit.PERSON else None


def ratio_text(value: Any) -> str:
    """How many times as large: two digits where it is below ten."""
    if is_missing(value):
        return FEW
    return format_number(value, None, decimals=1 if float(value) < _LARGE_RATIO else 0)


def p_text(value: Any) -> str:
    """A p-value to two digits; never 0.00."""
    if not is_missing(value) and float(value) < _SMALL_P:
        return text("matching.p_below", value=format_number(_SMALL_P, None, decimals=2))
    return format_number(value, None, decimals=2)


def plain_sentence(named: Named, path: Sequence[Row], after: int) -> str:
    """What a plain comparison would say at e = ``after``, and why nobody should."""
    row, base = at(path, after), at(path, BASE_EVENT)
    if row is None or base is None or is_missing(row["plain_difference"]):
        return ""
    if is_missing(row["plain_ratio"]) or is_missing(base["plain_ratio"]):
        plain = amount(row["plain_difference"], named.unit)
        return text("matching.plain_said", plain=plain, user=named.user)
    ratios = [ratio_text(one["plain_ratio"]) for one in (row, base)]
    return text("matching.plain_ratio_said", ratio=ratios[0], base=ratios[1])


def reading(named: Named, balance: Sequence[Row], path: Sequence[Row], after: int) -> Reading:
    """What the comparison shows at e = ``after``; why nothing is said where it must not be."""
    worst = worst_likeness(balance)
    row = at(path, after)
    if worst is None or row is None or is_missing(row["difference"]):
        return Reading(text("matching.reading_few", n=after, user=named.user))
    if worst > BLOCK_ABOVE:
        value = format_number(worst, None, decimals=2)
        return Reading(text("matching.reading_block", worst=value))
    word = {1: "above", -1: "below", 0: "even"}[side(row)]
    before, rest = text(
        f"matching.reading_{word}",
        measure=named.measure,
        user=named.user,
        control=named.control,
        outcome=named.outcome,
        n=after,
        number="\0",
    ).split("\0")
    shown = row["difference"] if word == "even" else abs(row["difference"])
    ends = (row["difference_low"], row["difference_high"])
    if word == "below":
        ends = (-ends[1], -ends[0])
    interval = interval_text(*ends, named.unit, decimals=decimals_of(named.unit), has_unit=True)
    close = text("matching.reading_close", interval=interval)
    number = amount(shown, named.unit, is_signed=word == "even")
    return Reading(before, number, f"{rest}{close}", is_result=True)


def at(path: Sequence[Row], event: int) -> Row | None:
    return next((row for row in path if int(row["event_year"]) == event), None)


def path_title(named: Named, path: Sequence[Row], is_blocked: bool) -> str:
    """From when to when the band excludes zero, in how many of the years where not in all."""
    rows = [
        row
        for row in path
        if int(row["event_year"]) > BASE_EVENT and not is_missing(row["difference"])
    ]
    if is_blocked or not rows:
        return text("matching.path_plain", outcome=named.outcome)
    apart = [row for row in rows if side(row)]
    if not apart:
        return text("matching.path_even", outcome=named.outcome)
    if len({side(row) for row in apart}) > 1:
        return text("matching.path_both", outcome=named.outcome)
    word = "above" if side(apart[0]) > 0 else "below"
    span = rows[rows.index(apart[0]) : rows.index(apart[-1]) + 1]
    if len(apart) == 1:
        word += "_one"
    elif len(span) > len(apart):
        # A year between that cannot be told apart is not claimed.
        word += "_some"
    ends = (event_year_text(int(row["event_year"]), named.start) for row in (apart[0], apart[-1]))
    return text(
        f"matching.path_{word}",
        outcome=named.outcome,
        user=named.user,
        k=len(apart),
        **dict(zip(("first", "last"), ends, strict=True)),
    )


def balance_title(balance: Sequence[Row]) -> str:
    worst = worst_likeness(balance)
    if worst is None:
        return text("matching.balance_few")
    value = format_number(worst, None, decimals=2)
    if worst <= WARN_ABOVE:
        return text("matching.balance_ok")
    word = "warn" if worst <= BLOCK_ABOVE else "block"
    return text(f"matching.balance_{word}", worst=value)


def loss_title(losses: Sequence[Row]) -> str:
    of = {str(row["step"]): row for row in losses}
    return text(
        "matching.loss_title",
        n=format_number(of["user"]["n"], Unit.FIRM),
        share=format_number(of["matched"]["share"], Unit.PERCENT),
    )


def caveat(figure: str, *, is_blocked: bool) -> str:
    """What to heed under a figure; first of all that it shows no result where balance fails."""
    words = text(f"matching.{figure}_caveat")
    return text("matching.blocked_caveat", words=words) if is_blocked else words


def exit_title(named: Named, rows: Sequence[Row], after: int, *, is_blocked: bool = False) -> str:
    """Whether default differs at e = ``after``; no word on it where nobody has defaulted, or both
    sides are too far apart."""
    row = at([r for r in rows if r["kind"] == "default"], after)
    if is_blocked:
        return text("matching.exit_plain", n=after)
    if row is None or is_missing(row["difference"]):
        return text("matching.exit_few")
    if row["user_share"] == row["control_share"] == 0:
        return text("matching.exit_none", n=after)
    word = {1: "above", -1: "below", 0: "even"}[side(row)]
    return text(f"matching.exit_{word}", user=named.user, n=after)


def group_title(named: Named, rows: Sequence[Row], by: str, *, is_blocked: bool) -> str:
    """In how many sub-groups the difference is marked. ``by`` names the breakdown; the first of
    ``rows`` is that of all."""
    own = [row for row in rows[1:] if not is_missing(row["false_discovery"])]
    if is_blocked or not own:
        return text("matching.group_plain", by=by)
    marked = [row for row in own if row["is_marked"]]
    if not marked:
        return text("matching.group_none", by=by, n=len(own))
    sides = {float(row["difference"]) > 0 for row in marked}
    word = "both" if len(sides) > 1 else "above" if sides.pop() else "below"
    return text(f"matching.group_{word}", by=by, n=len(own), k=len(marked), user=named.user)
