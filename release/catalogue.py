"""The catalogue of released cubes as reviewers keep it: what is counted, by what, and what hides.

``data/reference/released_cube.toml`` is the whole policy; its hash goes with all that is released.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

PATH = Path(__file__).resolve().parents[1] / "data" / "reference" / "released_cube.toml"
REGION_LEVELS = ("nation", "bureau", "prefecture")
RULES = ("public", "count", "total", "magnitude")


class CatalogueError(ValueError):
    """The catalogue says what cannot be done; the message says which cube and what."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When a cell is sensitive, how far an attacker must stay off it, how many of the cells of a
    layout may be sensitive before it is of no use, how many of the numbers of a prefecture's
    chambers must be shown, on how many users and firms beside them an estimate rests, and how much
    more may be hidden of a table that is made anew, unless more than so much of it has changed."""

    least_firms: int
    least_contributors: int
    p_percent: float
    least_count_level: float
    count_level_percent: float
    most_sensitive_percent: float
    least_shown_percent: float
    least_treated: int
    least_controls: int
    most_more_hidden_percent: float
    most_moved_percent: float


@dataclass(frozen=True, slots=True)
class CubeMeasure:
    """A number of a cube. ``distinct`` numbers count firms, so they add up over no dimension in
    which a firm may stand twice; they are public counts always."""

    name: str
    rule: str
    distinct: bool = False
    may_be_negative: bool = False


# A region level, and which of the details are told apart.
Shape = tuple[str, bool, bool, bool, bool]
DETAILS = ("industry", "category", "size", "event_year")
# Dimensions with the same enterprises in several members, which therefore do not add up.
APART = ("category", "event_year")


@dataclass(frozen=True, slots=True)
class Cube:
    """A cube, of each fiscal year or of ``all_years`` as one.

    ``layouts`` hold the shapes of its cells, the finest first, each with all coarser ones;
    ``total`` is the measure that the ``parts`` sum to, if any. Members of the dimensions ``apart``
    have no total and are protected each by itself. ``is_counted`` says that its records are counts
    of enterprises, each in one record, ``has_holders`` that others than the ministry hold its
    records; ``beside`` names the cube that it shares numbers with. ``estimates`` are the outcomes
    of which it holds estimates (`release.estimates`).
    """

    name: str
    category: str
    all_years: bool
    apart: tuple[str, ...]
    is_counted: bool
    has_holders: bool
    beside: str
    measures: tuple[CubeMeasure, ...]
    layouts: tuple[frozenset[Shape], ...]
    layout_names: tuple[str, ...]
    total: str
    parts: tuple[str, ...]
    estimates: tuple[str, ...] = ()

    def of_rule(self, rule: str) -> list[CubeMeasure]:
        """The measures under one rule."""
        return [measure for measure in self.measures if measure.rule == rule]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All cubes, the rule, the seconds a table and a publication may take, and the policy's hash
    (64 hex digits)."""

    cubes: tuple[Cube, ...]
    rule: Rule
    seconds_per_table: float
    seconds: float
    policy_hash: str

    def with_cubes(self, cubes: Iterable[Cube]) -> Catalogue:
        """The same policy for some of the cubes."""
        return replace(self, cubes=tuple(cubes))


def read_catalogue(path: Path = PATH) -> Catalogue:
    """The catalogue in ``path``; raises CatalogueError where it contradicts itself."""
    raw = path.read_bytes()
    told = tomllib.loads(raw.decode("utf-8"))
    return Catalogue(
        cubes=tuple(_cube(cube) for cube in told["cube"]),
        rule=Rule(**told["rule"]),
        seconds_per_table=float(told["time"]["seconds_per_table"]),
        seconds=float(told["time"]["seconds"]),
        policy_hash=sha256(raw).hexdigest(),
    )


def _cube(told: dict[str, Any]) -> Cube:
    name = told["name"]
    measures = tuple(CubeMeasure(key, **options) for key, options in told["measure"].items())
    total, *parts = told.get("sum", [""])
    for measure in measures:
        if measure.rule not in RULES:
            raise CatalogueError(f"{name}: {measure.name} follows the unknown rule {measure.rule}")
        if measure.distinct and measure.rule != "public":
            raise CatalogueError(f"{name}: {measure.name} counts firms and does not add up")
    if unknown := {total, *parts} - {"", *(measure.name for measure in measures)}:
        raise CatalogueError(f"{name}: the sum names {', '.join(sorted(unknown))}")
    apart = tuple(told.get("apart", ()))
    layouts = tuple(_layout(name, layout, apart) for layout in told["layouts"])
    for written, layout in zip(told["layouts"], layouts, strict=True):
        if not layout <= layouts[0]:
            raise CatalogueError(f"{name}: {' '.join(written)} is no part of the first layout")
    if unknown := set(apart) - set(APART):
        raise CatalogueError(f"{name}: {', '.join(sorted(unknown))} adds up always")
    return Cube(
        name=name,
        category=told.get("category", ""),
        all_years=told.get("all_years", False),
        apart=apart,
        is_counted=told.get("is_counted", False),
        has_holders=told.get("has_holders", False),
        beside=told.get("beside", ""),
        measures=measures,
        layouts=layouts,
        layout_names=tuple(" ".join(layout) for layout in told["layouts"]),
        total=total,
        parts=tuple(parts),
        estimates=tuple(told.get("estimate", ())),
    )


def _layout(name: str, written: list[str], apart: tuple[str, ...]) -> frozenset[Shape]:
    shapes: set[Shape] = set()
    for margin in written:
        region, *rest = margin.split("*")
        if region not in REGION_LEVELS or set(rest) - set(DETAILS):
            raise CatalogueError(f"{name}: there is no layout {margin}")
        levels = REGION_LEVELS[: REGION_LEVELS.index(region) + 1]
        industry, category, size, event_year = (
            (True,) if detail in apart else (False, True) if detail in rest else (False,)
            for detail in DETAILS
        )
        shapes |= set(product(levels, industry, category, size, event_year))
    return frozenset(shapes)
