"""The intake from the inbox to staged records and the ledger, with real files on a real disk."""

from __future__ import annotations

import gzip
import hashlib
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pandas as pd
import pytest

import etl.receive
from etl.folders import Folders
from etl.intake import take_in
from etl.progress import Silence
from etl.receive import shown_name
from tests.etl.deliveries import (
    SUBSIDY_HEADER,
    Desk,
    counts,
    number,
    payment,
    registration,
    subsidies,
)


def test_a_sound_file_is_kept_staged_and_entered(desk: Desk) -> None:
    content = subsidies(payment(1, day="2024-05-01"), payment(2, "0", "2025-03-31"))
    delivery = desk.deliver("a.csv", content)
    assert (delivery.status, delivery.source, delivery.layout) == (
        "loaded", "gbiz_subsidy", "extract",
    )  # fmt: skip
    assert counts(delivery) == (2, 2, 0, 0)
    assert delivery.content_hash == hashlib.sha256(content.encode()).hexdigest()
    assert delivery.n_byte == len(content.encode())
    assert (str(delivery.period_from), str(delivery.period_to)) == ("2024-05-01", "2025-03-31")
    assert desk.kept("a.csv") == content.encode()
    assert desk.flags("a.csv") == {"zero_amount": 1}
    staged = desk.staged("a.csv")
    assert list(staged["corporate_number"]) == [number(1), number(2)]
    assert list(staged["line"]) == [2, 3]
    assert list(staged["byte_offset"]) == [
        content.encode().index(b"\n") + 1,
        content.encode().index(number(2).encode()),
    ]
    assert list(staged["occurrence"]) == [1, 1]
    assert staged["address"].isna().all()


def test_a_cp932_register_is_read_with_all_its_signs(desk: Desk) -> None:
    content = registration(name="㈱髙﨑①～", cause="令和６年４月１日　合併")
    delivery = desk.deliver("diff.csv", content.encode("cp932"))
    assert (delivery.encoding, delivery.source) == ("cp932", "nta_register")
    staged = desk.staged("diff.csv").to_dict("records")[0]
    assert staged["name"] == "㈱髙﨑①～"
    assert staged["is_correction"] is False
    assert pd.isna(staged["close_cause_code"])


@pytest.mark.parametrize(
    ("content", "reason", "n"),
    [
        (b"", "empty_file", 0),
        (b"\n \n", "empty_file", 0),
        (SUBSIDY_HEADER.encode() + b"\n", "no_records", 0),
        (SUBSIDY_HEADER.replace(",amount", "").encode() + b"\nx\ny\n", "missing_column", 2),
        (f"{SUBSIDY_HEADER},name\nx\n".encode(), "repeated_column", 1),
        (subsidies(payment(), payment()[:20]).rstrip().encode(), "cut_short", 2),
        (subsidies(payment(), f'{number(2)},"株式').rstrip().encode(), "cut_short", 2),
        (b'{"a": 1}\n', "unknown_layout", 0),
        (b"PK\x03\x04\x00\x00\xff\xfe\n\x00\n", "unknown_layout", 1),
        ((SUBSIDY_HEADER + ",x" * 600).encode() + b"\n1\n", "too_many_columns", 1),
        (subsidies(payment()).encode("utf-16"), "unreadable_encoding", 2),
        (gzip.compress(subsidies(payment()).encode(), mtime=0)[:-9], "cut_short", 0),
    ],
)
def test_a_file_refused_as_a_whole_loses_no_record(
    desk: Desk, content: bytes, reason: str, n: int
) -> None:
    delivery = desk.deliver("a.csv", content)
    assert (delivery.status, delivery.reason_code) == ("refused", reason)
    assert counts(delivery) == (n, 0, n, 0)
    assert desk.reasons("a.csv") == ({reason: n} if n else {})
    assert desk.kept("a.csv") == content
    lines = desk.quarantine("a.csv")
    assert [(x["line"], x["byte_offset"], x["reason"], x["raw"]) for x in lines] == [
        (0, 0, reason, "")
    ]
    assert not Folders(desk.store_dir).staged(delivery.content_hash).exists()


def test_the_missing_and_the_repeated_column_are_named(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(header=SUBSIDY_HEADER.replace(",amount", "")) + "x\n")
    assert desk.quarantine("a.csv")[0]["column"] == "amount"
    desk.deliver("b.csv", subsidies(header=f"{SUBSIDY_HEADER},name") + "x\n")
    assert desk.quarantine("b.csv")[0]["column"] == "name"


