"""A number of a package, rounded once: what is printed, drawn and stored is the same to the digit.

Whatever rests on a hidden number is hidden too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stats.methods.binomial import wilson_interval

HIDDEN = "x"
NONE = "-"
UNRELEASED = "…"
MINUS = "▲"


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or why there is none: hidden (x), nothing counted (-), not released so finely (…).

    ``number`` is None exactly where ``status`` is not empty.
    """

    number: Decimal | None
    status: str = ""

    @property
    def is_shown(self) -> bool:
        return self.number is not None

    def shown(self) -> str:
        """As it is printed: thousands commas, ▲ for minus, or the sign of the status."""
        if self.number is None:
            return self.status
        digits = f"{abs(self.number):,}"
        return f"{MINUS}{digits}" if self.number < 0 else digits

    def plain(self) -> str:
        """As a program reads it; empty where there is no number."""
        return "" if self.number is None else str(self.number)


X = Value(None, HIDDEN)
NOTHING = Value(None, NONE)
NOT_RELEASED = Value(None, UNRELEASED)


def rounded(number: Decimal | int | float, decimals: int = 0) -> Value:
    """``number`` to so many decimals, half away from zero."""
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    found = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return Value(found or abs(found))


def lacking(*values: Value) -> Value | None:
    """Why nothing can be computed from ``values``, or None where all are numbers. What is not
    released says less than what is hidden, and that less than what is not there."""
    for reason in (NOT_RELEASED, X, NOTHING):
        if reason in values:
            return reason
    return None


def quotient(part: Value, whole: Value, *, times: int | Decimal = 1, decimals: int = 0) -> Value:
    """``part`` over ``whole``, times a factor; ``-`` over nothing."""
    if whole.number is not None and not whole.number:
        return NOTHING
    reason = lacking(part, whole)
    if reason is not None or part.number is None or whole.number is None:
        return reason or NOTHING
    return rounded(part.number * times / whole.number, decimals)


def rate(part: Value, whole: Value) -> Value:
    """The share in percent, one decimal."""
    return quotient(part, whole, times=100, decimals=1)


def scaled(value: Value, unit: int, decimals: int = 0) -> Value:
    """An amount in another unit: yen in ten thousands."""
    return value if value.number is None else rounded(value.number / unit, decimals)


def total(values: Iterable[Value]) -> Value:
    """The sum, hidden where a part is; nothing where there is no part."""
    parts = tuple(values)
    counted = [value for value in parts if value != NOTHING]
    reason = lacking(*counted)
    if reason is not None or not counted:
        return reason or NOTHING
    return Value(sum((v.number for v in counted if v.number is not None), Decimal(0)))


def interval(part: Value, whole: Value) -> tuple[Value, Value]:
    """The 95 % score interval (Wilson) of a share, in percent with one decimal."""
    share = rate(part, whole)
    if share.number is None or part.number is None or whole.number is None:
        return share, share
    low, high = wilson_interval(int(part.number), int(whole.number))
    return rounded(100 * float(low), 1), rounded(100 * float(high), 1)
