"""The command line: exit codes, the lock, what is published and what is not, the way back."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import etl.publish
from etl.__main__ import main
from etl.publication import standing_file
from store.application import EtlRun, open_application_database
from store.snapshot import STANDING, check_snapshot, current_snapshot, list_snapshots
from tests.etl.deliveries import payment, registration, subsidies

ROOT = Path(__file__).resolve().parents[2]

TITLE = "令和元年度試験費補助金（戦略的基盤技術高度化支援事業）（継続事業）（試験装置の開発）"


def award(base: int, amount: str = "1000") -> str:
    return payment(base, amount, title=TITLE)


class Site:
    """An inbox and a store, and the commands run on them."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.store = root / "store"
        self.inbox.mkdir()

    def put(self, name: str, content: str) -> None:
        (self.inbox / name).write_text(content, encoding="utf-8")

    def run(self, *more: str) -> int:
        # Snapshots are named by the second in which they are made.
        serving = current_snapshot(self.store)
        while serving and serving[:17] >= f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}":
            time.sleep(0.05)
        return main(["run", "--inbox", str(self.inbox), "--store", str(self.store), *more])

    def runs(self) -> list[str]:
        engine = open_application_database(f"sqlite:///{self.store / 'application.db'}")
        with Session(engine) as session:
            return list(session.scalars(select(EtlRun.status).order_by(EtlRun.run_id)))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in [name for name in os.environ if name.startswith("LENS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LENS_PSEUDONYM_KEY", "k" * 32)
    return Site(tmp_path)


def test_a_run_publishes_and_the_next_finds_nothing_new(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("register.csv", registration(1) + "\n")
    site.put("awards.csv", subsidies(award(1), award(2, "x")))
    assert site.run() == 0
    first = current_snapshot(site.store)
    assert first is not None
    check_snapshot(site.store, first)
    assert site.store.stat().st_mode & 0o007 == 0
    said = capsys.readouterr().out
    positions = [said.index(step) for step in ("受領", "読取", "検査", "隔離", "統合", "公開")]
    assert positions == sorted(positions)
    assert site.run() == 0
    assert current_snapshot(site.store) == first
    assert site.runs() == ["published", "unchanged"]


def test_the_table_of_a_run_lines_up_on_a_screen(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.put("とても長い名前のファイル.csv", subsidies(award(1), award(2, "x")))
    site.run()
    lines = [line for line in capsys.readouterr().out.splitlines() if ".csv" in line]
    ends = {
        sum(2 if ord(c) > 0x2E7F else 1 for c in line[: line.index("gBizINFO")]) for line in lines
    }
    assert len(lines) == 2
    assert len(ends) == 1


def test_status_as_json_has_the_agreed_form(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.put("a.csv", subsidies(award(1), award(2, "x")))
    site.put("b.json", "{}\n")
    site.run()
    capsys.readouterr()
    assert main(["status", "--store", str(site.store), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["snapshot", "content_hash", "deliveries", "last_success", "runs"]
    [run] = found["runs"]
    assert (run["status"], run["exit_code"], run["n_loaded"]) == ("published", 0, 1)
    assert found["last_success"] == run["ended_at"]
    assert found["snapshot"] == current_snapshot(site.store)
    assert [list(d.items())[:6] for d in found["deliveries"]] == [
        list({"source": "gbiz_subsidy", "file": "a.csv", "records_in": 2, "accepted": 1,
              "rejected": 1, "duplicate": 0}.items()),
        list({"source": "", "file": "b.json", "records_in": 0, "accepted": 0,
              "rejected": 0, "duplicate": 0}.items()),
    ]  # fmt: skip


def test_status_before_the_first_run_is_empty(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.store.mkdir()
    assert main(["status", "--store", str(site.store), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "snapshot": None,
        "content_hash": None,
        "deliveries": [],
        "last_success": None,
        "runs": [],
    }


def test_without_any_record_there_is_nothing_to_publish(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("readme.md", "# nothing\n")
    assert site.run() == 1
    assert "まだ一件もない" in capsys.readouterr().err
    assert site.runs() == ["failed"]
    assert current_snapshot(site.store) is None


def test_a_failed_publication_leaves_the_old_snapshot_serving(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.run()
    serving = current_snapshot(site.store)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(etl.publish, "publish_snapshot", fail)
        site.put("b.csv", subsidies(award(2)))
        assert site.run() == 1
    assert f"{serving} の公開を続けます" in capsys.readouterr().err
    assert current_snapshot(site.store) == serving
    assert site.run() == 0
    assert current_snapshot(site.store) != serving
    assert site.runs() == ["published", "failed", "published"]


def test_a_rollback_holds_until_something_new_arrives(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.run()
    site.put("b.csv", subsidies(award(2)))
    site.run()
    first, second = list_snapshots(site.store)
    assert main(["rollback", "--store", str(site.store)]) == 0
    assert current_snapshot(site.store) == first
    assert site.run() == 0
    assert current_snapshot(site.store) == first
    assert main(["rollback", "--store", str(site.store)]) == 1
    assert current_snapshot(site.store) == first
    site.put("c.csv", subsidies(award(3)))
    assert site.run() == 0
    assert current_snapshot(site.store) not in (first, second)


def test_a_rollback_passes_over_a_damaged_snapshot(site: Site) -> None:
    for i in range(3):
        site.put(f"{i}.csv", subsidies(award(i)))
        site.run()
    first, second, _ = list_snapshots(site.store)
    damaged = site.store / second / "lens.duckdb"
    damaged.chmod(0o600)
    damaged.write_bytes(b"x")
    assert main(["rollback", "--store", str(site.store)]) == 0
    assert current_snapshot(site.store) == first


def test_a_damaged_snapshot_is_built_anew(site: Site) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.run()
    serving = current_snapshot(site.store)
    damaged = site.store / str(serving) / "lens.duckdb"
    damaged.chmod(0o600)
    damaged.write_bytes(b"x")
    assert site.run() == 0
    fresh = current_snapshot(site.store)
    assert fresh is not None
    check_snapshot(site.store, fresh)


def test_without_the_record_of_what_stands_nothing_new_is_published(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody could tell what new numbers give away beside those that people have."""
    site.put("a.csv", subsidies(award(1)))
    site.run()
    serving = str(current_snapshot(site.store))
    record = site.store / serving / STANDING
    kept = record.read_bytes()
    record.chmod(0o600)
    record.write_bytes(b"x")
    site.put("b.csv", subsidies(award(2)))
    assert site.run() == 1
    told = capsys.readouterr().err
    assert str(record) in told
    assert "バックアップから戻して" in told
    assert current_snapshot(site.store) == serving
    record.write_bytes(kept)
    assert site.run() == 0
    assert current_snapshot(site.store) != serving


def test_what_was_seen_before_a_rollback_is_not_forgotten(site: Site) -> None:
    for name in "ab":
        site.put(f"{name}.csv", subsidies(award(ord(name))))
        site.run()
    first, second = list_snapshots(site.store)
    assert main(["rollback", "--store", str(site.store)]) == 0
    assert current_snapshot(site.store) == first
    assert standing_file(site.store) == site.store / second / STANDING


def test_a_second_run_at_the_same_time_leaves_with_75(site: Site) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.store.mkdir()
    with (site.store / "etl.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "etl", "run"]
        command += ["--inbox", str(site.inbox), "--store", str(site.store)]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 75
    assert "別の取り込み" in second.stderr
    assert not (site.store / "application.db").exists()
    assert site.run() == 0


def test_a_run_that_died_is_entered_as_failed_by_the_next(site: Site) -> None:
    site.put("a.csv", subsidies(award(1)))
    site.run()
    engine = open_application_database(f"sqlite:///{site.store / 'application.db'}")
    with Session(engine) as session, session.begin():
        session.add(EtlRun())
    site.run()
    assert site.runs() == ["published", "failed", "unchanged"]


def test_a_run_killed_at_any_step_is_made_good_by_the_next(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed after each step in turn, then left alone: the ledger is that of one quiet run."""
    site.put("a.csv", subsidies(award(1), award(1), award(2, "x")))
    site.put("b.csv", subsidies(award(1), award(3)))
    site.put("c.csv", subsidies(award(1), award(3)))
    site.put("d.csv", "?\n")
    command = [sys.executable, "-u", "-m", "etl", "run"]
    command += ["--inbox", str(site.inbox), "--store", str(site.store)]
    for step in ("受領", "読取", "検査", "隔離", "統合", "公開"):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if line.startswith(step):
                    running.kill()
                    break
    assert site.run() == 0
    capsys.readouterr()
    main(["status", "--store", str(site.store), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [tuple(list(d.values())[1:6]) for d in found["deliveries"]] == [
        ("a.csv", 3, 2, 1, 0),
        ("b.csv", 2, 1, 0, 1),
        ("c.csv", 2, 0, 0, 2),
        ("d.csv", 0, 0, 0, 0),
    ]
    check_snapshot(site.store, found["snapshot"])
    assert sorted(path.suffix for path in site.store.glob("staged/*")) == [".parquet"] * 2


def test_wrong_usage_leaves_with_2(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["run", "--inbox", str(site.inbox / "none"), "--store", str(site.store)]) == 2
    assert main(["status", "--store", str(site.store)]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["feed"])
    monkeypatch.setenv("LENS_PORT", "many")
    assert main(["status"]) == 2


def test_the_demo_can_be_written_and_taken_in(site: Site) -> None:
    assert main(["demo", "--firms", "300", "--seed", "3", "--out", str(site.inbox)]) == 0
    assert site.run() == 0
    assert current_snapshot(site.store) is not None
