"""The sales of research projects in packages: what is told, of whom, and when there is nothing."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd

from language import speaking
from reports.package.cells import Cells, Key, layout_shapes
from reports.package.document import Section, Table
from reports.package.ground import Ground
from reports.package.research_sales import CUBE, research_sales
from reports.package.scope import Places, Scope
from reports.package.values import Value, X

MEMBERS: dict[str, dict[str, Any]] = {
    "region": {
        "b01": {"code": "b01", "name": "北海道局", "level": "bureau", "parent_code": ""},
        "b02": {"code": "b02", "name": "東北局", "level": "bureau", "parent_code": ""},
        "01": {"code": "01", "name": "北海道", "level": "prefecture", "parent_code": "b01"},
        "04": {"code": "04", "name": "宮城県", "level": "prefecture", "parent_code": "b02"},
        "05": {"code": "05", "name": "秋田県", "level": "prefecture", "parent_code": "b02"},
    },
    "technology": {
        "03": {"code": "03", "name": "精密加工", "level": "", "parent_code": ""},
        "04": {"code": "04", "name": "製造環境", "level": "", "parent_code": ""},
    },
}
ANSWER: Any = SimpleNamespace(sources=(), frame=pd.DataFrame())
# Of each place: projects with a product, and millions of yen.
SOLD: dict[tuple[str, str], tuple[int | None, int | None]] = {
    ("", ""): (50, 5_000),
    ("", "03"): (20, 3_000),
    ("", "04"): (30, 2_000),
    ("b01", ""): (20, 1_000),
    ("b02", ""): (30, 4_000),
    ("01", ""): (20, 1_000),
    ("04", ""): (None, 2_500),
    ("05", ""): (15, 1_500),
}


def _number(number: int | None, unit: int = 1) -> Value:
    return X if number is None else Value(Decimal(number * unit))


def _section(scope: Scope, layout: str, **changed: tuple[int | None, int | None]) -> Section | None:
    """The section of a package over SOLD, with other numbers for some fields (``f03``)."""
    sold = SOLD | {("", key[1:]): numbers for key, numbers in changed.items()}
    values: dict[Key, Value] = {}
    for (region, field), (n, million) in sold.items():
        values[0, region, "", field, None, "n_commercialised"] = _number(n)
        values[0, region, "", field, None, "sales_yen"] = _number(million, 1_000_000)
    shapes = {(0, ""): layout_shapes(layout)} if layout else {}
    cells = Cells(CUBE, ANSWER, values if layout else {}, shapes)
    ground = Ground(lambda *_: ANSWER, scope, Places(MEMBERS), ANSWER, {CUBE: cells})
    with speaking("ja"):
        return research_sales(ground)


def _tables(section: Section | None) -> list[Table]:
    assert section is not None
    return [block for block in section.blocks if isinstance(block, Table)]


def _shown(table: Table) -> dict[str, list[str]]:
    return {row.label: [value.shown() for value in row.values] for row in table.rows}


FIELD, MIYAGI = Scope(field="03"), Scope("04")


def test_a_field_has_its_mean_beside_those_of_the_other_fields_and_of_the_areas() -> None:
    section = _section(FIELD, "nation*category prefecture")
    by_field, by_area = _tables(section)
    assert _shown(by_field) == {
        "精密加工": ["20", "3,000", "150.0"],
        "製造環境": ["30", "2,000", "66.7"],
        "全国": ["50", "5,000", "100.0"],
    }
    assert [row.label for row in by_field.rows if row.is_own] == ["精密加工"]
    assert list(_shown(by_area)) == ["北海道局", "東北局", "全国"]
    assert section is not None
    assert section.message is not None
    assert "50%|上回ります" in section.message.text
    assert [figure.value.shown() for figure in section.key_figures] == ["150.0"]


def test_a_mean_rests_on_both_its_numbers() -> None:
    layout = "nation*category prefecture"
    for numbers in ((None, 3_000), (20, None)):
        section = _section(FIELD, layout, f03=numbers)
        assert _shown(_tables(section)[0])["精密加工"][2] == "x"
        assert section is not None
        # What is hidden is neither said nor compared.
        assert section.message is not None
        assert "精密加工" not in section.message.text


def test_where_the_own_prefecture_is_hidden_its_bureau_is_marked() -> None:
    (hidden,) = _tables(_section(MIYAGI, "nation*category prefecture"))
    assert _shown(hidden)["宮城県"] == ["x", "2,500", "x"]
    assert [row.label for row in hidden.rows if row.is_own] == ["東北局"]
    (shown,) = _tables(_section(Scope("05"), "nation*category prefecture"))
    assert [row.label for row in shown.rows if row.is_own] == ["秋田県"]


def test_an_area_that_is_not_told_is_said_to_be_merged() -> None:
    (table,) = _tables(_section(MIYAGI, "bureau"))
    assert "宮城県" not in _shown(table)
    assert any("宮城県" in note and "東北局" in note for note in table.notes)


def test_a_bureau_of_one_prefecture_stands_once() -> None:
    (table,) = _tables(_section(Scope("01"), "nation*category prefecture"))
    assert list(_shown(table)) == ["北海道局", "東北局", "全国"]
    assert [row.label for row in table.rows if row.is_own] == ["北海道局"]


def test_there_is_no_section_where_nothing_is_released() -> None:
    assert _section(FIELD, "") is None
    assert _section(MIYAGI, "nation*category") is None
    assert _section(Scope(), "nation*category prefecture") is None


def test_where_the_nation_alone_is_told_a_field_has_one_row_and_no_picture() -> None:
    section = _section(FIELD, "nation")
    (table,) = _tables(section)
    assert list(_shown(table)) == ["全国"]
    assert section is not None
    assert len(section.blocks) == 1
