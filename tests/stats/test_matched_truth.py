"""Effects that were planted firm by firm are found again, where a plain comparison is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from queries.matching_specification import MatchingParameters
from stats.matched_check import QUESTION as CHECK
from stats.matched_exit import QUESTION as EXIT
from stats.matched_path import QUESTION as PATH
from store.cursor import StoreCursor
from tests.queries.little_matching import MEASURE, matching_store
from tests.stats.planted_world import N_EVENT, Planted, planted_world

ASKED = MatchingParameters(year="0", measure=MEASURE, after="5", covariates="basic")
SALES = (0.02, 0.05, 0.08, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1)
GROSS = (0.03, 0.08, 0.12, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15)
NOTHING = (0.0,) * N_EVENT


@pytest.fixture(scope="module")
def planted() -> Planted:
    return planted_world(seed=3, n=1_600, sales=SALES, gross_profit=GROSS, saved=0.4)


@pytest.fixture(scope="module")
def store(planted: Planted) -> Iterator[StoreCursor]:
    connection, cursor = matching_store(planted.world)
    yield cursor
    connection.close()


@pytest.mark.parametrize("outcome", ["sales", "gross_profit"])
def test_amounts_come_back_within_two_errors_in_every_year(
    store: StoreCursor, planted: Planted, outcome: str
) -> None:
    frame: Any = PATH.answer(store, ASKED.with_(outcome=outcome)).set_index("event_year")
    for event, effect in enumerate(getattr(planted, outcome)):
        row, truth = frame.loc[event], 100 * np.expm1(effect)
        assert abs(row["difference"] - truth) < 2 * row["difference_error"]
        assert row["plain_difference"] - truth > 20 * row["difference_error"]
    for event in (-3, -2):
        assert abs(frame.loc[event, "difference"]) < 2 * frame.loc[event, "difference_error"]


def test_default_comes_back_and_a_plain_count_says_too_much(
    store: StoreCursor, planted: Planted
) -> None:
    frame: Any = EXIT.answer(store, ASKED)
    rows = frame[frame["kind"] == "default"].set_index("event_year")
    for event in range(1, N_EVENT):
        row, truth = rows.loc[event], 100 * planted.default[event]
        assert row["difference_low"] < truth < row["difference_high"]
    last = rows.loc[N_EVENT - 1]
    assert last["difference_high"] < 0
    plain = 100 * planted.plain_default[-1]
    assert plain < last["difference_low"]


def test_survivors_alone_mislead_where_the_measure_keeps_weak_firms_alive() -> None:
    """Nothing is added to sales, but weak users stay that would have gone: those who are left look
    worse than firms like them. The bounds hold the truth, and the check says so."""
    world = planted_world(
        seed=9, n=2_400, sales=NOTHING, gross_profit=NOTHING, saved=0.1, is_selective=True
    )
    connection, cursor = matching_store(world.world)
    asked = ASKED.with_(nearest="1")
    path: Any = PATH.answer(cursor, asked).set_index("event_year").loc[5]
    check: Any = CHECK.answer(cursor, asked).set_index("check").loc["survivors"]
    connection.close()
    assert path["difference"] + 2 * path["difference_error"] < 0
    assert check["value"] < 0
    assert check["low"] < 0 < check["high"]
    assert not check["is_good"]
