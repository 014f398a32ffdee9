"""What an attacker has of a released file, put together apart from what made it: rows and sums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from disclosure.attacker import Attack
from disclosure.delivered import Relation, Release, TrueCell
from disclosure.interval import Interval

PLACE = (
    "region_level",
    "region_code",
    "division_code",
    "category_code",
    "size_code",
    "event_year",
)
QUADRANTS = ("n_weak_shrinking", "n_strong_shrinking", "n_weak_growing", "n_strong_growing")
SUMS = {
    "application_result": ("n_decided", "n_adopted", "n_rejected"),
    "commercialisation": ("n_completed", "n_commercialised", "n_not_commercialised"),
    "consultation_outcome": (
        "n_consultation", "n_adopted", "n_not_adopted", "n_not_applied", "n_not_linked",
    ),
    "mapping_quadrant": ("n_user", *QUADRANTS),
    "mapping_firm": ("n_firm", *QUADRANTS),
    "monitoring_default": ("n_at_risk", "n_default", "n_not_default"),
}  # fmt: skip
# What is estimated, not counted: tests/release/test_released_estimates.py attacks it.
ESTIMATES = ("_effect", "_low", "_high", "smd_hundredth")
# Numbers of firms that stand in several members of a dimension.
NOT_ADDED = (("award_amount", "n_recipient"), ("adopted_statement", "n_firm"))
Place = tuple[str, ...]


@dataclass
class Delivered:
    """One cube and year as delivered: a value or None per ``place#measure``, and the sums."""

    cube: str
    year: int
    values: dict[str, float | None] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    @property
    def hidden(self) -> list[str]:
        return [cell for cell, value in self.values.items() if value is None]


def name_of(place: Place, measure: str) -> str:
    return "|".join(place) + f"#{measure}"


def delivered(released: duckdb.DuckDBPyConnection, bureaus: dict[str, str]) -> list[Delivered]:
    """Every cube and year of a released file; ``bureaus`` gives each prefecture its bureau."""
    found: dict[tuple[str, int], Delivered] = {}
    places: dict[tuple[str, int], dict[str, set[Place]]] = defaultdict(lambda: defaultdict(set))
    for cube, year, *codes, measure, value, status in released.execute(
        "SELECT cube, fiscal_year, region_level, region_code, division_code, category_code, "
        "size_code, coalesce(event_year::VARCHAR, ''), measure, value, status FROM released_cell"
    ).fetchall():
        assert (value is None) == (status == "x")
        if measure.endswith(ESTIMATES):
            continue
        one = found.setdefault((cube, year), Delivered(cube, year))
        place = tuple(codes)
        assert name_of(place, measure) not in one.values
        one.values[name_of(place, measure)] = None if value is None else float(value)
        places[cube, year][measure].add(place)
    for key, one in found.items():
        for measure, where in places[key].items():
            if (one.cube, measure) not in NOT_ADDED:
                one.relations += _sums(measure, where, bureaus)
        if one.cube in SUMS:
            whole, *parts = SUMS[one.cube]
            one.relations += [
                tuple(sorted(
                    [(name_of(place, whole), -1.0), *((name_of(place, p), 1.0) for p in parts)]
                ))
                for place in places[key][whole]
            ]  # fmt: skip
    return list(found.values())


def _sums(measure: str, where: set[Place], bureaus: dict[str, str]) -> list[Relation]:
    below: dict[tuple[str, Place], list[Place]] = defaultdict(list)
    for place in where:
        level, code, *rest = place
        if level == "prefecture":
            below["region", ("bureau", bureaus.get(code, "?"), *rest)].append(place)
        if level == "bureau":
            below["region", ("nation", "", *rest)].append(place)
        for at in range(2, len(place)):
            total = (*place[:at], "", *place[at + 1 :])
            # Of members that are not added up there is no total.
            if place[at] and total in where:
                below[PLACE[at], total].append(place)
    return [
        tuple(sorted(
            [(name_of(total, measure), -1.0), *((name_of(part, measure), 1.0) for part in parts)]
        ))
        for (_, total), parts in below.items()
    ]  # fmt: skip


def truth_of(cells: pd.DataFrame, measures: list[str]) -> dict[str, TrueCell]:
    """The ministry's own cells (judged) of a year by their names."""
    true = {}
    for row in cells.to_dict("records"):
        place = tuple(row[column] for column in PLACE)
        for measure in measures:
            value, level = row[measure], row[f"{measure}:protection_level"]
            lower = row[f"{measure}:lower_bound"]
            true[name_of(place, measure)] = TrueCell(
                value=value,
                lower=lower,
                upper=float("inf"),
                level_down=min(level, max(value - lower, 0.0)),
                level_up=row[f"{measure}:upper_protection_level"],
                is_sensitive=row[f"{measure}:is_sensitive"],
                is_fixed=row[f"{measure}:is_fixed"],
            )
    return true


def at_risk(
    one: Delivered, truth: dict[str, TrueCell], insiders: dict[str, dict[str, float]]
) -> list[Interval]:
    """The sensitive cells that an outsider or an insider gets nearer to than they may."""
    attack = Attack([Release(one.values)], one.relations, truth)
    found = attack.intervals(insiders, to_the_end=False)
    return [interval for interval in found if interval.is_under_level]
