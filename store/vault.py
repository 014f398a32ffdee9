"""The vault: the names and numbers behind a snapshot, in a file apart from it. Read only.

The gate looks a firm up when it has withdrawn its consent since the snapshot was published, and
shows an operator the doubtful links (gate.review); nothing else opens it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import duckdb

VAULT = "vault"


class VaultError(RuntimeError):
    """The vault of a snapshot is missing or cannot be read."""


def vault_path(store_dir: Path, snapshot: str) -> Path:
    return store_dir / VAULT / f"{snapshot}.duckdb"


@contextmanager
def open_vault(store_dir: Path, snapshot: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The vault of a snapshot for one request. Raises VaultError, also for a query that fails."""
    path = vault_path(store_dir, snapshot)
    if not path.is_file():
        raise VaultError(f"{path} is missing")
    try:
        # All connections of a process to one file need the same settings.
        with duckdb.connect(str(path), read_only=True, config=_CONFIG) as vault:
            yield vault
    except duckdb.Error as error:
        raise VaultError(f"{path} cannot be read: {error}") from error


def firms_behind(
    store_dir: Path, snapshot: str, party_keys: Iterable[str]
) -> dict[str, frozenset[UUID]]:
    """The firms that each key (corporate number or g:GビズID) may mean in this snapshot.

    That is the firm itself, the one it is known to be under a number, and the successor it was
    merged into. Keys that the snapshot does not know are left out. Raises VaultError.
    """
    keys = list(party_keys)
    if not keys:
        return {}
    with open_vault(store_dir, snapshot) as vault:
        rows = vault.execute(_BEHIND, [keys]).fetchall()
    found: dict[str, set[UUID]] = {}
    for key, firm_id in rows:
        found.setdefault(key, set()).add(firm_id)
    return {key: frozenset(firms) for key, firms in found.items()}


_BEHIND = """
WITH asked AS (SELECT unnest(?::VARCHAR[]) AS asked),
meant AS (
    SELECT asked, asked AS meant FROM asked
    UNION SELECT asked, corporate_number FROM asked JOIN party_alias ON party_key = asked
)
SELECT asked, firm_id FROM identity JOIN meant ON meant = party_key
"""
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "512MB",
    "threads": "1",
    "temp_directory": "",
    "lock_configuration": "true",
}
