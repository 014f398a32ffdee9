"""What the ETL prints: its steps aloud, progress on the error stream, tables that line up."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from tqdm import tqdm

from language import has_text, text
from store.application import Delivery

COUNTS = ("records_in", "accepted", "rejected", "duplicate")


class Console:
    """Says each step on the standard output; a Progress."""

    def step(self, code: str, **values: object) -> None:
        print(text(f"etl.step.{code}", **values), flush=True)

    def publishing_step(self, code: str) -> None:
        """A step of the publication: the name of a source that is read, or of the step itself."""
        if has_text(f"etl.step.{code}"):
            self.step(code)
        else:
            self.step("consolidate", source=source_name(code))

    @contextmanager
    def bar(self, label: str, n_byte: int) -> Iterator[Callable[[int], object]]:
        with tqdm(
            total=n_byte,
            desc=text(f"etl.bar.{label}"),
            unit="B",
            unit_scale=True,
            leave=False,
            file=sys.stderr,
        ) as bar:
            yield bar.update


def source_name(code: str) -> str:
    """The name of a source in the language of the reader; a new source may not have one yet."""
    return text(f"source.{code}") if has_text(f"source.{code}") else code


def deliveries_table(deliveries: Iterable[Delivery]) -> str:
    """One line per file with its counts, and why it was not taken, in aligned columns."""
    header = [text("etl.table.file"), text("etl.table.source")]
    header += [text(f"etl.table.{name}") for name in COUNTS]
    rows = [
        [d.file, source_name(d.source) if d.source else "—"]
        + [f"{getattr(d, name):,}" for name in COUNTS]
        + [_remark(d)]
        for d in deliveries
    ]
    return aligned([[*header, text("etl.table.remark")], *rows], right=range(2, 6))


def _remark(delivery: Delivery) -> str:
    if delivery.reason_code:
        return text(f"reason.{delivery.reason_code}")
    return text(f"delivery_status.{delivery.status}")


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Rows of text in columns of equal width on a screen where a Japanese sign takes two cells."""
    at_right = set(right)
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            " " * (width - _width(cell)) + cell
            if i in at_right
            else cell + " " * (width - _width(cell))
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in cell)
