"""Numbers as they are read: thousands separators, one fixed precision, the unit set close.

Percentages are numbers of percent (48.6, not 0.486); amounts are yen. Rounding is half away from
zero on the decimal form, as in spreadsheets, so that the screen and the files cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from language import text
from store.quantity import Unit

WITHHELD = "x"
MISSING = "-"
# Too few firms stand behind a statistic for it to be shown.
FEW = "…"
MINUS = "−"

_ONE_DECIMAL = frozenset({Unit.PERCENT, Unit.PERCENTAGE_POINT, Unit.PER_10000_ESTABLISHMENTS})
_SET_CLOSE = frozenset({Unit.PERCENT})


class Scale(StrEnum):
    """The power of ten in which an amount is written; the catalogue holds its factor and unit."""

    ONE = "one"
    TEN_THOUSAND = "ten_thousand"
    HUNDRED_MILLION = "hundred_million"

    @property
    def factor(self) -> int:
        return int(text(f"scale.{self.value}.factor"))

    @property
    def decimals(self) -> int:
        return int(text(f"scale.{self.value}.decimals"))


def is_missing(value: Any) -> bool:
    """Whether ``value`` is no number: None, NaN or NA."""
    return value is None or bool(pd.isna(value))


def yen_scale(values: Iterable[Any]) -> Scale:
    """The scale that suits the largest of ``values`` (yen): 億円 from 1億円, 万円 from 1万円."""
    sizes = [abs(Decimal(str(value))) for value in values if not is_missing(value)]
    largest = max(sizes, default=Decimal(0))
    # 9,999.5万円 would be written 10,000万円: it is 1.0億円.
    if (largest / 10_000).quantize(Decimal(1), ROUND_HALF_UP) >= 10_000:
        return Scale.HUNDRED_MILLION
    return Scale.TEN_THOUSAND if largest >= 10_000 else Scale.ONE


def column_scale(values: Iterable[Any], longest: int = 6) -> Scale:
    """The scale of numbers whose unit stands once above them all (a column, the tiles of a map).

    As yen_scale, but one unit smaller where it would write a value as 0.0, as long as no number
    then has more than ``longest`` digits.
    """
    sizes = [abs(Decimal(str(value))) for value in values if not is_missing(value)]
    scale = yen_scale(sizes)
    if scale is not Scale.HUNDRED_MILLION or not _writes_as_zero(sizes, scale):
        return scale
    smaller = Scale.TEN_THOUSAND
    return smaller if max(sizes) / smaller.factor < 10**longest else scale


def _writes_as_zero(sizes: Iterable[Decimal], scale: Scale) -> bool:
    least = Decimal(scale.factor).scaleb(-scale.decimals) / 2
    return any(0 < size < least for size in sizes)


def bar_scale(value: Any, scale: Scale | None) -> Scale | None:
    """``scale``, or the number's own where ``scale`` would write it as 0.0 (it names its unit)."""
    if scale is None or is_missing(value):
        return scale
    return yen_scale([value]) if _writes_as_zero([abs(Decimal(str(value)))], scale) else scale


def unit_text(unit: Unit | None, scale: Scale | None = None) -> str:
    """The name of a unit; amounts are named by their scale (億円, 万円, 円)."""
    if unit is None:
        return ""
    if unit is Unit.YEN:
        return text(f"scale.{(scale or Scale.ONE).value}.unit")
    return text(f"unit.{unit.value}")


def _signed(number: Decimal, decimals: int, *, is_signed: bool, minus: str) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    digits = f"{abs(rounded):,.{decimals}f}"
    if rounded == 0:
        return f"±{digits}" if is_signed else digits
    if rounded < 0:
        return f"{minus}{digits}"
    return f"+{digits}" if is_signed else digits


