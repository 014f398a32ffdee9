"""What proves a pattern safe: tables that an attacker cannot tell from the true one.

A certificate holds true values by way of differences and stays inside the ministry.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from disclosure.evidence import Evidence, Pool, Witness
from disclosure.presolve import Problem
from disclosure.schema import HIDDEN, digest
from disclosure.table import Flags, Table

VERSION = 1


def certificate(
    table: Table, evidence: Evidence, owners_digest: str | None, statement: dict[str, Any]
) -> dict[str, Any]:
    """The certificate of a pattern, as plain lists and numbers for JSON.

    ``witnesses`` are alternative tables, each as {cell: difference from the true value}.
    ``answers`` name, for each sensitive cell and side, the witnesses that reach its level; every
    attacker finds one of them possible. ``unrepaired`` are the owners from whom a cell cannot be
    kept.
    """
    problem = evidence.problem
    cells_of, sensitive_of = _names(table, problem)
    witnesses: list[dict[str, float]] = []
    answers = []
    for goal, pool in zip(evidence.goals, evidence.pools, strict=True):
        numbers = []
        for witness in needed(pool):
            numbers.append(len(witnesses))
            witnesses.append(_moved(witness, cells_of))
        for cell in sensitive_of[goal.column]:
            side = "up" if goal.sign > 0 else "down"
            answers.append({"cell": cell, "side": side, "witnesses": numbers})
    hidden = problem.hidden_cells(evidence.hidden) | table.is_sensitive
    return {
        "version": VERSION,
        "digests": {
            "cells": table.digest_of_cells(),
            "relations": table.digest_of_relations(),
            "pattern": digest_of_pattern(table, hidden),
            "owners": owners_digest,
        },
        "statement": statement,
        "witnesses": witnesses,
        "answers": answers,
        "unrepaired": _unrepaired(evidence, sensitive_of),
    }


def needed(pool: Pool) -> Pool:
    """The witnesses of a pool without those that answer nobody who is not answered already."""
    kept: list[Witness] = []
    left: frozenset[int] | None = None
    for witness in sorted(pool, key=lambda one: len(one.stopped)):
        after = witness.stopped if left is None else left & witness.stopped
        if left is None or len(after) < len(left):
            kept.append(witness)
            left = after
    return tuple(kept)


def _names(table: Table, problem: Problem) -> tuple[list[list[str]], list[list[str]]]:
    """The cells of each column, and the sensitive ones among them."""
    all_cells: list[list[str]] = [[] for _ in range(problem.n)]
    sensitive: list[list[str]] = [[] for _ in range(problem.n)]
    places = zip(table.cells, problem.column_of.tolist(), table.is_sensitive.tolist(), strict=True)
    for cell, column, is_sensitive in places:
        if column >= 0:
            all_cells[column].append(cell)
            if is_sensitive:
                sensitive[column].append(cell)
    return all_cells, sensitive


def _unrepaired(evidence: Evidence, sensitive_of: list[list[str]]) -> list[dict[str, str]]:
    """The cells that no pattern keeps from an owner, with the side that the owner learns."""
    found = []
    for goal, attacker in sorted(evidence.hopeless):
        aim = evidence.goals[goal]
        for cell in sensitive_of[aim.column]:
            side = "up" if aim.sign > 0 else "down"
            owner = evidence.attackers.names[attacker]
            found.append({"cell": cell, "owner": owner, "side": side})
    for cell, owner in evidence.attackers.exposed:
        found += [{"cell": cell, "owner": owner, "side": side} for side in ("up", "down")]
    return found


def least_relative_interval(problem: Problem, evidence: Evidence) -> float | None:
    """The narrowest interval shown for a sensitive cell, as a share of its value."""
    reached = np.zeros(problem.n)
    for goal in evidence.goals:
        reached[goal.column] += goal.level
    size = np.abs(problem.value)
    asked = problem.is_sensitive & (size > 0)
    return float((reached[asked] / size[asked]).min()) if asked.any() else None


def digest_of_pattern(table: Table, hidden: Flags) -> str:
    """The digest of a pattern's rows: cell, value where published, status."""
    rows = zip(table.cells, table.value.tolist(), hidden.tolist(), strict=True)
    return digest((cell, "", HIDDEN) if gone else (cell, value, "") for cell, value, gone in rows)


def _moved(witness: Witness, cells_of: list[list[str]]) -> dict[str, float]:
    return {
        cell: move for column, move in sorted(witness.moves.items()) for cell in cells_of[column]
    }
