"""Rankings: bars begin at zero; a dot is blue only when its interval excludes the reference."""

from __future__ import annotations

from components.ranking import Bar, Dot, bar_ranking, dots_with_intervals, ranking_height
from components.theme import ACCENT, CONTROL, MARK, PAPER
from store.quantity import Unit


def test_bars_begin_at_zero_and_carry_their_values() -> None:
    figure = bar_ranking(
        [
            Bar("製造業", 11_930_000_000, True, "?industry=E"),
            Bar("建設業", 91_000_000),
            Bar("教育", None, is_withheld=True),
            Bar("公務", None),
        ],
        Unit.YEN,
    )
    bars = figure.data[0]
    assert list(bars.text) == ["119.3億円", "0.9億円", "x", "-"]
    assert list(bars.marker.color) == [ACCENT, MARK, MARK, MARK]
    assert bars.customdata[0] == "?industry=E"
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.yaxis.ticktext[0] == "<b>製造業</b>"
    # The first row stands at the top.
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_bars_of_nothing_have_an_axis() -> None:
    assert bar_ranking([Bar("製造業", 0)], Unit.AWARD).layout.xaxis.range == (0, 1)


def test_only_intervals_that_exclude_the_reference_are_filled() -> None:
    rows = [
        Dot("生産用機械", 46.8, 42.9, 50.7, 612),
        Dot("電子部品", 46.1, 41.2, 51.1, 380),
        Dot("繊維", 30.2, 22.4, 39.4, 1108, "?d=11"),
    ]
    figure = dots_with_intervals(
        rows, Unit.PERCENT, reference=41.9, reference_label="平均 41.9%", n_unit=Unit.AWARD
    )
    dots = figure.data[0]
    assert list(dots.marker.color) == [ACCENT, PAPER, ACCENT]
    assert list(dots.marker.line.color) == [ACCENT, CONTROL, ACCENT]
    rule, *intervals = figure.layout.shapes
    assert (rule.x0, rule.x1) == (41.9, 41.9)
    assert [(shape.x0, shape.x1) for shape in intervals] == [(r.low, r.high) for r in rows]
    assert list(figure.layout.yaxis.ticktext) == [
        "生産用機械（612）",
        "電子部品（380）",
        "繊維（1,108）",
    ]
    assert dots.text[2] == "30.2%（95%区間 22.4〜39.4%）"
    assert dots.customdata[2] == "?d=11"
    low, high = figure.layout.xaxis.range
    assert low <= 22.4
    assert high >= 51.1


def test_height_grows_with_the_rows() -> None:
    assert ranking_height(["宮城県"] * 20) - ranking_height(["宮城県"] * 10) == 360
    long = ["Manufacturing, Commerce and Service Productivity Subsidy"] * 10
    assert ranking_height(long) > ranking_height(["宮城県"] * 10)
