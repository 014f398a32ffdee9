"""Matched comparisons: the nearest firms, planted effects found again, who is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from math import isclose, isnan
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from gate.actor import Role
from gate.consent import Consents
from gate.scope import ScopedCursor
from queries.matching_pairs import CONTROL, USER, matched_firms
from queries.matching_specification import MatchingParameters
from stats.matched_balance import BALANCE_QUESTION, LOSS_QUESTION
from stats.matched_check import QUESTION as CHECK
from stats.matched_exit import QUESTION as EXIT
from stats.matched_path import QUESTION as PATH
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_matching import MEASURE, PLANTED, World, matching_store, world
from tests.stats import matching_twin

WORLD = world(seed=5, n=1_200)
SPECIFICATIONS = [
    MatchingParameters(year="0", measure=MEASURE, **changes)
    for changes in (
        {},
        {"nearest": "1", "caliper": "narrow"},
        {"nearest": "5", "caliper": "wide", "covariates": "basic"},
        {"caliper_on": "every", "caliper": "wide", "strata": "loose"},
        {"strata": "loose", "controls": "not_yet"},
        {"strata": "fine", "users": "once"},
        {"users": "alone", "region": "b02"},
    )
] + [
    MatchingParameters(year="0", measure="sapoin", against="rejected"),
    MatchingParameters(year="2011", span="3", measure="sapoin", against="rejected", strata="loose"),
]


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = matching_store(WORLD)
    yield cursor
    connection.close()


def _pairs(cursor: Any, asked: MatchingParameters) -> dict[UUID, list[UUID]]:
    found = matched_firms(cursor, asked).rows
    pairs: dict[UUID, list[UUID]] = {
        UUID(str(user)): [] for user in found.loc[found["role"] == USER, "user_id"]
    }
    for row in found[found["role"] == CONTROL].itertuples():
        pairs[UUID(str(row.user_id))].append(UUID(str(row.firm_id)))
    return pairs


@pytest.mark.parametrize("asked", SPECIFICATIONS, ids=lambda p: p.number)
def test_every_pair_is_one_of_the_nearest_admissible_firms(
    store: StoreCursor, asked: MatchingParameters
) -> None:
    found = _pairs(store, asked)
    expected = matching_twin.candidates(WORLD, asked)
    assert set(found) == set(expected)
    k = int(asked.nearest)
    n_pair = 0
    for user, firms in found.items():
        nearest = expected[user]
        assert len(firms) == len(set(firms)) == min(k, len(nearest))
        distance = {firm: value for value, firm in nearest}
        chosen = sorted(distance[firm] for firm in firms)
        # Single precision in the store, double here.
        assert np.allclose(chosen, [value for value, _ in nearest[:k]], rtol=1e-4, atol=1e-6)
        n_pair += len(firms)
    assert n_pair > 20


@pytest.mark.parametrize("reuse", ["any", "1"])
def test_pairs_do_not_depend_on_the_order_of_rows_or_on_threads(reuse: str) -> None:
    asked = SPECIFICATIONS[0].with_(reuse=reuse, nearest="5", strata="loose")
    turned = World(WORLD.uses[::-1], WORLD.profiles[::-1], WORLD.paths[::-1], WORLD.outcomes[::-1])
    found = []
    for rows, threads in ((WORLD, 2), (turned, 1)):
        connection, cursor = matching_store(rows)
        connection.execute(f"SET threads = {threads}")
        found.append({user: set(firms) for user, firms in _pairs(cursor, asked).items()})
        connection.close()
    assert found[0] == found[1]


def test_ties_go_to_the_firm_whose_number_comes_first() -> None:
    base = next(r for r in WORLD.profiles if not r["missing_bits"] and r["fiscal_year"] == 2012)
    user = UUID(int=7)
    twins = [
        {**base, "firm_id": UUID(int=100 + i), "tie": tie, "fiscal_year": 2012}
        for i, tie in enumerate((0.9, 0.2, 0.5, 0.1, 0.7))
    ]
    use = {**WORLD.uses[0], "firm_id": user, "first_year": 2013}
    small = World([use], [{**base, "firm_id": user}, *twins], [], [])
    connection, cursor = matching_store(small)
    found = _pairs(cursor, SPECIFICATIONS[0])
    connection.close()
    assert set(found[user]) == {UUID(int=103), UUID(int=101), UUID(int=102)}


def test_the_difference_is_that_of_the_sets_one_by_one(store: StoreCursor) -> None:
    for asked in (one.with_(adjust="none") for one in SPECIFICATIONS[:4]):
        frame: Any = PATH.answer(store, asked).set_index("event_year")
        pairs = {user: firms for user, firms in _pairs(store, asked).items() if firms}
        cohorts = matching_twin.users(WORLD, asked)
        for event in (-3, 0, 3, 8):
            value, n = matching_twin.percent_difference(WORLD, pairs, cohorts, event)
            assert frame.loc[event, "n"] == n
            assert isclose(frame.loc[event, "difference"], value, abs_tol=1e-4)
        base = frame.loc[-1]
        assert base["difference"] == base["difference_low"] == base["difference_high"] == 0


def test_a_planted_effect_comes_back_within_two_errors_and_the_plain_one_is_wrong(
    store: StoreCursor,
) -> None:
    frame: Any = PATH.answer(store, SPECIFICATIONS[0]).set_index("event_year")
    for event, planted in enumerate(PLANTED):
        row = frame.loc[event]
        truth = 100 * np.expm1(planted)
        assert abs(row["difference"] - truth) < 2 * row["difference_error"] + 0.2
        assert row["plain_difference"] > 5 * truth
    later = frame.loc[3]
    assert later["difference_low"] > 0
    assert later["difference_low"] < later["difference"] < later["difference_high"]


def test_without_an_effect_none_is_found() -> None:
    connection, cursor = matching_store(world(seed=11, n=1_200, effect=(0.0,)))
    frame: Any = PATH.answer(cursor, SPECIFICATIONS[0]).set_index("event_year")
    checks: Any = CHECK.answer(cursor, SPECIFICATIONS[0]).set_index("check")
    connection.close()
    assert all(frame["difference_low"] <= 0)
    assert all(frame["difference_high"] >= 0)
    assert checks.loc["hidden_bias", "value"] < 1.5


def test_balance_shrinks_and_says_how_far(store: StoreCursor) -> None:
    frame: Any = BALANCE_QUESTION.answer(store, SPECIFICATIONS[0]).set_index("covariate")
    sales = frame.loc["log_sales"]
    assert sales["smd_before"] > 0.4
    assert abs(sales["smd_after"]) < 0.1
    assert sales["verdict"] == "ok"
    pairs = {u: f for u, f in _pairs(store, SPECIFICATIONS[0]).items() if f}
    assert sales["n_user"] == len(pairs)
    served: Counter[UUID] = Counter()
    for firms in pairs.values():
        served.update(firms)
    assert sales["n_control"] == len(served)
    weight: defaultdict[UUID, float] = defaultdict(float)
    for firms in pairs.values():
        for firm in firms:
            weight[firm] += 1 / len(firms)
    effective = sum(weight.values()) ** 2 / sum(w * w for w in weight.values())
    assert sales["n_control_effective"] == round(effective)


def test_every_user_is_compared_or_has_a_reason(store: StoreCursor) -> None:
    for asked in SPECIFICATIONS:
        frame: Any = LOSS_QUESTION.answer(store, asked).set_index("step")["n"]
        expected = matching_twin.candidates(WORLD, asked)
        assert frame["user"] == len(matching_twin.users(WORLD, asked))
        assert frame["user"] == frame.drop("user").sum()
        assert frame["matched"] == sum(1 for firms in expected.values() if firms)
        assert frame["no_statement"] == frame["user"] - len(expected)
        assert min(frame) >= 0


def test_exit_counts_each_kind_by_itself(store: StoreCursor) -> None:
    frame: Any = EXIT.answer(store, SPECIFICATIONS[0])
    assert set(frame["kind"]) == {"default", "missing_statement", "closure", "merger"}
    for _, rows in frame.groupby("kind"):
        shares = rows.sort_values("event_year")["user_share"].to_numpy()
        assert all(np.diff(shares[~np.isnan(shares)]) >= -1e-9)
    assert frame.loc[frame["kind"] == "default", "control_share"].max() > 0


def test_checks_speak_for_a_true_effect(store: StoreCursor) -> None:
    frame: Any = CHECK.answer(store, SPECIFICATIONS[0]).set_index("check")
    assert frame.loc["second_opinion", "is_good"]
    assert frame.loc["second_opinion", "value"] > 0
    assert frame.loc["hidden_bias", "value"] > 1.5
    assert frame.loc["e_value", "value"] > 1
    assert not isnan(frame.loc["placebo", "value"])


def test_too_few_users_leave_counts_only() -> None:
    connection, cursor = matching_store(world(seed=2, n=60))
    asked = SPECIFICATIONS[0]
    path, balance = PATH.answer(cursor, asked), BALANCE_QUESTION.answer(cursor, asked)
    connection.close()
    assert set(path["status"]) == set(balance["status"]) == {"few"}
    assert path["difference"].isna().all()
    assert balance["smd_after"].isna().all()


def test_a_firm_that_refuses_is_neither_user_nor_beside_one() -> None:
    asked = MatchingParameters(year="0", measure=MEASURE, nearest="5", caliper="wide")
    everybody = matching_twin.candidates(WORLD, asked)
    user = next(u for u, firms in everybody.items() if firms)
    for refusing in (user, everybody[user][0][1]):
        connection, cursor = matching_store(WORLD, refusing)
        consents = Consents(date(2026, 7, 1))
        scoped = ScopedCursor(cursor, actor(Role.MINISTRY), Members({}, {}), consents=consents)
        before, found = _firms(cursor, asked), _firms(scoped, asked)
        assert refusing in before
        assert found
        assert refusing not in found
        assert len(PATH.answer(scoped, asked)) == 12
        assert len(LOSS_QUESTION.answer(scoped, asked)) == 8
        connection.close()


def _firms(cursor: Any, asked: MatchingParameters) -> set[UUID]:
    pairs = _pairs(cursor, asked)
    return set(pairs) | {firm for firms in pairs.values() for firm in firms}


def test_a_firm_with_a_published_award_has_not_stayed_without_the_measure() -> None:
    asked = MatchingParameters(year="0", measure=MEASURE, nearest="5", caliper="wide")
    everybody = matching_twin.candidates(WORLD, asked)
    cohorts = matching_twin.users(WORLD, asked)
    known, other = [user for user, firms in everybody.items() if firms][:2]
    beside = everybody[other][0][1]
    awards = [
        {"firm_id": firm, "measure_code": MEASURE, "first_year": year}
        for firm, year in ((beside, 2009), (known, cohorts[known] - 1), (other, cohorts[other]))
    ]
    connection, cursor = matching_store(WORLD, published=awards)
    pairs = _pairs(cursor, asked)
    losses: Any = LOSS_QUESTION.answer(cursor, asked).set_index("step")["n"]
    connection.close()
    assert beside not in {firm for firms in pairs.values() for firm in firms}
    # Its first use is none; that of the other is the very award.
    assert known not in pairs
    assert pairs[other]
    assert losses["used_before"] == 1
    assert losses["user"] == losses.drop("user").sum() == len(cohorts)
