"""A group followed by years since an event, and the ways of leaving it."""

from __future__ import annotations

import pytest

from components.exit_panels import ExitPanel, exit_panels_figure
from components.followed_path import Followed, followed_path_figure, since_text
from components.theme import ACCENT, CONTROL
from language import speaking
from store.quantity import Unit

YEARS = (-1, 0, 1, 2)


def followed(**changes: object) -> Followed:
    sound: dict[str, object] = {
        "name": "利用企業",
        "years": YEARS,
        "values": (100e6, 110e6, 120e6, None),
        "low": (90e6, 100e6, None, None),
        "high": (110e6, 120e6, None, None),
        "n": (40, 38, 15, 4),
        "reference_name": "同じ業種",
        "reference": (80e6, 80e6, 81e6, None),
    }
    return Followed(**{**sound, **changes})  # type: ignore[arg-type]


def test_years_are_said_from_the_event() -> None:
    assert [since_text(year) for year in (-3, *YEARS)] == [
        "3年前",
        "前年",
        "利用の年度",
        "1年後",
        "2年後",
    ]


def test_the_group_is_blue_with_its_band_and_the_reference_dashed() -> None:
    figure = followed_path_figure(followed(), Unit.YEN, n_name="企業")
    reference, band, group, counts = figure.data
    assert (reference.line.color, reference.line.dash) == (CONTROL, "5px,3px")
    assert group.line.color == ACCENT
    # Only years with both bounds are in the band, there and back.
    assert list(band.x) == [-1, 0, 0, -1]
    assert list(counts.y) == [40, 38, 15, 4]
    assert counts.yaxis == "y2"


def test_a_point_without_an_interval_is_told_without_one() -> None:
    group = followed_path_figure(followed(), Unit.YEN, n_name="企業").data[2]
    assert "〜" in group.text[0]
    assert "〜" not in group.text[2]
    assert "nan" not in " ".join(map(str, group.text))


def test_lines_are_named_at_their_last_points_and_apart() -> None:
    figure = followed_path_figure(
        followed(reference=(100e6, 110e6, 120e6, None)), Unit.YEN, n_name="企業"
    )
    ends = [a for a in figure.layout.annotations if a.xshift == 12]
    assert {a.x for a in ends} == {1}
    assert len({a.y for a in ends}) == 2


def panel(name: str, values: tuple[float | None, ...] = (1.0, 2.0, None)) -> ExitPanel:
    bounds = [None if v is None else (v - 0.5, v + 4) for v in values]
    low, high = [b and b[0] for b in bounds], [b and b[1] for b in bounds]
    return ExitPanel(name, (0, 1, 2), values, low, high, (1.0, 1.5, 2.0))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_panels_share_one_scale_and_say_their_last_known_share(language: str) -> None:
    with speaking(language):  # type: ignore[arg-type]
        panels = [panel("a"), panel("b", (0.0, 0.0, 0.0)), panel("c", (None,) * 3), panel("d")]
        figure = exit_panels_figure(panels, group_name="users", reference_name="all")
    axes = [figure.layout[name] for name in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert len({tuple(axis.range) for axis in axes}) == 1
    headings = [note.text for note in figure.layout.annotations]
    assert "2.0%" in headings[0]
    assert "0.0%" in headings[1]
    assert "%" not in headings[2]
    assert len(figure.data) == 12
