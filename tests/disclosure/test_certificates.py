"""Nothing unsafe passes the checker or the auditor, however it came about."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from disclosure.attacker import Attack, Contradiction
from disclosure.check import check, read_checked
from disclosure.delivered import relations_of, release_of, true_cells
from disclosure.protect import protect
from disclosure.table import Owners, Table
from tests.disclosure.made_tables import at_risk, summed

RNG = np.random.default_rng(5)
INNER = RNG.integers(1, 80, (6, 5))
LEVELS = {"0,0": 5.0, "2,3": 8.0, "4,1": 4.0, "5,4": 9.0, "3,T": 12.0}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A protected table with owners, as files."""
    folder = tmp_path_factory.mktemp("protected")
    cells, relations = summed(INNER, LEVELS)
    table = Table.of(cells, relations)
    owners = pd.DataFrame(
        [("0,0", "a", INNER[0, 0]), ("2,3", "b", INNER[2, 3]), ("3,T", "a", 3.0)],
        columns=["cell", "owner", "value"],
    )
    found = protect(table, owners=Owners.of(owners, table), seconds=10)
    assert found.unrepaired == []
    paths = {name: folder / f"{name}.csv" for name in ("cells", "relations", "pattern", "owners")}
    frames = {"cells": cells, "relations": relations, "pattern": found.pattern(), "owners": owners}
    for name, frame in frames.items():
        frame.to_csv(paths[name], index=False)
    paths["certificate"] = folder / "certificate.json"
    paths["certificate"].write_text(json.dumps(found.certificate), "utf-8")
    return paths


def _kinds(files: dict[str, Path], **replaced: Path) -> set[str]:
    paths = files | replaced
    names = ("cells", "relations", "pattern", "certificate", "owners")
    return {one.kind for one in check(read_checked(*(paths[name] for name in names)))}


def test_a_certificate_is_accepted_for_its_own_files(files: dict[str, Path]) -> None:
    assert _kinds(files) == set()


def test_order_of_rows_and_spelling_of_files_do_not_matter(
    files: dict[str, Path], tmp_path: Path
) -> None:
    cells = pd.read_csv(files["cells"], dtype=str)
    other = tmp_path / "cells.csv"
    shuffled = cells.sample(frac=1, random_state=1)[list(cells.columns[::-1])].assign(note="–")
    other.write_bytes(b"\xef\xbb\xbf" + shuffled.to_csv(index=False).replace("\n", "\r\n").encode())
    assert _kinds(files, cells=other) == set()


def _with_moved_published(proof: dict[str, Any]) -> None:
    proof["witnesses"][0]["1,T"] = 1.0


def _with_half_a_move(proof: dict[str, Any]) -> None:
    for witness in proof["witnesses"]:
        for cell in witness:
            witness[cell] *= 0.5


def _with_a_cell_out_of_bounds(proof: dict[str, Any]) -> None:
    for witness in proof["witnesses"]:
        for cell in witness:
            witness[cell] *= 50


def _with_a_sum_broken(proof: dict[str, Any]) -> None:
    first = next(iter(proof["witnesses"][0]))
    proof["witnesses"][0][first] *= 1.01


def _without_an_answer(proof: dict[str, Any]) -> None:
    proof["answers"].pop()


def _with_another_digest(proof: dict[str, Any]) -> None:
    proof["digests"]["relations"] = "0" * 64


def _with_words_for_numbers(proof: dict[str, Any]) -> None:
    proof["witnesses"][0] = "none"


def _with_no_number(proof: dict[str, Any]) -> None:
    first = next(iter(proof["witnesses"][0]))
    proof["witnesses"][0][first] = float("nan")


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_with_moved_published, "moves_published"),
        (_with_half_a_move, "not_reached"),
        (_with_a_cell_out_of_bounds, "outside_bounds"),
        (_with_a_sum_broken, "does_not_add_up"),
        (_without_an_answer, "not_reached"),
        (_with_another_digest, "digest"),
        (_with_words_for_numbers, "malformed"),
        (_with_no_number, "moves_published"),
    ],
)
def test_a_certificate_that_was_changed_is_refused(
    files: dict[str, Path], tmp_path: Path, spoil: Callable[[dict[str, Any]], None], kind: str
) -> None:
    proof = json.loads(files["certificate"].read_text("utf-8"))
    spoil(proof)
    changed = tmp_path / "certificate.json"
    changed.write_text(json.dumps(proof), "utf-8")
    assert kind in _kinds(files, certificate=changed)


def test_an_owner_who_learns_is_found_without_a_solver(
    files: dict[str, Path], tmp_path: Path
) -> None:
    """The witnesses that only an outsider finds possible do not answer an owner."""
    proof = json.loads(files["certificate"].read_text("utf-8"))
    outsider = copy.deepcopy(proof)
    for answer in outsider["answers"]:
        answer["witnesses"] = [
            number for number in answer["witnesses"] if "0,0" in proof["witnesses"][number]
        ] or answer["witnesses"]
    assert outsider["answers"] != proof["answers"], "no witness was needed for the owner alone"
    changed = tmp_path / "certificate.json"
    changed.write_text(json.dumps(outsider), "utf-8")
    assert "owner_learns" in _kinds(files, certificate=changed)


