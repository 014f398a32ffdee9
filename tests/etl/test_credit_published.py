"""Credit strength of invented firms: what was planted is found, and every place is recomputed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from statistics import mean, pstdev
from typing import Any
from uuid import UUID

import duckdb
import pytest

from etl import credit_fit
from etl.assemble_credit import assemble_credit
from etl.credit_fit import split_of
from etl.firm_exit import find_exits
from stats.methods.density_bins import NO_CELL, Axis, Grid, cell_index
from stats.methods.time_split import TimeSplit
from store import credit_grid as grid
from tests.etl.little_books import CLOSED, MERGED, RETURNED, SILENT, YEARS, books, work_of

Row = Mapping[str, Any]
PLANE = Grid(
    Axis(grid.STRENGTH_LOW, grid.STRENGTH_HIGH, grid.N_BIN),
    Axis(grid.GROWTH_LOW, grid.GROWTH_HIGH, grid.N_BIN),
)
BOOKS = books(seed=5, firms=1_000)


def _assembled(threads: int = 2, seed: int | None = None) -> duckdb.DuckDBPyConnection:
    statements, defaults, known = (list(rows) for rows in BOOKS)
    if seed is not None:
        for rows in (statements, defaults, known):
            Random(seed).shuffle(rows)
    work = work_of(statements, defaults, known, threads)
    find_exits(work, "financial_statement")
    assemble_credit(work, "financial_statement")
    return work


@pytest.fixture(scope="module")
def work() -> duckdb.DuckDBPyConnection:
    return _assembled()


@pytest.fixture(scope="module")
def scores(work: duckdb.DuckDBPyConnection) -> dict[tuple[UUID, int], Row]:
    rows = work.execute("FROM credit_score").to_arrow_table().to_pylist()
    return {(UUID(str(row["firm_id"])), int(row["fiscal_year"])): row for row in rows}


def _one(work: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = work.execute(query).fetchone()
    assert row is not None
    return row


def test_weak_equity_that_was_planted_is_found(work: duckdb.DuckDBPyConnection) -> None:
    auc, slope, low, high = _one(
        work,
        """SELECT auc, slope, observed_expected_low, observed_expected_high
           FROM credit_quality WHERE slice = 'part' AND slice_code = 'test'""",
    )
    assert auc > 0.6
    assert low < 1 < high
    assert 0.5 < slope < 1.6
    (estimate, error) = _one(
        work,
        "SELECT estimate, error FROM credit_term WHERE kind = 'ratio' AND term = 'equity_ratio'",
    )
    assert estimate + 1.96 * error < 0


def test_every_statement_has_its_score_and_none_has_two(
    work: duckdb.DuckDBPyConnection, scores: Mapping[tuple[UUID, int], Row]
) -> None:
    assert len(scores) == len(BOOKS[0]) == _one(work, "SELECT count(*) FROM credit_score")[0]


def test_strength_is_the_log_odds_of_not_defaulting(
    scores: Mapping[tuple[UUID, int], Row],
) -> None:
    for row in scores.values():
        odds = math.exp(row["strength"])
        assert row["default_probability"] == pytest.approx(1 / (1 + odds), rel=1e-4, abs=1e-6)


def test_the_deviation_score_is_that_of_the_year(scores: Mapping[tuple[UUID, int], Row]) -> None:
    for year in YEARS:
        of_year = [row for (_, y), row in scores.items() if y == year]
        strengths = [float(row["strength"]) for row in of_year]
        middle, spread = mean(strengths), pstdev(strengths)
        for row in of_year:
            score = min(80.0, max(20.0, 50 + 10 * (row["strength"] - middle) / spread))
            assert row["deviation"] == pytest.approx(score, abs=0.006)


@pytest.mark.parametrize(
    ("delivered", "growth_of", "cell_of"),
    [
        ("sales_kyen", "sales_growth", "map_bin"),
        ("n_employee", "employees_growth", "map_bin_employees"),
    ],
)
def test_growth_and_cell_are_those_of_the_method(
    scores: Mapping[tuple[UUID, int], Row], delivered: str, growth_of: str, cell_of: str
) -> None:
    known = {(row["firm_id"], row["fiscal_year"]): row[delivered] for row in BOOKS[0]}
    n_known = 0
    for (firm, year), row in scores.items():
        for window in grid.GROWTH_WINDOWS:
            now, before = known[firm, year], known.get((firm, year - window))
            found = row[f"{growth_of}_{window}"]
            # None and nobody alike: neither grows from, nor to, what is not positive.
            if not now or not before:
                assert found is None
                assert row[f"{cell_of}_{window}"] is None
                continue
            growth = 100 * ((now / before) ** (1 / window) - 1)
            assert found == pytest.approx(growth, abs=0.006)
            cell = int(cell_index(PLANE, [row["deviation"]], [growth])[0])
            # At an edge the stored score is rounded to the other side.
            near = {
                int(cell_index(PLANE, [row["deviation"] + d], [growth])[0]) for d in (-0.006, 0.006)
            }
            assert row[f"{cell_of}_{window}"] in near | {cell}
            assert cell != NO_CELL
            n_known += 1
    assert n_known > 5_000


@pytest.mark.parametrize("axis", grid.GROWTH_AXES, ids=lambda axis: axis.suffix)
def test_who_is_gone_later_is_gone_for_the_first_reason(
    scores: Mapping[tuple[UUID, int], Row], axis: grid.GrowthAxis
) -> None:
    default_year = {row["firm_id"]: row["fiscal_year"] for row in BOOKS[1]}
    for (firm, year), row in scores.items():
        if firm == RETURNED:
            continue
        for later in grid.LATER:
            end = row[axis.after(later)]
            if year + later > YEARS[-1]:
                assert end is None
            elif year < default_year.get(firm, 9999) <= year + later:
                assert end == grid.DEFAULTED
            elif (firm, year + later) in scores:
                cell = scores[firm, year + later][axis.cell]
                assert end == (grid.UNPLACED if cell is None else cell)
            else:
                assert end in (grid.CLOSED, grid.MERGED, grid.SILENT)
    assert scores[CLOSED, 2014]["bin_3_after_3"] == grid.CLOSED
    assert scores[CLOSED, 2014]["bin_3_after_1"] == grid.SILENT
    assert scores[MERGED, 2014]["bin_3_after_1"] == grid.MERGED
    assert scores[SILENT, 2014]["bin_1_after_5"] == grid.SILENT


def test_a_closed_register_counts_before_later_statements_but_not_for_these(
    scores: Mapping[tuple[UUID, int], Row],
) -> None:
    """Final exits are those of etl.firm_exit; who files again has come back."""
    for later in grid.LATER:
        assert scores[RETURNED, 2012][f"bin_3_after_{later}"] == grid.CLOSED
        assert scores[RETURNED, 2014][f"bin_1_after_{later}"] < grid.N_CELL
    assert scores[RETURNED, 2010]["bin_3_after_1"] == grid.UNPLACED


def test_order_of_rows_and_threads_change_nothing(work: duckdb.DuckDBPyConnection) -> None:
    other = _assembled(threads=1, seed=3)
    for table, order in (
        ("credit_score", "firm_id, fiscal_year"),
        ("credit_quality", "slice, slice_code"),
        ("credit_calibration", "decile"),
        ("credit_term", "position"),
    ):
        query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608
        assert work.execute(query).df().equals(other.execute(query).df()), table


def test_with_few_defaults_there_is_no_model_and_every_table_is_empty() -> None:
    work = work_of(*books(seed=1, firms=60))
    assemble_credit(work, "financial_statement")
    for table in ("credit_score", "credit_quality", "credit_calibration", "credit_term"):
        assert _one(work, f"SELECT count(*) FROM {table}") == (0,)  # noqa: S608


def test_without_statements_there_is_no_model() -> None:
    work = work_of([], [], [])
    assemble_credit(work, "financial_statement")
    assert _one(work, "SELECT count(*) FROM credit_score") == (0,)


@pytest.mark.parametrize(
    ("years", "split"),
    [
        (range(2010, 2013), None),
        (range(2010, 2014), TimeSplit(2011, None, 2)),
        (range(2010, 2017), TimeSplit(2012, 2014, 2)),
        (range(2007, 2019), TimeSplit(2012, 2015, 2)),
    ],
)
def test_a_year_lies_between_training_recalibration_and_test(
    years: range, split: TimeSplit | None
) -> None:
    assert split_of([*years]) == split


def test_years_before_defaults_were_reported_teach_nothing(
    work: duckdb.DuckDBPyConnection,
) -> None:
    first = min(row["fiscal_year"] for row in BOOKS[1])
    assert _one(work, "SELECT min(first_year) FROM credit_quality")[0] >= first


def test_a_sample_of_the_sound_firms_foretells_as_many_defaults_as_all_firms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(credit_fit, "MOST_FITTED", 1_500)
    monkeypatch.setattr(credit_fit, "MOST_CASES", 300)
    work = _assembled()
    low, high = _one(
        work,
        """SELECT observed_expected_low, observed_expected_high
           FROM credit_quality WHERE slice = 'part' AND slice_code = 'train'""",
    )
    assert low < 1 < high
    whole = _assembled(seed=8)
    assert work.execute("FROM credit_term").df().equals(whole.execute("FROM credit_term").df())


def test_the_database_scores_as_the_method_does(work: duckdb.DuckDBPyConnection) -> None:
    model = credit_fit.fit_credit_model(work)
    assert model is not None
    stored = work.execute(
        "SELECT hash(firm_id) AS firm, fiscal_year, strength FROM credit_score"
    ).df()
    both = model.judged.merge(stored, on=["firm", "fiscal_year"])
    assert len(both) == len(model.judged) > 5_000
    assert (both["strength"] + both["predictor"]).abs().max() < 1e-4
