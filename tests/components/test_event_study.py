"""Paths around the application: bands, named ends, a difference about zero in its own panel."""

from __future__ import annotations

from components.event_study import EventPath, Gap, event_study_figure, event_year_text
from components.theme import ACCENT, ACCENT_BAND, CONTROL, PAPER
from store.quantity import Unit

YEARS = list(range(-3, 9))
VALUES = [30e8 + 1e8 * i for i in range(12)]
ADOPTED = EventPath(
    "採択企業",
    YEARS,
    VALUES,
    [100] * 12,
    [v - 2e8 for v in VALUES],
    [v + 2e8 for v in VALUES],
    is_subject=True,
)
REJECTED = EventPath("不採択企業", YEARS, [29e8] * 11 + [None], [300] * 12)
GAP = Gap(
    "差",
    YEARS,
    [1e8, 0.5e8, 0.0, *[2e8] * 9],
    [-1e8, -1e8, 0.0, -1e8, *[1e8] * 8],
    [3e8, 2e8, 0.0, 4e8, *[3e8] * 8],
)


def test_the_subject_is_solid_the_comparison_dashed_and_both_are_named_at_their_end() -> None:
    figure = event_study_figure([ADOPTED, REJECTED], Unit.YEN)
    comparison, band, subject = figure.data
    assert comparison.line.dash is not None
    assert (subject.line.color, subject.line.dash) == (ACCENT, None)
    assert band.fillcolor == ACCENT_BAND
    named = {note.text.replace("<br>", " "): note.x for note in figure.layout.annotations}
    assert named["<b>採択企業 41.0億円</b>"] == 8
    # The last known point: the year without firms has none.
    assert named["不採択企業 29.0億円"] == 7


def test_the_year_of_application_is_an_ink_line_through_both_panels() -> None:
    figure = event_study_figure([ADOPTED, REJECTED], Unit.YEN, gap=GAP)
    line = figure.layout.shapes[0]
    assert (line.x0, line.x1, line.yref) == (0, 0, "paper")
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert figure.layout.yaxis2.range[0] < 0 < figure.layout.yaxis2.range[1]


def test_a_difference_is_filled_only_where_its_interval_excludes_zero() -> None:
    dots = event_study_figure([ADOPTED], Unit.YEN, gap=GAP).data[-1]
    assert list(dots.marker.color) == [PAPER] * 4 + [ACCENT] * 8
    assert list(dots.marker.line.color) == [CONTROL] * 4 + [ACCENT] * 8
    assert dots.text[-1] == "+2.0億円（95%区間 1.0〜3.0億円）"


def test_a_year_without_a_difference_is_left_out() -> None:
    gap = Gap("差", [0, 1], [None, 2e8], [None, 1e8], [None, 3e8])
    dots = event_study_figure([ADOPTED], Unit.YEN, gap=gap).data[-1]
    assert list(dots.x) == [1]


def test_years_are_words() -> None:
    assert [event_year_text(y) for y in (-3, -1, 0, 8)] == ["3年前", "前年", "申請の年度", "8年後"]


def test_names_of_close_ends_are_pushed_apart() -> None:
    near = EventPath("不採択企業", YEARS, [v - 1e6 for v in VALUES], [300] * 12)
    figure = event_study_figure([ADOPTED, near], Unit.YEN)
    places = [n.y for n in figure.layout.annotations if "企業" in n.text]
    assert abs(places[0] - places[1]) > 1e8


def test_nothing_at_all_still_draws() -> None:
    assert event_study_figure([], Unit.YEN).data == ()
