"""The one thing that leaves the gate. Chart, table, CSV and workbook are drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from gate.actor import Role, roles_that_may_read
from store.quantity import Quantity


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where numbers come from: kind of delivery, last arrival (UTC), last day covered."""

    source: str
    received_at: datetime | None
    period_to: date | None
    n_file: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may have an answer, from the tables that it was read from.

    ``permissions`` are those that the tables ask for. ``narrowed`` says what a bureau or an agency
    gets of its own part only: ``firm`` (rows of firms), ``municipality`` (names of municipalities).
    """

    permissions: frozenset[str] = frozenset()
    narrowed: frozenset[str] = frozenset()

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may have it; none are named where no table was read."""
        return roles_that_may_read(self.permissions) if self.permissions else ()


NO_REACH = Reach()


@dataclass(frozen=True, slots=True)
class Answer:
    """A frame with everything needed to read it.

    ``query`` is the canonical address of the question: with it the same snapshot gives the same
    frame. ``n_withheld`` counts values hidden for disclosure control; a hidden value is missing
    from ``frame`` and its row's ``status`` says ``x``. ``reach`` says who may have it.
    """

    question: str
    query: Mapping[str, str]
    frame: pd.DataFrame
    columns: tuple[Quantity, ...]
    snapshot: str
    published_at: datetime
    is_synthetic: bool
    sources: tuple[SourceNote, ...]
    n_withheld: int = 0
    reach: Reach = NO_REACH

    @property
    def n_row(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> Quantity:
        return next(c for c in self.columns if c.name == name)


Row = dict[str, Any]


def rows_of(answer: Answer) -> list[Row]:
    """The rows of an answer in their order, each by its columns."""
    return [{str(k): v for k, v in row.items()} for row in answer.frame.to_dict("records")]
