"""What the commands do: files in, files out, and what is said of them.

A pattern is written only with a certificate that the independent checker accepts, both or neither.
"""

from __future__ import annotations

import argparse
import csv
import errno
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from disclosure import attacker
from disclosure import check as checker
from disclosure.bounding import NoProof
from disclosure.delivered import (
    DeliveredError,
    columns_of,
    owners_of,
    relations_of,
    release_of,
    true_cells,
)
from disclosure.interval import Interval
from disclosure.microaggregate import cells_and_relations
from disclosure.protect import Protection, Unprotectable
from disclosure.protect import protect as protect_table
from disclosure.quiet import without_banner
from disclosure.reading import read_frame, read_hidden, read_owners, read_table
from disclosure.solver import OutOfTime, SolverFailure
from language import text

# So many names are listed before the rest is only counted.
MOST_NAMED = 20


def protect(asked: argparse.Namespace) -> bool:
    """Protect a table; whether a safe pattern was written."""
    for path in (asked.out, asked.certificate):
        # Said before the work is done, not after.
        if not path.resolve().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    table = read_table(asked.cells, asked.relations)
    owners = read_owners(asked.insiders, table) if asked.insiders else None
    previous = read_hidden(asked.previous, table) if asked.previous else None
    try:
        with without_banner():
            found = protect_table(table, owners=owners, previous=previous, seconds=asked.seconds)
    except Unprotectable as error:
        return _refuse("unprotectable", _listed(error.cells))
    except OutOfTime:
        return _refuse("out_of_time", f"{asked.seconds:g}")
    except SolverFailure as error:
        return _refuse("no_proof", str(error))
    if found.unrepaired:
        pairs = dict.fromkeys(f"{one['cell']} ({one['owner']})" for one in found.unrepaired)
        return _refuse("unrepaired", _listed(tuple(pairs)))
    wrong = _write(found, asked)
    if wrong:
        return _refuse("rejected", _listed(tuple(f"{one.kind} {one.what}" for one in wrong)))
    _say_protected(found)
    return True


def _write(found: Protection, asked: argparse.Namespace) -> list[checker.Finding]:
    """Write both files where the checker accepts them as they are; what it finds wrong."""
    out, certificate = asked.out.resolve(), asked.certificate.resolve()
    with (
        tempfile.TemporaryDirectory(dir=out.parent, prefix=".pattern-") as beside_out,
        tempfile.TemporaryDirectory(dir=certificate.parent, prefix=".certificate-") as beside,
    ):
        made = Path(beside_out) / out.name, Path(beside) / certificate.name
        found.pattern().to_csv(made[0], index=False, lineterminator="\n")
        made[1].write_text(json.dumps(found.certificate, ensure_ascii=False), "utf-8")
        files = checker.read_checked(asked.cells, asked.relations, *made, asked.insiders)
        if wrong := checker.check(files):
            return wrong
        # The pattern last: there is never one without its certificate.
        made[1].replace(certificate)
        made[0].replace(out)
    return []


def _say_protected(found: Protection) -> None:
    statement = found.certificate["statement"]
    interval = statement["least_relative_interval"]
    numbers = {
        "cells": f"{statement['n_cell']:,}",
        "sensitive": f"{statement['n_sensitive']:,}",
        "secondary": f"{statement['n_secondary']:,}",
        "value_hidden": f"{found.value_hidden:,.10g}",
        "cost_hidden": f"{found.cost_hidden:,.10g}",
        "lower_bound": f"{found.lower_bound:,.10g}",
        "gap": f"{100 * found.gap:.4f} %",
        "interval": "–" if interval is None else f"{100 * interval:.2f} %",
        "at_risk": str(statement["n_at_risk"]),
        "owners": f"{statement['n_owner']:,}",
        "seconds": f"{found.seconds:.1f}",
    }
    for name, number in numbers.items():
        print(f"{text(f'disclosure.statement.{name}')}: {number}")


