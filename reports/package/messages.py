"""The words of key messages and titles, made from numbers by rules.

A gap under half a point is "nearly the same"; another value inside the interval is within chance;
nothing is ranked, and nothing is said of a hidden number.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from language import text
from reports.package.values import Value, rounded

NEARLY = Decimal("0.5")
# A change of an amount smaller than this is called level.
LEVEL_PERCENT = Decimal(5)
LONGEST_TITLE = 40
BAR = "|"
# What something is compared with: an area's name and its number.
Compared = tuple[str, Value]


def comparison(own: Value, others: Sequence[Compared]) -> str:
    """The end of a sentence about a rate: how it lies beside others (全国の40.3%とほぼ同じ),
    or what it does not say where there is no other. Others without a number are left out."""
    shown = [(area, other) for area, other in others if other.is_shown]
    if not shown:
        return text("package.compare.alone")
    return text("package.compare.beside") + "".join(
        _beside(own, area, other, is_last=place == len(shown) - 1)
        for place, (area, other) in enumerate(shown)
    )


def _beside(own: Value, area: str, other: Value, is_last: bool) -> str:
    gap = _gap(own, other)
    kind = "same" if abs(gap) < NEARLY else "above" if gap > 0 else "below"
    place = "last" if is_last else "between"
    return text(f"package.compare.{kind}_{place}", area=area, other=other.shown(), gap=abs(gap))


def amount_comparison(own: Value, other: Compared, unit: str) -> str:
    """The end of a sentence about a mean amount beside another, or what it does not say where that
    one has no name or number. A gap smaller than a change called level is nearly none."""
    area, mean = other
    if not area or own.number is None or not mean.number:
        return text("package.compare.amount_alone")
    percent = 100 * (own.number - mean.number) / mean.number
    kind = "same" if abs(percent) < LEVEL_PERCENT else "above" if percent > 0 else "below"
    gap = rounded(abs(percent))
    return text(
        f"package.compare.amount_{kind}", area=area, other=mean.shown(), unit=unit, gap=gap.shown()
    )


def chance(own: Value, low: Value, high: Value, other: Compared) -> str:
    """Whether the gap to another area's rate is what so few cases make by chance; empty where the
    two are nearly the same or one is missing."""
    area, rate = other
    lies = _against(own, low, high, rate)
    return text(f"package.chance.{lies}", area=area) if lies in ("within", "beyond") else ""


def rate_title(what: str, label: str, own: Value, low: Value, high: Value, other: Compared) -> str:
    """A finding of at most 40 characters about a rate beside another; a plain title where a number
    is missing or the sentence is too long."""
    area, rate = other
    plain = text("package.finding.plain", what=what, label=label)
    lies = _against(own, low, high, rate)
    if not lies:
        return plain
    gap = _gap(own, rate)
    side = "above" if gap > 0 else "below"
    return fitting(
        text(
            f"package.finding.{lies}",
            what=what,
            label=label,
            area=area,
            gap=abs(gap),
            verb=text(f"package.finding.{side}"),
        ),
        plain,
    )


def change_title(what: str, label: str, last: str, before: Value, now: Value) -> str:
    """A finding about an amount beside the year before; plain where one is missing."""
    plain = text("package.finding.plain", what=what, label=label)
    if before.number is None or now.number is None or before.number <= 0:
        return plain
    percent = 100 * (now.number - before.number) / before.number
    kind = "level" if abs(percent) < LEVEL_PERCENT else "more" if percent > 0 else "less"
    return fitting(text(f"package.finding.{kind}", what=what, label=label, year=last), plain)


def last_change_title(what: str, label: str, years: Sequence[int], own: Sequence[Value]) -> str:
    """change_title of the last of ``years`` and the one before; plain where there is one only."""
    if len(own) < 2:
        return text("package.finding.plain", what=what, label=label)
    return change_title(what, label, text("package.one_year", year=years[-1]), own[-2], own[-1])


def fitting(title: str, plain: str) -> str:
    """``title``, or ``plain`` where it would not stand in one line."""
    return title if len(title.replace(BAR, "")) <= LONGEST_TITLE else plain


def unbroken(words: str) -> str:
    """``words`` without the bars at which a line may break."""
    return words.replace(BAR, "")


def _gap(own: Value, other: Value) -> Decimal:
    return (own.number or Decimal(0)) - (other.number or Decimal(0))


def _against(own: Value, low: Value, high: Value, other: Value) -> str:
    """same, within or beyond; empty where a number is missing."""
    if other.number is None or own.number is None or low.number is None or high.number is None:
        return ""
    if abs(own.number - other.number) < NEARLY:
        return "same"
    return "within" if low.number <= other.number <= high.number else "beyond"
