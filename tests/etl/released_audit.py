"""What an attacker has of a released file, put together apart from what made it: rows and sums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb
import pandas as pd

from disclosure.attacker import Attack
from disclosure.delivered import Relation, Release, TrueCell
from disclosure.interval import Interval

PLACE = ("region_level", "region_code", "division_code", "category_code")
SUMS = {
    "application_result": ("n_decided", "n_adopted", "n_rejected"),
    "commercialisation": ("n_completed", "n_commercialised", "n_not_commercialised"),
}
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
    for cube, year, level, code, division, category, measure, value, status in released.execute(
        "SELECT cube, fiscal_year, region_level, region_code, division_code, category_code, "
        "measure, value, status FROM released_cell"
    ).fetchall():
        assert (value is None) == (status == "x")
        one = found.setdefault((cube, year), Delivered(cube, year))
        place = (level, code, division, category)
        assert name_of(place, measure) not in one.values
        one.values[name_of(place, measure)] = None if value is None else float(value)
        places[cube, year][measure].add(place)
    for key, one in found.items():
        for measure, where in places[key].items():
            if measure not in ("n_recipient", "n_firm"):
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
    for level, code, division, category in where:
        place = (level, code, division, category)
        if level == "prefecture":
            above = ("bureau", bureaus.get(code, "?"), division, category)
            below["region", above].append(place)
        if level == "bureau":
            below["region", ("nation", "", division, category)].append(place)
        if division:
            below["industry", (level, code, "", category)].append(place)
        if category:
            below["category", (level, code, division, "")].append(place)
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
    return [interval for interval in attack.intervals(insiders) if interval.is_under_level]
