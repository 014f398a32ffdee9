"""The little map of the cover: where the package's area lies."""

from __future__ import annotations

from components.tile_map import POSITIONS
from language import text
from reports.package.drawing import ACCENT, FONT, SUB
from reports.package.scope import Places, Scope

_OWN, _NEAR, _FAR = ACCENT, "#9a9a9a", "#e0e0e0"
_SIDE = 10
_TALL = {"01": (2, 2), "28": (1, 2)}


def locator(scope: Scope, places: Places) -> tuple[bytes, str]:
    """The SVG (46 mm wide) and its alternative text."""
    bureau = places.bureau_of(scope.region) if scope.region else ""
    own = scope.region
    rects = []
    for code, (column, row) in POSITIONS.items():
        its_bureau = places.bureau_of(code)
        wide, tall = _TALL.get(code, (1, 1))
        if not own or own in (code, its_bureau):
            colour = _OWN
        elif bureau and its_bureau == bureau:
            colour = _NEAR
        else:
            colour = _FAR
        x, y = (column - 1) * _SIDE, (row - 1) * _SIDE
        rects.append(
            f'<rect x="{x + 0.6:.1f}" y="{y + 0.6:.1f}" width="{wide * _SIDE - 1.2:.1f}" '
            f'height="{tall * _SIDE - 1.2:.1f}" fill="{colour}"/>'
        )
    words = []
    if own:
        names = [(places.region_name(own), ACCENT)]
        if bureau and len(places.area_chain(own)) > 2:
            names.insert(0, (places.region_name(bureau), SUB))
        words = [
            f'<text x="0" y="{14 + 13 * line}" font-family="{FONT}" font-size="10" '
            f'fill="{colour}">{name}</text>'
            for line, (name, colour) in enumerate(names)
        ]
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 120" width="140" height="120">'
        f"{''.join(rects)}{''.join(words)}</svg>"
    )
    return drawn.encode(), _alternative(scope, places, bureau)


def _alternative(scope: Scope, places: Places, bureau: str) -> str:
    if not scope.region:
        return text("package.locator_all")
    place = places.region_name(scope.region)
    if not bureau or len(places.area_chain(scope.region)) < 3:
        return text("package.locator_one", place=place)
    return text("package.locator_two", place=place, bureau=places.region_name(bureau))
