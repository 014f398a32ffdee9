"""Outlines of the prefectures, read from a GeoJSON file and made small enough for a browser."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

Point = tuple[float, float]
Ring = list[Point]

# Longitudes shrink towards the pole; one factor for the middle of the country keeps its form.
X_PER_DEGREE = math.cos(math.radians(37))
_LEAST_AREA = 0.004
_TOLERANCE = 0.012
_DECIMALS = 3


@cache
def read_outlines(path: Path, name_property: str = "N03_001") -> dict[str, list[Ring]]:
    """Outer rings by prefecture name, simplified, x scaled to the same length as y.

    Islands under about 40 km² are left out unless they are a prefecture's largest piece. Raises
    OSError or ValueError when the file cannot be read.
    """
    collection = json.loads(path.read_text(encoding="utf-8"))
    outlines: dict[str, list[Ring]] = {}
    for feature in collection["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = [[(x * X_PER_DEGREE, y) for x, y, *_ in polygon[0]] for polygon in polygons]
        outlines.setdefault(feature["properties"][name_property], []).extend(rings)
    return {name: _lightened(rings) for name, rings in outlines.items()}


def _lightened(rings: list[Ring]) -> list[Ring]:
    ordered = sorted(rings, key=_area, reverse=True)
    kept = [ring for i, ring in enumerate(ordered) if i == 0 or _area(ring) >= _LEAST_AREA]
    simple = (_simplified(ring, _TOLERANCE) for ring in kept)
    return [[(round(x, _DECIMALS), round(y, _DECIMALS)) for x, y in ring] for ring in simple]


def _area(ring: Ring) -> float:
    """The area of a ring in square degrees of latitude (one is about 12,300 km²)."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def _simplified(ring: Ring, tolerance: float) -> Ring:
    """Douglas–Peucker on the two halves of a closed ring, without recursion."""
    points = ring[:-1] if ring[0] == ring[-1] else ring
    if len(points) < 5:
        return ring
    start = points[0]
    far = max(range(len(points)), key=lambda i: math.dist(points[i], start))
    closed = [*points, start]
    keep = {0, far, len(points)}
    stack = [(0, far), (far, len(points))]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        offsets = [_offset(closed[i], closed[first], closed[last]) for i in range(first + 1, last)]
        most = max(offsets)
        if most > tolerance:
            middle = first + 1 + offsets.index(most)
            keep.add(middle)
            stack += [(first, middle), (middle, last)]
    return [closed[i] for i in sorted(keep)]


def _offset(point: Point, start: Point, end: Point) -> float:
    length = math.dist(start, end)
    if length == 0:
        return math.dist(point, start)
    cross = (end[0] - start[0]) * (start[1] - point[1]) - (start[0] - point[0]) * (
        end[1] - start[1]
    )
    return abs(cross) / length


def bounds(rings: Sequence[Ring]) -> tuple[float, float, float, float]:
    """The least x, least y, greatest x and greatest y of some rings."""
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)
