"""What the layout of the store saves: the same questions of rows laid out otherwise.

    LENS_DATA_DIR=… LENS_MEMORY_LIMIT=6GB python -m bench.layout --work /somewhere/with/room

Copies some columns of the statements and scores of the serving snapshot into a file of its own,
once as the store keeps them and once in the way it was decided against, and times a question that
each decision was made for. Each line gives the median of the seconds of both and how many times
the other one takes.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb

from settings import load_settings
from store import credit_grid as grid
from store.snapshot import LENS, PREPARED, quoted, sound_snapshot

ROUNDS = 7
_SUM = (
    "SELECT prefecture_code, count(*), sum(sales_kyen) FROM {table} "
    "WHERE fiscal_year = {year} AND division_code = 'E' GROUP BY ALL"
)
_PANEL = "SELECT fiscal_year, sales_kyen FROM {table} WHERE firm_id = '{firm}'"
_GROUPS = """SELECT {major}, {prefecture}, count(*) FROM {table}
             WHERE fiscal_year >= {year} - 4 GROUP BY ALL"""
_BINS = "SELECT map_bin_1 AS cell, count(*) FROM {table} GROUP BY ALL"
_FLOATS = """SELECT least(greatest(floor({growth} - {low_growth}) + 1, 0), {n} - 1) * {n}
                    + least(greatest(floor(deviation - {low_strength}) + 1, 0), {n} - 1) AS cell,
                    count(*)
             FROM {table} GROUP BY ALL"""
_STORED = (
    "SELECT cell, sum(n) FROM lens.credit_cell "
    "WHERE margin = 'size' AND growth_of = 'sales' AND growth_window = 1 GROUP BY ALL"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: a question of what the store has, and the same of what it might have had."""

    name: str
    ours: str
    other: str


def choices(year: int, firm: str) -> tuple[Choice, ...]:
    """``year`` is a fiscal year and ``firm`` the pseudonym of a firm that there is."""
    by_year, by_firm = {"table": "by_year", "year": year}, {"table": "by_firm", "year": year}
    text = {"major": "major_code", "prefecture": "prefecture_code", **by_year}
    number = {"major": "major_number", "prefecture": "prefecture_number", **by_year}
    member = {"major": "major_enum", "prefecture": "prefecture_enum", **by_year}
    axes = {"low_growth": grid.GROWTH_LOW, "low_strength": grid.STRENGTH_LOW, "n": grid.N_BIN}
    scores = {"table": "scores", "growth": "sales_growth_1", **axes}
    return (
        Choice("one year and industry: sorted by them, or by firm",
               _SUM.format(**by_year), _SUM.format(**by_firm)),
        Choice("one firm's years: sorted by firm, or by year",
               _PANEL.format(firm=firm, **by_firm), _PANEL.format(firm=firm, **by_year)),
        Choice("groups of codes: texts (packed by dictionary), or numbers",
               _GROUPS.format(**text), _GROUPS.format(**number)),
        Choice("groups of codes: texts (packed by dictionary), or ENUM",
               _GROUPS.format(**text), _GROUPS.format(**member)),
        Choice("density of all firms: one packed column of cells, or two floats",
               _BINS.format(**scores), _FLOATS.format(**scores)),
        Choice("density of all firms: counts made at publication, or the packed column",
               _STORED, _BINS.format(**scores)),
    )  # fmt: skip


def make_copies(work: duckdb.DuckDBPyConnection) -> None:
    """The statements in both orders with codes of three kinds, and the scores, beside ``lens``."""
    for code in ("major", "prefecture"):
        work.execute(
            f"CREATE TYPE {code}_member AS ENUM (SELECT DISTINCT {code}_code "  # noqa: S608
            f"FROM lens.financial_statement WHERE {code}_code IS NOT NULL ORDER BY 1)"
        )
    for name, order in (
        ("by_firm", "firm_id, fiscal_year"),
        ("by_year", "fiscal_year, division_code, prefecture_code"),
    ):
        work.execute(
            f"""
            CREATE TABLE {name} AS
            SELECT firm_id, fiscal_year, division_code, major_code, prefecture_code, sales_kyen,
                   try_cast(major_code AS SMALLINT) AS major_number,
                   try_cast(prefecture_code AS SMALLINT) AS prefecture_number,
                   major_code::major_member AS major_enum,
                   prefecture_code::prefecture_member AS prefecture_enum
            FROM lens.financial_statement ORDER BY {order}
            """  # noqa: S608
        )
    work.execute(
        "CREATE TABLE scores AS SELECT deviation::FLOAT AS deviation, "
        "sales_growth_1::FLOAT AS sales_growth_1, map_bin_1 FROM lens.credit_score"
    )
    work.execute("CHECKPOINT")


def seconds(work: duckdb.DuckDBPyConnection, query: str) -> float:
    """The median of some rounds, after one that fills the caches."""
    found = []
    for _ in range(ROUNDS + 1):
        start = perf_counter()
        work.execute(query).to_arrow_table()
        found.append(perf_counter() - start)
    return median(found[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="a folder for the copies")
    arguments = parser.parse_args()
    settings = load_settings()
    manifest, _ = sound_snapshot(settings.store_dir)
    folder = settings.store_dir / manifest.snapshot
    copies = arguments.work / "layout.duckdb"
    copies.unlink(missing_ok=True)
    config: dict[str, Any] = {"memory_limit": settings.memory_limit, "threads": settings.threads}
    with duckdb.connect(str(copies), config=config) as work:
        for path in (folder / LENS, folder / PREPARED):
            work.execute(f"ATTACH '{quoted(path)}' AS {path.stem} (READ_ONLY)")
        make_copies(work)
        found = work.execute(
            # A firm from the middle: the first one is found by the borders of blocks in any order.
            "SELECT max(fiscal_year) - 1, (min(firm_id) FILTER "
            "(firm_id >= '80000000-0000-0000-0000-000000000000'::UUID))::VARCHAR FROM by_firm"
        ).fetchone()
        if found is None:
            raise SystemExit("the snapshot holds no statements")
        for choice in choices(int(found[0]), str(found[1])):
            ours, other = seconds(work, choice.ours), seconds(work, choice.other)
            print(f"{ours:8.3f} {other:8.3f}  × {other / ours:6.1f}  {choice.name}")
    copies.unlink()


if __name__ == "__main__":
    main()
