"""What the deliveries leave open, kept apart from them: who is meant, what slipped, what works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl.demo.calendar_days import iso
from etl.demo.dice import Ints
from etl.demo.exits import EXIT_NAMES
from etl.demo.life import NEVER_DAY
from etl.demo.plan import FIRST_YEAR
from etl.demo.population import Population
from etl.demo.typed import ERRORS, Typed

_LINKS = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("corporate_number", pa.string()),
        ("firm", pa.int64()),
        ("error", pa.string()),
    ]
)
_SLIPS = pa.schema(
    [
        ("source", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("meant", pa.int64()),
        ("written", pa.int64()),
    ]
)
_FIRMS = pa.schema(
    [
        ("firm", pa.int64()),
        ("corporate_number", pa.string()),
        ("firm_code", pa.string()),
        ("gbizid", pa.string()),
        ("is_corporate", pa.bool_()),
        ("first_year", pa.int64()),
        ("last_year", pa.int64()),
        ("exit", pa.string()),
        ("renamed", pa.string()),
        ("successor", pa.string()),
    ]
)


class Truth:
    """The Parquet files of ``folder``, written chunk by chunk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._links = pq.ParquetWriter(folder / "links.parquet", _LINKS, compression="zstd")
        self._slips = pq.ParquetWriter(folder / "slips.parquet", _SLIPS, compression="zstd")
        self._firms = pq.ParquetWriter(folder / "firms.parquet", _FIRMS, compression="zstd")

    def link(self, source: str, file: str, lines: Ints, typed: Typed, firm: Ints) -> None:
        """Who is meant on each of ``lines`` (from 1) of ``file``; ``firm`` numbers all firms."""
        n = len(lines)
        error = pa.array(ERRORS).take(pa.array(typed.error))
        self._links.write_table(
            pa.table(
                [
                    _all(source, n),
                    _all(file, n),
                    pa.array(lines),
                    typed.truth,
                    pa.array(firm),
                    error,
                ],
                schema=_LINKS,
            )
        )

    def slip(
        self, source: str, file: str, lines: Ints, column: str, meant: Ints, written: Ints
    ) -> None:
        """The figures that were typed wrongly."""
        n = len(lines)
        self._slips.write_table(
            pa.table(
                [
                    _all(source, n), _all(file, n), pa.array(lines), _all(column, n),
                    pa.array(meant), pa.array(written),
                ],
                schema=_SLIPS,
            )
        )  # fmt: skip

    def firms(self, people: Population, successor: Ints) -> None:
        """All firms of a chunk; ``successor`` is a position in it or -1."""
        renamed = iso(people.renamed.clip(max=NEVER_DAY - 1), people.renamed < NEVER_DAY)
        taken_over = people.number_texts.take(pa.array(successor.clip(0)))
        is_merged = pa.array(successor >= 0)
        self._firms.write_table(
            pa.table(
                [
                    pa.array(people.index),
                    people.number_texts,
                    people.firm_codes,
                    people.gbizid_texts,
                    pa.array(people.is_corporate),
                    pa.array(np.maximum(people.first_year, FIRST_YEAR)),
                    pa.array(people.last_year),
                    pa.array(EXIT_NAMES).take(pa.array(people.exit)),
                    renamed,
                    pa.compute.if_else(is_merged, taken_over, pa.scalar(None, pa.string())),
                ],
                schema=_FIRMS,
            )
        )

    def close(self) -> None:
        for writer in (self._links, self._slips, self._firms):
            writer.close()


def _all(text: str, n: int) -> Any:
    return pa.array([text] * n, pa.string())
