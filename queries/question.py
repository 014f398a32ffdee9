"""A question: what the catalogue lists and the gate answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import pandas as pd

from queries.parameters import Parameters
from store.cursor import Cursor
from store.members import Members
from store.quantity import Quantity

P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Question(Generic[P]):
    """A named function from a cursor and parameters to a frame, with the meaning of its columns.

    ``sources`` are the kinds of delivery it rests on; ``database`` is "lens" for the analysts'
    store, "released" for the protected one and "held" for what was refused.
    ``patience``: how many times longer than others it may run.
    """

    name: str
    function: Callable[[Cursor, P], pd.DataFrame]
    parameters: type[P]
    columns: tuple[Quantity, ...]
    sources: tuple[str, ...]
    database: str = "lens"
    patience: float = 1.0

    def parse(self, query: Mapping[str, str], members: Members) -> P:
        return self.parameters.from_query(query, members)

    def answer(self, cursor: Cursor, parameters: P) -> pd.DataFrame:
        """The frame, with exactly the declared columns in the declared order."""
        return self.function(cursor, parameters)[[c.name for c in self.columns]]
