"""Trends: the subject is named at its end, gaps stay gaps, x is never zero."""

from __future__ import annotations

from components.theme import ACCENT, MARK
from components.trend import Bars, Line, trend_figure
from store.quantity import Unit

YEARS = [2021, 2022, 2023, 2024, 2025]
SUBJECT = Line("長野県", YEARS, [42.9, None, 45.8, None, 48.6], True, withheld_years=[2024])
NATION = Line("全国", YEARS, [39.7, 40.4, 40.9, 40.3, 41.9])


def test_lines_are_named_at_their_ends_with_their_last_value() -> None:
    figure = trend_figure([SUBJECT, NATION], Unit.PERCENT)
    named = [note.text for note in figure.layout.annotations]
    assert "<b>長野県 48.6%</b>" in named
    assert "全国 41.9%" in named
    assert figure.layout.annotations[0].x == 2025


def test_the_subject_is_solid_and_blue_and_drawn_last() -> None:
    *_, comparison, subject = trend_figure([SUBJECT, NATION], Unit.PERCENT).data
    assert subject.line.color == ACCENT
    assert subject.line.dash is None
    assert comparison.line.dash is not None


def test_a_missing_year_is_a_gap_and_a_withheld_one_an_x() -> None:
    figure = trend_figure([SUBJECT], Unit.PERCENT)
    line = figure.data[0]
    assert list(line.y) == [42.9, None, 45.8, None, 48.6]
    assert list(line.text) == ["42.9%", "-", "45.8%", "-", "48.6%"]
    # Lone points show by their markers.
    assert list(line.marker.size) == [9, 0, 9, 0, 9]
    assert [note.x for note in figure.layout.annotations if note.text == "x"] == [2024]


def test_an_interval_is_a_band_behind_the_line() -> None:
    low = [40, None, 43, None, 45]
    high = [45, None, 48, None, 52]
    line = Line("長野県", YEARS, SUBJECT.values, True, low, high)
    band = trend_figure([line], Unit.PERCENT).data[0]
    assert band.fill == "toself"
    assert list(band.x) == [2021, 2023, 2025, 2025, 2023, 2021]
    assert trend_figure([line], Unit.PERCENT).layout.yaxis.range[1] > 52


def test_names_of_close_lines_are_pushed_apart() -> None:
    near = Line("似た企業", YEARS, [1, 2, 3, 4, 10.0])
    same = Line("全企業", YEARS, [1, 2, 3, 4, 10.01], True)
    figure = trend_figure([near, same], Unit.PERCENT)
    high, low = sorted((note.y for note in figure.layout.annotations), reverse=True)
    assert high - low > 0.3


def test_bars_stand_below_on_the_same_years_from_zero() -> None:
    bars = Bars("申請", YEARS, [121, 128, None, 139, 148], Unit.AWARD, 2024, {2024: "?year=2024"})
    figure = trend_figure([NATION], Unit.PERCENT, bars=bars)
    drawn = figure.data[-1]
    assert drawn.yaxis == "y2"
    assert figure.layout.yaxis2.range[0] == 0
    assert list(drawn.marker.color) == [MARK, MARK, MARK, ACCENT, MARK]
    assert list(drawn.text) == ["121", "", "", "", "148"]
    assert list(drawn.customdata) == ["", "", "", "?year=2024", ""]
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


def test_amounts_are_labelled_in_one_scale() -> None:
    figure = trend_figure([Line("全国", [2024, 2025], [9e7, 2.4e9], True)], Unit.YEN)
    assert list(figure.data[0].text) == ["0.9億円", "24.0億円"]


def test_a_name_cannot_bring_markup_into_a_chart() -> None:
    figure = trend_figure([Line("<b>x</b>", YEARS, [1, 2, 3, 4, 5], True)], Unit.PERCENT)
    assert "<b>x</b> " not in figure.layout.annotations[0].text
    assert "&lt;b&gt;" in figure.data[0].hovertemplate


def test_nothing_at_all_still_draws() -> None:
    assert trend_figure([], Unit.PERCENT).data == ()
