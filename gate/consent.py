"""Who has said no since the snapshot was published: seen by every worker within a second.

The snapshot carries the consents and refusals that were known when it was made, day by day. What
the ledger has received since is looked up here and taken off the rows at every question.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from time import monotonic
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gate.actor import Role
from gate.errors import ConsentUnknown
from store.consent_records import NO_ENTRY, LedgerEnd, consent_entries, ledger_end
from store.consent_terms import EBPM, Statement, cells, holding, japan_day
from store.snapshot import Manifest
from store.vault import VaultError, firms_behind

_LOG = logging.getLogger(__name__)

LOOK_EVERY = 0.5
# The vault may be damaged or be put in place a moment after the snapshot.
LOOK_AGAIN_AFTER_DAMAGE = 5.0

# The class of users, as consents name it, that a role belongs to. Operators and administrators
# see no rows of firms.
USER_CLASS: dict[Role, str] = {
    Role.MINISTRY: "government",
    Role.BUREAU: "government",
    Role.AGENCY: "agency",
    Role.ANALYST: "research",
    Role.CHAMBER: "support_body",
}

# A scope of data and a class of users.
Cell = tuple[str, str]
# A day, and how far the ledger went on it.
Version = tuple[date, LedgerEnd]


@dataclass(frozen=True, slots=True)
class Consents:
    """What the gate must know on one day beyond one snapshot.

    ``withdrawn`` holds, per cell, the firms whose rows are not to be shown; ``end`` is how far the
    ledger went. None of the rows that depend on consent may be read while ``is_known`` is false.
    """

    day: date
    end: LedgerEnd = NO_ENTRY
    withdrawn: Mapping[Cell, frozenset[UUID]] = field(default_factory=dict)
    is_known: bool = True

    @property
    def version(self) -> Version:
        return self.day, self.end

    def firms(self, scope: str, role: Role) -> frozenset[UUID]:
        """The firms whose rows of ``scope`` this role must not see. Raises ConsentUnknown."""
        if not self.is_known:
            raise ConsentUnknown
        return self.withdrawn.get((scope, USER_CLASS.get(role, "")), frozenset())


# For a cursor that was given nothing: rows that depend on consent stay closed.
NOTHING_KNOWN = Consents(date.min, is_known=False)


@dataclass(slots=True)
class ConsentWatch:
    """Looks into the ledger at most twice a second, whatever the number of questions."""

    engine: Engine
    store_dir: Path
    today: Callable[[], date] = japan_day
    look_every: float = LOOK_EVERY
    _end: LedgerEnd = field(default=NO_ENTRY, init=False)
    _next_look: float = field(default=0.0, init=False)
    _known: dict[tuple[str, Version], tuple[Consents, float]] = field(
        default_factory=dict, init=False
    )
    _looking: Lock = field(default_factory=Lock, init=False)

    def consents(self, manifest: Manifest) -> Consents:
        """What is known of the ledger beyond the snapshot. Raises ConsentUnknown when the
        application database cannot be read: nobody could tell what has been withdrawn."""
        day = self.today()
        with self._looking:
            self._look()
            key = (manifest.snapshot, (day, self._end))
            known, good_until = self._known.get(key, (NOTHING_KNOWN, 0.0))
            if known is NOTHING_KNOWN or monotonic() > good_until:
                known = self._find(manifest, day)
                age = float("inf") if known.is_known else LOOK_AGAIN_AFTER_DAMAGE
                # Old versions are not asked for again: readers hold one snapshot, seldom two.
                kept = [item for item in self._known.items() if item[0][1] == key[1]][-1:]
                self._known = {**dict(kept), key: (known, monotonic() + age)}
            return known

    def _look(self) -> None:
        now = monotonic()
        if now < self._next_look:
            return
        try:
            self._end = ledger_end(self.engine)
        except SQLAlchemyError as error:
            raise ConsentUnknown from error
        self._next_look = now + self.look_every

    def _find(self, manifest: Manifest, day: date) -> Consents:
        published = manifest.published.replace(tzinfo=None)
        entry_id, recorded_at = self._end
        if entry_id <= manifest.consent_entry and recorded_at < published:
            return Consents(day, self._end)
        try:
            entries = consent_entries(self.engine, manifest.consent_entry, published)
        except SQLAlchemyError as error:
            raise ConsentUnknown from error
        refused = refused_on((entry.statement for entry in entries), day)
        try:
            behind = firms_behind(
                self.store_dir, manifest.snapshot, {k for keys in refused.values() for k in keys}
            )
        except VaultError as error:
            _LOG.error("nobody can tell which firms have withdrawn: %s", error)
            return Consents(day, self._end, is_known=False)
        withdrawn = {
            cell: frozenset(firm for key in keys for firm in behind.get(key, ()))
            for cell, keys in refused.items()
        }
        return Consents(day, self._end, withdrawn)


def refused_on(statements: Iterable[Statement], day: date) -> dict[Cell, set[str]]:
    """Per scope and class of users, the parties that refuse ③ on ``day`` by these statements."""
    by_party: dict[str, list[Statement]] = {}
    for statement in statements:
        by_party.setdefault(statement.party_key, []).append(statement)
    refused: dict[Cell, set[str]] = {}
    for cell in cells():
        for party_key, said in by_party.items():
            last = holding(s for s in said if s.covers(EBPM, *cell, day))
            if last is not None and last.standing.is_refusal:
                refused.setdefault(cell, set()).add(party_key)
    return refused
