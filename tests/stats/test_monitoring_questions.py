"""The questions of モニタリング against a slow twin over the firms' own rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pandas as pd
import pytest

from gate.statement import check_statement
from queries.parameters import MonitoringParameters
from stats.methods.binomial import wilson_interval
from stats.methods.median_interval import median_ranks
from stats.monitoring_exit import monitoring_exit
from stats.monitoring_path import monitoring_cohort, monitoring_path
from store import tables
from store.cursor import Cursor, Statement, StoreCursor
from tests.stats.monitoring_twin import STATES, World, exits_of, users, values_of

T = TypeVar("T")
ALL = MonitoringParameters(measure="jizokuka", used_from="0", used_to="0")
ASKED = [
    ALL,
    ALL.with_(measure="sapoin", used_from="2007", used_to="2012", outcome="net_profit"),
    ALL.with_(measure="support_yorozu", outcome="employee"),
    ALL.with_(measure="sapoin", region="b03"),
    ALL.with_(used_to="2023", users="once", size="s1"),
    ALL.with_(measure="sapoin", used_from="2008", industry="E"),
]
COUNTS = ("n_user", "n", "n_change")


class Checked:
    """A cursor that lets through what the gate would."""

    def __init__(self, cursor: StoreCursor) -> None:
        self.cursor = cursor

    def fetch(self, statement: Statement) -> pd.DataFrame:
        check_statement(statement, tables.metadata)
        return self.cursor.fetch(statement)

    def once(self, name: str, key: Mapping[str, str], make: Callable[[Cursor], T]) -> T:  # noqa: ARG002
        """Nothing is kept."""
        return make(self)


@pytest.fixture(scope="module")
def cursor(lens: StoreCursor) -> Checked:
    return Checked(lens)


@pytest.fixture(scope="module")
def world(lens: StoreCursor) -> World:
    return World.read(lens)


def check_row(row: dict[str, Any], twin: dict[str, Any]) -> None:
    for name in (n for n in row if n in twin or n.startswith(("mean", "median", "winsorised"))):
        value = twin.get(name)
        if value is None:
            assert pd.isna(row[name]), name
        else:
            assert math.isclose(row[name], value, rel_tol=1e-9, abs_tol=1e-6), name
    assert row["status"] == ("" if row["n"] >= 10 else "few")


def check_exits(found: Any, n_at_risk: int, n_exit: int) -> None:
    """How many of fewer than ten have left is not told."""
    assert pd.isna(found) if n_at_risk < 10 else found == n_exit


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: f"{a.measure}-{a.outcome}")
def test_values_by_years_since_the_first_use_are_those_of_the_twin(
    cursor: Checked, world: World, asked: MonitoringParameters
) -> None:
    found = monitoring_path(cursor, asked)
    assert list(found["event_year"]) == [*range(-3, 9)]
    chosen = [*users(world, asked)]
    assert chosen
    for row in found.to_dict("records"):
        dated = [(use, use["first_year"] + row["event_year"]) for use in chosen]
        within = [(u, y) for u, y in dated if world.first_year <= y <= world.last_year]
        twin = values_of(world, asked, within)
        assert [row[name] for name in COUNTS] == [twin[name] for name in COUNTS]
        check_row({str(k): v for k, v in row.items()}, dict(twin))


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: f"{a.measure}-{a.outcome}")
def test_cohorts_that_are_observed_long_enough_are_set_side_by_side(
    cursor: Checked, world: World, asked: MonitoringParameters
) -> None:
    found = monitoring_cohort(cursor, asked)
    chosen, after = [*users(world, asked)], int(asked.horizon)
    years = {use["first_year"] for use in chosen}
    assert list(found["first_year"]) == sorted(y for y in years if y + after <= world.last_year)
    for row in found.to_dict("records"):
        cohort = [use for use in chosen if use["first_year"] == row["first_year"]]
        twin = values_of(world, asked, [(use, row["first_year"] + after) for use in cohort])
        check_row({str(k): v for k, v in row.items()}, dict(twin))
        left = exits_of(world, cohort, after)
        assert row["n_at_risk"] == left["n_at_risk"]
        check_exits(row["n_exit"], left["n_at_risk"], left["n_default"])


@pytest.mark.parametrize("asked", ASKED, ids=lambda a: f"{a.measure}-{a.outcome}")
def test_exits_are_told_apart_and_stand_beside_those_of_the_same_industries(
    cursor: Checked, world: World, asked: MonitoringParameters
) -> None:
    found = monitoring_exit(cursor, asked)
    keys = list(zip(found["event_year"], found["exit_state"], strict=True))
    assert keys == [(year, state) for year in range(9) for state in STATES]
    chosen = [*users(world, asked)]
    twins = {year: exits_of(world, chosen, year) for year in range(9)}
    for row in found.to_dict("records"):
        twin = twins[row["event_year"]]
        n, k = twin["n_at_risk"], twin[f"n_{row['exit_state']}"]
        assert row["n_at_risk"] == n
        check_exits(row["n_exit"], n, k)
        if n < 10:
            assert row["status"] == "few"
            assert pd.isna(row["exit_rate"])
            continue
        low, high = wilson_interval(k, n)
        expected = (100 * k / n, 100 * float(low), 100 * float(high))
        names = ("exit_rate", "exit_rate_low", "exit_rate_high")
        assert [row[name] for name in names] == pytest.approx(expected)
        assert row["reference_exit_rate"] == pytest.approx(100 * twin[row["exit_state"]])


def test_a_measure_that_nobody_here_used_has_no_users(cursor: Checked) -> None:
    asked = ALL.with_(measure="nothing")
    found = monitoring_path(cursor, asked)
    assert set(found["n_user"]) == {0}
    assert set(found["status"]) == {"few"}
    assert monitoring_cohort(cursor, asked).empty
    assert set(monitoring_exit(cursor, asked)["n_at_risk"]) == {0}


@pytest.mark.parametrize(
    ("n", "ranks"), [(0, None), (5, None), (6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (25, (8, 18))]
)
def test_ranks_of_a_median_are_those_of_the_tables(n: int, ranks: tuple[int, int] | None) -> None:
    """Conover's table of confidence intervals for the median, level at least 95 %."""
    assert median_ranks(n) == ranks
