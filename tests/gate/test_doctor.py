"""The doctor refuses every unsafe start and says what to change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app import serve
from gate.demo import Demo
from gate.doctor import find_faults, is_demo
from gate.snapshots import SnapshotReader
from store.application import open_application_database
from store.snapshot import point_to
from tests.gate.little_store import PASSWORD, build_snapshot, settings_for

SECRET = "0f9e8d7c6b5a49382716f5e4d3c2b1a0"
REAL: dict[str, Any] = {"secret_key": SECRET}
OPEN: dict[str, Any] = {"secret_key": SECRET, "host": "0.0.0.0"}  # noqa: S104


def _faults(
    folder: Path, engine: Engine, environ: dict[str, str] | None = None, **changes: Any
) -> list[str]:
    return find_faults(settings_for(folder, **changes), engine, environ or {})


def test_a_synthetic_store_on_loopback_needs_no_secret(
    store_dir: Path, engine: Engine, tmp_path: Path
) -> None:
    assert _faults(tmp_path, engine) == []


def test_a_server_behind_tls_with_a_secret_is_sound(tmp_path: Path, engine: Engine) -> None:
    assert _faults(tmp_path, engine, **OPEN, is_behind_tls=True) == []


@pytest.mark.parametrize(
    ("changes", "environ", "word"),
    [
        ({}, {}, "LENS_SECRET_KEY がありません"),
        ({"secret_key": "short"}, {}, "LENS_SECRET_KEY が弱すぎます"),
        ({"secret_key": "ab" * 32}, {}, "LENS_SECRET_KEY が弱すぎます"),
        (REAL, {"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        (REAL, {"DASH_DEBUG": "true"}, "DASH_DEBUG"),
        (REAL, {"DASH_MCP_ENABLED": "1"}, "DASH_MCP_ENABLED"),
        (OPEN, {}, "LENS_TLS=1"),
        ({**OPEN, "is_behind_tls": True, "demo_password": PASSWORD}, {}, "LENS_DEMO_PASSWORD"),
        ({"is_behind_tls": True}, {}, "LENS_SECRET_KEY がありません"),
        ({**REAL, "pseudonym_key": "short"}, {}, "LENS_PSEUDONYM_KEY が弱すぎます"),
        ({**REAL, "pseudonym_key": "ab" * 32}, {}, "LENS_PSEUDONYM_KEY が弱すぎます"),
        ({**REAL, "pseudonym_key": SECRET}, {}, "同じです"),
    ],
)
def test_an_unsafe_setting_is_the_one_fault(
    tmp_path: Path, engine: Engine, changes: dict[str, Any], environ: dict[str, str], word: str
) -> None:
    faults = _faults(tmp_path, engine, environ, **changes)
    assert len(faults) == 1
    assert word in faults[0]


def test_demo_accounts_do_not_go_to_an_open_server(
    tmp_path: Path, engine: Engine, reader: SnapshotReader
) -> None:
    Demo(engine, reader, "", is_local=True).is_on()
    faults = _faults(tmp_path, engine, **OPEN, is_behind_tls=True)
    assert len(faults) == 1
    assert "bureau-kanto" in faults[0]


def test_files_that_everybody_may_read_are_named(engine: Engine, tmp_path: Path) -> None:
    real = tmp_path / "store"
    build_snapshot(real, "s1", is_synthetic=False)
    point_to(real, "s1")
    _open_up(tmp_path)
    faults = _faults(tmp_path, engine, **REAL)
    assert [Path(f.split(" を")[0]).name for f in faults] == [
        "application.db",
        "held.duckdb",
        "lens.duckdb",
        "prepared.duckdb",
        "released.duckdb",
        "standing.duckdb",
        "vault",
        "s1.duckdb",
    ]
    real.chmod(0o700)
    (tmp_path / "application.db").chmod(0o600)
    # The vault is for its owner alone, however well the folders above it are closed.
    assert len(_faults(tmp_path, engine, **REAL)) == 2
    (real / "vault").chmod(0o700)
    (real / "vault" / "s1.duckdb").chmod(0o640)
    [fault] = _faults(tmp_path, engine, **REAL)
    assert "chmod 600" in fault
    (real / "vault" / "s1.duckdb").chmod(0o600)
    assert _faults(tmp_path, engine, **REAL) == []


def test_a_broken_store_or_an_empty_database_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "store" / "s1").mkdir(parents=True)
    point_to(tmp_path / "store", "s1")
    empty = open_application_database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert _faults(tmp_path, empty, **OPEN, is_behind_tls=True) == []
    assert is_demo(settings_for(tmp_path)) is False
    empty.dispose()


def test_a_database_elsewhere_is_not_looked_at(tmp_path: Path) -> None:
    memory = open_application_database("sqlite://")
    assert _faults(tmp_path, memory, **REAL) == []


def _open_up(folder: Path) -> None:
    """Let everybody in, from the root of the file system down to every file."""
    for path in [folder, *folder.parents, *folder.rglob("*")]:
        if path.owner() != "root" or path.is_relative_to(folder.parents[2]):
            path.chmod(path.stat().st_mode | 0o005)


def test_the_server_does_not_start_with_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LENS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LENS_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.delenv("LENS_SECRET_KEY", raising=False)
    assert serve([]) == 1
    refusal = capsys.readouterr().err
    assert "安全に起動できません" in refusal
    assert "LENS_TLS=1" in refusal
