"""Files of many batches: what is staged and refused does not depend on where a batch ends."""

from __future__ import annotations

import gc
import hashlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import etl.validate
from etl.ahead import made_ahead
from etl.judgement import Judgement
from etl.read import read_records
from etl.record import Form
from etl.repeats import Repeats
from etl.stage import StagedWriter
from tests.etl.deliveries import Desk, counts, number, payment, registration, subsidies


def in_blocks(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(etl.validate, "read_records", partial(read_records, size=size))


@pytest.mark.parametrize("size", [1_000, 5_000, 1 << 20])
def test_the_same_is_staged_and_refused_whatever_the_size_of_a_block(
    make_desk: Callable[[], Desk], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    lines = [payment(i % 97, str(i % 7), "x" if i % 53 == 0 else "2024-05-01") for i in range(2000)]
    lines[100], lines[1500], lines[1501] = '"', f'{number(3)},a"b,題,1,2024-05-01', "a,b"
    desks = make_desk(), make_desk()
    desks[0].deliver("a.csv", subsidies(*lines))
    in_blocks(monkeypatch, size)
    desks[1].deliver("a.csv", subsidies(*lines))
    pd.testing.assert_frame_equal(desks[0].staged("a.csv"), desks[1].staged("a.csv"))
    assert desks[0].quarantine("a.csv") == desks[1].quarantine("a.csv")
    staged = desks[1].staged("a.csv")
    assert staged["line"].is_monotonic_increasing
    assert staged.loc[staged["line"] == 1502, "name"].tolist() == ['a"b']
    assert counts(desks[1].find("a.csv")) == (2000, 1960, 40, 0)


def test_the_order_of_the_file_is_kept_when_the_engine_does_not_keep_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("failed", "stated"):
        sql = getattr(Judgement, name)

        def backwards(*given: object, sql: Callable[..., str] = sql) -> str:
            return f"FROM ({sql(*given)}) ORDER BY line DESC"

        monkeypatch.setattr(Judgement, name, backwards)
    lines = [payment(1, "x"), *(payment(i % 7) for i in range(30)), payment(2, "y")]
    desk.deliver("a.csv", subsidies(*lines))
    staged = desk.staged("a.csv")
    assert staged["line"].tolist() == list(range(3, 33))
    assert staged["corporate_number"].tolist() == [number(i % 7) for i in range(30)]
    assert staged["occurrence"].tolist() == [i // 7 + 1 for i in range(30)]
    assert [x["raw"] for x in desk.quarantine("a.csv")] == [lines[0], lines[-1]]


def test_a_repeat_in_the_register_is_left_out_across_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_blocks(monkeypatch, 400)
    lines = [registration(i % 20) for i in range(50)]
    assert counts(desk.deliver("a.csv", "\n".join(lines) + "\n")) == (50, 20, 0, 30)
    assert desk.staged("a.csv")["line"].tolist() == list(range(1, 21))


def test_identical_payments_are_numbered_across_batches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_blocks(monkeypatch, 200)
    desk.deliver("a.csv", subsidies(*(payment(i % 2) for i in range(10))))
    assert desk.staged("a.csv")["occurrence"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_record_hash_is_the_md5_of_what_identifies_the_record(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(payment(1, "1,000".replace(",", ""), title="題")))
    text = "\x1f".join([number(1), "題", "1000", "2024-05-01"])
    expected = uuid.UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
    assert desk.staged("a.csv")["record_hash"].tolist() == [expected]


def test_spaces_around_a_cell_are_taken_off_and_those_inside_are_kept(desk: Desk) -> None:
    plain = f"{number(1)},株式会社　試験 社,補助金,1,2024-05-01"
    padded = f'  {number(2)}　,"　株式会社　試験 社 ",補助金 ,1,2024-05-01 \r'
    desk.deliver("a.csv", subsidies(plain, padded))
    desk.deliver("b.csv", subsidies(plain))
    staged = desk.staged("a.csv")
    assert staged["name"].tolist() == ["株式会社　試験 社"] * 2
    assert staged["title"].tolist() == ["補助金"] * 2
    assert desk.staged("b.csv")["name"].tolist() == ["株式会社　試験 社"]


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), max_size=8), max_size=6))
def test_equal_records_are_numbered_in_the_order_of_the_file(batches: list[list[int]]) -> None:
    with duckdb.connect() as work:
        repeats, seen = Repeats(work), Counter[int]()
        for batch in batches:
            hashes = [uuid.UUID(int=kind).bytes for kind in batch]
            column = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(hashes, pa.binary(16)))
            expected = []
            for kind in batch:
                seen[kind] += 1
                expected.append(seen[kind])
            assert repeats.occurrences(pa.chunked_array([column])).tolist() == expected


def test_a_batch_with_refused_lines_is_freed_as_soon_as_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b,c\n" * 20_000 + b'"\na,b\n')
    gc.disable()
    try:
        before = pa.total_allocated_bytes()
        for batch in read_records(path, Form("utf-8", 3)):
            assert batch.refusals or not len(batch.lines)
        del batch
        assert pa.total_allocated_bytes() == before
    finally:
        gc.enable()


def test_an_item_is_made_while_the_one_before_is_used_and_no_further() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for i in range(4):
            made.append(i)
            yield i
        raise OSError("damaged")

    items = made_ahead(make())
    assert next(items) == 0
    time.sleep(0.05)
    assert made == [0, 1]
    assert [next(items) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(OSError, match="damaged"):
        next(items)


def test_what_writing_raises_is_not_lost(tmp_path: Path) -> None:
    def write() -> None:
        with StagedWriter(tmp_path / "a.parquet") as writer:
            writer.write(pa.table({"line": np.arange(3)}))
            writer.write(pa.table({"other": np.arange(3)}))

    with pytest.raises(ValueError, match="schema"):
        write()


def test_a_file_without_valid_records_is_staged_as_an_empty_table(desk: Desk) -> None:
    assert counts(desk.deliver("a.csv", subsidies("x"))) == (1, 0, 1, 0)
    path = desk.store_dir / "staged" / f"{desk.find('a.csv').content_hash}.parquet"
    assert pq.read_metadata(path).num_rows == 0
    assert "amount_yen" in desk.staged("a.csv").columns


def test_what_an_earlier_version_staged_is_brought_into_form_and_compared(desk: Desk) -> None:
    first = desk.deliver("a.csv", subsidies(payment(1), payment(1), payment(2)))
    path = desk.store_dir / "staged" / f"{first.content_hash}.parquet"
    before = desk.staged("a.csv")
    with duckdb.connect() as work:
        work.execute(
            "CREATE TABLE old AS SELECT * REPLACE (replace(record_hash::VARCHAR, '-', '') AS "
            "record_hash) FROM read_parquet(?)",
            [str(path)],
        )
        work.table("old").write_parquet(str(path))
    assert counts(desk.deliver("b.csv", subsidies(payment(1), payment(2), payment(3)))) == (
        3, 1, 0, 2,
    )  # fmt: skip
    pd.testing.assert_frame_equal(desk.staged("a.csv"), before)
