"""The questions behind the data pages, each against a slow twin over the whole tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select

from gate.actor import Actor, Role
from gate.errors import Refused
from gate.scope import ScopedCursor
from queries import data_items, deliveries, lineage, provenance, record_links
from queries.parameters import NoParameters, ParameterError
from queries.question import Question
from store import tables
from store.cursor import StoreCursor
from store.members import Members

Row = Mapping[Any, Any]
NOBODY = Members({}, {})


def _rows(lens: StoreCursor, table: Table) -> Sequence[Row]:
    frame = lens.fetch(select(table))
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def test_the_balance_of_a_source_is_that_of_its_files(lens: StoreCursor) -> None:
    asked = deliveries.DeliveryParameters(source="gbiz_subsidy", status="loaded")
    found = deliveries.delivery_balance(lens, asked).to_dict("records")
    expected = [
        row
        for row in _rows(lens, tables.delivery)
        if row["source"] == "gbiz_subsidy" and row["status"] == "loaded"
    ]
    assert sorted(r["file"] for r in found) == sorted(r["file"] for r in expected)
    for row in found:
        assert row["records_in"] == row["accepted"] + row["rejected"] + row["duplicate"]
    assert [r["received_at"] for r in found] == sorted(
        (r["received_at"] for r in found), reverse=True
    )


def test_reasons_remarks_and_records_of_one_file_are_only_that_file_s(
    lens: StoreCursor, held: StoreCursor
) -> None:
    refused = Counter(row["delivery_id"] for row in _rows(held, tables.rejected_record))
    delivery_id, n = refused.most_common(1)[0]
    asked = deliveries.FileParameters(delivery_id=delivery_id)
    reasons = deliveries.rejection_reasons(lens, asked)
    assert set(reasons["delivery_id"]) == {delivery_id}
    assert reasons["n_record"].sum() == n
    assert deliveries.rejected_size(held, asked)["n_record"].iloc[0] == n
    window = deliveries.RejectedParameters(delivery_id=delivery_id, start=1, rows=2)
    assert len(deliveries.rejected_records(held, window)) == min(2, n - 1)
    flags = [row for row in _rows(lens, tables.record_flag) if row["delivery_id"] == delivery_id]
    remarks = deliveries.record_remarks(lens, asked)
    assert remarks["n_record"].sum() == sum(row["n_record"] for row in flags)


def test_changes_are_the_difference_of_two_snapshots(lens: StoreCursor) -> None:
    before = {r["table_name"]: r["n_before"] or 0 for r in _rows(lens, tables.snapshot_change)}
    for row in provenance.snapshot_changes(lens, NoParameters()).to_dict("records"):
        assert row["n_more"] == row["n_after"] - before[row["table_name"]]


def test_new_files_are_those_that_came_after_a_moment(lens: StoreCursor) -> None:
    arrived = sorted(row["received_at"] for row in _rows(lens, tables.delivery))
    middle = arrived[len(arrived) // 2]
    since = int(middle.to_pydatetime().replace(tzinfo=UTC).timestamp())
    found = provenance.new_files(lens, provenance.SinceParameters(since))
    cut = datetime.fromtimestamp(since, UTC).replace(tzinfo=None)
    assert found["n_file"].sum() == sum(moment > cut for moment in arrived)
    assert provenance.new_files(lens, provenance.SinceParameters())["n_file"].sum() == len(arrived)


@pytest.mark.parametrize(
    "asked",
    [
        data_items.ItemParameters(),
        data_items.ItemParameters(words="売上"),
        data_items.ItemParameters(words="法人番号 vault", purpose="3"),
        data_items.ItemParameters(words="SALES_KYEN"),
        data_items.ItemParameters(words="100%_"),
        data_items.ItemParameters(source="consultation", consent_basis="opt_in"),
        data_items.ItemParameters(category="statement", purpose="1"),
        data_items.ItemParameters(table_name="application", purpose="2"),
    ],
    ids=str,
)
def test_the_catalogue_finds_every_word_in_any_text(
    lens: StoreCursor, asked: data_items.ItemParameters
) -> None:
    def fits(row: Row) -> bool:
        texts = [str(row[name] or "").lower() for name in data_items._SEARCHED]
        return (
            all(any(word in t for t in texts) for word in asked.words.lower().split())
            and asked.source in ("", row["source"])
            and asked.category in ("", row["category"])
            and asked.consent_basis in ("", row["consent_basis"])
            and asked.table_name in ("", row["table_name"])
            and (not asked.purpose or asked.purpose in row["purposes"].split(";"))
        )

    expected = [row for row in _rows(lens, tables.data_item) if fits(row)]
    found = data_items.data_items(lens, asked)
    assert list(found["item_code"]) == sorted(row["item_code"] for row in expected)
    counts = data_items.item_counts(lens, asked).to_dict("records")[0]
    assert counts["n_item"] == len(expected)
    for purpose in data_items.PURPOSES:
        n = sum(purpose in row["purposes"].split(";") for row in expected)
        assert counts[f"n_purpose_{purpose}"] == n


def test_the_share_linked_leaves_out_what_names_no_single_party(lens: StoreCursor) -> None:
    summary = _rows(lens, tables.link_summary)
    found = record_links.link_quality(lens, record_links.LinkParameters())
    assert set(found["source"]) == {row["source"] for row in summary}
    for row in found.to_dict("records"):
        own = [r for r in summary if r["source"] == row["source"]]
        by_status = Counter[str]()
        for r in own:
            by_status[r["status"]] += r["n_record"]
        for status in record_links.STATUSES:
            assert row[f"n_{status}"] == by_status[status]
        single = sum(by_status.values()) - by_status["several"]
        assert row["linked_share"] == pytest.approx(100 * by_status["linked"] / single)


def test_the_score_of_a_rule_is_weighed_by_parties(lens: StoreCursor) -> None:
    summary = _rows(lens, tables.link_summary)
    for row in record_links.link_rules(lens, record_links.LinkParameters()).to_dict("records"):
        own = [
            r for r in summary if (r["status"], r["rule"]) == (row["link_status"], row["link_rule"])
        ]
        n = sum(r["n_party"] for r in own)
        assert row["n_party"] == n
        weighed = sum(r["mean_score"] * r["n_party"] for r in own) / n
        assert row["mean_score"] == pytest.approx(weighed)


def test_the_files_of_a_table_add_up_to_its_sources(lens: StoreCursor) -> None:
    asked = lineage.LineageParameters(table_name="application")
    sources = lineage.table_sources(lens, asked).to_dict("records")
    files = lineage.table_files(lens, asked).to_dict("records")
    assert len(sources) > 1
    for row in sources:
        own = [file for file in files if file["source"] == row["source"]]
        assert row["n_file"] == len({file["delivery_id"] for file in own})
        assert row["n_record"] == sum(file["n_record"] for file in own)
    assert all(file["file"] for file in files)


ABOUT_THE_DATA = [
    question
    for module in (deliveries, provenance, data_items, record_links, lineage)
    for question in module.QUESTIONS
    if question.database != "released"
]


@pytest.mark.parametrize("question", ABOUT_THE_DATA, ids=lambda q: q.name)
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN, Role.MINISTRY])
def test_who_reads_provenance_may_ask_all_but_the_refused_records(
    lens: StoreCursor, held: StoreCursor, question: Question[Any], role: Role
) -> None:
    files = {"lens": lens, "held": held}
    actor = Actor("somebody", role)
    cursor = ScopedCursor(files[question.database], actor, NOBODY, question.database)
    if question.database == "held" and role is not Role.OPERATOR:
        with pytest.raises(Refused):
            question.answer(cursor, question.parse({}, NOBODY))
    else:
        question.answer(cursor, question.parse({}, NOBODY))


@pytest.mark.parametrize("value", ["a b", "A", "a'b", "ａ", "x" * 65])
def test_a_code_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(ParameterError):
        lineage.LineageParameters.from_query({"table_name": value}, NOBODY)


def test_words_are_read_in_one_form_and_bounded() -> None:
    read = data_items.ItemParameters.from_query({"words": " ＧビズＩＤ　 電話 "}, NOBODY)
    assert read.words == "GビズID 電話"
    assert data_items.ItemParameters.from_query(read.to_query(), NOBODY) == read
    for bad in ("x" * 101, "a\x00b"):
        with pytest.raises(ParameterError):
            data_items.ItemParameters.from_query({"words": bad}, NOBODY)
