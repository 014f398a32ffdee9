"""What components drew: walking over Dash trees, and a small answer to draw from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
from dash.development.base_component import Component

from gate.answer import Answer, SourceNote
from store.quantity import DisclosureRule, Quantity, Unit

REGION = Quantity("region_name")
YEAR = Quantity("fiscal_year")
N_AWARD = Quantity("n_award", Unit.AWARD, DisclosureRule.PUBLIC_COUNT)
N_FIRM = Quantity("n_firm", Unit.FIRM, DisclosureRule.PUBLIC_COUNT)
AMOUNT = Quantity("amount_yen", Unit.YEN, DisclosureRule.MAGNITUDE)
MEAN = Quantity(
    "amount_per_firm_yen",
    Unit.YEN,
    DisclosureRule.MAGNITUDE,
    numerator="amount_yen",
    denominator="n_firm",
)
LOW = Quantity("rate_low", Unit.PER_10000_ESTABLISHMENTS)
HIGH = Quantity("rate_high", Unit.PER_10000_ESTABLISHMENTS)


def answer(
    frame: pd.DataFrame,
    columns: tuple[Quantity, ...],
    *,
    n_withheld: int = 0,
    is_synthetic: bool = False,
) -> Answer:
    """An answer with one source that arrived on 20 November 2026 in Tokyo."""
    return Answer(
        question="award_by_prefecture",
        query={},
        frame=frame,
        columns=columns,
        snapshot="2026-11-20-a3f1",
        published_at=datetime(2026, 11, 19, 21, 12, tzinfo=UTC),
        is_synthetic=is_synthetic,
        sources=(
            SourceNote(
                "gbiz_subsidy", datetime(2026, 11, 19, 20, 0, tzinfo=UTC), date(2026, 10, 31), 3
            ),
        ),
        n_withheld=n_withheld,
    )


def three_prefectures(**options: Any) -> Answer:
    """Three rows: a whole one, one with a withheld amount, one without a mean."""
    frame = pd.DataFrame(
        {
            "region_name": ["全国", "長野県", "山梨県"],
            "n_award": [3552, 148, 0],
            "amount_yen": [11_930_000_000, None, 0],
            "rate_low": [40.25, 40.7, None],
            "rate_high": [43.6, 56.64, None],
            "status": ["", "x", ""],
        }
    )
    return answer(frame, (REGION, N_AWARD, AMOUNT, LOW, HIGH), **options)


def walk(node: Any) -> Iterator[Any]:
    """Every component and text under ``node``, in reading order."""
    if isinstance(node, list | tuple):
        for child in node:
            yield from walk(child)
    elif isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))
    elif node is not None:
        yield node


def words(node: Any) -> str:
    """All text under ``node``."""
    return "".join(str(part) for part in walk(node) if not isinstance(part, Component))


def find(node: Any, kind: str, **properties: str) -> list[Any]:
    """The components of one kind (``A``, ``Th``) whose properties equal those given."""
    return [
        part
        for part in walk(node)
        if isinstance(part, Component)
        and type(part).__name__ == kind
        and all(prop(part, name) == value for name, value in properties.items())
    ]


def prop(component: Any, name: str) -> Any:
    """A property of a component; ``aria_label`` reads ``aria-label``."""
    return getattr(component, name.replace("_", "-") if "aria" in name else name, None)


def check_children(node: Any) -> None:
    """Raises when a list of children holds a list, which the browser refuses to draw."""
    for part in walk(node):
        children = getattr(part, "children", None)
        if isinstance(children, list):
            assert not any(isinstance(child, list | tuple) for child in children), part
