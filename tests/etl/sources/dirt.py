"""A small dirty file for a source: what each line is made of, and what must become of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from etl.sources import contracts
from tests.etl.deliveries import Desk, counts


@dataclass(frozen=True)
class Refused:
    reason: str
    column: str


@dataclass(frozen=True)
class Accepted:
    """Canonical values that the record must have, as text; the others are not looked at."""

    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Dirt:
    """``sound`` is a record by header name; each line changes it. ``n_duplicate`` of the accepted
    ones are repeats, and ``flags`` counts the remarks on the others."""

    source: str
    layout: str
    sound: Mapping[str, str]
    lines: Sequence[tuple[Mapping[str, str], Refused | Accepted]]
    flags: Mapping[str, int] = field(default_factory=dict)
    n_duplicate: int = 0
    encoding: str = "utf-8"

    def text(self) -> str:
        header = list(self.sound)
        records = [{**self.sound, **changed} for changed, _ in self.lines]
        assert all(list(record) == header for record in records), "a line names no such column"
        return sheet(header, [list(record.values()) for record in records])


def sheet(header: Sequence[str], records: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([header, *records])
    return stream.getvalue()


def check(desk: Desk, dirt: Dirt) -> None:
    """Deliver the file and compare all that became of it: balance, reasons, values, remarks."""
    delivery = desk.deliver("a.csv", dirt.text().encode(dirt.encoding))
    refused = {
        line: fate for line, (_, fate) in enumerate(dirt.lines, 2) if isinstance(fate, Refused)
    }
    n, n_refused = len(dirt.lines), len(refused)
    assert (delivery.source, delivery.layout, delivery.reason_code) == (
        dirt.source, dirt.layout, "",
    )  # fmt: skip
    if refused:
        found = {
            record["line"]: Refused(str(record["reason"]), str(record["column"]))
            for record in desk.quarantine("a.csv")
        }
        assert found == refused
    assert counts(delivery) == (n, n - n_refused - dirt.n_duplicate, n_refused, dirt.n_duplicate)
    staged = desk.staged("a.csv").set_index("line")
    assert list(staged.columns)[: len(columns(dirt.source))] == columns(dirt.source)
    rows = staged.to_dict("index")
    for line, (_, fate) in enumerate(dirt.lines, 2):
        if isinstance(fate, Accepted) and line in rows:
            assert written(rows[line], fate.values) == dict(fate.values), line
    assert desk.flags("a.csv") == dict(dirt.flags)


def columns(source: str) -> list[str]:
    return next(list(c.columns) for c in contracts() if c.name == source)


def written(row: Mapping[Hashable, Any], names: Mapping[str, object]) -> dict[str, object]:
    """The values of ``names`` in a staged row, dates as ISO text and nothing as None."""
    found: dict[str, object] = {}
    for name in names:
        value = row[name]
        if pd.isna(value):
            found[name] = None
        elif hasattr(value, "isoformat"):
            found[name] = value.isoformat()[:10]
        else:
            found[name] = value
    return found
