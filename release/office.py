"""What a chamber's own clients asked about, beside its prefecture and the nation.

Each office is a part of a cell of its prefecture (topic and year) that is released already: own and
others make the prefecture. A column is such a cell with its offices. Columns share no office's
number, because a prefecture has one layout; so each is protected by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd

from release.catalogue import Rule
from release.cells import ALL_YEARS
from release.column import Column, hidden_offices
from release.pattern import Earlier

NAME = "chamber_consultation"
# The cube whose cells the offices are parts of.
TOPICS = "consultation_topic"
MEASURE = "n_consultation"
# Whether years, and topics, are told apart; the finest first.
LAYOUTS = {
    "office*category*year": (True, True),
    "office*category": (False, True),
    "office*year": (True, False),
    "office": (False, False),
}
COLUMN = ["prefecture_code", "fiscal_year", "category_code"]
OFFICE = ["level", *COLUMN, "organisation_name", "n_year", "value", "status"]
Place = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one release shows: the table of the records that its consultations were made of, these
    by year and place, its offices' rows, and what is told of each prefecture's layout (those that
    may stand as they are)."""

    facts: str
    topics: Mapping[int, Earlier]
    offices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=OFFICE))
    told: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def release_offices(
    inside: duckdb.DuckDBPyConnection, now: Seen, before: Seen | None, rule: Rule
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The rows of ``released_office`` (OFFICE), and what is told of each prefecture's layout.

    A number that was hidden ``before`` stays hidden, and so is one that few firms have changed
    since. Where that hides too much, a prefecture's rows stand as they were.
    """
    left = {*_prefectures(now)}
    frames: list[pd.DataFrame] = []
    told: list[dict[str, Any]] = []
    for place, (layout, (by_year, by_topic)) in enumerate(LAYOUTS.items()):
        columns = _columns(now, by_year, by_topic)
        columns = columns[columns["prefecture_code"].isin(left)]
        if columns.empty:
            continue
        parts = _parts(inside, now.facts, columns)
        cells = _laid_out(_counted(parts), columns)
        changes = None
        if before is not None:
            past = _parts(inside, before.facts, _columns(before, by_year, by_topic))
            changes = _changed(parts, past)
        for prefecture, own in cells.groupby("prefecture_code"):
            earlier = None
            if before is not None:
                earlier = _of_offices(before.offices, str(prefecture))
            if earlier and not set(earlier) <= set(_keys(own)):
                # Told in another layout: both together might be solved.
                continue
            own = own.assign(is_hidden=_hidden(own, rule, earlier, changes))
            visited = own[own["value"] > 0]
            share = 100 * float((~visited["is_hidden"]).mean()) if len(visited) else 0.0
            last = before.told.get(str(prefecture)) if before is not None and earlier else None
            if last is not None and _is_worse(own, changes, last, rule):
                continue
            # In the layout of before, and in the coarsest, anything shown is better than nothing.
            least = 0 if earlier or layout == "office" else rule.least_shown_percent
            if not share or share < least:
                continue
            frames += [_office_rows(own), _totals(columns, str(prefecture))]
            told.append(_outcome(str(prefecture), place, layout, own))
            left.discard(str(prefecture))
    for prefecture in sorted(left):
        last = before.told.get(prefecture) if before is not None else None
        if before is None or last is None:
            told.append(_outcome(prefecture, None, "", None))
            continue
        rows = before.offices
        frames.append(rows[rows["prefecture_code"] == prefecture])
        told.append({name: last[name] for name in _TOLD} | {"kept_since": last["made_at"]})
    return pd.concat(frames, ignore_index=True)[OFFICE] if frames else now.offices, told


def _prefectures(seen: Seen) -> set[str]:
    return {c[1] for cells in seen.topics.values() for c in cells if c[0] == "prefecture"} - {"?"}


def _columns(seen: Seen, by_year: bool, by_topic: bool) -> pd.DataFrame:
    """The years and topics that are shown of each prefecture, with the column each belongs to, and
    the numbers of the prefecture and the nation."""
    rows = []
    for year, cells in seen.topics.items():
        for cell, value in cells.items():
            level, prefecture, division, topic, *_, measure = cell
            if level != "prefecture" or division or measure != MEASURE or value is None:
                continue
            if prefecture == "?" or bool(topic) != by_topic:
                continue
            nation = cells.get(("nation", "", *cell[2:]))
            column = year if by_year else ALL_YEARS
            rows.append((prefecture, column, topic, year, value, nation))
    return pd.DataFrame(rows, columns=[*COLUMN, "year", "prefecture", "nation"])


def _parts(inside: duckdb.DuckDBPyConnection, facts: str, columns: pd.DataFrame) -> pd.DataFrame:
    """Consultations (``n``) by column, office and firm; the unknown firms together as one."""
    if columns.empty:
        return pd.DataFrame(columns=[*COLUMN, "organisation_name", "firm", "n"])
    inside.register("opened", columns)
    parts = inside.execute(
        f"""
        SELECT opened.prefecture_code, opened.fiscal_year, opened.category_code,
               coalesce(holder, '') AS organisation_name, contributor AS firm, count(*) AS n
        FROM {facts} AS asked JOIN opened
          ON asked.prefecture_code = opened.prefecture_code AND asked.fiscal_year = opened.year
         AND opened.category_code IN ('', asked.category_code)
        GROUP BY ALL ORDER BY ALL
        """  # noqa: S608
    ).df()
    inside.unregister("opened")
    return parts


def _counted(parts: pd.DataFrame) -> pd.DataFrame:
    """A row per column and office with a consultation, with what `Column` asks for."""
    known = parts["firm"] != ""
    is_alone = known & ~parts.duplicated([*COLUMN, "firm"], keep=False)
    summed = parts.assign(is_known=known, is_alone=is_alone).groupby(
        [*COLUMN, "organisation_name"], as_index=False
    )
    return summed.agg(
        value=("n", "sum"), n_firm=("is_known", "sum"), n_alone=("is_alone", "sum"),
        most=("n", "max"),
    )  # fmt: skip


def _laid_out(counted: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Every office of a prefecture in every column of it, with zeros."""
    offices = counted[["prefecture_code", "organisation_name"]].drop_duplicates()
    grid = columns[COLUMN].drop_duplicates().merge(offices, on="prefecture_code")
    full = grid.merge(counted, on=[*COLUMN, "organisation_name"], how="left").fillna(0)
    return full.sort_values([*COLUMN, "organisation_name"], ignore_index=True)


def _changed(parts: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
    """How many firms have another number of consultations than before, by column and office; where
    nobody can tell, because no pseudonym is in both, one firm has changed whatever has changed."""
    key = [*COLUMN, "organisation_name"]
    if not (set(parts["firm"]) & set(past["firm"])) - {""}:
        parts, past = (
            frame.groupby(key, as_index=False)["n"].sum().assign(firm="") for frame in (parts, past)
        )
    both = parts.merge(past, on=[*key, "firm"], how="outer", suffixes=("", "_before"))
    moved = both[both["n"].fillna(0) != both["n_before"].fillna(0)]
    return moved.groupby(key).size()


def _keys(own: pd.DataFrame) -> list[Place]:
    columns = (own["organisation_name"], own["fiscal_year"], own["category_code"])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _of_offices(rows: pd.DataFrame, prefecture: str) -> dict[Place, bool]:
    """Whether each number of a prefecture's offices was hidden."""
    own = rows[(rows["prefecture_code"] == prefecture) & (rows["level"] == "office")]
    return dict(zip(_keys(own), (own["status"] == "x").tolist(), strict=True))


def _hidden(
    own: pd.DataFrame, rule: Rule, earlier: dict[Place, bool] | None, changes: pd.Series | None
) -> list[bool]:
    hidden = pd.Series(False, index=own.index)
    for key, column in own.groupby(COLUMN):
        visited = column[column["value"] > 0]
        numbers = (visited[name].to_numpy(float) for name in ("value", "n_firm", "n_alone", "most"))
        # The records of no office in particular are nobody's to read.
        is_open = (visited["organisation_name"] != "").to_numpy()
        moved = _moved(changes, key, column)
        if earlier is not None:
            was = pd.Series([earlier.get(place, False) for place in _keys(column)], column.index)
            is_few = (moved > 0) & (moved < rule.least_firms)
            is_open = is_open & ~(was | is_few)[visited.index].to_numpy()
        flags = hidden_offices(Column(*numbers), is_open, rule)
        hidden[visited.index] = flags
        if earlier is not None:
            hidden[column.index] |= was | is_few
            _shelter_changes(hidden, moved, column["value"], rule)
        # Whether nobody came is hidden among the others that are.
        if hidden[column.index].any():
            hidden[column.index[column["value"] == 0]] = True
    return hidden.tolist()


def _moved(changes: pd.Series | None, key: tuple[object, ...], column: pd.DataFrame) -> pd.Series:
    """How many firms changed each number of a column since it was shown."""
    offices = column["organisation_name"]
    n = [0 if changes is None else int(changes.get((*key, office), 0)) for office in offices]
    return pd.Series(n, column.index)


def _shelter_changes(hidden: pd.Series, moved: pd.Series, value: pd.Series, rule: Rule) -> None:
    """Hide more of a column until what changed of its hidden numbers is the work of enough firms.

    All of that together can be had by subtraction, and every office can take its own away.
    """
    column = moved.index
    while True:
        gone = moved[hidden[column].to_numpy()]
        if not gone.any() or gone.sum() - gone.max() >= rule.least_firms:
            return
        left = moved[(~hidden[column] & (moved > 0)).to_numpy()]
        if left.empty:
            hidden[column] = True
            return
        # The smallest of those that shelter the rest alone, or whoever shelters most.
        enough = left[left >= rule.least_firms].index
        chosen = int(value[enough].argmin()) if len(enough) else int(left.argmax())
        hidden[(enough if len(enough) else left.index)[chosen]] = True


def _is_worse(
    own: pd.DataFrame, changes: pd.Series | None, last: Mapping[str, Any], rule: Rule
) -> bool:
    """Whether a prefecture's rows tell less than they did, though little of them has changed."""
    prefecture = own["prefecture_code"].iloc[0]
    moved = 0.0
    if changes is not None and len(changes):
        moved = float(changes[changes.index.get_level_values(0) == prefecture].sum())
    if 100 * moved > rule.most_moved_percent * float(own["n_firm"].sum()):
        return False
    most = float(last["value_hidden_percent"]) + rule.most_more_hidden_percent
    return _percent_hidden(own) > most


def _office_rows(own: pd.DataFrame) -> pd.DataFrame:
    value = own["value"].astype("Int64").mask(own["is_hidden"])
    status = value.map(lambda n: "-" if n == 0 else "", na_action="ignore").fillna("x")
    rows = own.assign(level="office", n_year=None, value=value, status=status)
    return rows[rows["organisation_name"] != ""]


def _totals(columns: pd.DataFrame, prefecture: str) -> pd.DataFrame:
    """The prefecture's and the nation's numbers in the same columns, out of what is shown."""
    own = columns[columns["prefecture_code"] == prefecture]
    frames = []
    for level in ("prefecture", "nation"):
        summed = own.groupby(COLUMN, as_index=False).agg(
            value=(level, lambda n: n.sum(skipna=False)), n_year=("year", "nunique")
        )
        value = summed["value"].round().astype("Int64")
        status = value.isna().map({True: "x", False: ""})
        frames.append(summed.assign(level=level, organisation_name="", value=value, status=status))
    return pd.concat(frames)


def _outcome(
    prefecture: str, place: int | None, layout: str, own: pd.DataFrame | None
) -> dict[str, Any]:
    return {
        "category_code": prefecture,
        "outcome": "withheld" if place is None else "coarser" if place else "finest",
        "layout": layout,
        "n_cell": 0 if own is None else len(own),
        "n_hidden": 0 if own is None else int(own["is_hidden"].sum()),
        "value_hidden_percent": None if own is None else _percent_hidden(own),
        "is_certified": own is not None,
    }


_TOLD = tuple(_outcome("", None, "", None))


def _percent_hidden(own: pd.DataFrame) -> int:
    return round(100 * float(own["value"][own["is_hidden"]].sum()) / float(own["value"].sum()))