def test_an_unknown_column_is_accepted_and_flagged(desk: Desk) -> None:
    delivery = desk.deliver("a.csv", subsidies(f"{payment()},x", header=f"{SUBSIDY_HEADER},memo"))
    assert counts(delivery) == (1, 1, 0, 0)
    assert desk.flags("a.csv") == {"unknown_column": 1}


def test_refused_records_stand_in_the_quarantine_with_place_reason_and_text(desk: Desk) -> None:
    bad = [
        payment(1, "千円"),
        payment(2, day="2024-02-30"),
        "1000000000022,株式会社試験,補助金,1,2024-01-01",
        "9999999999999,個人A,補助金,1,2024-01-01",
        payment(3, title=""),
        f'{number(4)},"株式会社試験,補助金,1,2024-01-01',
        SUBSIDY_HEADER,
    ]
    content = subsidies(payment(9), *bad)
    delivery = desk.deliver("a.csv", content)
    assert counts(delivery) == (8, 1, 7, 0)
    found = {(x["line"], x["reason"], x["column"], x["raw"]) for x in desk.quarantine("a.csv")}
    assert found == {
        (3, "invalid_amount", "amount", bad[0]),
        (4, "invalid_date", "approval_date", bad[1]),
        (5, "invalid_corporate_number", "corporate_number", bad[2]),
        (6, "dummy_number", "corporate_number", bad[3]),
        (7, "missing_value", "title", bad[4]),
        (8, "unclosed_quote", "", bad[5]),
        (9, "invalid_corporate_number", "corporate_number", bad[6]),
    }
    data = content.encode()
    for line in desk.quarantine("a.csv"):
        assert data[int(str(line["byte_offset"])) :].startswith(str(line["raw"]).encode())


def test_the_same_file_is_taken_in_once(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(payment()))
    assert desk.take_in() == []


def test_the_same_content_under_another_name_is_a_duplicate(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(payment(1), payment(2)))
    renamed = desk.deliver("sub/b.csv", subsidies(payment(1), payment(2)))
    assert renamed.status == "duplicate"
    assert counts(renamed) == (2, 0, 0, 2)
    assert renamed.source == "gbiz_subsidy"


def test_two_names_of_one_content_in_one_run_are_one_load_and_one_duplicate(desk: Desk) -> None:
    desk.put("a.csv", subsidies(payment(1), payment(2, "x")))
    desk.put("b.csv", subsidies(payment(1), payment(2, "x")))
    desk.take_in()
    assert counts(desk.find("a.csv")) == (2, 1, 1, 0)
    assert counts(desk.find("b.csv")) == (2, 0, 0, 2)


def test_a_new_content_under_an_old_name_is_another_delivery(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(payment(1)))
    assert counts(desk.deliver("a.csv", subsidies(payment(2), payment(1)))) == (2, 1, 0, 1)


def test_the_kth_identical_payment_is_a_record_of_its_own(desk: Desk) -> None:
    first = desk.deliver("a.csv", subsidies(payment(), payment()))
    assert counts(first) == (2, 2, 0, 0)
    assert list(desk.staged("a.csv")["occurrence"]) == [1, 2]
    more = desk.deliver("b.csv", subsidies(payment(), payment(), payment()))
    assert counts(more) == (3, 1, 0, 2)
    assert list(desk.staged("b.csv")["occurrence"]) == [1, 2, 3]


def test_a_repeat_in_the_register_is_a_duplicate_and_not_staged_again(desk: Desk) -> None:
    lines = [registration(1), registration(1, sequence="2"), registration(2)]
    delivery = desk.deliver("a.csv", "\n".join(lines) + "\n")
    assert counts(delivery) == (3, 2, 0, 1)
    assert len(desk.staged("a.csv")) == 2
    again = desk.deliver("b.csv", "\n".join([*lines[1:], registration(3)]) + "\n")
    assert counts(again) == (3, 1, 0, 2)
    assert len(desk.staged("b.csv")) == 3


def test_any_order_of_deliveries_stages_the_same_union(make_desk: Callable[[], Desk]) -> None:
    files = {
        "a.csv": subsidies(payment(1), payment(1), payment(2)),
        "b.csv": subsidies(payment(1), payment(3), payment(4, "x")),
        "c.csv": subsidies(payment(1), payment(1), payment(1), payment(3)),
    }
    unions = []
    for order in itertools.permutations(files):
        desk = make_desk()
        for name in order:
            desk.deliver(name, files[name])
        staged = pd.concat([desk.staged(name) for name in files])
        unions.append(set(zip(staged["record_hash"], staged["occurrence"], strict=True)))
        assert sum(desk.find(name).accepted for name in files) == len(unions[0]) == 5
    assert all(union == unions[0] for union in unions)


