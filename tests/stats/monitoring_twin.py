"""Users of measures followed in plain Python, from the firms' own rows one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median, stdev
from typing import Any

import numpy as np
from scipy.stats import binom, t
from sqlalchemy import Table, select

from queries.parameters import MonitoringParameters
from store import tables
from store.cursor import Cursor

Row = Mapping[str, Any]
COLUMN = {"sales": "sales_kyen", "net_profit": "net_profit_kyen", "employee": "n_employee"}
FACTOR = {"sales": 1000, "net_profit": 1000, "employee": 1}
BOOKS = ("firm_id", "fiscal_year", "division_code", *COLUMN.values())
STATES = ("default", "missing", "closure", "merger")


def rows(cursor: Cursor, table: Table, *names: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names] or [*table.c]
    frame = cursor.fetch(select(*columns)).astype(object)
    frame = frame.where(frame.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


@dataclass(frozen=True)
class World:
    """All that the twin knows: uses, the books of each firm by year, and how firms left."""

    uses: Sequence[Row]
    books: Mapping[Hashable, Mapping[int, Row]]
    exits: Mapping[Hashable, tuple[int, str]]
    first_year: int
    last_year: int

    @classmethod
    def read(cls, cursor: Cursor) -> World:
        books: dict[Hashable, dict[int, Row]] = defaultdict(dict)
        for row in rows(cursor, tables.financial_statement, *BOOKS):
            books[row["firm_id"]][row["fiscal_year"]] = row
        years = Counter(year for of_firm in books.values() for year in of_firm)
        last = max(y for y in years if y - 1 not in years or years[y] >= 0.9 * years[y - 1])
        return cls(
            rows(cursor, tables.measure_use),
            books,
            dict(_exits(cursor, books, last)),
            min(years),
            last,
        )


def _exits(
    cursor: Cursor, books: Mapping[Hashable, Mapping[int, Row]], last: int
) -> Iterator[tuple[Hashable, tuple[int, str]]]:
    final: dict[Hashable, list[tuple[int, int, str]]] = defaultdict(list)
    for row in rows(cursor, tables.default_event, "firm_id", "fiscal_year"):
        final[row["firm_id"]].append((row["fiscal_year"], 1, "default"))
    for row in rows(cursor, tables.firm):
        day = row["close_date"]
        if row["is_closed"] and day is not None:
            merged = row["close_cause_code"] == "11" or row["survivor_firm_id"] is not None
            kind = "merger" if merged else "closure"
            final[row["firm_id"]].append((day.year - (day.month < 4), 2, kind))
    for firm in {*final, *books}:
        known = [e for e in final.get(firm, ()) if e[0] <= last]
        if known:
            yield firm, (min(known)[0], min(known)[2])
        elif firm in books and max(books[firm]) < last:
            yield firm, (max(books[firm]) + 1, "missing")


def users(world: World, asked: MonitoringParameters) -> Iterator[Row]:
    """The uses that the filter leaves."""
    for use in world.uses:
        places = ("", use["bureau_code"], use["prefecture_code"])
        industries = ("", use["division_code"], use["major_code"])
        if (
            use["measure_code"] == asked.measure
            and asked.region in places
            and asked.industry in industries
            and asked.size in ("", use["size_code"])
            and (asked.used_from == "0" or use["first_year"] >= int(asked.used_from))
            and (asked.used_to == "0" or use["first_year"] <= int(asked.used_to))
            and (asked.users == "all" or not use["is_repeater"])
        ):
            yield use


def values_of(world: World, asked: MonitoringParameters, chosen: Sequence[tuple[Row, int]]) -> Row:
    """The numbers of some users, each in one year (``chosen``), as monitoring_path has them."""
    factor, column = FACTOR[asked.outcome], COLUMN[asked.outcome]
    stated = [(u, y, world.books.get(u["firm_id"], {}).get(y)) for u, y in chosen]
    known = [(u, y, row[column]) for u, y, row in stated if row and row[column] is not None]
    found: dict[str, Any] = {"n_user": len(chosen), "n": len(known)}
    changes = []
    for use, _, row in stated:
        base = world.books.get(use["firm_id"], {}).get(use["first_year"] - 1)
        if row and base and row["sales_kyen"] is not None and (base["sales_kyen"] or 0) > 0:
            changes.append(100 * (row["sales_kyen"] / base["sales_kyen"] - 1))
    found["n_change"] = len(changes)
    if len(changes) >= 10:
        found["median_change"] = median(changes)
        found["median_change_low"], found["median_change_high"] = median_bounds(changes)
    if len(known) < 10:
        return found
    amounts = [float(value) * factor for *_, value in known]
    low, high = np.quantile(amounts, [0.01, 0.99])
    bounded = [min(max(a, low), high) for a in amounts]
    for name, numbers in (("mean", amounts), ("winsorised_mean", bounded)):
        reach = t.ppf(0.975, len(numbers) - 1) * stdev(numbers) / len(numbers) ** 0.5
        found[name] = mean(numbers)
        found[f"{name}_low"], found[f"{name}_high"] = found[name] - reach, found[name] + reach
    found["median"] = median(amounts)
    found["median_low"], found["median_high"] = median_bounds(amounts)
    return {**found, **_reference(world, asked, known)}


def median_bounds(values: Sequence[float]) -> tuple[float | None, float | None]:
    """The narrowest symmetric pair of order statistics that holds the median with 95 %; none where
    that would be a single firm's value near the end."""
    n, ordered = len(values), sorted(values)
    if n < 20:
        return None, None
    rank = max(j for j in range(1, n // 2 + 1) if 1 - 2 * binom.cdf(j - 1, n, 0.5) >= 0.95)
    return ordered[rank - 1], ordered[n - rank]


def _reference(
    world: World, asked: MonitoringParameters, known: Sequence[tuple[Row, int, Any]]
) -> Row:
    column, factor = COLUMN[asked.outcome], FACTOR[asked.outcome]
    cells = Counter((use["division_code"], year) for use, year, _ in known)
    sums, n_reference = defaultdict[str, float](float), 0
    for (division, year), n in cells.items():
        whole = [
            float(of_firm[year][column]) * factor
            for of_firm in world.books.values()
            if year in of_firm
            and (of_firm[year]["division_code"] or "?") == division
            and of_firm[year][column] is not None
        ]
        if len(whole) < 10:
            continue
        low, high = np.quantile(whole, [0.01, 0.99])
        n_reference += n
        sums["mean"] += n * mean(whole)
        sums["median"] += n * median(whole)
        sums["winsorised_mean"] += n * mean(min(max(a, low), high) for a in whole)
    shown = {f"reference_{name}": total / n_reference for name, total in sums.items()}
    return {**shown, "n_reference": n_reference}


def exits_of(world: World, uses: Sequence[Row], after: int) -> Row:
    """Users at risk, and how many had left in each way ``after`` years after the first use."""
    at_risk = [
        use
        for use in uses
        if use["first_year"] - 1 in world.books.get(use["firm_id"], {})
        and world.exits.get(use["firm_id"], (9999, ""))[0] >= use["first_year"]
        and use["first_year"] + after <= world.last_year
    ]
    left = Counter(
        world.exits[u["firm_id"]][1]
        for u in at_risk
        if world.exits.get(u["firm_id"], (9999, ""))[0] <= u["first_year"] + after
    )
    cells = Counter((use["division_code"], use["first_year"]) for use in at_risk)
    shares, weight = defaultdict[str, float](float), 0
    for (division, year), n in cells.items():
        firms = [
            firm
            for firm, of_firm in world.books.items()
            if year - 1 in of_firm
            and (of_firm[year - 1]["division_code"] or "?") == division
            and world.exits.get(firm, (9999, ""))[0] >= year
        ]
        if len(firms) < 10:
            continue
        weight += n
        for firm in firms:
            when, kind = world.exits.get(firm, (9999, ""))
            shares[kind] += n / len(firms) * (when <= year + after)
    return {
        "n_at_risk": len(at_risk),
        **{f"n_{state}": left[state] for state in STATES},
        **{state: shares[state] / weight if weight else None for state in STATES},
    }
