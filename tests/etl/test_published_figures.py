"""The demo world loads to what the office published of サポイン: to the case and the yen."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import func, select

from queries.measures import total
from store.cursor import StoreCursor
from store.tables import application, application_cell, budget_cube, delivery, snapshot_change

# Fiscal year: applications, adoptions, budget in hundred million yen.
PUBLISHED = {
    2014: (387, 150, 123.0),
    2015: (326, 143, 126.2),
    2016: (287, 113, 121.8),
    2017: (297, 108, 115.1),
    2018: (334, 126, 114.5),
}
CUMULATIVE = (6_991, 2_021, 1_717.4)


@pytest.fixture(scope="module")
def applications(lens: StoreCursor) -> pd.DataFrame:
    cell = application_cell.c
    counts = (func.sum(cell[name]).label(name) for name in ("n_application", "n_adopted"))
    return lens.fetch(
        select(cell.fiscal_year, *counts)
        .where(cell.programme_code == "sapoin")
        .group_by(cell.fiscal_year)
    ).set_index("fiscal_year")


@pytest.fixture(scope="module")
def budget(lens: StoreCursor) -> pd.Series[int]:
    cube = budget_cube.c
    frame = lens.fetch(
        select(cube.fiscal_year, cube.decided_yen).where(cube.region_level == "nation")
    )
    return frame.set_index("fiscal_year")["decided_yen"]


@pytest.mark.parametrize("year", PUBLISHED)
def test_applications_adoptions_and_budget_of_a_year_are_those_published(
    year: int, applications: pd.DataFrame, budget: pd.Series[int]
) -> None:
    n_application, n_adopted, hundred_million = PUBLISHED[year]
    assert tuple(applications.loc[year]) == (n_application, n_adopted)
    assert budget[year] == round(hundred_million * 100_000_000)


def test_the_totals_since_the_beginning_are_those_published(
    applications: pd.DataFrame, budget: pd.Series[int]
) -> None:
    n_application, n_adopted, hundred_million = CUMULATIVE
    assert tuple(applications.sum()) == (n_application, n_adopted)
    until_2018 = budget[(budget.index > 0) & (budget.index <= 2018)]
    assert until_2018.sum() == round(hundred_million * 100_000_000)


def test_every_file_of_the_demo_balances_and_brings_records(lens: StoreCursor) -> None:
    row = delivery.c
    frame = lens.fetch(
        select(row.file, row.status, row.records_in, row.accepted, row.rejected, row.duplicate)
    )
    # One file of the demo is sent a second time, and one brings nothing new.
    assert set(frame["status"]) <= {"loaded", "duplicate"}
    told = frame["accepted"] + frame["rejected"] + frame["duplicate"]
    assert (told == frame["records_in"]).all()
    assert (frame["records_in"] > 0).all()


def test_no_table_of_the_demo_is_empty(lens: StoreCursor) -> None:
    row = snapshot_change.c
    frame = lens.fetch(select(row.table_name, row.n_after))
    # The first load changes no figure that was known before.
    assert frame[frame["n_after"] == 0]["table_name"].tolist() == ["figure_change"]


def test_the_cells_count_every_application_once_and_tell_where_and_of_what(
    lens: StoreCursor,
) -> None:
    """More than the rows behind them: those of firms that refuse are purged."""
    cell, row = application_cell.c, application.c
    frame = lens.fetch(select(application_cell))
    subjects = [column.name for column in application_cell.c if column.name.endswith("_code")]
    assert not frame.duplicated(["fiscal_year", *subjects]).any()
    unplaced = frame["prefecture_code"].isna()
    assert frame.loc[unplaced, ["bureau_code", "municipality_code"]].isna().all(axis=None)
    assert frame.loc[~unplaced, "bureau_code"].notna().all()
    for name in ("division_code", "major_code", "technology_code", "size_code"):
        assert frame[name].notna().all()
    counted = lens.fetch(
        select(
            total(cell.n_application).label("all"),
            total(cell.n_adopted + cell.n_rejected + cell.n_withdrawn).label("decided"),
        )
    ).iloc[0]
    shown = lens.fetch(select(func.count(row.application_id).label("n"))).iloc[0, 0]
    assert counted["decided"] <= counted["all"]
    assert 0.95 * counted["all"] < shown <= counted["all"]
    assert frame.loc[unplaced, "n_application"].sum() < 0.02 * counted["all"]
