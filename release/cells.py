"""Cells of a released cube with all that decides whether one gives an enterprise away."""

from __future__ import annotations

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from disclosure.sensitivity import is_sensitive, protection_level
from release.catalogue import DETAILS, Cube, CubeMeasure, Rule

# The region, and the details in the order of DETAILS: codes, all text, empty for a total or where a
# cube has no such dimension.
PLACE = [
    "region_level",
    "region_code",
    "division_code",
    "category_code",
    "size_code",
    "event_year",
]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
KEY = ["fiscal_year", *PLACE]
ALL_YEARS = 0
HELD = ", min(holder) AS holder, min(holder) <> max(holder) AS is_shared"


def cells_of(
    connection: duckdb.DuckDBPyConnection, cube: Cube, facts: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cells of a cube's finest layout that hold a record, sorted by place within years; and the
    parts, in all of them, of the enterprises that are alone in one. ``facts`` is the table of the
    cube's records (`release.facts`).

    Columns: KEY, ``n`` (enterprises; the unknown ones together count as one), ``bureau_code`` of a
    bureau or prefecture, the measures, and for each measure that may be sensitive ``<measure>:n``
    (enterprises with a part), ``:total`` (sum of the absolute parts), ``:first`` and ``:second``
    (the two largest of these), and where the records have holders ``:others`` (the fewest
    enterprises that are left when a holder takes away its own). Parts: KEY, ``contributor`` and
    these measures.
    """
    kept = [m.name for m in cube.measures if m.rule in ("count", "magnitude")]
    numbers = [
        ("sum(n)::BIGINT" if cube.is_counted else "count(*)") + " AS n",
        "min(bureau_code) AS bureau_code",
        *(
            f"count(*) AS {m.name}" if m.distinct else f"sum({m.name})::DOUBLE AS {m.name}"
            for m in cube.measures
        ),
        *(column for name in kept for column in contributions(name, cube.is_counted)),
    ]
    contribute(connection, cube, facts, "contribution")
    key = ", ".join(KEY)
    cells = connection.execute(
        f"SELECT {key}, {', '.join(numbers)} FROM contribution GROUP BY {key} ORDER BY {key}"  # noqa: S608
    ).df()
    n_in = "sum({})" if cube.is_counted else "count(*)"
    alone = " UNION ".join(
        f"SELECT max(contributor) FROM contribution WHERE {name} <> 0 GROUP BY {key} "  # noqa: S608
        f"HAVING {n_in.format(name)} = 1"
        for name in kept
    )
    parts = connection.execute(
        f"""
        SELECT {key}, contributor, {", ".join(f"{name}::DOUBLE AS {name}" for name in kept)}
        FROM contribution WHERE contributor <> '' AND contributor IN ({alone})
        ORDER BY {key}, contributor
        """  # noqa: S608
    ).df()
    for name in kept if cube.has_holders else ():
        cells[f"{name}:others"] = cells[f"{name}:n"] - _most_of_one_holder(connection, cells, name)
    connection.execute("DROP TABLE contribution")
    if cube.has_holders:
        parts = pd.concat([parts, _of_holders(connection, cube, facts, kept)], ignore_index=True)
    return cells, parts


def _of_holders(
    connection: duckdb.DuckDBPyConnection, cube: Cube, facts: str, kept: list[str]
) -> pd.DataFrame:
    """The parts of those who hold the records: they know of a cell what they sent themselves."""
    contribute(connection, cube, facts, "holding", "'holder ' || holder")
    key = ", ".join(KEY)
    parts = connection.execute(
        f"""
        SELECT {key}, contributor, {", ".join(f"{name}::DOUBLE AS {name}" for name in kept)}
        FROM holding WHERE contributor IS NOT NULL ORDER BY {key}, contributor
        """  # noqa: S608
    ).df()
    connection.execute("DROP TABLE holding")
    return parts


def _most_of_one_holder(
    connection: duckdb.DuckDBPyConnection, cells: pd.DataFrame, name: str
) -> npt.NDArray[np.int64]:
    """How many enterprises with a part of a measure are one holder's alone at most, by cell."""
    key = ", ".join(KEY)
    most = connection.execute(
        f"""
        SELECT {key}, max(n) AS n_alone FROM (
            SELECT {key}, holder, count(*) AS n FROM contribution
            WHERE {name} <> 0 AND NOT is_shared GROUP BY {key}, holder
        ) GROUP BY {key}
        """  # noqa: S608
    ).df()
    found = cells[KEY].merge(most, on=KEY, how="left", validate="one_to_one")
    return found["n_alone"].fillna(0).to_numpy(np.int64)


def contribute(
    connection: duckdb.DuckDBPyConnection,
    cube: Cube,
    facts: str,
    name: str,
    who: str = "contributor",
) -> None:
    """Make the temporary table ``name`` of what each enterprise (or whoever ``who`` says)
    contributes to each cell of the cube's finest layout: KEY, ``contributor``, ``bureau_code`` and
    the measures that add up."""
    summed = ", ".join(f"sum({m.name}) AS {m.name}" for m in cube.measures if not m.distinct)
    year = ALL_YEARS if cube.all_years else "fiscal_year"
    shapes = ", ".join(str(shape) for shape in sorted(cube.layouts[0]))
    # Columns that the records of some cubes do not have.
    extra = {
        detail: f"CASE WHEN by_{detail} THEN {column} ELSE '' END"
        if any(shape[1 + DETAILS.index(detail)] for shape in cube.layouts[0])
        else "''"
        for detail, column in (("size", "size_code"), ("event_year", "event_year::VARCHAR"))
    }
    told = ", ".join(f"by_{detail}" for detail in DETAILS)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {name} AS
        SELECT {year}::SMALLINT AS fiscal_year, region_level,
               CASE region_level WHEN 'nation' THEN '' WHEN 'bureau' THEN bureau_code
                    ELSE prefecture_code END AS region_code,
               CASE WHEN by_industry THEN division_code ELSE '' END AS division_code,
               CASE WHEN by_category THEN category_code ELSE '' END AS category_code,
               {extra["size"]} AS size_code, {extra["event_year"]} AS event_year,
               {who} AS contributor, min(bureau_code) AS bureau_code, {summed}
               {f", sum({cube.measures[0].name}) AS n" if cube.is_counted else ""}
               {HELD if cube.has_holders else ""}
        FROM {facts}, (VALUES {shapes}) AS shape(region_level, {told})
        {"WHERE is_by_industry = by_industry" if cube.is_counted else ""}
        GROUP BY ALL
        """  # noqa: S608
    )


def contributions(name: str, is_counted: bool) -> list[str]:
    """The columns of a measure that decide whether a cell is sensitive."""
    size = f"abs({name})"
    n = f"sum({size})::BIGINT" if is_counted else f"count(*) FILTER ({name} <> 0)"
    return [
        f'{n} AS "{name}:n"',
        f'sum({size})::DOUBLE AS "{name}:total"',
        f'coalesce(max({size}, 2)[1], 0)::DOUBLE AS "{name}:first"',
        f'coalesce(max({size}, 2)[2], 0)::DOUBLE AS "{name}:second"',
    ]


def in_layout(cells: pd.DataFrame, cube: Cube, place: int) -> Flags:
    """Which cells belong to one layout of a cube."""
    shapes = cube.layouts[place]
    told = [(cells[column] != "").tolist() for column in PLACE[2:]]
    shapes_of = zip(cells["region_level"].tolist(), *told, strict=True)
    chosen = [shape in shapes for shape in shapes_of]
    return np.array(chosen, dtype=bool)


def judge(cells: pd.DataFrame, cube: Cube, rule: Rule) -> None:
    """Add to the cells of a cube, in the terms of `disclosure.schema`, for each measure:
    ``<measure>:is_sensitive``, ``:protection_level`` (downwards), ``:upper_protection_level``,
    ``:lower_bound``, ``:is_fixed``, ``:cost``.

    Amounts of the same enterprises share what is sensitive: one would tell of the other.
    """
    amounts = cube.of_rule("magnitude")
    summed = {measure.name: amount_sensitivity(cells, measure, rule) for measure in amounts}
    shared = np.any([sensitive for sensitive, _ in summed.values()], axis=0) if summed else None
    for measure in cube.measures:
        value = np.abs(cells[measure.name].to_numpy(float))
        sensitive, level = np.zeros(len(cells), dtype=bool), np.zeros(len(cells))
        if measure.rule == "count":
            sensitive, level = count_sensitivity(cells, measure, rule)
        elif shared is not None and measure.name in summed:
            own, level = summed[measure.name]
            level = np.where(shared & ~own, rule.p_percent / 100 * value, level)
            sensitive = shared
        for name, column in _bounds(cells, measure, sensitive).items():
            cells[f"{measure.name}:{name}"] = column
        cells[f"{measure.name}:is_sensitive"] = sensitive
        cells[f"{measure.name}:protection_level"] = level
        most = np.minimum(level, _room(cells, cube, measure))
        cells[f"{measure.name}:upper_protection_level"] = most


def _room(cells: pd.DataFrame, cube: Cube, measure: CubeMeasure) -> Floats:
    """How far a number can be above its value at most: a part of a public total not above that."""
    public = {one.name for one in cube.of_rule("public")}
    if cube.total in public and measure.name in cube.parts:
        return (cells[cube.total] - cells[measure.name]).to_numpy(float)
    return np.full(len(cells), np.inf)


def _bounds(cells: pd.DataFrame, measure: CubeMeasure, sensitive: Flags) -> dict[str, np.ndarray]:
    value = cells[measure.name].to_numpy(float)
    # Where there are returns in a cell, nothing is its least value.
    unbounded = np.full(len(cells), measure.may_be_negative) | (value < 0)
    if measure.rule == "magnitude":
        unbounded |= cells[f"{measure.name}:total"].to_numpy(float) > value
    # That none was rejected is hidden with the rest, where somebody was decided on.
    is_count = measure.rule in ("count", "total")
    empty = (value == 0) & ~sensitive & (not is_count)
    return {
        "lower_bound": np.where(unbounded, -np.inf, 0.0),
        "is_fixed": np.full(len(cells), measure.rule == "public") | empty,
        "cost": np.maximum(np.abs(value), 1.0) if is_count else np.abs(value),
    }


def count_sensitivity(
    cells: pd.DataFrame, measure: CubeMeasure, rule: Rule
) -> tuple[Flags, Floats]:
    """Which cells of a count of enterprises are sensitive, and their levels, by its columns."""
    n = cells[f"{measure.name}:n"].to_numpy(int)
    value = cells[measure.name].to_numpy(float)
    others = cells.get(f"{measure.name}:others", cells[f"{measure.name}:n"]).to_numpy(int)
    sensitive = (n > 0) & ((n < rule.least_firms) | ((others > 0) & (others < rule.least_firms)))
    level = np.maximum(rule.least_count_level, rule.count_level_percent / 100 * value)
    return sensitive, np.where(sensitive, level, 0.0)


def amount_sensitivity(
    cells: pd.DataFrame, measure: CubeMeasure, rule: Rule
) -> tuple[Flags, Floats]:
    """Which cells of an amount are sensitive, and their levels, by its columns."""
    columns = [cells[f"{measure.name}:{what}"] for what in ("n", "total", "first", "second")]
    sensitive = np.zeros(len(cells), dtype=bool)
    level = np.zeros(len(cells))
    for row, (n, total, first, second) in enumerate(zip(*columns, strict=True)):
        # Those who had a part of nothing are no shelter: they are not among the n.
        if is_sensitive(
            int(n),
            total,
            (first, second),
            least_contributors=rule.least_contributors,
            p_percent=rule.p_percent,
        ):
            sensitive[row] = True
            level[row] = protection_level(
                int(n),
                total,
                (first, second),
                least_contributors=rule.least_contributors,
                p_percent=rule.p_percent,
            )
    return sensitive, level


def relations_of(cells: pd.DataFrame) -> list[tuple[str, int, int]]:
    """The sums of a layout, as (name, place of the total, place of a part) in ``cells``.

    A region is the sum of those below it, a total of industries or categories that of its parts;
    cells without records are zero and stand in no sum.
    """
    places = list(zip(*(cells[column].tolist() for column in PLACE), strict=True))
    place_of = {place: row for row, place in enumerate(places)}
    rows = []
    for row, (place, bureau) in enumerate(zip(places, cells["bureau_code"].tolist(), strict=True)):
        for dimension, parent in _above(place, bureau).items():
            if parent in place_of:
                rows.append((f"{place_of[parent]}/{dimension}", place_of[parent], row))
    return rows


def _above(place: tuple[str, ...], bureau: str) -> dict[str, tuple[str, ...]]:
    """The totals that a cell is a part of, by the dimension that is added up."""
    level, _, *details = place
    above = {}
    if level != "nation":
        over = ("bureau", bureau) if level == "prefecture" else ("nation", "")
        above["region"] = (*over, *details)
    for at, detail in enumerate(DETAILS, start=2):
        if place[at]:
            above[detail] = (*place[:at], "", *place[at + 1 :])
    return above
