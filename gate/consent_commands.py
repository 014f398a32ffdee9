"""The consent ledger from the command line.

python -m gate consent grant|refuse|withdraw --number N --purpose ebpm --evidence TEXT …
python -m gate consent list [--number N] [--known-on DAY] | export FILE
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from gate.audit import AuditLog
from gate.consent_ledger import Said, enter, entries_of
from gate.csv_file import neutralised
from language import text
from store.consent_records import ConsentEntry
from store.consent_terms import ALL, FOR_EVER, JAPAN, KINDS, PURPOSES, SCOPES, USER_CLASSES

_COLUMNS = (
    "entry_id",
    "recorded_at",
    "recorded_by",
    "kind",
    "corporate_number",
    "gbizid",
    "purpose",
    "scope",
    "user_class",
    "valid_from",
    "valid_to",
    "evidence",
)


def run(asked: argparse.Namespace, engine: Engine, by: str) -> int:
    """Run one command for whoever is named ``by`` and return 0. Raises ConsentError."""
    audit = AuditLog(engine)
    if asked.act in KINDS:
        said = Said(
            kind=asked.act,
            purpose=asked.purpose,
            number=asked.number,
            gbizid=asked.gbizid,
            scope=asked.scope,
            user_class=asked.user_class,
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
            evidence=asked.evidence,
        )
        entry = enter(audit, said, by)
        print(text(f"consent.done.{asked.act}", entry_id=entry.entry_id, **_words(entry)))
        return 0
    with Session(engine) as session:
        if asked.act == "export":
            entries = entries_of(session, known_on=asked.known_on)
            _export(entries, asked.file)
            print(text("consent.done.export", n=len(entries), file=asked.file))
        else:
            entries = entries_of(session, asked.number, asked.gbizid, asked.known_on)
            for entry in entries:
                print(text("consent.line", entry_id=entry.entry_id, **_words(entry)))
    audit.write(by, "operator", f"consent_{asked.act}", "consent", {"n_row": len(entries)})
    return 0


def _words(entry: ConsentEntry) -> dict[str, str]:
    end = "" if entry.valid_to == FOR_EVER else str(entry.valid_to)
    return {
        "recorded_at": _japan_time(entry),
        "recorded_by": entry.recorded_by,
        "kind": text(f"consent.kind.{entry.kind}"),
        "subject": entry.corporate_number or entry.gbizid,
        "purpose": text(f"consent.purpose.{entry.purpose}"),
        "scope": text(f"consent.scope.{entry.scope}"),
        "user_class": text(f"consent.user_class.{entry.user_class}"),
        "days": text("consent.days", first=entry.valid_from, last=end),
        "evidence": entry.evidence,
    }


def _japan_time(entry: ConsentEntry) -> str:
    return f"{entry.recorded_at.replace(tzinfo=UTC).astimezone(JAPAN):%Y-%m-%d %H:%M}"


def _export(entries: Sequence[ConsentEntry], file: Path) -> None:
    """UTF-8 with BOM, for its owner alone: it names firms. Refuses to overwrite a file."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(text(f"consent.column.{name}") for name in _COLUMNS)
        writer.writerows(_cells(entry) for entry in entries)


def _cells(entry: ConsentEntry) -> Iterator[object]:
    for name in _COLUMNS:
        value = _japan_time(entry) if name == "recorded_at" else getattr(entry, name)
        yield neutralised(value) if isinstance(value, str) else value


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    consent = commands.add_parser("consent", help=text("consent.cli.about"))
    acts = consent.add_subparsers(dest="act", required=True)
    for kind in KINDS:
        act = acts.add_parser(kind, help=text(f"consent.cli.{kind}"))
        _add_subject(act)
        act.add_argument("--purpose", required=True, choices=PURPOSES)
        act.add_argument("--scope", default=ALL, choices=(*SCOPES, ALL))
        act.add_argument("--class", dest="user_class", default=ALL, choices=(*USER_CLASSES, ALL))
        act.add_argument("--from", dest="valid_from", type=date.fromisoformat, metavar="DAY")
        act.add_argument("--to", dest="valid_to", type=date.fromisoformat, metavar="DAY")
        act.add_argument("--evidence", required=True, help=text("consent.cli.evidence"))
    shown = acts.add_parser("list", help=text("consent.cli.list"))
    _add_subject(shown)
    export = acts.add_parser("export", help=text("consent.cli.export"))
    export.add_argument("file", type=Path)
    for act in (shown, export):
        act.add_argument(
            "--known-on", type=date.fromisoformat, metavar="DAY", help=text("consent.cli.known_on")
        )
    for act in acts.choices.values():
        act.add_argument("--by", default="", help=text("consent.cli.by"))


def _add_subject(act: argparse.ArgumentParser) -> None:
    act.add_argument("--number", default="", help=text("consent.cli.number"))
    act.add_argument("--gbizid", default="")
