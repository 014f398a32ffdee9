"""An outcome that the measure cannot have moved: what another one did before the first use."""

from __future__ import annotations

from math import isclose
from typing import Any

import numpy as np
import pytest

from queries.matching_pairs import CONTROL, matched_firms
from queries.matching_specification import MatchingParameters
from stats.matched_check import QUESTION as CHECK
from stats.matched_path import QUESTION as PATH
from tests.queries.little_matching import MEASURE, World, matching_store, world

WORLD = world(seed=5, n=1_200)
ASKED = MatchingParameters(year="0", measure=MEASURE)
FIRST_USE = {row["firm_id"]: row["first_year"] for row in WORLD.uses}


def _checks(found: World, asked: MatchingParameters) -> Any:
    connection, cursor = matching_store(found)
    frame = CHECK.answer(cursor, asked).set_index("check")
    connection.close()
    return frame


def _taken_on(found: World, times: float) -> World:
    """The world in which users had so many times fewer people until four years before."""
    paths = []
    for row in found.paths:
        first = FIRST_USE.get(row["firm_id"])
        people = [
            value / times
            if first is not None and value is not None and row["first_year"] + i <= first - 4
            else value
            for i, value in enumerate(row["n_employee"])
        ]
        paths.append({**row, "n_employee": [v and round(v) for v in people]})
    return World(found.uses, found.profiles, paths, found.outcomes)


@pytest.mark.parametrize("outcome", ["sales", "employee"])
def test_it_is_the_growth_of_the_other_outcome_over_the_three_years_before(outcome: str) -> None:
    asked = ASKED.with_(outcome=outcome)
    other, column = (
        ("gross_profit", "gross_profit_kyen")
        if outcome == "employee"
        else ("employee", "n_employee")
    )
    row = _checks(WORLD, asked).loc[f"untouched_{other}"]
    connection, cursor = matching_store(WORLD)
    rows = matched_firms(cursor, asked).rows
    connection.close()
    paths = {str(path["firm_id"]): path for path in WORLD.paths}
    scale = 1 if other == "employee" else 1_000

    def grown(firm: object, cohort: int) -> float:
        path = paths[str(firm)]
        values = [path[column][year - path["first_year"]] for year in (cohort - 4, cohort - 1)
                  if year >= path["first_year"]]  # fmt: skip
        if len(values) < 2 or None in values:
            return float("nan")
        return float(np.diff(np.log1p(scale * np.array(values, float)))[0])

    gaps = []
    for user, pairs in rows[rows["role"] == CONTROL].groupby("user_id"):
        cohort = int(pairs["cohort"].iloc[0])
        beside = np.array([grown(firm, cohort) for firm in pairs["firm_id"]])
        # Of the firms beside a user those count that can be followed.
        if np.isfinite(beside).any():
            gaps.append(grown(user, cohort) - np.nanmean(beside))
    gaps = [gap for gap in gaps if np.isfinite(gap)]
    assert row["n"] >= len(gaps) > 50
    assert isclose(row["value"], 100 * np.expm1(np.mean(gaps)), abs_tol=1e-3)
    assert row["low"] < row["value"] < row["high"]
    assert row["unit"] == "percent"


def test_users_that_had_taken_people_on_before_fail_it_whatever_their_sales_say() -> None:
    plain, changed = _checks(WORLD, ASKED), _checks(_taken_on(WORLD, 1.5), ASKED)
    assert plain.loc["untouched_employee", "is_good"]
    found = changed.loc["untouched_employee"]
    assert not found["is_good"]
    assert found["low"] > 0
    same = plain.drop("untouched_employee")
    assert same.equals(changed.drop("untouched_employee"))


def test_it_is_told_in_percent_where_the_outcome_is_told_in_yen() -> None:
    connection, cursor = matching_store(WORLD)
    asked = ASKED.with_(scale="level")
    units = CHECK.answer(cursor, asked).set_index("check")["unit"]
    assert set(PATH.answer(cursor, asked)["unit"]) == {"yen"}
    connection.close()
    assert units["untouched_employee"] == "percent"
    assert units["placebo"] == "yen"