def check(asked: argparse.Namespace) -> bool:
    """Check a certificate; whether nothing is wrong."""
    started = time.perf_counter()
    files = checker.read_checked(
        asked.cells, asked.relations, asked.pattern, asked.certificate, asked.insiders
    )
    wrong = checker.check(files)
    for one in wrong[:MOST_NAMED]:
        print(text(f"disclosure.finding.{one.kind}", what=one.what), file=sys.stderr)
    if wrong:
        return _refuse("unsafe", str(len(wrong)))
    if files.owners is None and files.certificate["digests"].get("owners"):
        print(text("disclosure.checked.without_owners"))
    seconds = time.perf_counter() - started
    n = len(files.certificate["answers"])
    print(text("disclosure.checked.safe", n=n, seconds=f"{seconds:.2f}"))
    return True


def attack(asked: argparse.Namespace) -> bool:
    """Attack files as delivered, all at once; whether nothing that must be kept is in reach."""
    releases, relations, truth = [], [], asked.truth
    for path in asked.paths:
        columns = columns_of(path)
        if {"relation", "parent", "child"} & columns:
            relations += relations_of(path)
        elif "is_sensitive" in columns:
            truth = truth or path
        else:
            releases.append(release_of(path))
    if not releases:
        raise DeliveredError(text("disclosure.error.no_release"))
    known = true_cells(truth) if truth else None
    insiders = owners_of(asked.insiders) if asked.insiders else None
    try:
        with without_banner():
            rounding = asked.rounding or 0.0
            seen = attacker.Attack(releases, relations, known, rounding, asked.negative or None)
            intervals = list(seen.intervals(insiders, to_the_end=asked.intervals is not None))
    except attacker.Contradiction as error:
        return _refuse("contradiction", str(error))
    except NoProof as error:
        return _refuse("no_proof", str(error))
    if asked.intervals:
        _write_intervals(asked.intervals, intervals)
    return _say_attacked(intervals, known is not None)


def _say_attacked(intervals: list[Interval], has_truth: bool) -> bool:
    outside = [one for one in intervals if not one.owner]
    exact = [one for one in outside if one.is_exact]
    sensitive = [one for one in outside if one.true is not None and one.true.is_sensitive]
    under = [one for one in sensitive if one.is_under_level]
    inside = [one for one in intervals if one.owner]
    lines = {
        "hidden": str(len(outside)),
        "exact": f"{len(exact)} {_listed(tuple(one.cell for one in exact))}".rstrip(),
    }
    if has_truth:
        lines["sensitive"] = str(len(sensitive))
        lines["under"] = f"{len(under)} {_listed(tuple(one.cell for one in under))}".rstrip()
        names = tuple(dict.fromkeys(f"{one.cell} ({one.owner})" for one in inside))
        lines["insiders"] = f"{len(names)} {_listed(names)}".rstrip()
    for name, line in lines.items():
        print(f"{text(f'disclosure.attacked.{name}')}: {line}")
    # Who does not know which cells are sensitive must fear for each.
    return not under and not inside if has_truth else not exact


def _write_intervals(path: Path, intervals: list[Interval]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["cell", "owner", "least", "most"])
        writer.writerows([one.cell, one.owner, one.least, one.most] for one in intervals)


def make_table(asked: argparse.Namespace) -> bool:
    """Make cells and relations of an aggregate with counts, totals and largest contributions."""
    hierarchies = [read_frame(path) for path in asked.hierarchies]
    cells, relations = cells_and_relations(read_frame(asked.aggregate), hierarchies)
    cells.to_csv(asked.cells, index=False, lineterminator="\n")
    relations.to_csv(asked.relations, index=False, lineterminator="\n")
    n_relation = relations["relation"].nunique()
    n_sensitive = int(cells["is_sensitive"].sum())
    print(text("disclosure.made", n=len(cells), relations=n_relation, sensitive=n_sensitive))
    return True


def _refuse(reason: str, detail: str) -> bool:
    print(text(f"disclosure.refused.{reason}", detail=detail), file=sys.stderr)
    return False


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} …" if len(names) > MOST_NAMED else shown
