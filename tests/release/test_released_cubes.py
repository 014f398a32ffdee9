"""The cubes that chambers read: safe from outsiders and insiders, and true in what they show."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from disclosure.check import Finding
from disclosure.delivered import TrueCell
from disclosure.solver import SolverFailure
from queries.released_cells import CUBES
from release import pattern
from release.catalogue import Cube, read_catalogue
from release.cells import cells_of, judge
from release.cubes import release_cubes
from release.facts import fact_statement
from store.snapshot import LENS, RELEASED, STANDING, current_snapshot, open_read_only
from tests.release.delivered_cubes import PLACE, Delivered, at_risk, delivered, name_of, truth_of

CATALOGUE = read_catalogue()
DECIDED = "count(*) FROM lens.application WHERE decision = '{}'"
BY_NAME = {cube.name: cube for cube in CATALOGUE.cubes}


@pytest.fixture(scope="module")
def snapshot(demo_dir: Path) -> Path:
    return demo_dir / "store" / str(current_snapshot(demo_dir / "store"))


@pytest.fixture(scope="module")
def released(snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_read_only(snapshot / RELEASED, "1GB", 1) as connection:
        yield connection


@pytest.fixture(scope="module")
def inside(snapshot: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The analysts' file, as the release reads it."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{snapshot / LENS}' AS lens (READ_ONLY)")
        yield connection


@pytest.fixture(scope="module")
def judged(inside: duckdb.DuckDBPyConnection) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """The true cells of each cube, and the parts of enterprises that are alone in one."""
    found = {}
    for cube in CATALOGUE.cubes:
        cells, parts = cells_of(inside, cube, f"({fact_statement(cube.name, 'lens.main')})")
        judge(cells, cube, CATALOGUE.rule)
        found[cube.name] = (cells, parts)
    return found


@pytest.fixture(scope="module")
def everything(
    released: duckdb.DuckDBPyConnection, inside: duckdb.DuckDBPyConnection
) -> list[Delivered]:
    places = inside.execute("SELECT prefecture_code, bureau_code FROM lens.prefecture").fetchall()
    return delivered(released, dict(places))


Judged = dict[str, tuple[pd.DataFrame, pd.DataFrame]]


def _truth(judged: Judged, one: Delivered) -> dict[str, TrueCell]:
    cells, _ = judged[one.cube]
    names = [measure.name for measure in BY_NAME[one.cube].measures]
    every = truth_of(cells[cells["fiscal_year"] == one.year], names)
    return {cell: true for cell, true in every.items() if cell in one.values}


def _insiders(judged: Judged, one: Delivered) -> dict[str, dict[str, float]]:
    """What each enterprise that is alone somewhere has of each cell. Of a count it knows its own
    part and not that there is no other."""
    cube = BY_NAME[one.cube]
    _, parts = judged[one.cube]
    own: dict[str, dict[str, float]] = {}
    for row in parts[parts["fiscal_year"] == one.year].to_dict("records"):
        place = tuple(row[column] for column in PLACE)
        for measure in cube.measures:
            cell = name_of(place, measure.name)
            if row.get(measure.name) and cell in one.values:
                share = 1 - 1e-4 if measure.rule == "count" else 1.0
                own.setdefault(row["contributor"], {})[cell] = share * row[measure.name]
    return own


def test_the_questions_know_the_cubes_of_the_catalogue() -> None:
    assert tuple(BY_NAME) == CUBES


def test_no_hidden_cell_of_the_release_is_in_anybodys_reach(
    everything: list[Delivered], judged: Judged
) -> None:
    n_hidden = 0
    for one in everything:
        found = at_risk(one, _truth(judged, one), _insiders(judged, one))
        assert found == [], (one.cube, one.year)
        n_hidden += len(one.hidden)
    assert n_hidden > 500
    assert {one.cube for one in everything} == set(CUBES)


def test_every_sensitive_cell_is_hidden_and_what_is_shown_is_true(
    everything: list[Delivered], judged: Judged
) -> None:
    for one in everything:
        truth = _truth(judged, one)
        assert set(truth) == set(one.values)
        for cell, value in one.values.items():
            if value is None:
                assert not truth[cell].is_fixed
            else:
                assert not truth[cell].is_sensitive
                assert value == round(truth[cell].value)


def test_whoever_shows_a_secondary_cell_again_gives_a_primary_one_away(
    everything: list[Delivered], judged: Judged
) -> None:
    """Every secondary cell is needed, so every mutant must be caught."""
    chance = random.Random(5)
    amounts = [one for one in everything if one.cube in ("award_amount", "application_result")]
    tried = 0
    for one in sorted(amounts, key=lambda one: len(one.values)):
        truth = _truth(judged, one)
        secondary = [c for c in one.hidden if "#n_decided" not in c and not truth[c].is_sensitive]
        if not secondary:
            continue
        cell = chance.choice(secondary)
        mutant = Delivered(
            one.cube, one.year, one.values | {cell: truth[cell].value}, one.relations
        )
        assert at_risk(mutant, truth, _insiders(judged, one)), (one.cube, one.year, cell)
        tried += 1
        if tried == 8:
            break
    assert tried == 8


def test_the_totals_are_those_of_the_store(
    released: duckdb.DuckDBPyConnection, inside: duckdb.DuckDBPyConnection
) -> None:
    for cube, measure, counted in (
        ("award_amount", "amount_yen", "sum(amount_yen) FROM lens.award"),
        ("award_amount", "n_award", "count(*) FROM lens.award"),
        ("award_amount", "n_recipient", "count(DISTINCT firm_id) FROM lens.award"),
        ("application_result", "n_adopted", DECIDED.format("adopted")),
        ("application_result", "n_rejected", DECIDED.format("rejected")),
        ("consultation_topic", "n_consultation", "count(*) FROM lens.consultation"),
    ):  # fmt: skip
        shown = released.execute(
            "SELECT fiscal_year, value FROM released_cell WHERE cube = ? AND measure = ? "
            "AND region_level = 'nation' AND division_code = '' AND category_code = '' "
            "AND size_code = '' AND value IS NOT NULL",
            [cube, measure],
        ).fetchall()
        true = inside.execute(f"SELECT fiscal_year, {counted} GROUP BY fiscal_year").fetchall()
        assert len(shown) > 5
        assert set(shown) <= set(true)


def test_the_sales_of_projects_are_those_reported_since_their_completion(
    released: duckdb.DuckDBPyConnection, inside: duckdb.DuckDBPyConnection
) -> None:
    shown = released.execute(
        "SELECT measure, value FROM released_cell WHERE cube = 'commercialisation_sales' "
        "AND region_level = 'nation' AND category_code = ''"
    ).fetchall()
    true = inside.execute(
        """
        WITH product AS (
            SELECT DISTINCT application_id
            FROM lens.commercialisation_report JOIN lens.application USING (application_id)
            WHERE stage >= 3 AND decision = 'adopted'
              AND application_id IN (SELECT application_id FROM lens.project_execution)
        )
        SELECT (SELECT count(*) FROM product), sum(sales_yen)
        FROM lens.commercialisation_report JOIN product USING (application_id)
        WHERE years_since_completion >= 1
        """
    ).fetchone()
    assert true is not None
    assert dict(shown) == dict(zip(("n_commercialised", "sales_yen"), true, strict=True))


def test_projects_with_a_product_are_as_many_beside_their_rate_as_beside_their_sales(
    released: duckdb.DuckDBPyConnection,
) -> None:
    """Where both cubes tell of a place they show the same number, or hide it in both."""
    place = "region_level, region_code, division_code, category_code"
    of_cube = f"SELECT {place}, value, status FROM released_cell WHERE cube = ? AND measure = ?"  # noqa: S608
    rates, sales = (
        {
            tuple(row[:4]): row[4:]
            for row in released.execute(of_cube, [cube, "n_commercialised"]).fetchall()
        }
        for cube in ("commercialisation", "commercialisation_sales")
    )
    common = rates.keys() & sales.keys()
    assert common
    assert {cell: rates[cell] for cell in common} == {cell: sales[cell] for cell in common}


def _released_now(snapshot: Path, previous: Path | None, *cubes: Cube) -> duckdb.DuckDBPyConnection:
    work = duckdb.connect()
    release_cubes(work, snapshot / LENS, previous, CATALOGUE.with_cubes(cubes))
    return work


def _fails(*_: object, **__: object) -> None:
    raise SolverFailure("no proof")


@pytest.mark.parametrize(
    ("step", "failure"),
    [("protect", _fails), ("check", lambda _: [Finding("malformed", "it")])],
)
def test_without_proof_only_what_needs_none_is_released(
    step: str, failure: object, snapshot: Path, judged: Judged, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years whose coarsest layout has nothing sensitive stay; nothing of the others is there."""
    cube = BY_NAME["application_result"]
    monkeypatch.setattr(pattern, step, failure)
    with _released_now(snapshot, None, cube) as work:
        outcomes = dict(work.execute("SELECT fiscal_year, outcome FROM released_cube").fetchall())
        rows = work.execute("SELECT DISTINCT fiscal_year, status FROM released_cell").fetchall()
    cells, _ = judged[cube.name]
    nation = cells[(cells["region_level"] == "nation") & (cells["division_code"] == "")
                   & (cells["category_code"] == "") & (cells["size_code"] == "")]  # fmt: skip
    sensitive = set(nation["fiscal_year"][nation["n_rejected:is_sensitive"]])
    assert rows
    assert {year for year, outcome in outcomes.items() if outcome == "withheld"} == sensitive
    assert {year for year, _ in rows} == set(outcomes) - sensitive
    assert "x" not in {status for _, status in rows}


def test_the_same_data_hide_the_same_cells_and_no_others(snapshot: Path) -> None:
    cell = "SELECT * FROM released_cell ORDER BY ALL"
    with (
        _released_now(snapshot, None, BY_NAME["application_result"]) as first,
        _released_now(snapshot, snapshot / STANDING, BY_NAME["application_result"]) as second,
    ):
        assert first.execute(cell).fetchall() == second.execute(cell).fetchall()


def test_no_text_or_value_of_the_release_tells_primary_from_secondary(
    released: duckdb.DuckDBPyConnection,
) -> None:
    columns = {
        name
        for (name,) in released.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name IN ('released_cell', 'released_cube')"
        ).fetchall()
    }
    assert not {name for name in columns if "sensitive" in name or "secondary" in name}
    statuses = released.execute("SELECT DISTINCT status FROM released_cell ORDER BY 1").fetchall()
    assert statuses == [("",), ("-",), ("x",)]
