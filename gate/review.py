"""名寄せの確認: an operator looks at a doubtful link and says whether the two are one firm.

The typed records and the registered names come from the vault of the serving snapshot, for the
permission "operate" only; each case shown and each decision made is in the audit log, without a
name in it. Decisions are appended to the application database and taken up by the next run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import duckdb
import pandas as pd
from sqlalchemy import select

from gate.actor import Actor
from gate.doubts import (
    Doubt,
    Firm,
    Party,
    alternative_numbers,
    read_doubts,
    read_firms,
    read_party,
)
from gate.errors import GateError, NoSnapshot, Refused
from gate.session import current_actor, gate_of_app
from store import tables
from store.link_records import Decision, Verdict, add_decision, read_decisions
from store.vault import VaultError, open_vault

SUBJECT = "link_review"


class NoVault(GateError):
    """The vault of the serving snapshot is missing or holds no links."""

    status = 503
    key = "review.no_vault"


class NotInDoubt(GateError):
    """The party does not wait for a decision, or the firm is none of its candidates."""

    status = 409
    key = "review.not_in_doubt"


@dataclass(frozen=True, slots=True)
class State:
    """Whether a firm still exists. ``survivor`` is the name of the firm it was merged into."""

    is_closed: bool = False
    close_date: date | None = None
    close_cause_code: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One doubtful link: what was typed, the firm compared with it, and others it may be."""

    doubt: Doubt
    party: Party
    candidate: Firm | None
    alternatives: tuple[Firm, ...]
    states: Mapping[str, State]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left to decide under a filter, and the case that is on.

    ``rules`` and ``sources`` count the undecided cases of each, whatever the filter.
    """

    n_all: int
    n_left: int
    n_record_left: int
    rules: Mapping[str, int]
    sources: Mapping[str, int]
    case: Case | None


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A decision as the list of decisions shows it."""

    decision: Decision
    typed_name: str
    firm_name: str


def review_queue(
    rule: str = "", source: str = "", party_hash: str = "", candidate: str = "", skip: int = 0
) -> Queue:
    """The queue, with the case of ``party_hash`` or, without one, the next that is undecided.

    ``skip`` passes over so many. ``candidate`` compares with another of the firms it may be.
    Raises Refused, NoSnapshot, NoVault, AuditFailed.
    """
    actor = _operator()
    decisions = read_decisions(gate_of_app().audit.engine)
    with _vault() as (vault, snapshot):
        doubts = _doubts(gate_of_app().reader.store_dir, snapshot)
        left = _undecided(doubts, decisions)
        chosen = [doubt for doubt in left if _fits(doubt, rule, source)]
        shown = next((doubt for doubt in doubts if doubt.party_hash == party_hash), None)
        if shown is None and chosen:
            shown = chosen[skip % len(chosen)]
        case = _case(vault, shown, candidate, decisions) if shown else None
    _note(actor, "review", snapshot, party=case.doubt.party_hash if case else "")
    return Queue(
        n_all=sum(_fits(doubt, rule, source) for doubt in doubts),
        n_left=len(chosen),
        n_record_left=sum(doubt.n_record for doubt in chosen),
        rules=Counter(doubt.rule for doubt in left),
        sources=Counter(name for doubt in left for name in doubt.sources),
        case=case,
    )


def decide(party_hash: str, corporate_number: str, verdict: Verdict) -> Decision:
    """Enter a verdict on a party and one of the firms it may be.

    Raises Refused, NoSnapshot, NoVault, NotInDoubt, AuditFailed; nothing is entered then.
    """
    actor = _operator()
    with _vault() as (vault, snapshot):
        doubt = next(
            (
                d
                for d in _doubts(gate_of_app().reader.store_dir, snapshot)
                if d.party_hash == party_hash
            ),
            None,
        )
        if doubt is None:
            raise NotInDoubt
        case = _case(vault, doubt, "", ())
        firms = [case.candidate, *case.alternatives]
        if not any(firm and firm.corporate_number == corporate_number for firm in firms):
            raise NotInDoubt
    _note(actor, verdict, snapshot, party=party_hash)
    engine = gate_of_app().audit.engine
    return add_decision(engine, party_hash, corporate_number, verdict, actor.username)


def take_back() -> Decision | None:
    """Withdraw the last decision that this operator made and that still stands; None without one.

    It is not erased: a later entry says that it is withdrawn, and the party is in doubt again.
    """
    actor = _operator()
    engine = gate_of_app().audit.engine
    standing = [d for d in standing_decisions(read_decisions(engine)) if _is_by(d, actor)]
    if not standing:
        return None
    last = standing[-1]
    _note(actor, "withdrawn", "", party=last.party_hash)
    return add_decision(engine, last.party_hash, last.corporate_number, "withdrawn", actor.username)


