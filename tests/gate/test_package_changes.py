"""What is new in an edition, told from the data of both."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from gate.package_changes import Changes, DataFile, changes_between
from gate.package_files import DamagedFile, write_package
from tests.gate.made_editions import CSV, data_of

OLD = ("2024,04,,,n_award,3,", "2024,04,,,amount_man,,x", "2024,04,E,,n_award,1,")
NEW = (
    "2024,04,,,n_award,4,",
    "2024,04,,,amount_man,9,",
    "2025,04,,,n_award,2,",
    "2024-2025,04,,,n_award,6,",
)


def _written(folder: Path, edition: str, *lines: str) -> DataFile:
    content = data_of(*lines)
    write_package(folder, edition, "04", {CSV: content})
    return edition, "04", CSV, sha256(content).hexdigest()


def test_years_and_values_are_counted_apart(tmp_path: Path) -> None:
    old, new = _written(tmp_path, "2026-08", *OLD), _written(tmp_path, "2026-11", *NEW)
    found = changes_between(tmp_path, old, new)
    assert found == Changes(years_added=("2025",), n_added=2, n_changed=2, n_gone=1)
    assert found.n_all == 5


def test_the_same_numbers_are_no_change(tmp_path: Path) -> None:
    old, new = _written(tmp_path, "2026-08", *OLD), _written(tmp_path, "2026-11", *reversed(OLD))
    assert changes_between(tmp_path, old, new).n_all == 0


def test_a_file_that_was_tampered_with_is_not_compared(tmp_path: Path) -> None:
    old, new = _written(tmp_path, "2026-08", *OLD), _written(tmp_path, "2026-11", *NEW)
    with pytest.raises(DamagedFile):
        changes_between(tmp_path, (*old[:3], "0" * 64), new)
