"""What a snapshot is made of, as one digest: a run publishes only where it has changed."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from etl.ledger import loaded_hashes
from etl.reference import REFERENCE_DIR
from store.consent_records import ConsentEntry
from store.link_records import LinkDecision
from store.tables import held_metadata, metadata, released_metadata


def inputs_digest(engine: Engine, key_fingerprint: str = "") -> str:
    """A digest of the loaded deliveries, the operators' decisions, the consent ledger, the code
    tables, the contract of the tables and the pseudonym key's fingerprint (64 hex digits)."""
    digest = sha256(key_fingerprint.encode())
    for content_hash in sorted(loaded_hashes(engine)):
        digest.update(content_hash.encode())
    with Session(engine) as session:
        # Both are append-only: the last number and time tell whether anything was added, also to
        # a database that was restored from an older copy and gives numbers out again.
        for key in (
            LinkDecision.decision_id,
            LinkDecision.decided_at,
            ConsentEntry.entry_id,
            ConsentEntry.recorded_at,
        ):
            digest.update(f"|{session.scalar(select(func.max(key)))}".encode())
    for path in sorted([*REFERENCE_DIR.glob("*.csv"), *REFERENCE_DIR.glob("*.toml")]):
        digest.update(path.name.encode() + path.read_bytes())
    for contract in (metadata, released_metadata, held_metadata):
        for table in contract.tables.values():
            digest.update(f"|{table.name}:{[(c.name, str(c.type)) for c in table.c]}".encode())
    return digest.hexdigest()
