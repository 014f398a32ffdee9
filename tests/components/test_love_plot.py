"""The love plot: open dots before, filled ones after, orange where it is not alike enough."""

from __future__ import annotations

from components.love_plot import Likeness, love_plot, love_plot_height
from components.theme import ACCENT, PAPER, WARN

ROWS = [
    Likeness("売上高", 0.8, 0.02),
    Likeness("従業員数", -0.3, -0.15),
    Likeness("年数", None, None),
    Likeness("比率", 40.0, 0.3),
]


def test_dots_are_open_before_and_filled_after() -> None:
    before, after = love_plot(ROWS, warn_above=0.1, block_above=0.25).data
    assert before.marker.color == PAPER
    assert list(after.marker.color) == [ACCENT, WARN, WARN]
    assert list(before.y) == list(after.y) == [0, 1, 3]


def test_a_huge_difference_is_drawn_at_the_edge_and_said_in_full() -> None:
    figure = love_plot(ROWS, warn_above=0.1, block_above=0.25)
    assert max(figure.data[0].x) == 2.0
    assert "+40.00" in figure.data[0].text[2]
    assert figure.layout.xaxis.range[1] > 2.0


def test_the_height_grows_with_the_rows() -> None:
    assert love_plot_height(9) > love_plot_height(3)
    assert love_plot([], warn_above=0.1, block_above=0.25).data[0].x == ()