def decided_cases(n: int = 20) -> list[DecidedCase]:
    """The last ``n`` entries of the log of decisions, newest first, with the names they are about.

    A name that the serving vault does not know is empty.
    """
    actor = _operator()
    last = read_decisions(gate_of_app().audit.engine)[::-1][:n]
    if not last:
        return []
    with _vault() as (vault, snapshot):
        names = dict(
            vault.execute(
                "SELECT party_hash, name FROM party "
                "WHERE party_hash IN (SELECT unnest(?::VARCHAR[]))",
                [[decision.party_hash for decision in last]],
            ).fetchall()
        )
        firms = {
            firm.corporate_number: firm.name
            for firm in read_firms(vault, [decision.corporate_number for decision in last])
        }
    _note(actor, "review", snapshot, party="")
    return [
        DecidedCase(d, names.get(d.party_hash) or "", firms.get(d.corporate_number, ""))
        for d in last
    ]


def standing_decisions(decisions: Sequence[Decision]) -> list[Decision]:
    """Of each party and firm the last word, unless that word was to withdraw; oldest first."""
    last = {(d.party_hash, d.corporate_number): i for i, d in enumerate(decisions)}
    return [decisions[i] for i in sorted(last.values()) if decisions[i].verdict != "withdrawn"]


def _undecided(doubts: Sequence[Doubt], decisions: Sequence[Decision]) -> list[Doubt]:
    """The doubts on whose candidate nobody has spoken, of parties whose firm nobody has named."""
    standing = standing_decisions(decisions)
    pairs = {(d.party_hash, d.corporate_number) for d in standing}
    named = {d.party_hash for d in standing if d.verdict == "confirmed"}
    return [
        doubt
        for doubt in doubts
        if doubt.party_hash not in named and (doubt.party_hash, doubt.candidate_number) not in pairs
    ]


def _is_by(decision: Decision, actor: Actor) -> bool:
    return decision.decided_by == actor.username


def _fits(doubt: Doubt, rule: str, source: str) -> bool:
    return (not rule or doubt.rule == rule) and (not source or source in doubt.sources)


def _case(
    vault: duckdb.DuckDBPyConnection,
    doubt: Doubt,
    candidate: str,
    decisions: Sequence[Decision],
) -> Case:
    party = read_party(vault, doubt.party_hash)
    first = read_firms(vault, [doubt.candidate_number])[0] if doubt.candidate_number else None
    names = {party.name, first.name if first else ""}
    numbers = alternative_numbers(vault, party, names, doubt.candidate_number)
    others = read_firms(vault, numbers)
    if any(firm.corporate_number == candidate for firm in others):
        shown = next(firm for firm in others if firm.corporate_number == candidate)
        others = tuple(f for f in ((first,) if first else ()) + others if f is not shown)
        first = shown
    firms = [*([first] if first else []), *others]
    standing = [d for d in standing_decisions(decisions) if d.party_hash == doubt.party_hash]
    return Case(
        doubt, party, first, tuple(others), _states(firms), standing[-1] if standing else None
    )


def _states(firms: Sequence[Firm]) -> dict[str, State]:
    """Whether each firm still exists, by its number, as the snapshot's register says."""
    by_id = {firm.firm_id: firm.corporate_number for firm in firms if firm.firm_id}
    if not by_id:
        return {}
    row = tables.firm.c
    with gate_of_app().reader.reading() as snapshot, snapshot.databases["lens"].cursor() as cursor:
        frame = cursor.fetch(
            select(row.firm_id, row.is_closed, row.close_date, row.close_cause_code).where(
                row.firm_id.in_([UUID(firm_id) for firm_id in by_id])
            ),
        )
    return {
        by_id[str(found["firm_id"])]: State(
            bool(found["is_closed"]),
            None if pd.isna(found["close_date"]) else found["close_date"],
            found["close_cause_code"] or "",
        )
        for found in frame.to_dict("records")
    }


@contextmanager
def _vault() -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """The vault of the serving snapshot for one request, and the snapshot's name."""
    reader = gate_of_app().reader
    manifest, _ = reader.state()
    if manifest is None:
        raise NoSnapshot
    try:
        with open_vault(reader.store_dir, manifest.snapshot) as vault:
            yield vault, manifest.snapshot
    except VaultError as error:
        raise NoVault from error


@lru_cache(maxsize=2)
def _doubts(store_dir: Path, snapshot: str) -> tuple[Doubt, ...]:
    """A vault never changes once it is in place, so its doubts are read once."""
    with open_vault(store_dir, snapshot) as vault:
        return read_doubts(vault)


def _operator() -> Actor:
    """The signed-in operator; raises Refused for everyone else."""
    actor = current_actor()
    if not actor.can("operate"):
        gate_of_app().audit.write(actor.username, actor.role, "refusal", SUBJECT)
        raise Refused
    return actor


def _note(actor: Actor, action: str, snapshot: str, **detail: object) -> None:
    gate_of_app().audit.write(actor.username, actor.role, action, SUBJECT, detail, snapshot)
