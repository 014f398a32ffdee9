"""Estimates: blue only where marked, … where there is none, one wide interval presses nobody."""

from __future__ import annotations

from components.estimates import Estimate, estimates_figure, estimates_height
from components.theme import ACCENT, CONTROL, PAPER
from store.quantity import Unit

ROWS = [
    Estimate("全国", 5000, 0.06, 0.03, 0.09, is_marked=True, is_total=True, aside="+0.06"),
    Estimate("関東局", 1500, 0.12, 0.07, 0.17, is_marked=True, link="?region=b03", aside="+0.12"),
    Estimate("中部局", 900, 0.08, 0.01, 0.15, link="?region=b04", aside="+0.08"),
    Estimate("沖縄", 12, link="?region=b09"),
]


def _figure(rows: list[Estimate] | None = None):  # type: ignore[no-untyped-def]
    return estimates_figure(
        ROWS if rows is None else rows,
        None,
        reference=0.0,
        reference_label="関係なし",
        n_unit=Unit.RECORD,
        decimals=2,
        aside_label="ρ",
    )


def test_a_dot_is_filled_only_where_it_is_marked_even_if_its_interval_excludes_zero() -> None:
    dots = _figure().data[0]
    assert list(dots.marker.color) == [ACCENT, ACCENT, PAPER]
    assert list(dots.marker.line.color) == [ACCENT, ACCENT, CONTROL]


def test_a_row_without_an_estimate_is_listed_with_an_ellipsis() -> None:
    figure = _figure()
    assert list(figure.data[0].y) == [0, 1, 2]
    assert figure.layout.yaxis.ticktext[3] == "沖縄（12）"
    few = [note for note in figure.layout.annotations if note.text == "…"]
    assert [note.y for note in few] == [3]


def test_the_total_is_bold_and_parted_from_its_members() -> None:
    figure = _figure()
    assert figure.layout.yaxis.ticktext[0] == "<b>全国（5,000）</b>"
    assert any(shape.y0 == shape.y1 == 0.5 for shape in figure.layout.shapes)


def test_numbers_stand_at_the_right_edge_under_their_head() -> None:
    edge = [n.text for n in _figure().layout.annotations if n.xref == "paper"]
    assert edge == ["ρ", "+0.06", "+0.12", "+0.08"]


def test_rows_lead_where_they_say_and_tell_interval_and_n() -> None:
    dots = _figure().data[0]
    assert list(dots.customdata) == ["", "?region=b03", "?region=b04"]
    assert dots.hovertext[1] == "関東局　0.12（95%区間 0.07〜0.17、1,500件）"


def test_one_wide_interval_is_cut_and_marked() -> None:
    wide = [*ROWS[:3], Estimate("小さい", 30, 0.05, -4.0, 4.1)]
    figure = _figure(wide)
    low, high = figure.layout.xaxis.range
    assert -1 < low < high < 1
    assert [n.text for n in figure.layout.annotations if n.text in "‹›"] == ["‹", "›"]
    last = figure.layout.shapes[-1]
    assert (last.x0, last.x1) != (-4.0, 4.1)


def test_nothing_at_all_still_draws() -> None:
    assert len(_figure([]).data[0].x) == 0
    assert estimates_height([]) > 0


def test_a_name_cannot_bring_markup_into_a_chart() -> None:
    figure = _figure([Estimate("<i>x</i>", 40, 0.1, 0.0, 0.2, aside="<b>")])
    assert "&lt;i&gt;" in figure.layout.yaxis.ticktext[0]
    assert "&lt;b&gt;" in [note.text for note in figure.layout.annotations]


def test_a_second_estimate_is_a_bar_across_its_row() -> None:
    rows = [
        ROWS[0],
        Estimate("関東局", 1500, 0.12, 0.07, 0.17, second=0.1, second_label="縮小 0.10"),
    ]
    dots, bars = _figure(rows).data
    assert len(dots.x) == 2
    assert (list(bars.x), list(bars.y)) == ([0.1], [1])
    assert bars.marker.symbol == "line-ns"
    assert bars.hovertext[0] == "関東局　縮小 0.10"
