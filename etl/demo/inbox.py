"""Files put into an inbox, each with the declaration of its sender beside it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

# How the rejects of real deliveries look; one in about 1,500 records of the demo is such a one.
SPOILED = (
    "check_digit",
    "impossible_date",
    "column_missing",
    "check_digit",
    "control_character",
    "column_added",
    "impossible_date",
    "unclosed_quote",
)


def deliver(out: Path, name: str, content: bytes, prefecture_code: str = "") -> None:
    """Write ``content`` and its sidecar: hash, size, that it is synthetic, the area it covers."""
    (out / name).write_bytes(content)
    declared = [
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        f"n_byte = {len(content)}",
        "is_synthetic = true",
    ]
    if prefecture_code:
        declared.append(f'prefecture_code = "{prefecture_code}"')
    (out / f"{name}.delivery.toml").write_text("\n".join(declared) + "\n", encoding="utf-8")


def csv_lines(
    rows: Iterable[Sequence[object]], line_end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> list[str]:
    """Each row as one line of CSV text."""
    lines = []
    for row in rows:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator=line_end, quoting=quoting).writerow(row)  # type: ignore[arg-type]
        lines.append(buffer.getvalue())
    return lines


def spoil(rng: Random, lines: list[str], n: int, number: int, day: int, title: int) -> list[str]:
    """``lines`` with ``n`` bad ones among them, made from good ones.

    ``number``, ``day`` and ``title`` are the positions of the columns to damage.
    """
    spoiled = list(lines)
    for index in range(n):
        cells = next(csv.reader([rng.choice(lines).rstrip("\r\n")]))
        how = SPOILED[index % len(SPOILED)]
        if how == "check_digit":
            cells[number] = f"{int(cells[number][0]) % 9 + 1}{cells[number][1:]}"
        elif how == "impossible_date":
            cells[day] = "2023-02-30"
        elif how == "column_missing":
            del cells[title]
        elif how == "column_added":
            cells.insert(title, "再提出")
        elif how == "control_character":
            cells[title] += "\x00"
        line = ",".join(cells) + "\n"
        if how == "unclosed_quote":
            line = line.replace(f",{cells[title]},", f',"{cells[title]},')
        spoiled.insert(rng.randrange(len(spoiled) // 3, len(spoiled)), line)
    return spoiled
