"""The directions of import hold, and each contract fails when it is broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINTER = CONFIG["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in LINTER["contracts"]}

# For each contract a file and an import that it must not have.
BREACHES = {
    "language": ("language/__init__.py", "import store.quantity"),
    "settings": ("gate/doctor.py", "import settings"),
    "pure": ("disclosure/sensitivity.py", "import store.quantity"),
    "auditors": ("disclosure/delivered.py", "import disclosure.table"),
    "store": ("store/members.py", "import gate.actor"),
    "snapshot": ("queries/award_trend.py", "import store.snapshot"),
    "duckdb": ("stats/recipient_rate.py", "import duckdb"),
    "queries": ("queries/measures.py", "import gate.asking"),
    "stats": ("stats/recipient_rate.py", "from store.tables import award"),
    "gate": ("gate/asking.py", "from queries.question import Question"),
    "etl": ("etl/publish.py", "import queries.measures"),
    "release": ("release/pattern.py", "import etl.work"),
    "components": ("components/figure.py", "import gate.asking"),
    "pages": ("pages/home.py", "import pandas"),
    "pages-apart": ("pages/home.py", "import pages.data"),
    "reports": ("reports/workbook.py", "import store.tables"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms and the contracts, without anything else."""
    folder = tmp_path_factory.mktemp("house")
    for room in LINTER["root_packages"]:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("app.py", "settings.py", "pyproject.toml"):
        shutil.copy(ROOT / file, folder / file)
    return folder


def _lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    return subprocess.run(
        [*command, "--cache-dir", str(folder / ".cache"), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_contracts_are_kept(copy: Path) -> None:
    result = _lint(copy)
    assert result.returncode == 0, result.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in result.stdout


def test_every_contract_has_a_breach_to_be_tried_with() -> None:
    assert BREACHES.keys() == CONTRACTS.keys()


@pytest.mark.parametrize("contract", BREACHES)
def test_a_contract_fails_when_it_is_broken(copy: Path, contract: str) -> None:
    file, offence = BREACHES[contract]
    path = copy / file
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{offence}\n", encoding="utf-8")
    try:
        result = _lint(copy, "--contract", contract)
    finally:
        path.write_text(before, encoding="utf-8")
    assert result.returncode == 1, result.stdout
    assert f"{CONTRACTS[contract]['name']} BROKEN" in result.stdout


def test_every_page_stands_apart() -> None:
    pages = {
        f"pages.{path.stem}"
        for path in (ROOT / "pages").glob("[!_]*.py")
        if "register_page" in path.read_text(encoding="utf-8")
    }
    assert set(CONTRACTS["pages-apart"]["modules"]) == pages


def test_every_room_is_under_contract() -> None:
    rooms = {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")} - {"tests"}
    assert set(LINTER["root_packages"]) == rooms


def test_the_settings_take_nothing_from_the_house() -> None:
    tree = ast.parse((ROOT / "settings.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names
