"""The code of the guide to matching runs from top to bottom and finds what it says."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "matching.md"


def test_the_guide_runs_and_finds_the_planted_effect(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) >= 8
    script = tmp_path / "guide.py"
    script.write_text("\n".join(blocks), "utf-8")
    found = run_path(str(script))
    effect, plain = found["effect"], found["plain"]
    assert effect.low < 0.05 < effect.high
    assert plain.low > 0.05
    assert found["report"].verdict == "ok"
    assert abs(found["doubly_robust"].estimate - 0.05) < 3 * found["doubly_robust"].error
    assert found["gamma"] > 1
    assert found["strength"].limit > 1
