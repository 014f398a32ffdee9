"""The three databases of a snapshot, and what every table of theirs states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import MetaData

metadata = MetaData()
released_metadata = MetaData()
# What was refused, as it was delivered: with names and numbers, so in a file apart.
held_metadata = MetaData()


def firm_level(
    grain: str,
    scope: dict[str, str],
    consent_scope: str = "",
    consent_basis: str = "public",
) -> dict[str, object]:
    """The info of a table whose rows are about single firms; ``scope`` names its columns.

    ``consent_scope`` is the part of the consent ledger that speaks of these rows (application,
    statement, support, consultation; empty where none does). ``consent_basis``: public (an
    official publication), policy (applying was consent), contract (handed over under one), opt_in
    (only with a consent in force).
    """
    return {
        "grain": grain,
        "permission": "firm",
        "scope": scope,
        "consent": "display",
        "consent_scope": consent_scope,
        "consent_basis": consent_basis,
    }


def plain(grain: str, permission: str) -> dict[str, object]:
    """The info of a table that is read whole or not at all."""
    return {"grain": grain, "permission": permission, "scope": None, "consent": None}


def behind_aggregates(
    grain: str,
    consent_scopes: tuple[str, ...],
    consent_of_kind: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, object]:
    """The info of a table whose rows are about single firms but leave only as aggregates.

    It has no row scope: the nation is shown to everyone who may see aggregates. A firm that
    refuses one of the ``consent_scopes`` is in none of them. Where rows of different kinds rest on
    different records, ``consent_of_kind`` names, per value of the column ``kind``, one more scope
    and its basis.
    """
    return {
        "grain": grain,
        "permission": "aggregate",
        "scope": None,
        "consent": "display",
        "consent_scope": consent_scopes,
        "consent_basis": "contract",
        "consent_of_kind": consent_of_kind or {},
    }


def consent_scopes(info: Mapping[str, Any]) -> tuple[str, ...]:
    """The parts of the consent ledger that speak of a table's rows; all of them must allow one."""
    scope = info.get("consent_scope", "")
    if isinstance(scope, str):
        return (scope,) if scope else ()
    return tuple(scope)
