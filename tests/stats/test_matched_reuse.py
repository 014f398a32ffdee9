"""A limit on how many users a firm may stand beside: turn by turn as in a plain loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import numpy as np
import pandas as pd
import pytest

from queries import matching_reuse
from queries.matching_pairs import CONTROL, USER, matched_firms
from queries.matching_specification import REUSE, MatchingParameters
from stats.matched_balance import LOSS_QUESTION
from store.cursor import StoreCursor
from store.matching_tables import FEATURE_NAMES
from tests.queries.little_matching import MEASURE, World, matching_store, world
from tests.stats import matching_twin


def _as_stored(found: World) -> World:
    """The world with the numbers of its profiles in single precision, as a store keeps them."""
    names = (*FEATURE_NAMES, "tie")
    profiles = [
        {**row, **{n: None if row[n] is None else float(np.float32(row[n])) for n in names}}
        for row in found.profiles
    ]
    return World(found.uses, profiles, found.paths, found.outcomes)


WORLD = _as_stored(world(seed=5, n=1_200))
TIES = {(row["firm_id"], row["fiscal_year"]): row["tie"] for row in WORLD.profiles}
SPECIFICATIONS = [
    MatchingParameters(year="0", measure=MEASURE, **changes)
    for changes in (
        {"reuse": "1"},
        {"reuse": "3", "nearest": "5", "caliper": "wide", "covariates": "basic"},
        {"reuse": "1", "nearest": "5", "strata": "loose", "controls": "not_yet"},
        {"reuse": "10", "nearest": "1", "strata": "loose", "caliper": "wide"},
    )
] + [MatchingParameters(year="0", measure="sapoin", against="rejected", reuse="1")]


@pytest.fixture(scope="module")
def store() -> Iterator[StoreCursor]:
    connection, cursor = matching_store(WORLD)
    yield cursor
    connection.close()


def _pairs(cursor: StoreCursor, asked: MatchingParameters) -> dict[UUID, set[UUID]]:
    found = matched_firms(cursor, asked).rows
    pairs: dict[UUID, set[UUID]] = {
        UUID(str(user)): set() for user in found.loc[found["role"] == USER, "user_id"]
    }
    for row in found[found["role"] == CONTROL].itertuples():
        pairs[UUID(str(row.user_id))].add(UUID(str(row.firm_id)))
    return pairs


def _expected(asked: MatchingParameters) -> dict[UUID, set[UUID]]:
    cohorts = matching_twin.users(WORLD, asked)
    candidates = matching_twin.candidates(WORLD, asked)
    # What tells equally near firms apart.
    nearest = {
        user: sorted((value + TIES[firm, cohorts[user] - 1] * 1e-10, firm) for value, firm in firms)
        for user, firms in candidates.items()
    }
    ties = {user: TIES[user, cohorts[user] - 1] for user in candidates}
    cap = REUSE[asked.reuse]
    assert cap is not None
    taken = matching_twin.in_turn(nearest, ties, int(asked.nearest), cap)
    return {user: set(firms) for user, firms in taken.items()}


@pytest.mark.parametrize("asked", SPECIFICATIONS, ids=lambda p: p.number)
@pytest.mark.parametrize("first_length", [5, 1_000])
def test_firms_are_taken_in_turn_as_in_a_plain_loop_however_long_the_first_lists_are(
    store: StoreCursor,
    monkeypatch: pytest.MonkeyPatch,
    asked: MatchingParameters,
    first_length: int,
) -> None:
    monkeypatch.setattr(matching_reuse, "_FIRST_LENGTH", first_length)
    connection, cursor = matching_store(WORLD)
    found = _pairs(cursor, asked)
    connection.close()
    assert found == _expected(asked)
    uses = Counter(firm for firms in found.values() for firm in firms)
    assert max(uses.values()) <= (REUSE[asked.reuse] or 0)
    assert sum(map(len, found.values())) > 20


def test_a_limit_changes_who_is_matched_and_its_number_says_so(store: StoreCursor) -> None:
    free = MatchingParameters(year="0", measure=MEASURE, strata="loose")
    capped = free.with_(reuse="1")
    assert free.number != capped.number
    assert free.matched_by != capped.matched_by
    uses = Counter(firm for firms in _pairs(store, free).values() for firm in firms)
    losses = {
        asked.reuse: LOSS_QUESTION.answer(store, asked).set_index("step")
        for asked in (free, capped)
    }
    assert losses["any"]["most_uses"].iloc[0] == max(uses.values()) > 1
    assert losses["any"]["n_reused"].iloc[0] == sum(n > 1 for n in uses.values())
    assert losses["any"].loc["used_up", "n"] == 0
    assert losses["1"]["most_uses"].iloc[0] == 1
    assert losses["1"]["n_reused"].iloc[0] == 0
    assert losses["1"]["match_table"].iloc[0] != losses["any"]["match_table"].iloc[0]


def test_a_user_whose_firms_are_used_up_is_counted_as_such() -> None:
    base = next(r for r in WORLD.profiles if not r["missing_bits"] and r["fiscal_year"] == 2012)
    users = [UUID(int=7), UUID(int=8)]
    profiles = [{**base, "firm_id": firm} for firm in (*users, UUID(int=100))]
    uses = [{**WORLD.uses[0], "firm_id": user, "first_year": 2013} for user in users]
    connection, cursor = matching_store(World(uses, profiles, [], []))
    asked = MatchingParameters(year="0", measure=MEASURE, reuse="1")
    losses: pd.Series = LOSS_QUESTION.answer(cursor, asked).set_index("step")["n"]
    connection.close()
    assert losses["user"] == 2
    assert losses["matched"] == losses["used_up"] == 1
    assert losses["too_far"] == losses["no_candidate"] == 0
