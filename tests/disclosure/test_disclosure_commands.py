"""The commands write a pattern with its certificate or nothing, and say why."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import highspy
import pandas as pd
import pytest

from disclosure.__main__ import main
from tests.disclosure.made_tables import summed

ROOT = Path(__file__).resolve().parents[2]
INNER = [[20, 50, 10, 40], [30, 60, 20, 70], [90, 10, 40, 30], [50, 30, 60, 80]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cells, relations = summed(INNER, {"0,0": 4.0, "2,3": 5.0})
    cells.to_csv(tmp_path / "cells.csv", index=False)
    relations.to_csv(tmp_path / "relations.csv", index=False)
    return tmp_path


def _run(command: str, folder: Path) -> int:
    names = {
        "CELLS": "cells.csv",
        "RELATIONS": "relations.csv",
        "PATTERN": "pattern.csv",
        "CERT": "certificate.json",
        "OWNERS": "owners.csv",
        "EARLIER": "earlier.csv",
    }
    words = [str(folder / names[word]) if word in names else word for word in command.split()]
    return main(words)


PROTECT = "protect CELLS RELATIONS --out PATTERN --certificate CERT"


def _left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_protected_table_passes_check_and_attack(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(f"{PROTECT} --language en --seconds 20", folder) == 0
    said = capsys.readouterr().out
    assert "secondary cells: 2" in said
    assert "gap: 0.0000 %" in said
    assert "cells at risk: 0" in said
    assert _run("check CELLS RELATIONS PATTERN CERT --language en", folder) == 0
    assert "Safe: 4 sides" in capsys.readouterr().out
    assert _run("attack PATTERN RELATIONS", folder) == 0
    assert _run("attack PATTERN RELATIONS --truth CELLS", folder) == 0
    pattern = pd.read_csv(folder / "pattern.csv", dtype=str, keep_default_na=False)
    assert list(pattern.columns) == ["cell", "value", "status"]
    assert set(pattern["status"]) == {"", "x"}
    assert (pattern.loc[pattern["status"] == "x", "value"] == "").all()


def test_other_spellings_of_the_same_files_give_the_same_pattern(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert _run(PROTECT, folder) == 0
    other = tmp_path_factory.mktemp("other")
    cells = pd.read_csv(folder / "cells.csv", dtype=str)
    renamed = cells.rename(columns={"cell": " ID ", "protection_level": "Level"}).assign(name="、")
    text = renamed[renamed.columns[::-1]].to_csv(index=False, sep=";").replace("\n", "\r\n")
    (other / "cells.csv").write_bytes(text.encode("cp932"))
    relations = pd.read_csv(folder / "relations.csv")
    totals = relations[relations["coefficient"] == -1].set_index("relation")["cell"]
    parts = relations[relations["coefficient"] == 1]
    tree = pd.DataFrame(
        {
            "relation": parts["relation"],
            "parent": parts["relation"].map(totals),
            "child": parts["cell"],
        }
    )
    (other / "relations.csv").write_bytes(b"\xef\xbb\xbf" + tree.to_csv(index=False).encode())
    assert _run(PROTECT, other) == 0
    assert (other / "pattern.csv").read_bytes() == (folder / "pattern.csv").read_bytes()
    assert _run("check CELLS RELATIONS PATTERN CERT", other) == 0


def test_what_an_attack_finds_ends_in_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = pd.read_csv(folder / "cells.csv", dtype=str)
    bare = cells[["cell", "value"]].assign(status="")
    bare.loc[cells["is_sensitive"] == "1", ["value", "status"]] = "", "x"
    bare.to_csv(folder / "pattern.csv", index=False)
    assert _run("attack PATTERN RELATIONS --language en", folder) == 1
    assert "derived exactly: 2 0,0, 2,3" in capsys.readouterr().out
    assert _run("attack PATTERN RELATIONS CELLS --language en", folder) == 1
    assert "under their level: 2 0,0, 2,3" in capsys.readouterr().out


def test_owners_and_an_earlier_pattern_are_taken_into_account(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "owners.csv").write_text('owner,cell,value\nf1,"0,0",20\nf2,"2,3",30\n')
    assert _run(f"{PROTECT} --language en", folder) == 0
    (folder / "pattern.csv").rename(folder / "earlier.csv")
    assert _run(f"{PROTECT} --insiders OWNERS --previous EARLIER --language en", folder) == 0
    assert "owners considered: 2" in capsys.readouterr().out
    assert _run("check CELLS RELATIONS PATTERN CERT --insiders OWNERS", folder) == 0
    assert _run("attack CELLS RELATIONS PATTERN --insiders OWNERS", folder) == 0
    assert _run("check CELLS RELATIONS PATTERN CERT --language en", folder) == 0
    assert "Give --insiders" in capsys.readouterr().out


def _replace(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_a_missing_or_broken_file_leaves_nothing_behind(folder: Path) -> None:
    (folder / "relations.csv").rename(folder / "kept")
    before = _left(folder)
    assert _run(PROTECT, folder) == 2
    (folder / "relations.csv").write_bytes(b"")
    assert _run(PROTECT, folder) == 2
    (folder / "relations.csv").write_bytes((folder / "kept").read_bytes()[:200])
    assert _run(PROTECT, folder) == 2
    _replace(folder, "cells.csv", "20.0", "20,5")
    assert _run(PROTECT, folder) == 2
    assert _left(folder) == before | {"relations.csv"}


@pytest.mark.parametrize(
    "status",
    [
        highspy.HighsModelStatus.kUnknown,
        highspy.HighsModelStatus.kTimeLimit,
        highspy.HighsModelStatus.kSolveError,
        highspy.HighsModelStatus.kUnbounded,
        highspy.HighsModelStatus.kNotset,
    ],
)
@pytest.mark.parametrize("after", [0, 3, 40])
def test_a_solver_that_ends_without_a_proof_leaves_nothing_behind(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: highspy.HighsModelStatus,
    after: int,
) -> None:
    """The real solver, whose word is changed from the ``after``-th solve on."""
    truly = highspy.Highs.getModelStatus
    asked = 0

    def changed(self: highspy.Highs) -> highspy.HighsModelStatus:
        nonlocal asked
        asked += 1
        return truly(self) if asked <= after else status

    monkeypatch.setattr(highspy.Highs, "getModelStatus", changed)
    before = _left(folder)
    done = _run(PROTECT, folder)
    if status == highspy.HighsModelStatus.kTimeLimit and done == 0:
        # Time that runs out on the way to the optimum ends in what was proved before.
        assert after > 0
        monkeypatch.undo()
        assert _run("check CELLS RELATIONS PATTERN CERT", folder) == 0
    else:
        assert done == 1
        assert _left(folder) == before


def test_a_folder_that_is_not_there_is_named_before_the_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["protect", str(folder / "cells.csv"), str(folder / "relations.csv")]
    words += ["--out", str(folder / "nowhere" / "p.csv"), "--certificate", str(folder / "c.json")]
    assert main([*words, "--language", "en"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_too_little_time_leaves_nothing_behind(folder: Path) -> None:
    before = _left(folder)
    assert _run(f"{PROTECT} --seconds 0.000001", folder) == 1
    assert _left(folder) == before


def test_a_pattern_that_the_checker_refuses_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A suppressor with a fault that believes every cell is safe."""
    monkeypatch.setattr("disclosure.evidence.Evidence.unanswered", lambda *_: None)
    before = _left(folder)
    assert _run(f"{PROTECT} --language en", folder) == 1
    assert "does not accept" in capsys.readouterr().err
    assert _left(folder) == before


