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


def movement_title(difference: Row, later: str) -> str:
    """Whether users' strength moved otherwise than that of others from the same places."""
    if is_missing(difference.get("dx")):
        return text("credit_map.movement_few")
    low, high = difference["dx_low"], difference["dx_high"]
    if low <= 0 <= high:
        return text("credit_map.movement_even", later=later)
    word = "up" if low > 0 else "down"
    points = format_number(abs(difference["dx"]), None, decimals=1)
    return text(f"credit_map.movement_{word}", later=later, points=points)


def transition_title(
    rows: Sequence[Row], later: str, quadrant: str = "", who: str = "users"
) -> str:
    """How many of a quadrant, the weakest unless one is chosen, stood elsewhere later."""
    start = quadrant or "weak_shrinking"
    stayed = next((row for row in rows if row["start"] == start == row["end"]), None)
    if stayed is None or is_missing(stayed["share"]):
        return text("credit_map.transition_few")
    return text(
        "credit_map.transition_left",
        who=text(f"credit_map.series_{who}"),
        quadrant=text(f"credit_map.quadrant_{start}"),
        later=later,
        share=format_number(100 - stayed["share"], Unit.PERCENT),
    )


def points_interval(low: Any, high: Any) -> str:
    """``+0.4〜+1.2`` of the deviation score."""
    ends = [format_number(end, None, decimals=1, is_signed=True) for end in (low, high)]
    return text("number.interval", low=ends[0], high=ends[1])
