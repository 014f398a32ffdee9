"""Spreads: percentiles where they belong, the median named, zero shown."""

from __future__ import annotations

from components.distribution import Bin, Strip, binned_medians, distribution_strips
from components.theme import ACCENT, ACCENT_BAND, CONTROL, INK
from store.quantity import Unit

ADOPTED = Strip("採択企業", 1234, -6.0, -1.0, 2.14, 5.5, 12.0, is_subject=True)
REJECTED = Strip("不採択企業", 2345, -8.0, -2.0, 1.3, 4.5, 11.0)


def _strips(*strips: Strip):  # type: ignore[no-untyped-def]
    return distribution_strips(strips, Unit.PERCENT, n_unit=Unit.RECORD, reference_label="増減なし")


def test_a_strip_reaches_from_the_tenth_to_the_ninetieth_with_the_middle_half_thicker() -> None:
    thin, thick, dot, *_ = _strips(ADOPTED, REJECTED).data
    assert list(thin.x) == [-6.0, 12.0]
    assert list(thick.x) == [-1.0, 5.5]
    assert thick.line.width > thin.line.width
    assert list(dot.x) == [2.14]


def test_only_the_subject_is_blue() -> None:
    colours = [trace.line.color for trace in _strips(ADOPTED, REJECTED).data if trace.line.color]
    assert set(colours[:2]) == {ACCENT}
    assert set(colours[2:]) == {CONTROL}


def test_names_carry_their_count_and_the_median_its_value() -> None:
    figure = _strips(ADOPTED, REJECTED)
    assert list(figure.layout.yaxis.ticktext) == [
        "<b>採択企業</b><br>1,234件",
        "不採択企業<br>2,345件",
    ]
    shown = [note.text for note in figure.layout.annotations]
    assert "<b>+2.1%</b>" in shown
    assert "▲8.0%" in shown
    assert "増減なし" in shown


def test_zero_is_an_ink_line_and_lies_within_the_axis() -> None:
    figure = _strips(Strip("高い", 50, 3.0, 4.0, 5.0, 6.0, 7.0))
    rule = figure.layout.shapes[0]
    assert (rule.x0, rule.x1, rule.line.color) == (0.0, 0.0, INK)
    assert figure.layout.xaxis.range[0] <= 0


def test_without_the_outer_percentiles_there_is_no_thin_line() -> None:
    figure = _strips(Strip("少ない", 12, None, -1.0, 2.0, 5.0, None))
    thin, thick, _ = figure.data
    assert thin.x is None or list(thin.x) == []
    assert list(thick.x) == [-1.0, 5.0]
    # The median and the name of zero: no numbers at missing ends.
    assert len(figure.layout.annotations) == 2


BINS = [Bin(1e6, 40, -1.0, 1.0, 3.0), Bin(1e7, 41, 0.0, 2.0, 5.0), Bin(1e8, 40, 0.5, 3.0, 6.0)]


def test_bins_of_a_quantity_that_is_crowded_have_equal_room_and_say_their_middles() -> None:
    figure = binned_medians(
        BINS,
        Unit.YEN,
        Unit.PERCENT,
        x_title="採択額",
        y_title="伸び",
        n_unit=Unit.RECORD,
        is_even=True,
    )
    band, line = figure.data
    assert list(line.x) == [0, 1, 2]
    assert list(line.y) == [1.0, 2.0, 3.0]
    assert band.fillcolor == ACCENT_BAND
    assert list(band.y) == [3.0, 5.0, 6.0, 0.5, 0.0, -1.0]
    ticks = dict(zip(figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext, strict=True))
    assert ticks == {0: "100万円", 1: "1,000万円", 2: "1.0億円"}
    assert figure.layout.xaxis.title.text == "採択額"
    assert "<b>中央値 +3.0%</b>" in [note.text for note in figure.layout.annotations]


def test_few_of_many_bins_are_labelled_the_first_and_the_last_always() -> None:
    many = [Bin(1e6 * (i + 1), 30, -1.0, 1.0, 3.0) for i in range(20)]
    figure = binned_medians(
        many, Unit.YEN, Unit.PERCENT, x_title="", y_title="", n_unit=Unit.RECORD, is_even=True
    )
    ticks = list(figure.layout.xaxis.tickvals)
    assert ticks == [0, 6, 13, 19]


def test_no_bins_at_all_still_draw() -> None:
    for is_even in (True, False):
        figure = binned_medians(
            [], Unit.YEN, Unit.PERCENT, x_title="", y_title="", n_unit=Unit.RECORD, is_even=is_even
        )
        assert figure.layout.annotations == ()


def test_a_bin_says_how_many_it_holds() -> None:
    figure = binned_medians(
        BINS, Unit.POINT, Unit.PERCENT, x_title="", y_title="", n_unit=Unit.RECORD
    )
    assert "40件" in figure.data[1].hovertext[0]
