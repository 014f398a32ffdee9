"""Steps: dots that are not joined, each with its own count and interval."""

from __future__ import annotations

from components.steps import Step, steps_figure
from components.theme import ACCENT, PAPER
from store.quantity import Unit

STEPS = [
    Step("1年後", 800, 12.0, 9.9, 14.4, link="?after=1"),
    Step("2年後", 700, 25.0, 21.9, 28.3),
    Step("3年後", 600, 43.2, 39.3, 47.2, is_subject=True),
    Step("4年後", 0),
]


def test_steps_are_not_joined_and_the_one_looked_at_is_filled() -> None:
    dots = steps_figure(STEPS, Unit.PERCENT, n_unit=Unit.RECORD).data[0]
    assert dots.mode == "markers"
    assert list(dots.marker.color) == [PAPER, PAPER, ACCENT]
    assert dots.customdata[0] == "?after=1"


def test_each_step_carries_its_count_its_value_and_its_interval() -> None:
    figure = steps_figure(STEPS, Unit.PERCENT, n_unit=Unit.RECORD)
    assert figure.layout.xaxis.ticktext[0] == "1年後<br>800件"
    assert "<b>43.2%</b>" in [note.text for note in figure.layout.annotations]
    assert [(s.y0, s.y1) for s in figure.layout.shapes] == [(s.low, s.high) for s in STEPS[:3]]


def test_a_step_without_a_value_is_an_ellipsis() -> None:
    figure = steps_figure(STEPS, Unit.PERCENT, n_unit=Unit.RECORD)
    assert [n.x for n in figure.layout.annotations if n.text == "…"] == [3]


def test_the_whole_is_a_dashed_line_with_its_name() -> None:
    figure = steps_figure(
        STEPS, Unit.PERCENT, n_unit=Unit.RECORD, reference=30.0, reference_label="全体 30.0%"
    )
    line = figure.layout.shapes[0]
    assert (line.y0, line.y1) == (30.0, 30.0)
    assert line.line.dash
    assert figure.layout.annotations[-1].text == "全体 30.0%"
