"""The difference by sub-group: the mean of its own sets, merged where small, shrunken, marked."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from queries.matching_specification import GroupedParameters
from stats.matched_groups import QUESTION as GROUPS
from stats.matched_path import QUESTION as PATH
from store.cursor import StoreCursor
from tests.queries.little_matching import MEASURE, matching_store, world
from tests.stats import matching_twin
from tests.stats.test_matched_questions import _pairs

WORLD = world(seed=5, n=1_200)
ASKED = GroupedParameters(year="0", measure=MEASURE)


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = matching_store(WORLD)
    yield cursor
    connection.close()


def _rows(store: StoreCursor, **changes: str) -> Any:
    return GROUPS.answer(store, ASKED.with_(**changes)).set_index("member_code")


def test_the_whole_is_the_difference_of_the_path(store: StoreCursor) -> None:
    whole = _rows(store).loc[""]
    path: Any = PATH.answer(store, ASKED).set_index("event_year").loc[3]
    assert whole["n"] == path["n"]
    assert isclose(whole["difference"], path["difference"], rel_tol=1e-9)
    assert isclose(whole["difference_error"], path["difference_error"], rel_tol=0.15)


@pytest.mark.parametrize(
    ("group", "columns"),
    [("region", ["bureau_code"]), ("industry", ["division_code"])],
)
def test_a_group_is_the_mean_of_its_own_sets(
    store: StoreCursor, group: str, columns: list[str]
) -> None:
    rows = _rows(store, group=group, adjust="none")
    cohorts = matching_twin.users(WORLD, ASKED)
    pairs = {user: firms for user, firms in _pairs(store, ASKED).items() if firms}
    place = {
        (row["firm_id"], row["fiscal_year"]): "|".join(str(row[c]) for c in columns)
        for row in WORLD.profiles
    }
    for code in rows.index[1:]:
        own = {u: f for u, f in pairs.items() if place[u, cohorts[u] - 1] == code}
        value, n = matching_twin.percent_difference(WORLD, own, cohorts, 3)
        assert (rows.loc[code, "n"], rows.loc[code, "n_user"]) == (n, len(own))
        assert isclose(rows.loc[code, "difference"], value, abs_tol=1e-4)
        assert rows.loc[code, "shown_in"] == code
    assert rows["n"].iloc[1:].sum() == rows.loc["", "n"]


def test_shrinking_draws_to_the_middle_and_marks_what_is_planted(store: StoreCursor) -> None:
    rows = _rows(store, group="region_industry").iloc[1:]
    own = rows[rows["status"] == ""]
    assert len(own) > 2
    middle = own["shrunken"].mean()
    assert (abs(own["shrunken"] - middle) <= abs(own["difference"] - middle) + 1e-9).all()
    assert own["own_weight"].between(0, 100).all()
    assert own["is_marked"].any()
    assert (own["false_discovery"][own["is_marked"]] <= 0.05).all()


def test_a_small_group_shows_the_part_it_lies_in() -> None:
    moved = _only_a_few_in("D", "b02")
    connection, cursor = matching_store(moved)
    rows = GROUPS.answer(cursor, ASKED.with_(group="region_industry")).set_index("member_code")
    connection.close()
    small: Any = rows.loc["b02|D"]
    assert small["n_user"] < 30
    assert small["status"] == "merged"
    assert small["shown_in"] == "b02"
    region: Any = rows.loc["b02"]
    assert region["n_user"] >= 30
    assert small["difference"] == region["difference"]
    assert np.isnan(small["shrunken"])
    assert list(rows.index[:2]) == ["", "b02"]


def _only_a_few_in(division: str, bureau: str) -> Any:
    """The world without most users of one industry in one region."""
    own = [r for r in WORLD.uses if (r["division_code"], r["bureau_code"]) == (division, bureau)]
    gone: set[UUID] = {row["firm_id"] for row in own[20:]}
    uses = [row for row in WORLD.uses if row["firm_id"] not in gone]
    profiles = [row for row in WORLD.profiles if row["firm_id"] not in gone]
    return type(WORLD)(uses, profiles, WORLD.paths, WORLD.outcomes)


def test_fields_are_those_of_the_first_adopted_project(store: StoreCursor) -> None:
    asked = GroupedParameters(year="0", measure="sapoin", against="rejected", group="field")
    rows = GROUPS.answer(store, asked).set_index("member_code")
    assert list(rows.index) == ["", "?", "t01"]
    assert rows.loc["t01", "member_name"] == "精密加工"
    support = _rows(store, group="field")
    assert list(support.index) == ["", "?"]


def test_too_few_users_leave_no_estimate() -> None:
    connection, cursor = matching_store(world(seed=2, n=60))
    rows = GROUPS.answer(cursor, ASKED)
    connection.close()
    assert set(rows["status"]) == {"few"}
    assert rows["difference"].isna().all()


def test_without_an_effect_hardly_anything_is_marked() -> None:
    connection, cursor = matching_store(world(seed=11, n=1_200, effect=(0.0,)))
    rows = GROUPS.answer(cursor, ASKED.with_(group="region_industry"))
    connection.close()
    assert not rows["is_marked"].any()
