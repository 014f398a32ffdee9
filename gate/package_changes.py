"""What is new in a package beside the same one of an earlier edition, from the data of both."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gate.package_files import file_path, read_file

# Edition, scope key, file, SHA-256.
DataFile = tuple[str, str, str, str]
_PLACE = ("fiscal_year", "region_code", "industry_code", "category_code", "variable")


@dataclass(frozen=True, slots=True)
class Changes:
    """Fiscal years that are new, and how many values are new, other than before, or gone."""

    years_added: tuple[str, ...]
    n_added: int
    n_changed: int
    n_gone: int

    @property
    def n_all(self) -> int:
        return self.n_added + self.n_changed + self.n_gone


@lru_cache(maxsize=512)
def changes_between(releases: Path, old: DataFile, new: DataFile) -> Changes:
    """Compare two files of data, each as it was approved; raises DamagedFile.

    Kept by their hashes: what was approved does not change.
    """
    before, after = _values(releases, old), _values(releases, new)
    years = {place[0] for place in after} - {place[0] for place in before}
    return Changes(
        # A range of years (2021-2025) is a total, not a year.
        years_added=tuple(sorted(year for year in years if year.isdigit())),
        n_added=len(after.keys() - before.keys()),
        n_changed=sum(before[place] != after[place] for place in after.keys() & before.keys()),
        n_gone=len(before.keys() - after.keys()),
    )


def _values(releases: Path, file: DataFile) -> dict[tuple[str, ...], tuple[str, str]]:
    edition, scope_key, name, expected = file
    content = read_file(file_path(releases, edition, scope_key, name), expected)
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return {tuple(row[name] for name in _PLACE): (row["value"], row["status"]) for row in rows}
