"""A catalogue of released cubes that contradicts itself is refused, and says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.catalogue import PATH, CatalogueError, read_catalogue

CUBE = """
[[cube]]
name = "little"
{}
[cube.measure]
n = {{ rule = "{}" }}
"""


@pytest.mark.parametrize(
    ("lines", "rule", "message"),
    [
        ('layouts = [["bureau"]]', "secret", "follows the unknown rule secret"),
        ('layouts = [["planet"]]', "count", "there is no layout planet"),
        ('layouts = [["bureau*colour"]]', "count", "there is no layout bureau\\*colour"),
        ('layouts = [["bureau"], ["prefecture"]]', "count", "prefecture is no part of the first"),
        ('apart = ["industry"]\nlayouts = [["bureau"]]', "count", "industry adds up always"),
        ('sum = ["n", "m"]\nlayouts = [["bureau"]]', "count", "the sum names m"),
    ],
)
def test_a_contradiction_is_refused(tmp_path: Path, lines: str, rule: str, message: str) -> None:
    head = PATH.read_text(encoding="utf-8").partition("[[cube]]")[0]
    catalogue = tmp_path / "cube.toml"
    catalogue.write_text(head + CUBE.format(lines, rule), encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"little: .*{message}"):
        read_catalogue(catalogue)


def test_members_that_are_apart_have_no_total_in_any_layout() -> None:
    for cube in read_catalogue().cubes:
        for layout in cube.layouts:
            for _, _, by_category, _, by_event_year in layout:
                assert by_category or "category" not in cube.apart
                assert by_event_year or "event_year" not in cube.apart