def number_parts(
    value: Any,
    unit: Unit | None,
    *,
    scale: Scale | None = None,
    decimals: int | None = None,
    is_signed: bool = False,
    is_withheld: bool = False,
    minus: str = "",
) -> tuple[str, str]:
    """The digits and the unit of ``value``: ``("5.8", "億円")``.

    Amounts take ``scale`` or the one that suits them. A withheld value is ``x``, a missing one
    ``-``, both without a unit. ``minus`` replaces the sign of tables (▲).
    """
    if is_withheld:
        return WITHHELD, ""
    if is_missing(value):
        return MISSING, ""
    number = Decimal(str(value))
    factor, unit_name, default_decimals = 1, "", int(unit in _ONE_DECIMAL)
    if unit is Unit.YEN:
        scale = scale or yen_scale([value])
        factor, default_decimals = scale.factor, scale.decimals
        unit_name = unit_text(unit, scale)
    elif unit is Unit.BYTE:
        factor, unit_name, default_decimals = _byte_scale(number)
    elif unit is not None:
        unit_name = unit_text(unit)
    places = default_decimals if decimals is None else decimals
    sign = minus or text("number.negative")
    return _signed(number / factor, places, is_signed=is_signed, minus=sign), unit_name


def _byte_scale(number: Decimal) -> tuple[int, str, int]:
    if number >= 1_000_000:
        return 1_000_000, "MB", 1
    return (1_000, "KB", 0) if number >= 1_000 else (1, unit_text(Unit.BYTE), 0)


def join_unit(digits: str, unit_name: str, unit: Unit | None = None) -> str:
    """Digits and unit as the language writes them: ``386件``, ``386 awards``, ``48.6%``."""
    if not unit_name:
        return digits
    if unit in _SET_CLOSE:
        return f"{digits}{unit_name}"
    return text("number.with_unit", digits=digits, unit=unit_name)


def format_number(
    value: Any,
    unit: Unit | None,
    *,
    scale: Scale | None = None,
    decimals: int | None = None,
    is_signed: bool = False,
    is_withheld: bool = False,
    has_unit: bool = True,
    minus: str = "",
) -> str:
    """``value`` with its unit: ``12,345件``, ``5.8億円``, ``48.6%``; see number_parts."""
    digits, unit_name = number_parts(
        value,
        unit,
        scale=scale,
        decimals=decimals,
        is_signed=is_signed,
        is_withheld=is_withheld,
        minus=minus,
    )
    return join_unit(digits, unit_name, unit) if has_unit else digits


def axis_number(
    value: float, unit: Unit | None, scale: Scale | None = None, decimals: int | None = None
) -> str:
    """``value`` for an axis: a true minus sign, the unit set close, long unit names left out."""
    digits, unit_name = number_parts(value, unit, scale=scale, decimals=decimals, minus=MINUS)
    is_short = len(unit_name) <= int(text("number.longest_axis_unit"))
    return join_unit(digits, unit_name, unit) if is_short else digits


def difference(value: Any, reference: Any, unit: Unit | None) -> str:
    """How ``value`` differs from ``reference``: in ポイント for percentages, else in %.

    ``-`` when one of them is missing or the relative difference has no base.
    """
    if is_missing(value) or is_missing(reference):
        return MISSING
    new, old = Decimal(str(value)), Decimal(str(reference))
    if unit is Unit.PERCENT:
        digits = _signed(new - old, 1, is_signed=True, minus=text("number.negative"))
        return text("number.with_unit", digits=digits, unit=text("number.point"))
    if old <= 0:
        return MISSING
    share = (new - old) / old * 100
    return f"{_signed(share, 1, is_signed=True, minus=text('number.negative'))}%"


def interval_text(
    low: Any,
    high: Any,
    unit: Unit | None,
    scale: Scale | None = None,
    *,
    decimals: int | None = None,
    has_unit: bool = False,
) -> str:
    """``40.7〜56.6``: the ends of an interval in one precision; ``-`` when an end is missing."""
    if is_missing(low) or is_missing(high):
        return MISSING
    if unit is Unit.YEN and scale is None:
        scale = yen_scale([low, high])
    start = format_number(low, unit, scale=scale, decimals=decimals, has_unit=False)
    digits, unit_name = number_parts(high, unit, scale=scale, decimals=decimals)
    end = join_unit(digits, unit_name, unit) if has_unit else digits
    return text("number.interval", low=start, high=end)
