"""A plane of density, dots, quadrants and arrows; transitions; what was foretold against seen."""

from __future__ import annotations

from components.calibration import Foretold, calibration_figure
from components.flow_table import Flow, flow_table
from components.movements import Movement, movement_figure
from components.plane import Cell, Corner, Dot, PlaneAxis, plane_figure
from components.theme import ACCENT, MARK, SEQUENTIAL
from store.quantity import Unit
from tests.components.drawn import find, words

X, Y = PlaneAxis("強さ", 50.0), PlaneAxis("伸び", 0.0, Unit.PERCENT)
CELLS = [
    Cell(40 + i, j, held, f"{i}", "/to")
    for i, j, held in ((0, 0, 20.0), (1, 0, 60.0), (0, 1, 80.0), (30, 30, 99.9))
]


def test_a_place_without_firms_is_the_least_dense() -> None:
    figure = plane_figure(CELLS, [], [], X, Y)
    contour = figure.data[0]
    assert contour.z[1][1] == 100
    assert contour.z[0][0] == 20


def test_density_is_blue_where_it_is_the_subject_and_grey_below_dots() -> None:
    alone = plane_figure(CELLS, [], [], X, Y).data[0]
    below = plane_figure(CELLS, [Dot(40, 0, 5, "5")], [], X, Y).data[0]
    assert alone.colorscale[0][1] == SEQUENTIAL[3]
    assert below.colorscale[0][1] not in SEQUENTIAL


def test_the_far_cells_of_a_few_do_not_stretch_the_axes() -> None:
    figure = plane_figure(CELLS, [], [], X, Y)
    assert figure.layout.xaxis.range[1] < 60
    assert figure.layout.yaxis.range[1] < 10


def test_the_area_of_a_dot_is_its_number() -> None:
    dots = [Dot(45, 0, 4, "4"), Dot(46, 0, 16, "16")]
    small, large = plane_figure(CELLS, dots, [], X, Y).data[2].marker.size
    assert (large / small) ** 2 == 4


def test_corners_name_their_quadrants_and_lines_part_them() -> None:
    corners = [Corner("weak_growing", "弱・伸", "3社")]
    figure = plane_figure(CELLS, [], corners, X, Y)
    (note,) = figure.layout.annotations
    assert (note.x, note.y) == (0.01, 0.99)
    assert {shape.x0 for shape in figure.layout.shapes} >= {50.0}


def test_arrows_of_the_subject_lie_above_those_of_the_comparison() -> None:
    moves = [Movement(45, 0, 1, 1, "a", is_subject=True), Movement(45, 0, 2, 0, "b")]
    below, above = movement_figure(moves, X, Y).layout.annotations
    assert (below.arrowcolor, above.arrowcolor) == (MARK, ACCENT)
    assert (above.x, above.y, above.ax, above.ay) == (46, 1, 45, 0)


def test_who_stayed_is_framed_and_too_few_are_marked() -> None:
    flows = [Flow("弱", 40, [50.0, 12.5], 0), Flow("強", 4, [None, None], 1)]
    table = flow_table(
        flows, ["弱 小", "退出"], name="t", label="表", start_head="始", end_head="後"
    )
    cells = find(table, "Td")
    assert [cell.className for cell in cells[:2]] == ["n is-4 is-stay", "n is-2"]
    assert "…" in words(cells[2:])
    assert "40社" in words(table)


def test_a_dot_off_the_diagonal_is_filled_and_a_rate_of_zero_stands_on_the_axis() -> None:
    groups = [Foretold(1.0, 0.0, 0.0, 0.5, "a"), Foretold(2.0, 2.1, 1.5, 2.9, "b")]
    figure = calibration_figure(groups, x_title="推計", y_title="実際", reference="線")
    first, second = figure.data[0].marker.color
    assert first == ACCENT != second
    assert figure.data[0].y[0] > 0
