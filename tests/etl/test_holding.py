"""Files that are held: delivery notes that differ, copies too small, amounts a thousandfold."""

from __future__ import annotations

import hashlib

import pytest

import etl.intake
from etl.contract import Contract, Layout, required
from etl.sources import contracts
from tests.etl.deliveries import Desk, counts, payment, subsidies

CONTENT = subsidies(payment(1), payment(2))


def test_a_delivery_note_that_agrees_is_kept_with_the_file(desk: Desk) -> None:
    digest = hashlib.sha256(CONTENT.encode()).hexdigest()
    desk.put(
        "a.csv.delivery.toml",
        f'sha256 = "{digest.upper()}"\nn_byte = {len(CONTENT.encode())}\nrecords = 2\n'
        'prefecture_code = "04"\nmunicipality_code = "04100"\nis_synthetic = true\n',
    )
    delivery = desk.deliver("a.csv", CONTENT)
    assert delivery.status == "loaded"
    assert delivery.is_synthetic
    assert delivery.declared["municipality_code"] == "04100"


@pytest.mark.parametrize(
    ("note", "reason", "column"),
    [
        ('sha256 = "00"', "manifest_mismatch", "sha256"),
        ("n_byte = 1", "manifest_mismatch", "n_byte"),
        ("records = 3", "manifest_mismatch", "records"),
        ("records = 'two'", "manifest_unreadable", "records"),
        ("prefecture_code = '4'", "manifest_unreadable", "prefecture_code"),
        ("sender = 'x'", "manifest_unreadable", "sender"),
        ("=", "manifest_unreadable", "a.csv.delivery.toml"),
    ],
)
def test_a_file_is_held_until_its_delivery_note_is_put_right(
    desk: Desk, note: str, reason: str, column: str
) -> None:
    desk.put("a.csv.delivery.toml", note)
    held = desk.deliver("a.csv", CONTENT)
    assert (held.status, held.reason_code) == ("refused", reason)
    assert counts(held) == (2, 0, 2, 0)
    assert desk.quarantine("a.csv")[0]["column"] == column
    assert desk.take_in() == []
    desk.put("a.csv.delivery.toml", "records = 2")
    assert [counts(d) for d in desk.take_in()] == [(2, 2, 0, 0)]
    assert desk.reasons("a.csv") == {}


def test_a_held_file_does_not_keep_the_same_content_out(desk: Desk) -> None:
    desk.put("a.csv.delivery.toml", "n_byte = 1")
    desk.deliver("a.csv", CONTENT)
    assert counts(desk.deliver("b.csv", CONTENT)) == (2, 2, 0, 0)
    (desk.inbox / "a.csv.delivery.toml").unlink()
    desk.take_in()
    assert counts(desk.find("a.csv")) == (2, 0, 0, 2)


def test_a_held_copy_leaves_the_refused_records_of_the_loaded_file(desk: Desk) -> None:
    content = subsidies(payment(1), payment(2, "x"))
    desk.deliver("a.csv", content)
    desk.put("b.csv.delivery.toml", "n_byte = 1")
    assert desk.deliver("b.csv", content).reason_code == "manifest_mismatch"
    desk.put("b.csv.delivery.toml", "n_byte = 2")
    desk.take_in()
    assert [(x["file"], x["reason"]) for x in desk.quarantine("a.csv")] == [
        ("a.csv", "invalid_amount"),
        ("b.csv", "manifest_mismatch"),
    ]


def industries(n: int) -> str:
    return "company,business_codes,business_items\n" + "".join(f"試験{i},,\n" for i in range(n))


def test_a_full_copy_of_less_than_sixty_percent_is_held_unless_forced(desk: Desk) -> None:
    desk.deliver("a.csv", industries(100))
    assert desk.deliver("b.csv", industries(60)).status == "loaded"
    held = desk.deliver("c.csv", industries(35))
    assert (held.status, held.reason_code) == ("refused", "volume_guard")
    assert desk.take_in() == []
    forced = desk.take_in(is_forced=True)
    assert [(d.file, d.status) for d in forced] == [("c.csv", "loaded")]


def test_another_area_has_a_size_of_its_own(desk: Desk) -> None:
    desk.deliver("a.csv", industries(100))
    desk.put("b.csv.delivery.toml", 'municipality_code = "18207"')
    assert desk.deliver("b.csv", industries(10)).status == "loaded"


def test_yen_sent_as_thousands_of_yen_are_held_unless_forced(desk: Desk) -> None:
    desk.deliver("a.csv", subsidies(*(payment(i, f"{i}000000") for i in range(1, 201))))
    held = desk.deliver("b.csv", subsidies(*(payment(i, f"{i}000") for i in range(1, 201))))
    assert (held.status, held.reason_code) == ("refused", "unit_guard")
    assert desk.deliver("c.csv", subsidies(*(payment(i, "5") for i in range(1, 20)))).status == (
        "loaded"
    )
    assert [d.status for d in desk.take_in(is_forced=True)] == ["loaded"]


def test_a_file_of_an_unknown_kind_is_taken_up_once_there_is_a_source_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.deliver("a.csv", "会員,相談\n甲,1\n乙,2\n").reason_code == "unknown_layout"
    desk.deliver("b.csv", "会員,相談\n甲,1\n乙,2\n")
    added = Contract(
        name="consultation",
        layouts=(Layout("consultation", {"会員": "member", "相談": "topic"}),),
        checks=(required("member"),),
        columns={"member": "member", "topic": "topic"},
        repeats_are_duplicates=False,
    )
    monkeypatch.setattr(etl.intake, "contracts", lambda _: (*contracts(), added))
    assert {(d.file, counts(d)) for d in desk.take_in()} == {
        ("a.csv", (2, 2, 0, 0)),
        ("b.csv", (2, 0, 0, 2)),
    }
