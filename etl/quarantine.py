"""The quarantine: one JSON line for each refused record, with its place and its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.record import Refusal

# Readers that split text at every kind of line end must find one record in a line, too.
_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}


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
            text = json.dumps(record, ensure_ascii=False)
            stream.write(text.translate(_LINE_ENDS) + "\n")

        yield add


def whole_file(reason: str, column: str = "") -> Refusal:
    """The one line that stands in the quarantine for a file refused as a whole."""
    return Refusal(0, 0, reason, column, "")


def lines_of_others(path: Path, file: str) -> bytes:
    """The lines of a quarantine that belong to other names of the same content than ``file``."""
    if not path.exists():
        return b""
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join(line for line in lines if json.loads(line)["file"] != file)