def test_a_packed_file_is_kept_as_sent_and_read(desk: Desk) -> None:
    packed = gzip.compress(subsidies(payment(), payment(2, "x")).encode())
    delivery = desk.deliver("a.csv.gz", packed)
    assert counts(delivery) == (2, 1, 1, 0)
    assert desk.kept("a.csv.gz") == packed
    assert delivery.n_byte == len(packed)


def test_hidden_files_sidecars_and_links_are_not_deliveries(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(subsidies(payment()))
    (desk.inbox / "link.csv").symlink_to(outside)
    desk.put(".hidden.csv", subsidies(payment()))
    desk.put(".git/x.csv", subsidies(payment()))
    desk.put("a.csv.delivery.toml", "records = 1\n")
    assert desk.take_in() == []


def test_a_name_cannot_lead_anywhere_or_trick_the_eye(desk: Desk) -> None:
    assert shown_name(Path("a\u202egpj.csv")) == "a\\u202egpj.csv"
    desk.put("a\n..csv", subsidies(payment()))
    delivery = desk.take_in()[0]
    assert delivery.file == "a\\u000a..csv"
    kept = [
        p.relative_to(desk.store_dir) for p in desk.store_dir.rglob(f"*{delivery.content_hash}*")
    ]
    assert sorted(map(str, kept)) == [
        f"deliveries/{delivery.content_hash}",
        f"staged/{delivery.content_hash}.parquet",
    ]


def test_a_run_that_was_killed_after_receiving_goes_on(desk: Desk) -> None:
    desk.put("a.csv", subsidies(payment()))
    with pytest.raises(KeyboardInterrupt):
        _take_in_until(desk, "read")
    (desk.inbox / "a.csv").unlink()
    assert [counts(d) for d in desk.take_in()] == [(1, 1, 0, 0)]
    assert not (desk.store_dir / ".intake").exists()


def test_a_file_settled_before_the_run_was_killed_stays_settled(desk: Desk) -> None:
    desk.put("a.csv", subsidies(payment(1)))
    desk.put("b.csv", subsidies(payment(2)))

    class KilledAtTheSecond(Silence):
        n = 0

        def bar(self, label: str, n_byte: int) -> AbstractContextManager[Callable[[int], object]]:
            self.n += label == "settle"
            if self.n == 2:
                raise KeyboardInterrupt
            return super().bar(label, n_byte)

    with pytest.raises(KeyboardInterrupt):
        take_in(desk.inbox, desk.store_dir, desk.engine, KilledAtTheSecond())
    assert desk.find("a.csv").status == "loaded"
    assert [(d.file, counts(d)) for d in desk.take_in()] == [("b.csv", (1, 1, 0, 0))]


def test_a_file_that_changes_while_it_is_received_is_left_for_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("a.csv", subsidies(payment(1)))
    copy = etl.receive._copy

    def copy_while_written(
        source: Path, target: Path | None, advance: Callable[[int], object]
    ) -> str:
        content_hash = copy(source, target, advance)
        with source.open("a") as stream:
            stream.write(payment(2) + "\n")
        return content_hash

    with monkeypatch.context() as patch:
        patch.setattr(etl.receive, "_copy", copy_while_written)
        assert desk.take_in() == []
    assert list((desk.store_dir / "deliveries").iterdir()) == []
    # It was written on after each of two looks.
    assert [counts(d) for d in desk.take_in()] == [(3, 3, 0, 0)]
    assert desk.kept("a.csv") == path.read_bytes()


def test_a_new_file_is_read_once_and_a_known_one_is_not_copied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[bool] = []
    copy = etl.receive._copy

    def counted(source: Path, target: Path | None, advance: Callable[[int], object]) -> str:
        copies.append(target is not None)
        return copy(source, target, advance)

    monkeypatch.setattr(etl.receive, "_copy", counted)
    desk.deliver("a.csv", subsidies(payment(1)))
    assert copies == [True]
    desk.take_in()
    assert copies == [True, False]
    # The same name and size, and yet another content.
    assert counts(desk.deliver("a.csv", subsidies(payment(2)))) == (1, 1, 0, 0)


def _take_in_until(desk: Desk, last: str) -> None:
    class Stopper(Silence):
        def step(self, code: str, **values: object) -> None:  # noqa: ARG002
            if code == last:
                raise KeyboardInterrupt

    take_in(desk.inbox, desk.store_dir, desk.engine, Stopper())


def test_a_mark_in_the_inbox_makes_all_its_files_synthetic(desk: Desk) -> None:
    assert not desk.deliver("a.csv", subsidies(payment(1))).is_synthetic
    desk.put("SYNTHETIC", "")
    assert desk.deliver("b.csv", subsidies(payment(2))).is_synthetic
