"""Check a certificate: no solver, no trust in whoever made the pattern, about a second.

Every witness must be a table that an attacker cannot tell from the true one: equal on all that is
published, within bounds, adding up. Every sensitive cell must be reached by one on both sides, in
the eyes of the outsider and of every owner.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from disclosure.delivered import (
    WHOLE,
    DeliveredError,
    Relation,
    Release,
    TrueCell,
    known_limits,
    moving_together,
    owners_of,
    relations_of,
    release_of,
    true_cells,
)
from disclosure.schema import HIDDEN, digest

# A witness may miss a sum or a bound by this share of its largest difference, a level by this share
# of itself: the precision of the solver's arithmetic.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Finding:
    """What is wrong: a kind (a key of the words) and the cell or number it is about."""

    kind: str
    what: str


@dataclass(frozen=True)
class Checked:
    """The files of one protected table, read."""

    cells: dict[str, TrueCell]
    relations: list[Relation]
    release: Release
    certificate: dict[str, Any]
    owners: dict[str, dict[str, float]] | None


def read_checked(
    cells: Path, relations: Path, pattern: Path, certificate: Path, owners: Path | None = None
) -> Checked:
    """The five files; raises DeliveredError."""
    try:
        proof = json.loads(certificate.read_text("utf-8"))
    except ValueError as error:
        raise DeliveredError(f"{certificate.name}: not JSON") from error
    if not isinstance(proof, dict) or not {"digests", "witnesses", "answers"} <= proof.keys():
        raise DeliveredError(f"{certificate.name}: not a certificate")
    return Checked(
        true_cells(cells),
        relations_of(relations),
        release_of(pattern),
        proof,
        owners_of(owners) if owners else None,
    )


def check(files: Checked) -> list[Finding]:
    """All that is wrong with a protected table; nothing is wrong with a safe one."""
    try:
        return [*_digests(files), *_pattern(files), *_witnesses(files), *_answers(files)]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        return [Finding("malformed", str(error))]


def _digests(files: Checked) -> list[Finding]:
    cells = digest(
        (name, c.value, c.lower, c.upper, c.level_down, c.level_up, c.is_sensitive, c.is_fixed)
        for name, c in files.cells.items()
    )
    relations = digest([digest(relation)] for relation in files.relations)
    pattern = digest(
        (cell, "", HIDDEN) if value is None else (cell, value, "")
        for cell, value in files.release.values.items()
    )
    stated = files.certificate["digests"]
    made = {"cells": cells, "relations": relations, "pattern": pattern}
    if files.owners is not None:
        made["owners"] = digest(
            (cell, owner, part) for owner, own in files.owners.items() for cell, part in own.items()
        )
    return [Finding("digest", name) for name, one in made.items() if stated.get(name) != one]


def _pattern(files: Checked) -> list[Finding]:
    found = []
    shown = files.release.values
    for cell, true in files.cells.items():
        if cell not in shown:
            found.append(Finding("absent", cell))
        elif shown[cell] is None and true.is_fixed:
            found.append(Finding("fixed_hidden", cell))
        elif shown[cell] is not None and true.is_sensitive:
            found.append(Finding("sensitive_published", cell))
        elif shown[cell] is not None and shown[cell] != true.value:
            found.append(Finding("value_differs", cell))
    found += [Finding("unknown_cell", cell) for cell in shown if cell not in files.cells]
    stated = files.certificate["statement"]["n_hidden"]
    if stated != sum(value is None for value in shown.values()):
        found.append(Finding("statement", "n_hidden"))
    return found


def _witnesses(files: Checked) -> list[Finding]:
    """Whether each alternative table is one that an outsider cannot rule out."""
    found = []
    place = {cell: number for number, cell in enumerate(files.cells)}
    rows, columns, moves = [], [], []
    for number, witness in enumerate(files.certificate["witnesses"]):
        largest = max(map(abs, witness.values()), default=0.0)
        for cell, move in witness.items():
            true = files.cells[cell]
            slack = TOLERANCE * largest
            if not np.isfinite(move) or files.release.values[cell] is not None:
                found.append(Finding("moves_published", cell))
            if not true.lower - slack <= true.value + move <= true.upper + slack:
                found.append(Finding("outside_bounds", cell))
            rows.append(number)
            columns.append(place[cell])
            moves.append(move)
    shape = (len(files.certificate["witnesses"]), len(place))
    differences = sparse.csr_matrix((moves, (rows, columns)), shape=shape)
    equations = sparse.csr_matrix(
        (
            [k for relation in files.relations for _, k in relation],
            [place[cell] for relation in files.relations for cell, _ in relation],
            np.cumsum([0, *map(len, files.relations)]),
        ),
        shape=(len(files.relations), len(place)),
    )
    off = (differences @ equations.T).tocoo()
    size = np.asarray(abs(differences).max(axis=1).todense()).ravel() if shape[0] else np.zeros(0)
    for number in np.unique(off.row[np.abs(off.data) > TOLERANCE * size[off.row]]).tolist():
        found.append(Finding("does_not_add_up", str(number)))
    return found


def _answers(files: Checked) -> list[Finding]:
    """Whether every attacker finds a witness possible for every sensitive cell and side."""
    answers = {
        (answer["cell"], answer["side"]): answer["witnesses"]
        for answer in files.certificate["answers"]
    }
    excused = {(one["cell"], one["side"], one["owner"]) for one in files.certificate["unrepaired"]}
    witnesses = files.certificate["witnesses"]
    knowers = _knowers(files)
    found = [Finding("owner_learns", f"{cell} {owner}") for cell, _, owner in sorted(excused)]
    for cell, true in files.cells.items():
        for side, sign, level in (("up", 1, true.level_up), ("down", -1, true.level_down)):
            if level <= 0:
                continue
            reached = []
            left: set[str] | None = None
            for number in answers.get((cell, side), []):
                witness = witnesses[number]
                reached.append(sign * witness.get(cell, 0.0))
                if reached[-1] >= level * (1 - TOLERANCE):
                    stopped = _stopped(witness, knowers)
                    left = stopped if left is None else left & stopped
            if left is None:
                found.append(Finding("not_reached", f"{cell} {side}"))
                continue
            for owner in sorted(left):
                if (cell, side, owner) not in excused and not _is_answered(
                    files, cell, side, owner, answers[cell, side], knowers
                ):
                    found.append(Finding("owner_learns", f"{cell} {owner}"))
    return found


Knowers = dict[str, list[tuple[str, float, float]]]


def _knowers(files: Checked) -> Knowers:
    """Who knows what of a cell: owner, and how far the cell may be below and above its value."""
    knowers: Knowers = defaultdict(list)
    if not files.owners:
        return knowers
    together = moving_together(files.relations, lambda cell: not files.cells[cell].is_fixed)
    for owner, own in files.owners.items():
        for cell, (down, up) in known_limits(own, files.cells, together).items():
            knowers[cell].append((owner, down, up))
    return knowers


def _stopped(witness: dict[str, float], knowers: Knowers) -> set[str]:
    """The owners who know that a witness is not the true table."""
    slack = TOLERANCE * max(map(abs, witness.values()), default=0.0)
    return {
        owner
        for cell, move in witness.items()
        for owner, down, up in knowers.get(cell, ())
        if move > up + slack or -move > down + slack
    }


def _is_answered(
    files: Checked, cell: str, side: str, owner: str, numbers: list[int], knowers: Knowers
) -> bool:
    """Whether an owner with a part of the cell itself is kept as far off as there is anything."""
    true = files.cells[cell]
    for who, down, up in knowers.get(cell, ()):
        if who != owner:
            continue
        if (down, up) == (0.0, 0.0):
            # Known to be its own; what merely moves with that is somebody else's.
            parts = (files.owners or {}).get(owner, {}).values()
            return any(abs(true.value - part) <= WHOLE * abs(true.value) for part in parts)
        sign, level = (1, true.level_up) if side == "up" else (-1, min(true.level_down, down))
        for number in numbers:
            witness = files.certificate["witnesses"][number]
            enough = sign * witness.get(cell, 0.0) >= level * (1 - TOLERANCE)
            if enough and owner not in _stopped(witness, knowers):
                return True
    return False
