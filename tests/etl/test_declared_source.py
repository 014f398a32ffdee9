"""What a linked system declares to send is what it may send, however the content came before."""

from __future__ import annotations

import pytest

from tests.etl.deliveries import Desk, counts, payment, subsidies

CONTENT = subsidies(payment(1), payment(2))
NOTE = 'source = "{}"'


def test_a_file_of_the_declared_source_is_loaded(desk: Desk) -> None:
    desk.put("a.csv.delivery.toml", NOTE.format("gbiz_subsidy"))
    assert counts(desk.deliver("a.csv", CONTENT)) == (2, 2, 0, 0)


def test_a_file_of_another_source_than_declared_is_refused_and_says_why(desk: Desk) -> None:
    desk.put("a.csv.delivery.toml", NOTE.format("nta_register"))
    held = desk.deliver("a.csv", CONTENT)
    assert (held.status, held.reason_code) == ("refused", "other_source")
    assert counts(held) == (2, 0, 2, 0)
    assert desk.quarantine("a.csv")[0]["column"] == "gbiz_subsidy"


def test_the_refusal_does_not_keep_the_content_out_under_another_name(desk: Desk) -> None:
    desk.put("a.csv.delivery.toml", NOTE.format("nta_register"))
    desk.deliver("a.csv", CONTENT)
    assert counts(desk.deliver("b.csv", CONTENT)) == (2, 2, 0, 0)


def test_content_that_is_loaded_already_is_no_way_round_it(desk: Desk) -> None:
    desk.deliver("a.csv", CONTENT)
    desk.put("b.csv.delivery.toml", NOTE.format("nta_register"))
    assert desk.deliver("b.csv", CONTENT).reason_code == "other_source"
    desk.put("c.csv.delivery.toml", NOTE.format("gbiz_subsidy"))
    assert desk.deliver("c.csv", CONTENT).status == "duplicate"


@pytest.mark.parametrize("wrong", ["a.csv", "b.csv"])
def test_two_arrivals_of_one_run_are_judged_each_by_its_note(desk: Desk, wrong: str) -> None:
    desk.put(f"{wrong}.delivery.toml", NOTE.format("nta_register"))
    desk.put("a.csv", CONTENT)
    desk.put("b.csv", CONTENT)
    found = {d.file: d.status for d in desk.take_in()}
    assert found.pop(wrong) == "refused"
    assert list(found.values()) == ["loaded"]


def test_a_declared_source_that_can_be_none_is_not_read(desk: Desk) -> None:
    desk.put("a.csv.delivery.toml", "source = '../x'")
    assert desk.deliver("a.csv", CONTENT).reason_code == "manifest_unreadable"
