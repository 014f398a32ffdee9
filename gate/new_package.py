"""A package as it was drawn, on its way into the records of its edition."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from store.release_records import ReleaseFile, ReleasePackage


@dataclass(frozen=True, slots=True)
class NewPackage:
    """A package as it was drawn. Codes are empty for all; ``inputs`` is a digest of what it rests
    on, so that it is not drawn again from the same."""

    scope_key: str
    region: str
    industry: str
    field: str
    inputs: str
    files: Mapping[str, bytes]
    n_page: int
    n_row: int
    n_table: int

    def record(self, edition_id: int) -> ReleasePackage:
        """The record of this package, with the hash of each file."""
        return ReleasePackage(
            edition_id=edition_id,
            scope_key=self.scope_key,
            region=self.region,
            industry=self.industry,
            field=self.field,
            n_page=self.n_page,
            n_row=self.n_row,
            n_table=self.n_table,
            inputs=self.inputs,
            files=[
                ReleaseFile(
                    name=name,
                    sha256=sha256(content).hexdigest(),
                    n_byte=len(content),
                    n_row=_lines_of_data(name, content),
                )
                for name, content in sorted(self.files.items())
            ],
        )


def _lines_of_data(name: str, content: bytes) -> int:
    if not name.endswith(".csv"):
        return 0
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return max(sum(1 for _ in lines) - 1, 0)
