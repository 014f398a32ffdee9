"""Rounds: counts from zero with the adopted inside, one panel for each unit."""

from __future__ import annotations

from components.rounds import Rounds, RoundWords, rounds_figure
from components.theme import ACCENT, MARK
from store.quantity import Unit

WORDS = RoundWords("採択率（%）", "申請（件）", "申請", "採択", "予算")
YEARS = [2014, 2015, 2016, 2017, 2018]
ROUNDS = Rounds(
    YEARS,
    [387, 326, 287, 297, 334],
    [150, 143, 113, 108, 126],
    [38.8, 43.9, 39.4, 36.4, 37.7],
    [34.0, 38.6, 33.9, 31.1, 32.7],
    [43.7, 49.3, 45.1, 42.0, 43.0],
    [123.0e8, 126.2e8, 121.8e8, 115.1e8, 114.5e8],
)


def test_adopted_lie_in_blue_inside_all_that_applied() -> None:
    figure = rounds_figure(ROUNDS, WORDS, n_unit=Unit.RECORD)
    _, rate, whole, part, budget = figure.data
    assert list(whole.y) == [387, 326, 287, 297, 334]
    assert list(part.y) == [150, 143, 113, 108, 126]
    assert (whole.marker.color, part.marker.color) == (MARK, ACCENT)
    assert figure.layout.barmode == "overlay"
    assert figure.layout.yaxis2.range[0] == 0
    assert rate.text[0] == "38.8%（95%区間 34.0〜43.7%）"
    assert budget.hovertext[0] == "123.0億円"


def test_the_first_the_last_and_the_highest_bar_carry_their_number() -> None:
    whole = rounds_figure(ROUNDS, WORDS, n_unit=Unit.RECORD).data[2]
    assert list(whole.text) == ["387", "", "", "", "334"]


def test_without_a_budget_there_is_no_panel_for_it() -> None:
    rounds = Rounds(
        YEARS, ROUNDS.n, ROUNDS.n_part, ROUNDS.rate, ROUNDS.low, ROUNDS.high, [None] * 5
    )
    figure = rounds_figure(rounds, WORDS, n_unit=Unit.RECORD)
    assert len(figure.data) == 4
    assert "予算" not in [note.text for note in figure.layout.annotations]


def test_panels_do_not_overlap_and_the_year_chosen_is_marked() -> None:
    layout = rounds_figure(ROUNDS, WORDS, n_unit=Unit.RECORD, chosen_year=2016).layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]
    assert layout.yaxis2.domain[0] > layout.yaxis3.domain[1]
    assert (layout.shapes[0].x0, layout.shapes[0].x1) == (2015.5, 2016.5)


def test_a_year_without_applications_has_no_rate() -> None:
    rounds = Rounds([2014, 2015], [10, 0], [4, 0], [40.0, None], [20.0, None], [60.0, None])
    rate = rounds_figure(rounds, WORDS, n_unit=Unit.RECORD).data[1]
    assert list(rate.x) == [2014]
