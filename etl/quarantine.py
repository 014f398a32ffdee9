"""The quarantine: one JSON line for each refused record, with its place and its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.read import Refusal


@contextmanager
def quarantine_into(path: Path, source: str, file: str) -> Iterator[Callable[[Refusal], None]]:
    """Give a function that appends a refused record of ``file`` to the new file at ``path``."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:

        def add(refusal: Refusal) -> None:
            record = {
                "source": source,
                "file": file,
                "line": refusal.line,
                "byte_offset": refusal.byte_offset,
                "reason": refusal.reason,
                "column": refusal.column,
                "raw": refusal.raw,
            }
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")

        yield add


def whole_file(reason: str, column: str = "") -> Refusal:
    """The one line that stands in the quarantine for a file refused as a whole."""
    return Refusal(0, 0, reason, column, "")
