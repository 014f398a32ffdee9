"""Sets of firms that one snapshot and one day fix, looked up once and then held in memory.

Whether a firm's rows may be shown stands in millions of periods of consent. Of a question's wait,
most was reading them anew for every statement (measured at 3.56 million firms: 14 ms of 15; 3 ms
with the set at hand).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from uuid import UUID

import duckdb
from sqlalchemy import Column, MetaData, Select, Table, Uuid, func, select, union_all

from store import tables
from store.consent_terms import ALL, EBPM
from store.cursor import compile_statement

_IN_MEMORY = "firm_sets"
_MAIN = MetaData()
# A statement shadows tables by their bare names; these are read whole.
_PERIOD = tables.consent_period.to_metadata(_MAIN, schema="main").c
_WITHHELD = tables.withheld_firm.to_metadata(_MAIN, schema="main").c


@dataclass(frozen=True, slots=True)
class FirmSet:
    """The firms that speak of any of ``scopes`` to ``user_class`` for ``day``: those that refuse,
    or those that agree; and those that the register does not show for ``hidden_from``, if any."""

    day: date
    user_class: str
    scopes: tuple[str, ...]
    is_refusal: bool
    hidden_from: str = ""

    def read(self) -> Select[tuple[UUID]]:
        """Their numbers, read from the snapshot; a firm may come twice."""
        said = select(_PERIOD.firm_id).where(
            _PERIOD.purpose == EBPM,
            _PERIOD.scope.in_((*self.scopes, ALL)),
            _PERIOD.user_class.in_((self.user_class, ALL)),
            _PERIOD.valid_from <= self.day,
            func.coalesce(_PERIOD.valid_to, date.max) >= self.day,
            _PERIOD.is_refusal.is_(self.is_refusal),
        )
        if not self.hidden_from:
            return said
        firms = union_all(hidden_firms(self.hidden_from), said).subquery()
        return select(firms.c.firm_id)


def hidden_firms(purpose: str) -> Select[tuple[UUID]]:
    """The firms that the register does not show for a purpose."""
    return select(_WITHHELD.firm_id).where(_WITHHELD.purpose == purpose)


@dataclass(slots=True)
class FirmSets:
    """Holds sets of the snapshot that a connection has open.

    They lie in a database in memory, which all connections of the process to that file share.
    """

    connection: duckdb.DuckDBPyConnection
    _held: dict[FirmSet, Select[tuple[UUID]]] = field(default_factory=dict, init=False)

    def numbers(self, firms: FirmSet) -> Select[tuple[UUID]]:
        """The numbers of a set, each once, read from memory."""
        held = self._held.get(firms)
        if held is None:
            with _MAKING:
                made = self._held.get(firms)
                held = self._make(firms) if made is None else made
        return held

    def _make(self, firms: FirmSet) -> Select[tuple[UUID]]:
        read = firms.read().subquery()
        number = read.c.firm_id
        sql, values = compile_statement(
            select(number).where(number.is_not(None)).distinct().order_by(number)
        )
        name = _name(firms)
        with self.connection.cursor() as cursor:
            cursor.execute(f"ATTACH IF NOT EXISTS ':memory:' AS {_IN_MEMORY} (READ_WRITE)")
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {_IN_MEMORY}.{name} AS {sql}", values)
            # No question takes a day: whoever began on an earlier one is done.
            for old in [f for f in self._held if f.day < firms.day - timedelta(days=1)]:
                cursor.execute(f"DROP TABLE IF EXISTS {_IN_MEMORY}.{_name(old)}")
                del self._held[old]
        table = Table(name, MetaData(), Column("firm_id", Uuid), schema=_IN_MEMORY)
        self._held[firms] = held = select(table.c.firm_id)
        return held


# For all files: two openings of one file share what lies in memory.
_MAKING = Lock()


def _name(firms: FirmSet) -> str:
    return "set_" + hashlib.sha256(repr(firms).encode()).hexdigest()[:16]
