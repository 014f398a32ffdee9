"""What stands as it was published before, said beside the figure that shows it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from components.eras import date_text
from components.numbers import is_missing
from language import text


def with_kept(caveat: str, rows: Sequence[Mapping[Hashable, Any]]) -> str:
    """The caveat of a figure, and since when those of its ``rows`` stand that few firms have
    changed since (``kept_since``): the oldest of them."""
    since = [row["kept_since"] for row in rows if not is_missing(row["kept_since"])]
    if not since:
        return caveat
    whole = "released.kept" if len(since) == len(rows) else "released.kept_some"
    return text("evidence.stop").join([caveat, text(whole, day=date_text(min(since)))])
