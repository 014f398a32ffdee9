"""The demo world loads to what the office published of サポイン: to the case and the yen."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import func, select

from store.cursor import StoreCursor
from store.tables import application_cube, budget_cube, delivery, snapshot_change

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
    cube = application_cube.c
    return lens.fetch(
        select(cube.fiscal_year, cube.n_application, cube.n_adopted).where(
            cube.region_level == "nation",
            cube.programme_code == "sapoin",
            cube.division_code == "",
            cube.technology_code == "",
        )
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
    assert tuple(applications.loc[0]) == (n_application, n_adopted)
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
    assert frame[frame["n_after"] == 0]["table_name"].tolist() == []


def test_the_cubes_add_up_from_prefectures_to_the_nation(lens: StoreCursor) -> None:
    cube = application_cube.c
    totals = lens.fetch(
        select(cube.region_level, func.sum(cube.n_application).label("n"))
        .where(
            cube.programme_code == "",
            cube.division_code == "",
            cube.technology_code == "",
            cube.fiscal_year == 0,
        )
        .group_by(cube.region_level)
    ).set_index("region_level")["n"]
    assert totals["bureau"] == totals["prefecture"] <= totals["nation"]
    assert 100 * totals["prefecture"] > 98 * totals["nation"]
