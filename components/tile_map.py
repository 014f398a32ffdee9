"""The tile map of the 47 prefectures: links on a grid, each with its name and its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html

from components.attributes import attributes
from components.classes import class_legend
from components.links import page_link
from components.numbers import MISSING, WITHHELD
from language import text

# Column and row of each prefecture (JIS X 0401) on a grid of 14 columns; Hokkaido takes two by
# two fields and Hyogo, which reaches from sea to sea, two rows.
POSITIONS: Mapping[str, tuple[int, int]] = {
    "01": (13, 1), "02": (13, 3), "03": (13, 4), "04": (13, 5), "05": (12, 4), "06": (12, 5),
    "07": (13, 6), "08": (14, 7), "09": (13, 7), "10": (12, 7), "11": (12, 8), "12": (14, 8),
    "13": (13, 8), "14": (12, 9), "15": (12, 6), "16": (11, 6), "17": (10, 6), "18": (9, 7),
    "19": (11, 8), "20": (11, 7), "21": (10, 7), "22": (11, 9), "23": (10, 8), "24": (10, 9),
    "25": (9, 8), "26": (8, 7), "27": (8, 8), "28": (7, 7), "29": (9, 9), "30": (8, 9),
    "31": (6, 7), "32": (5, 7), "33": (6, 8), "34": (5, 8), "35": (4, 8), "36": (6, 11),
    "37": (6, 10), "38": (5, 10), "39": (5, 11), "40": (3, 9), "41": (2, 9), "42": (1, 9),
    "43": (2, 10), "44": (3, 10), "45": (3, 11), "46": (2, 11), "47": (1, 12),
}  # fmt: skip
_SPANS: Mapping[str, tuple[int, int]] = {"01": (2, 2), "28": (1, 2)}


@dataclass(frozen=True, slots=True)
class Tile:
    """What one prefecture shows: its number, its class (1 to 5) and where it leads.

    ``class_number`` None draws the tile hatched with an ``x``, or open with ``missing_text`` when
    ``is_missing``. ``sublabel`` is read aloud after the number (unit, n).
    """

    value_text: str
    class_number: int | None
    link: str
    sublabel: str = ""
    is_missing: bool = False
    missing_text: str = MISSING


@dataclass(frozen=True, slots=True)
class Readout:
    """The chosen prefecture in words, with the way further down."""

    title: str
    value_text: str
    detail: str = ""
    link_label: str = ""
    link: str = ""


def tile_map(
    tiles: Mapping[str, Tile],
    *,
    measure: str,
    legend: Sequence[str],
    chosen: str = "",
    readout: Readout | None = None,
) -> html.Div:
    """The map of ``tiles`` by prefecture code ("01" … "47"); absent codes show ``-`` unlinked.

    ``measure`` with its unit heads the legend, whose texts stand for classes 1 upward. One tile
    takes part in the tab order; arrow keys move among the others (assets/lens.js).
    """
    first = chosen if chosen in tiles else next(iter(sorted(tiles)), "")
    return html.Div(
        [
            class_legend(measure, legend, has_withheld=_has_withheld(tiles)),
            readout_box(readout) if readout else None,
            *(_tile(code, tiles.get(code), code == chosen, code == first) for code in POSITIONS),
        ],
        className="sl-tiles",
        role="group",
        **attributes(aria_label=text("tile_map.label", measure=measure)),
    )


def _tile(code: str, tile: Tile | None, is_chosen: bool, is_first: bool) -> html.A | html.Div:
    column, row = POSITIONS[code]
    wide, high = _SPANS.get(code, (1, 1))
    name = text(f"prefecture.{code}")
    place = {"gridColumn": f"{column} / span {wide}", "gridRow": f"{row} / span {high}"}
    if (wide, high) == (1, 2):
        place["aspectRatio"] = "auto"
    # Where the name does not fit, the style sheet shows its first letters instead.
    short = attributes(data_short=name[: int(text("tile_map.short_letters"))])
    label = html.Span(name, className="f")
    if tile is None:
        return html.Div(
            [label, html.B(MISSING)], className="sl-tile is-missing", style=place, **short
        )
    if tile.class_number is None:
        look = "is-missing" if tile.is_missing else "x sl-withheld"
        shown = tile.missing_text if tile.is_missing else WITHHELD
        spoken = text("tile_map.missing" if tile.is_missing else "tile_map.withheld")
    else:
        look, shown, spoken = f"q{tile.class_number}", tile.value_text, tile.sublabel
    current = {"aria_current": "true"} if is_chosen else {}
    return html.A(
        [label, html.B(shown), html.Span(spoken, className="visually-hidden")],
        href=tile.link,
        className=f"sl-tile {look}",
        style=place,
        title=name,
        tabIndex="0" if is_first else "-1",
        **attributes(data_lens_link="", data_column=str(column), data_row=str(row), **current),
        **short,
    )


def _has_withheld(tiles: Mapping[str, Tile]) -> bool:
    return any(tile.class_number is None and not tile.is_missing for tile in tiles.values())


def readout_box(readout: Readout) -> html.P:
    """``readout`` beside a map: name and number in bold, its detail, the way down."""
    further = page_link(readout.link_label, readout.link) if readout.link else None
    return html.P(
        [
            html.B([readout.title, html.Span(readout.value_text)]),
            html.Span(readout.detail),
            html.Br() if further else None,
            further,
        ],
        className="sl-readout",
    )
