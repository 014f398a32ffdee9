"""The files of deployment: units that systemd accepts, well closed, and no secret among them."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.lock import EXIT_LOCKED
from settings import load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SETTINGS = sorted(DEPLOY.glob("*.env.example"))
# A service may write below its StateDirectory and see nothing of the machine beyond it.
CLOSED = {
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
    "User": "sme-lens",
}


def _read(unit: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    return parser


@pytest.mark.parametrize("unit", SERVICES, ids=lambda p: p.name)
def test_a_service_is_closed_and_takes_its_secrets_from_a_file(unit: Path) -> None:
    service = _read(unit)["Service"]
    assert {name: service.get(name) for name in CLOSED} == CLOSED
    assert service["EnvironmentFile"].startswith("/etc/sme-lens/")
    assert "KEY" not in service.get("Environment", "")


def test_only_the_etl_knows_the_pseudonym_key_and_only_the_server_its_own() -> None:
    server, etl = ((DEPLOY / f"{name}.env.example").read_text() for name in ("server", "etl"))
    assert "LENS_PSEUDONYM_KEY=" in etl
    assert "LENS_PSEUDONYM_KEY" not in server
    assert "LENS_SECRET_KEY=" in server
    assert not re.search(r"^LENS_SECRET_KEY", etl, re.MULTILINE)


@pytest.mark.parametrize("example", SETTINGS, ids=lambda p: p.name)
def test_an_example_holds_no_secret_and_can_be_read(example: Path) -> None:
    lines = [x for x in example.read_text().splitlines() if x and not x.startswith("#")]
    values = dict(line.split("=", 1) for line in lines)
    assert all(not value for name, value in values.items() if name.endswith("_KEY"))
    load_settings(values)


def test_a_run_that_finds_the_lock_taken_is_no_failure() -> None:
    etl = _read(DEPLOY / "systemd" / "sme-lens-etl.service")
    assert etl["Service"]["SuccessExitStatus"] == str(EXIT_LOCKED)
    assert f"-eq {EXIT_LOCKED} ]" in (DEPLOY / "cron.example").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze here")
def test_systemd_accepts_the_units_and_finds_them_closed(tmp_path: Path) -> None:
    for unit in UNITS:
        words = unit.read_text().replace("/opt/sme-lens/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(words)
    names = [str(tmp_path / unit.name) for unit in UNITS]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    for unit in SERVICES:
        found = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
            capture_output=True,
            text=True,
        )
        exposure = re.search(r"exposure level for [^:]+: ([\d.]+)", found.stdout)
        assert exposure is not None
        assert float(exposure[1]) < 2
