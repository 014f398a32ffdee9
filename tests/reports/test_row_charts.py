"""Charts with rows tell the own row without colour, and write no mark for a hidden number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports.package.charts import draw
from reports.package.document import Chart, Series
from reports.package.drawing import ACCENT, BAND, REST, STYLES
from reports.package.values import Value, X

SVG = "{http://www.w3.org/2000/svg}"


def _value(number: int) -> Value:
    return Value(Decimal(number))


def _chart(kind: str, highlight: str, values: tuple[Value, ...]) -> Chart:
    low = tuple(v if v.number is None else Value(v.number - 5) for v in values)
    high = tuple(v if v.number is None else Value(v.number + 5) for v in values)
    return Chart(
        kind=kind,
        key="図1",
        title="",
        measure="",
        unit="%" if kind == "dots" else "百万円",
        labels=("北", "東", "西"),
        series=(
            Series("各地", "own", values, low, high),
            Series("全国", "nation", tuple(_value(41) for _ in values)),
        ),
        side=("", ""),
        source="",
        table="表1",
        n=values,
        n_unit="件",
        highlight=highlight,
    )


def _fills(svg: bytes) -> Counter[str]:
    found: Counter[str] = Counter()
    for element in ElementTree.fromstring(svg).iter():  # noqa: S314
        style = dict(
            part.strip().split(": ", 1)
            for part in element.get("style", "").split(";")
            if ": " in part
        )
        found[style.get("fill", "")] += 1
    return found


def _words(svg: bytes) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314


def _lightness(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


THREE = (_value(40), _value(60), _value(30))


def test_the_own_bar_is_dark_among_light_ones() -> None:
    fills = _fills(draw(_chart("rows", "東", THREE)))
    assert (fills[ACCENT], fills[REST], fills[BAND]) == (1, 2, 1)
    assert _lightness(REST) - _lightness(ACCENT) > 100


def test_the_own_dot_is_filled_among_open_ones() -> None:
    fills = _fills(draw(_chart("dots", "東", THREE)))
    assert (fills[ACCENT], fills[BAND]) == (1, 1)
    assert fills["#ffffff"] >= 2


def test_where_no_row_is_the_own_none_stands_out() -> None:
    assert _fills(draw(_chart("rows", "", THREE)))[ACCENT] == 0
    dots = _fills(draw(_chart("dots", "", THREE)))
    assert (dots[ACCENT], dots[BAND]) == (3, 0)


@pytest.mark.parametrize("kind", ["rows", "dots"])
def test_a_hidden_number_is_written_as_x_and_drawn_as_nothing(kind: str) -> None:
    shown = draw(_chart(kind, "", THREE))
    hidden = draw(_chart(kind, "", (THREE[0], X, THREE[2])))
    # Beside the name once as n and once as value.
    assert Counter(_words(hidden))["x"] == Counter(_words(shown))["x"] + 2
    mark = ACCENT if kind == "dots" else REST
    assert _fills(hidden)[mark] == _fills(shown)[mark] - 1


def test_each_of_several_lines_is_named_by_a_piece_of_itself() -> None:
    chart = replace(_chart("rows", "", THREE), kind="line", unit="件")
    alone = draw(replace(chart, series=chart.series[:1]))
    both = draw(chart)

    def dashed(svg: bytes) -> int:
        return svg.count(b"stroke-dasharray")

    # The line of the nation and the piece before its name.
    assert dashed(both) - dashed(alone) == 2
    assert STYLES["nation"]["ls"] != STYLES["own"]["ls"] != STYLES["peer"]["ls"]