def test_a_process_that_is_killed_leaves_no_pattern(folder: Path) -> None:
    size = 24
    inner = [[1 + (row * 37 + column * 91) % 97 for column in range(size)] for row in range(size)]
    levels = {f"{k},{(k * 7) % size}": 3.0 for k in range(size)}
    cells, relations = summed(inner, levels)
    cells.to_csv(folder / "cells.csv", index=False)
    relations.to_csv(folder / "relations.csv", index=False)
    words = [
        *("protect", str(folder / "cells.csv"), str(folder / "relations.csv")),
        *("--out", str(folder / "pattern.csv")),
        *("--certificate", str(folder / "certificate.json")),
    ]
    command = [sys.executable, "-m", "disclosure", *words]
    running = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL)
    time.sleep(2.0)
    assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not {"pattern.csv", "certificate.json"} & _left(folder)


def test_an_aggregate_becomes_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["REGION,KIND,N_OBS,TOT,MAX"]
    counts = {"r1": (4, 2), "r2": (5, 6), "r3": (7, 8)}
    for region, (a, b) in counts.items():
        rows += [f"{region},a,{a},{a * 10},20", f"{region},b,{b},{b * 10},20"]
        rows += [f"{region},Total,{a + b},{(a + b) * 10},20"]
    above = {"north": ("r1", "r2"), "south": ("r3",), "Total": ("r1", "r2", "r3")}
    for name, parts in above.items():
        for kind, at in (("a", (0,)), ("b", (1,)), ("Total", (0, 1))):
            n = sum(counts[part][k] for part in parts for k in at)
            rows.append(f"{name},{kind},{n},{n * 10},20")
    (folder / "aggregate.csv").write_text("\n".join(rows), "utf-8")
    (folder / "regions.csv").write_text("wide,narrow\nnorth,r1\nnorth,r2\nsouth,r3\n", "utf-8")
    words = ["table", *(str(folder / name) for name in ("aggregate.csv", "regions.csv"))]
    words += ["--cells", str(folder / "cells.csv"), "--relations", str(folder / "relations.csv")]
    assert main([*words, "--language", "en"]) == 0
    assert "18 cells, 15 relations, 1 sensitive" in capsys.readouterr().out
    cells = pd.read_csv(folder / "cells.csv").set_index("cell")
    assert cells.index[cells["is_sensitive"] == 1].tolist() == ["r1|b"]
    assert cells.loc["r1|b", "protection_level"] == 2.0
    assert _run(PROTECT, folder) == 0
    statement = json.loads((folder / "certificate.json").read_text("utf-8"))["statement"]
    assert statement["n_secondary"] >= 3
