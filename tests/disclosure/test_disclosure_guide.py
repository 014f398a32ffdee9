"""The code of the guide to disclosure control runs from top to bottom and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "disclosure.md"


def test_the_guide_runs_and_its_patterns_are_safe(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) >= 6
    script = tmp_path / "guide.py"
    script.write_text("\n".join(blocks), "utf-8")
    found = run_path(str(script))
    assert found["protection"].gap == 0.0
    assert found["found"]["北/製造"].least == pytest.approx(20)
    assert found["found"]["北/製造"].is_exact
    assert found["safe"]["北/製造"].least <= 17
    assert found["safe"]["北/製造"].most >= 23
    assert found["from_owners"].unrepaired == []
    assert found["from_owners"].value_hidden >= found["protection"].value_hidden
    assert (found["again"].hidden == found["protection"].hidden).all()
    assert found["parts"].secondary.sum() >= 3
