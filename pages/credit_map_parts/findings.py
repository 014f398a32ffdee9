"""The sentences on credit strength and growth, no bolder than their intervals.

None of them says what a measure did: who used it was in a place of its own before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.numbers import format_number, is_missing
from language import text
from store.quantity import Unit

Row = Mapping[str, Any]


def plane_title(rows: Sequence[Row]) -> str:
    """Where the users stand more often than all, beyond chance; ``rows`` are the quadrants."""
    known = [row for row in rows if not is_missing(row.get("quotient"))]
    if not known:
        return text("credit_map.plane_few")
    more = [row for row in known if row["quotient_low"] > 1]
    if not more:
        return text("credit_map.plane_even")
    most = max(more, key=lambda row: row["quotient"])
    return text(
        "credit_map.plane_more",
        quadrant=text(f"credit_map.quadrant_{most['quadrant']}"),
        times=format_number(most["quotient"], None, decimals=2),
    )


def quadrant_title(rows: Sequence[Row]) -> str:
    """What share of the users is in the quadrant that most of them are in."""
    known = [row for row in rows if not is_missing(row.get("share_user"))]
    if not known:
        return text("credit_map.quadrants_few")
    most = max(known, key=lambda row: row["share_user"])
    return text(
        "credit_map.quadrants_most",
        quadrant=text(f"credit_map.quadrant_{most['quadrant']}"),
        share=format_number(most["share_user"], Unit.PERCENT),
    )


def movement_title(difference: Row, later: str, first: str, second: str) -> str:
    """Whether the strength of the ``first`` moved otherwise than that of the ``second`` from the
    same places; both are names of groups."""
    if is_missing(difference.get("dx")):
        return text("credit_map.movement_few")
    low, high = difference["dx_low"], difference["dx_high"]
    words = {"later": later, "first": first, "second": second}
    if low <= 0 <= high:
        return text("credit_map.movement_even", **words)
    word = "up" if low > 0 else "down"
    points = format_number(abs(difference["dx"]), None, decimals=1)
    return text(f"credit_map.movement_{word}", points=points, **words)


def comparison_title(rows: Sequence[Row], first: str, second: str) -> str:
    """In which quadrant the users of two measures differ most, beyond chance; ``rows`` are the
    quadrants."""
    known = [row for row in rows if not is_missing(row["share_difference"])]
    words = {"first": first, "second": second}
    if not known:
        return text("credit_map.comparison_few", **words)
    apart = [
        row for row in known if not row["share_difference_low"] <= 0 <= row["share_difference_high"]
    ]
    if not apart:
        return text("credit_map.comparison_even", **words)
    most = max(apart, key=lambda row: abs(row["share_difference"]))
    side = "more" if most["share_difference"] > 0 else "less"
    return text(
        f"credit_map.comparison_{side}",
        quadrant=text(f"credit_map.quadrant_{most['quadrant']}"),
        points=format_number(abs(most["share_difference"]), Unit.PERCENTAGE_POINT),
        **words,
    )


def comparison_summary(rows: Sequence[Row], first: str, second: str) -> str:
    """The shares of both measures' users in each quadrant and their difference, in words."""
    parts = [
        text(
            "credit_map.comparison_part",
            quadrant=text(f"credit_map.quadrant_{row['quadrant']}"),
            share=format_number(row["share_user"], Unit.PERCENT),
            versus=format_number(row["share_versus"], Unit.PERCENT),
            points=format_number(row["share_difference"], Unit.PERCENTAGE_POINT, is_signed=True),
        )
        for row in rows
        if row["quadrant"] != "whole" and not is_missing(row["share_difference"])
    ]
    if not parts:
        return comparison_title([], first, second)
    values = text("explore.list_separator").join(parts)
    return text("credit_map.comparison_summary", first=first, second=second, values=values)


def transition_title(
    rows: Sequence[Row], later: str, quadrant: str = "", *, who: str = "", n_unit: Unit = Unit.FIRM
) -> str:
    """How many of a quadrant, the weakest unless one is chosen, stood there later, too: of the
    others some are gone and of some the place is unknown. ``who`` names the group."""
    start = quadrant or "weak_shrinking"
    stayed = next((row for row in rows if row["start"] == start == row["end"]), None)
    if stayed is None or is_missing(stayed["share"]):
        return text("credit_map.transition_few")
    return text(
        "credit_map.transition_stayed",
        who=who,
        quadrant=text(f"credit_map.quadrant_{start}"),
        later=later,
        share=format_number(stayed["share"], Unit.PERCENT),
        n=format_number(stayed["n_start"], n_unit),
    )


def points_interval(low: Any, high: Any) -> str:
    """``+0.4〜+1.2`` of the deviation score."""
    ends = (format_number(end, None, decimals=1, is_signed=True) for end in (low, high))
    return between(*ends)


def between(low: str, high: str) -> str:
    """Two finished numbers as the ends of an interval."""
    return text("number.interval", low=low, high=high)
