"""The vault's doubtful links, read for one operator at a time: what was typed, and who it may be.

Nobody else in the house reads names from the vault. Every function takes a read-only connection
that the caller has opened for one request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Doubt:
    """One party that waits for a decision: its rule, its candidate, how many records name it."""

    party_hash: str
    rule: str
    score: float
    candidate_number: str
    n_record: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Firm:
    """A registered firm that a party may be. ``old_names`` carry the day they were last seen."""

    corporate_number: str
    name: str = ""
    address: str = ""
    firm_id: str = ""
    old_names: tuple[tuple[str, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """What was typed of a party, and how many records of which source say so."""

    party_hash: str
    number_as_written: str
    number_status: str
    corporate_number: str
    name: str
    address: str
    telephone: str
    gbizid: str
    sources: tuple[tuple[str, int], ...]
    evidence: Mapping[str, Any]


def read_doubts(vault: duckdb.DuckDBPyConnection) -> tuple[Doubt, ...]:
    """All parties whose link is in doubt, those with most records first."""
    rows = vault.execute(
        """
        SELECT party_hash, rule, score, coalesce(candidate_number, ''),
               coalesce(sum(n_record), 0)::BIGINT AS n_record,
               list(DISTINCT source ORDER BY source) FILTER (source IS NOT NULL)
        FROM party_link LEFT JOIN party_record USING (party_hash)
        WHERE status = 'review'
        GROUP BY party_hash, rule, score, candidate_number
        ORDER BY n_record DESC, party_hash
        """
    ).fetchall()
    return tuple(
        Doubt(party_hash, rule, score, candidate, n_record, tuple(sources or ()))
        for party_hash, rule, score, candidate, n_record, sources in rows
    )


def read_party(vault: duckdb.DuckDBPyConnection, party_hash: str) -> Party:
    """What was typed of one party; raises LookupError for one that the vault does not know."""
    row = vault.execute(
        """
        SELECT coalesce(number_as_written, ''), coalesce(number_status, ''),
               coalesce(party.corporate_number, ''), coalesce(name, ''), coalesce(address, ''),
               coalesce(telephone, ''), coalesce(gbizid, ''), coalesce(evidence, '{}')
        FROM party JOIN party_link USING (party_hash) WHERE party_hash = ?
        """,
        [party_hash],
    ).fetchone()
    if row is None:
        raise LookupError(party_hash)
    sources = vault.execute(
        "SELECT source, n_record FROM party_record WHERE party_hash = ? ORDER BY 2 DESC, 1",
        [party_hash],
    ).fetchall()
    number, status, corporate_number, name, address, telephone, gbizid, evidence = row
    return Party(
        party_hash=party_hash,
        number_as_written=number,
        number_status=status,
        corporate_number=corporate_number,
        name=name,
        address=address,
        telephone=telephone,
        gbizid=gbizid,
        sources=tuple(sources),
        evidence=json.loads(evidence),
    )


def read_firms(vault: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> tuple[Firm, ...]:
    """The firms of ``numbers`` in their order; one that is not in the register has no name."""
    found = {
        row[0]: row
        for row in vault.execute(
            """
            SELECT corporate_number, coalesce(name, ''), coalesce(address, ''),
                   coalesce(firm_id::VARCHAR, '')
            FROM identity WHERE corporate_number IN (SELECT unnest(?::VARCHAR[]))
            """,
            [list(numbers)],
        ).fetchall()
    }
    history: dict[str, list[tuple[str, date | None]]] = {}
    for number, name, last_seen in vault.execute(
        """
        SELECT corporate_number, name, last_seen FROM name_history
        WHERE corporate_number IN (SELECT unnest(?::VARCHAR[]))
        ORDER BY last_seen DESC, name
        """,
        [list(numbers)],
    ).fetchall():
        history.setdefault(number, []).append((name, last_seen))
    firms = []
    for number in numbers:
        _, name, address, firm_id = found.get(number, (number, "", "", ""))
        old = tuple(pair for pair in history.get(number, ()) if pair[0] != name)
        firms.append(Firm(number, name, address, firm_id, old))
    return tuple(firms)


def alternative_numbers(
    vault: duckdb.DuckDBPyConnection, party: Party, names: Iterable[str], candidate: str
) -> list[str]:
    """Other firms that a party may be: that of the number it wrote, then those that bear one of
    ``names``; at most MOST_ALTERNATIVES."""
    sought = sorted({name for name in names if name})
    same = vault.execute(
        """
        SELECT DISTINCT corporate_number FROM identity
        WHERE name IN (SELECT unnest(?::VARCHAR[])) AND corporate_number IS NOT NULL
        ORDER BY corporate_number LIMIT ?
        """,
        [sought, MOST_ALTERNATIVES + 2],
    ).fetchall()
    numbers = [party.corporate_number, *(row[0] for row in same)]
    others = [number for number in dict.fromkeys(numbers) if number and number != candidate]
    return others[:MOST_ALTERNATIVES]
