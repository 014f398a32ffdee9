"""The two databases of a snapshot, and what every table of theirs states about itself."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
released_metadata = MetaData()


def firm_level(grain: str, scope: dict[str, str]) -> dict[str, object]:
    """The info of a table whose rows are about single firms; ``scope`` names its columns."""
    return {"grain": grain, "permission": "firm", "scope": scope, "consent": "display"}


def plain(grain: str, permission: str) -> dict[str, object]:
    """The info of a table that is read whole or not at all."""
    return {"grain": grain, "permission": permission, "scope": None, "consent": None}
