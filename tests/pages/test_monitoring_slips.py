"""Digit slips in self-reported sales: planted in a copy of the demo's users, so that the truth is
known. They move the mean, hardly the median and the winsorised mean, and the page says so."""

from __future__ import annotations

from dataclasses import dataclass

import dash
import duckdb
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from gate.actor import Role
from pages.monitoring_parts import findings
from queries.parameters import MonitoringParameters
from stats.monitoring_path import monitoring_path
from store import tables
from store.cursor import StoreCursor, create_table_sql
from tests.components.drawn import find, words
from tests.pages.made_answers import read_by
from tests.pages.made_monitoring import monitoring_frames

MEASURE = "sapoin"
ASKED = MonitoringParameters(measure=MEASURE, used_from="0", used_to="0")
# One statement in 200 slips: every other one a hundredfold, the others to a hundredth.
EVERY, FIRST = 200, 50
# How far robust lines may move where the mean moves by more than a tenth.
STEADY = 0.05


@dataclass(frozen=True)
class Slipped:
    """The users as they are and with slips, and by how much the slips change the sum of each
    year in yen."""

    before: pd.DataFrame
    after: pd.DataFrame
    added: pd.Series


@pytest.fixture(scope="module")
def slipped(lens: StoreCursor) -> Slipped:
    path = tables.monitoring_path
    rows = lens.fetch(select(path).where(path.c.measure_code == MEASURE))
    # By size: pseudonyms are others in each store, and with them whose statements slip.
    rows = rows.sort_values(["event_year", "sales_kyen"], ignore_index=True)
    sales = rows["sales_kyen"].astype("Int64")
    hit = np.flatnonzero(sales.notna())[FIRST::EVERY]
    factor = np.where(np.arange(len(hit)) % 2 == 0, 100.0, 0.01)
    typed = sales.copy()
    typed.iloc[hit] = (sales.iloc[hit].astype("float64") * factor).round().astype("Int64")
    assert len(hit) == pytest.approx(0.005 * sales.notna().sum(), abs=1)
    added = (1000 * (typed - sales)).groupby(rows["event_year"]).sum()
    whole = lens.fetch(select(tables.industry_outcome))
    frames = [
        monitoring_path(_copy(rows.assign(sales_kyen=of), whole), ASKED) for of in (sales, typed)
    ]
    return Slipped(*frames, added)


def _copy(rows: pd.DataFrame, whole: pd.DataFrame) -> StoreCursor:
    connection = duckdb.connect()
    for table, frame in ((tables.monitoring_path, rows), (tables.industry_outcome, whole)):
        connection.execute(create_table_sql(table, "main"))
        connection.register("made", frame)
        connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM made")  # noqa: S608
    return StoreCursor(connection)


def test_the_mean_moves_by_what_slipped(slipped: Slipped) -> None:
    moved = slipped.after["mean"] - slipped.before["mean"]
    expected = slipped.added.to_numpy("float64") / slipped.before["n"].to_numpy("float64")
    assert moved.to_numpy() == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert (moved / slipped.before["mean"]).abs().max() > 0.10


@pytest.mark.parametrize("centre", ["median", "winsorised_mean"])
def test_the_robust_lines_stay(slipped: Slipped, centre: str) -> None:
    moved = slipped.after[centre] / slipped.before[centre] - 1
    assert moved.abs().max() < STEADY


def test_the_page_says_that_a_few_values_pull_the_mean(
    monkeypatch: pytest.MonkeyPatch, slipped: Slipped
) -> None:
    # Pages register with an application.
    dash.Dash("slips", use_pages=True, pages_folder="")
    from pages import monitoring as page

    said = {}
    for name, frame in (("before", slipped.before), ("after", slipped.after)):
        frames = {**monitoring_frames(), "monitoring_path": frame}
        read_by(monkeypatch, frames, Role.MINISTRY)
        shown = page.layout(centre="mean")
        title = words(find(find(shown, "Figure", id="path")[0], "H2")[0])
        said[name] = ("少数の極端な値に引かれている" in title, "極端な値に平均が" in words(shown))
    assert said == {"before": (False, False), "after": (True, True)}


def test_the_years_that_are_named_are_those_where_much_slipped(slipped: Slipped) -> None:
    rows = [{str(k): v for k, v in row.items()} for row in slipped.after.to_dict("records")]
    moved = (slipped.after["mean"] / slipped.before["mean"] - 1).abs()
    large = set(slipped.after["event_year"][moved > 2 * findings.PULLED])
    named = {row["event_year"] for row in findings.pulled(rows)}
    assert large <= named <= set(slipped.after["event_year"][moved > 0])
    assert findings.most_pulled(rows)["event_year"] in large
