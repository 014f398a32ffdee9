"""Statements in the snapshot: one row per firm and fiscal year, of the firm they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from etl.publish import publish_snapshot
from etl.sources.financial_statement import CONTRACT
from store.snapshot import LENS, open_read_only
from tests.etl.deliveries import Desk, number, registration

LAYOUT = next(layout for layout in CONTRACT.layouts if layout.name == "statement_yen")
RAW = dict(zip(CONTRACT.columns, LAYOUT.columns, strict=True))
Row = dict[str, object]


def statement(**cells: object) -> str:
    """One line of a statement in yen; ``cells`` by canonical name."""
    sound: Row = dict.fromkeys(CONTRACT.columns, "") | {
        "firm_code": "F1",
        "closing_date": "2019-03",
        "n_month": 12,
        "industry_code": "28",
        "prefecture_code": "18",
        "is_corporate": "法人",
        "sales_yen": 12_000_000,
        "total_assets_yen": 5_000_000,
    }
    return ",".join(str((sound | cells)[name]) for name in CONTRACT.columns)


def statements(*lines: str) -> str:
    return "\n".join([",".join(RAW.values()), *lines, ""])


def keys(*pairs: tuple[str, str]) -> str:
    return "\n".join(["企業コード,法人番号,GビズID", *(f"{c},{n}," for c, n in pairs), ""])


def published(desk: Desk, query: str) -> list[tuple[object, ...]]:
    desk.take_in()
    snapshot = publish_snapshot(desk.store_dir, desk.engine, "", lambda _: None).snapshot
    with open_read_only(desk.store_dir / snapshot / LENS, "500MB", 1) as lens:
        return lens.execute(query).fetchall()


STATEMENTS = """
    SELECT fiscal_year, closing_date, sales_kyen, total_assets_kyen, is_annualised
    FROM financial_statement ORDER BY firm_id, fiscal_year"""


def test_a_statement_is_published_in_thousand_yen_under_its_fiscal_year(desk: Desk) -> None:
    desk.put("s.csv", statements(statement(closing_date="2019-03", sales_yen=12_345_678)))
    assert published(desk, STATEMENTS) == [(2018, date(2019, 3, 31), 12346, 5000, False)]


def test_flows_of_a_short_year_are_brought_to_twelve_months_and_balances_are_not(
    desk: Desk,
) -> None:
    desk.put("s.csv", statements(statement(n_month=8, sales_yen=8_000_000)))
    assert published(desk, STATEMENTS) == [(2018, date(2019, 3, 31), 12000, 5000, True)]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_two_closings_in_a_year_the_later_one_counts(desk: Desk, is_reversed: bool) -> None:
    files = [
        statements(statement(closing_date="2018-06", sales_yen=1_000_000)),
        statements(statement(closing_date="2018-12", n_month=6, sales_yen=1_000_000)),
    ]
    for i, content in enumerate(reversed(files) if is_reversed else files):
        desk.put(f"{i}.csv", content)
    assert published(desk, STATEMENTS) == [(2018, date(2018, 12, 31), 2000, 5000, True)]


def test_a_statement_sent_twice_is_one_statement(desk: Desk) -> None:
    desk.put("a.csv", statements(statement()))
    desk.put("b.csv", statements(statement(), statement(firm_code="F2")))
    assert len(published(desk, STATEMENTS)) == 2


OWNERS = """
    SELECT kind_code, party_kind FROM financial_statement JOIN firm USING (firm_id)
    ORDER BY kind_code NULLS LAST"""


def test_a_code_is_the_firm_that_the_key_names(desk: Desk) -> None:
    desk.put("register.csv", registration(1) + "\n")
    desk.put("keys.csv", keys(("F1", number(1))))
    desk.put("s.csv", statements(statement(), statement(firm_code="F2", is_corporate="個人")))
    assert published(desk, OWNERS) == [("301", "corporate"), (None, "sole")]


def test_a_code_that_two_numbers_claim_is_neither_of_them(desk: Desk) -> None:
    desk.put("register.csv", f"{registration(1)}\n{registration(2)}\n")
    desk.put("keys.csv", keys(("F1", number(1)), ("F1", number(2))))
    desk.put("s.csv", statements(statement()))
    assert published(desk, OWNERS) == [(None, "corporate")]


def test_two_codes_of_one_firm_give_one_statement_a_year(desk: Desk) -> None:
    desk.put("keys.csv", keys(("F1", number(1)), ("F2", number(1))))
    desk.put("s.csv", statements(statement(sales_yen=1), statement(firm_code="F2", sales_yen=2)))
    assert len(published(desk, STATEMENTS)) == 1


def test_of_a_default_told_in_every_statement_the_first_day_counts(desk: Desk) -> None:
    told: Sequence[tuple[str, str, str]] = (
        ("2019-03", "1", "2019-05-10"),
        ("2020-03", "1", "2019-05-12"),
        ("2020-03", "4", "2020-06-01"),
    )
    desk.put(
        "s.csv",
        statements(
            *(
                statement(closing_date=closing, default_code=code, default_date=day, sales_yen=i)
                for i, (closing, code, day) in enumerate(told)
            )
        ),
    )
    query = """SELECT default_code, default_date, fiscal_year FROM default_event
               ORDER BY default_date"""
    assert published(desk, query) == [
        ("arrears", date(2019, 5, 10), 2019),
        ("subrogation", date(2020, 6, 1), 2020),
    ]


def test_the_view_of_statements_reads_every_file_and_copies_none(desk: Desk) -> None:
    desk.put("a.csv", statements(statement()))
    desk.put("b.csv", statements(statement(closing_date="2020-03")))
    lineage = published(
        desk,
        """SELECT delivery.file, n_record FROM lineage JOIN delivery USING (delivery_id)
           WHERE table_name = 'financial_statement' ORDER BY 1""",
    )
    assert lineage == [("a.csv", 1), ("b.csv", 1)]
    assert not list(desk.store_dir.glob(".build-*"))