def test_every_pattern_with_one_cell_less_that_is_unsafe_is_caught(
    files: dict[str, Path], tmp_path: Path
) -> None:
    table = Table.of(pd.read_csv(files["cells"]), pd.read_csv(files["relations"]))
    pattern = pd.read_csv(files["pattern"], dtype=str, keep_default_na=False)
    truth, relations = true_cells(files["cells"]), relations_of(files["relations"])
    n_unsafe = 0
    for place in np.flatnonzero((pattern["status"] == "x") & ~table.is_sensitive):
        mutant = pattern.copy()
        mutant.loc[place, "value"], mutant.loc[place, "status"] = str(table.value[place]), ""
        mutant.to_csv(tmp_path / "mutant.csv", index=False)
        assert "digest" in _kinds(files, pattern=tmp_path / "mutant.csv")
        attack = Attack([release_of(tmp_path / "mutant.csv")], relations, truth)
        under = {one.cell for one in attack.intervals() if one.is_under_level}
        expected = set(at_risk(table, (mutant["status"] == "x").to_numpy()))
        assert under == expected
        n_unsafe += bool(expected)
    assert n_unsafe > 0


def test_two_patterns_of_one_table_give_away_what_either_publishes(
    files: dict[str, Path], tmp_path: Path
) -> None:
    cells, relations = summed(INNER, {"0,0": 5.0, "1,1": 5.0})
    previous = pd.read_csv(files["pattern"], dtype=str, keep_default_na=False)["status"] != "x"
    other = protect(Table.of(cells, relations), previous=previous.to_numpy(), seconds=10)
    other.pattern().to_csv(tmp_path / "other.csv", index=False)
    releases = [release_of(files["pattern"]), release_of(tmp_path / "other.csv")]
    known = true_cells(files["cells"])
    apart = [Attack([one], relations_of(files["relations"])) for one in releases]
    assert not any(found.is_exact for attack in apart for found in attack.intervals())
    union = list(Attack(releases, relations_of(files["relations"]), known).intervals())
    assert any(one.is_exact for one in union)
    assert any(one.is_under_level for one in union)


def test_rounding_hides_what_exact_sums_give_away(tmp_path: Path) -> None:
    cells, relations = summed([[11, 22], [33, 44]], {"0,0": 1.0})
    pattern = cells[["cell", "value"]].assign(status="")
    pattern["value"] = pattern["value"].astype(str)
    pattern.loc[pattern["cell"] == "0,0", ["value", "status"]] = "", "x"
    paths = tmp_path / "p.csv", tmp_path / "r.csv", tmp_path / "rounded.csv"
    pattern.to_csv(paths[0], index=False)
    relations.to_csv(paths[1], index=False)
    exact = list(Attack([release_of(paths[0])], relations_of(paths[1])).intervals())
    assert [(one.cell, one.is_exact) for one in exact] == [("0,0", True)]
    assert exact[0].least == pytest.approx(11)
    rounded = pattern.assign(
        value=[f"{round(float(v), -1):g}" if v else "" for v in pattern["value"]]
    )
    rounded.to_csv(paths[2], index=False)
    with pytest.raises(Contradiction):
        Attack([release_of(paths[2])], relations_of(paths[1]))
    (wide,) = Attack([release_of(paths[2])], relations_of(paths[1]), rounding=10).intervals()
    assert wide.least < 11 < wide.most
    assert wide.most - wide.least > 10


def test_who_owns_a_cell_owns_what_is_equal_to_it(tmp_path: Path) -> None:
    """A total with one part that is not empty is that part: its owner learns nothing from it."""
    cells, relations = summed([[7, 0, 0], [5, 30, 20], [9, 25, 40]], {"0,0": 2.0, "0,T": 2.0})
    owners = pd.DataFrame([("0,0", "a", 7.0)], columns=["cell", "owner", "value"])
    table = Table.of(cells, relations)
    found = protect(table, owners=Owners.of(owners, table), seconds=10)
    assert found.unrepaired == []
    frames = {"cells": cells, "relations": relations, "pattern": found.pattern(), "owners": owners}
    paths = {name: tmp_path / f"{name}.csv" for name in frames}
    for name, frame in frames.items():
        frame.to_csv(paths[name], index=False)
    paths["certificate"] = tmp_path / "certificate.json"
    paths["certificate"].write_text(json.dumps(found.certificate), "utf-8")
    assert _kinds(paths) == set()
    attack = Attack(
        [release_of(paths["pattern"])], relations_of(paths["relations"]), true_cells(paths["cells"])
    )
    assert not any(one.is_under_level for one in attack.intervals({"a": {"0,0": 7.0}}))
