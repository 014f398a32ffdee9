"""The reader serves what is sound, follows the pointer, and closes nothing under a reader."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import monotonic

import duckdb
import pytest
from sqlalchemy import select

from gate.actor import Role
from gate.asking import Gate
from gate.errors import NoSnapshot
from gate.snapshots import SnapshotReader
from store.snapshot import (
    LENS,
    PREPARED,
    RELEASED,
    file_hash,
    point_to,
    read_manifest,
    write_manifest,
)
from store.tables import award_cube
from tests.gate.little_store import actor, build_snapshot

TOTAL = select(award_cube.c.amount_yen)


def _total(reader: SnapshotReader) -> int:
    with reader.reading() as snapshot, snapshot.databases["lens"].cursor() as cursor:
        return int(cursor.fetch(TOTAL)["amount_yen"].iloc[0])


def _damage(store_dir: Path, snapshot: str) -> None:
    path = store_dir / snapshot / LENS
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_without_a_store_it_says_that_there_is_none(tmp_path: Path) -> None:
    reader = SnapshotReader(tmp_path / "nothing")
    with pytest.raises(NoSnapshot, match="まだ公開されていません"), reader.reading():
        pass
    assert reader.state() == (None, False)


def test_a_store_published_later_is_served(tmp_path: Path) -> None:
    store = tmp_path / "store"
    reader = SnapshotReader(store, memory_limit="200MB", threads=1, look_every=0.0)
    assert reader.state() == (None, False)
    build_snapshot(store, "s1")
    point_to(store, "s1")
    assert _total(reader) == 31_000
    reader.close()


def test_a_new_snapshot_is_served_and_the_old_one_closed_by_its_last_reader(
    store_dir: Path, reader: SnapshotReader
) -> None:
    with reader.reading() as old:
        build_snapshot(store_dir, "s2", extra_amount=1)
        point_to(store_dir, "s2")
        assert _total(reader) == 31_001
        with old.databases["lens"].cursor() as cursor:
            assert cursor.fetch(TOTAL).iloc[0, 0] == 31_000
    with pytest.raises(duckdb.Error):
        old.databases["lens"].connection.execute("SELECT 1")


def test_the_pointer_is_read_at_most_once_in_the_interval(store_dir: Path) -> None:
    reader = SnapshotReader(store_dir, memory_limit="200MB", threads=1, look_every=60.0)
    assert _total(reader) == 31_000
    build_snapshot(store_dir, "s2", extra_amount=1)
    point_to(store_dir, "s2")
    assert _total(reader) == 31_000
    reader.close()


def test_a_damaged_snapshot_falls_back_to_the_one_before_and_says_so(
    store_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_snapshot(store_dir, "s2", extra_amount=1)
    point_to(store_dir, "s2")
    _damage(store_dir, "s2")
    reader = SnapshotReader(store_dir, memory_limit="200MB", threads=1)
    manifest, is_fallback = reader.state()
    assert manifest is not None
    assert (manifest.snapshot, is_fallback) == ("s1", True)
    assert _total(reader) == 31_000
    assert "s2 is damaged" in caplog.text
    reader.close()


def test_a_damaged_new_snapshot_does_not_replace_the_one_that_serves(
    store_dir: Path, reader: SnapshotReader
) -> None:
    assert _total(reader) == 31_000
    build_snapshot(store_dir, "s2", extra_amount=1)
    _damage(store_dir, "s2")
    point_to(store_dir, "s2")
    assert _total(reader) == 31_000
    assert reader.state()[1] is True


def test_when_nothing_is_sound_there_is_nothing_to_read(store_dir: Path) -> None:
    _damage(store_dir, "s1")
    reader = SnapshotReader(store_dir)
    with pytest.raises(NoSnapshot), reader.reading():
        pass


def test_a_file_that_is_no_database_is_not_served(
    store_dir: Path, reader: SnapshotReader, caplog: pytest.LogCaptureFixture
) -> None:
    """The hash may fit and the file still be none that can be opened."""
    assert _total(reader) == 31_000
    for number, file in enumerate((LENS, PREPARED, RELEASED), 2):
        build_snapshot(store_dir, f"s{number}")
        path = store_dir / f"s{number}" / file
        path.write_bytes(b"no database" * 1000)
        manifest = read_manifest(store_dir, f"s{number}")
        files = {**manifest.files, file: file_hash(path)}
        write_manifest(store_dir / f"s{number}", replace(manifest, files=files))
        point_to(store_dir, f"s{number}")
        reader._next_look = 0.0
        assert _total(reader) == 31_000
        assert reader.state()[1] is True
    assert "no sound snapshot at s4" in caplog.text


def test_a_pointer_put_back_serves_on(store_dir: Path, reader: SnapshotReader) -> None:
    assert _total(reader) == 31_000
    build_snapshot(store_dir, "s2")
    _damage(store_dir, "s2")
    point_to(store_dir, "s2")
    assert reader.state()[1] is True
    reader._next_look = 0.0
    assert reader.state()[1] is True
    point_to(store_dir, "s1")
    reader._next_look = 0.0
    assert reader.state()[1] is False


def test_the_pointer_swaps_under_concurrent_questions(store_dir: Path, gate: Gate) -> None:
    """Every answer is whole and of one snapshot, and a new one serves within a second."""
    stop = Event()

    def ask() -> set[tuple[str, int]]:
        seen = set()
        while not stop.is_set():
            answer = gate.ask(actor(Role.MINISTRY), "award_total", {})
            seen.add((answer.snapshot, int(answer.frame["amount_yen"].iloc[0])))
        return seen

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(ask) for _ in range(4)]
        for number in range(2, 7):
            build_snapshot(store_dir, f"s{number}", extra_amount=number)
            point_to(store_dir, f"s{number}")
        latest, published = "", monotonic()
        while latest != "s6" and monotonic() - published < 1:
            latest = gate.ask(actor(Role.MINISTRY), "award_total", {}).snapshot
        stop.set()
        seen = set().union(*(each.result() for each in running))
    assert latest == "s6"
    assert seen <= {("s1", 31_000), *((f"s{n}", 31_000 + n) for n in range(2, 7))}
