"""Tables: x is explained and never empty, numbers stand right with one precision per column."""

from __future__ import annotations

from typing import Any

import pandas as pd

from components.table import Sort, TableColumn, answer_table
from language import text
from tests.components.drawn import (
    AMOUNT,
    N_FIRM,
    REGION,
    YEAR,
    answer,
    check_children,
    find,
    prop,
    three_prefectures,
    words,
)

COLUMNS: list[str | TableColumn] = [
    "region_name",
    "n_award",
    "amount_yen",
    TableColumn("rate_low", interval_to="rate_high"),
]


def table(**options: Any) -> Any:
    return answer_table(three_prefectures(), COLUMNS, name="t", label="都道府県の表", **options)


def rows(drawn: Any) -> list[list[str]]:
    return [[words(cell) for cell in row.children] for row in find(drawn, "Tr")]


def test_cells_are_written_as_on_every_other_surface() -> None:
    head, nation, withheld, none = rows(table())
    assert head == [
        "地域",
        "採択件",
        "交付額億円",
        "95%区間の下限" + text("unit.per_10000_establishments"),
    ]
    assert nation == ["全国", "3,552", "119.3", "40.3〜43.6"]
    assert withheld == ["長野県", "148", "x", "40.7〜56.6"]
    assert none == ["山梨県", "0", "0.0", "-"]
    check_children(table())


def test_the_first_cell_of_a_row_names_it_and_leads_down() -> None:
    drawn = table(href_of=lambda row: f"?region={row['region_name']}")
    names = find(drawn, "Th", scope="row")
    assert [words(name) for name in names] == ["全国", "長野県", "山梨県"]
    assert [link.href for link in find(names, "A")] == [
        "?region=全国",
        "?region=長野県",
        "?region=山梨県",
    ]


def test_total_and_current_row_are_marked_by_more_than_colour() -> None:
    drawn = table(
        is_total=lambda row: row["region_name"] == "全国",
        is_current=lambda row: row["region_name"] == "長野県",
    )
    _, nation, current, _ = find(drawn, "Tr")
    assert prop(nation, "className") == "is-total"
    assert prop(current, "aria_current") == "true"


def test_number_columns_sort_by_links_and_say_how_they_are_sorted() -> None:
    drawn = table(sort=Sort("n_award", True, lambda name: f"?sort={name}"))
    region, award, amount, interval = find(drawn, "Th", scope="col")
    assert prop(award, "aria_sort") == "descending"
    assert "↓" in words(award)
    assert [link.href for link in find(amount, "A")] == ["?sort=amount_yen"]
    assert prop(amount, "aria_sort") is None
    assert not find(region, "A")
    assert not find(interval, "A")


def test_a_shortened_table_says_how_many_rows_are_left() -> None:
    drawn = table(n_shown=1, more_href="?rows=all")
    assert len(find(drawn, "Tr")) == 2
    assert words(find(drawn, "A", href="?rows=all")) == "残り2行を表示"
    assert not find(table(n_shown=3, more_href="?rows=all"), "A")


def test_the_scrolling_box_is_reached_by_keyboard_and_named() -> None:
    box = find(table(), "Div", role="region")[0]
    assert prop(box, "tabIndex") == "0"
    assert prop(box, "aria_label") == "都道府県の表"


def test_years_are_read_as_fiscal_years() -> None:
    drawn = answer_table(
        answer(pd.DataFrame({"fiscal_year": [2019, 0]}), (YEAR,)),
        ["fiscal_year"],
        name="y",
        label="年度",
    )
    assert rows(drawn)[1:] == [["令和元年度"], ["全年度"]]


def test_a_column_can_draw_its_own_cells() -> None:
    column = TableColumn("region_name", label="状態", text_of=lambda row: row["status"] or "公表")
    drawn = answer_table(three_prefectures(), ["region_name", column], name="t", label="表")
    assert rows(drawn)[0] == ["地域", "状態"]
    assert [row[1] for row in rows(drawn)[1:]] == ["公表", "x", "公表"]


def few_table(**options: Any) -> Any:
    frame = pd.DataFrame(
        {
            "region_name": ["宮城県", "山形県", "秋田県", "福島県"],
            "n_firm": [12, 7, 0, 3],
            "amount_yen": [10_000, None, None, None],
            "status": ["", "", "", "x"],
        }
    )
    columns: list[str | TableColumn] = ["region_name", TableColumn("amount_yen", **options)]
    return answer_table(answer(frame, (REGION, N_FIRM, AMOUNT)), columns, name="t", label="表")


def test_a_value_of_too_few_is_not_missing_but_open() -> None:
    drawn = few_table(few_n="n_firm")
    assert [row[1] for row in rows(drawn)[1:]] == ["1", "…", "-", "x"]
    few = find(drawn, "Abbr")[0]
    assert few.title == "「…」は10社に満たないため示さない"
    assert [row[1] for row in rows(few_table())[1:]] == ["1", "-", "-", "x"]
    assert find(few_table(few_n="n_firm", few_least=30), "Abbr")[0].title.startswith("「…」は30社")
