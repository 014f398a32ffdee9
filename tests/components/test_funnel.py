"""Stages: bars from zero in their order, name and number above each."""

from __future__ import annotations

from components.funnel import Stage, funnel_figure, funnel_height
from components.paired_table import Pair, paired_table
from components.theme import ACCENT, MARK
from store.quantity import Unit
from tests.components.drawn import find, words

STAGES = [
    Stage("申請", 6991, is_subject=False),
    Stage("採択", 2021, "申請の28.9%"),
    Stage("<b>", 0, "0.0%"),
]


def test_bars_begin_at_zero_and_reach_to_the_most() -> None:
    figure = funnel_figure(STAGES, n_unit=Unit.RECORD)
    bars = figure.data[-1]
    assert list(bars.x) == [6991, 2021, 0]
    assert list(bars.marker.color) == [MARK, ACCENT, ACCENT]
    assert tuple(figure.layout.xaxis.range) == (0, 6991)
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_each_stage_says_its_name_its_number_and_its_share() -> None:
    shown = [note.text for note in funnel_figure(STAGES, n_unit=Unit.RECORD).layout.annotations]
    assert shown[:4] == ["申請", "<b>6,991</b>", "採択", "<b>2,021</b>　申請の28.9%"]
    assert shown[4] == "&lt;b&gt;"


def test_height_grows_with_the_stages() -> None:
    assert funnel_height(7) > funnel_height(3)


def test_a_pair_has_a_row_header_and_its_numbers_at_the_right() -> None:
    table = paired_table(
        [Pair("中央値", ["+2.1", "+1.3", "+0.8"], is_current=True)],
        [("伸び", ""), ("採択", "%"), ("不採択", "%"), ("差", "ポイント")],
        name="t",
        label="表",
    )
    assert [words(head) for head in find(table, "Th", scope="row")] == ["中央値"]
    assert [cell.className for cell in find(table, "Td")] == ["n", "n", "n"]
    assert words(find(table, "Th", scope="col")[3]) == "差ポイント"
