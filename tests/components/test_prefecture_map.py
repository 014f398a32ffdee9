"""The map of real shapes: small, with links, x hatched, the chosen one on top."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components.map_shapes import read_outlines
from components.prefecture_map import Region, prefecture_map
from components.theme import INK, SEQUENTIAL
from language import text


def square(x: float, y: float, size: float) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


@pytest.fixture
def little_country(tmp_path: Path) -> Path:
    """Two prefectures: one with a tiny island, one made of a single piece, and Okinawa."""
    two_pieces = [[square(135, 35, 1)], [square(134, 34, 0.01)]]
    features = [
        ("甲県", {"type": "MultiPolygon", "coordinates": two_pieces}),
        ("乙県", {"type": "Polygon", "coordinates": [square(137, 36, 1)]}),
        ("沖縄県", {"type": "Polygon", "coordinates": [square(128, 26, 0.02)]}),
    ]
    path = tmp_path / "country.geojson"
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"N03_001": name}, "geometry": geometry}
            for name, geometry in features
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


CODES = {"甲県": "01", "乙県": "02", "沖縄県": "47"}


def test_tiny_islands_go_but_never_a_whole_prefecture(little_country: Path) -> None:
    outlines = read_outlines(little_country)
    assert [len(rings) for rings in outlines.values()] == [1, 1, 1]


def test_every_shape_has_its_class_its_link_and_its_words(little_country: Path) -> None:
    regions = {
        "01": Region("48.6%", 5, "?region=01", "申請 148件"),
        "02": Region("", None, "?region=02"),
        "47": Region("", None, "?region=47", is_missing=True),
    }
    figure = prefecture_map(little_country, regions, CODES, chosen="01")
    *_, chosen = figure.data
    assert chosen.fillcolor == SEQUENTIAL[4]
    assert chosen.line.color == INK
    assert list(chosen.customdata) == ["?region=01"]
    assert chosen.text == "北海道　48.6%<br>申請 148件"
    withheld = next(shape for shape in figure.data if shape.customdata[0] == "?region=02")
    assert withheld.fillpattern.shape == "/"
    assert withheld.text.endswith("x")


def test_okinawa_stands_in_a_frame_that_leads_to_it(little_country: Path) -> None:
    regions = {"47": Region("12.0%", 1, "?region=47")}
    figure = prefecture_map(little_country, regions, CODES)
    frame = figure.data[0]
    assert list(frame.customdata) == ["?region=47"]
    assert [note.text for note in figure.layout.annotations] == [text("prefecture.47")]
    left, right = figure.layout.xaxis.range
    for shape in figure.data:
        assert all(left <= x <= right for x in shape.x if x is not None)


def test_an_unknown_name_is_refused(little_country: Path) -> None:
    with pytest.raises(KeyError):
        prefecture_map(little_country, {}, {"甲県": "01"})


@pytest.mark.shared
def test_the_real_country_is_small_enough_for_a_browser(shared_data: Path) -> None:
    path = shared_data / "geo" / "prefectures_s0001.geojson"
    names = list(read_outlines(path))
    code_of = {name: f"{k:02}" for k, name in enumerate(names, 1)}
    regions = {code: Region("41.2%", 3, f"?region={code}") for code in code_of.values()}
    figure = prefecture_map(path, regions, code_of)
    # 47 outlines and the frame of the inset.
    assert len(figure.data) == 48
    assert len(figure.to_json()) < 400_000
