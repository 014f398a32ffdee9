"""Estimates that chambers read: none is of few firms, and none can be worked back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import expm1
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from gate.estimate_attack import attack_estimates
from gate.released_attack import Cell, Cells, Derivable, cells_of
from gate.released_policy import read_policy
from queries.matching_specification import GroupedParameters, MatchingParameters
from release.catalogue import read_catalogue
from release.effects import NATION, MatchedMeasure, Place, matched_measures
from release.estimates import PARTS, estimate_cells, may_be_shown, step_of
from stats.matched_groups import matched_groups
from stats.matched_path import matched_path
from stats.methods.matched_sets import matched_sets
from stats.methods.subgroup_effect import SetDifferences
from store.cursor import StoreCursor
from store.snapshot import RELEASED, current_snapshot, open_read_only

RULE = read_catalogue().rule
CUBE = read_policy().cubes["matched_effect"]
WHEN = ("sales", 3)
SIDES = (("b01", "b02", "b03", "b04"), ("D", "E", "I", "M"))


def _measure(seed: int, *, smd: float = 0.05, largest: float = 0.0) -> MatchedMeasure:
    """Up to 400 users in four bureaus and four industries of drawn sizes, three firms beside each;
    one of them changes by ``largest`` where that is given."""
    chance = np.random.default_rng(seed)
    n = int(chance.integers(35, 400))
    shares = [chance.dirichlet([0.5] * 4) for _ in SIDES]
    codes = [chance.choice(side, n, p=share) for side, share in zip(SIDES, shares, strict=True)]
    n_control = int(chance.integers(20, 2 * n))
    rows = np.arange(n + n_control)
    beside = np.array([chance.choice(n_control, 3, replace=False) for _ in range(n)])
    sets = matched_sets(np.repeat(rows[:n], 3), n + beside.ravel())
    change = chance.normal(0.02, 0.3, len(rows))
    if largest:
        change[0] = largest
    is_used = chance.random(n) < 0.8
    found = SetDifferences(change, sets.weight * is_used[sets.set_of_pair], is_used)
    place_of_set: dict[Place, np.ndarray] = {NATION: np.ones(n, dtype=bool)}
    place_of_set |= {("bureau", code, ""): codes[0] == code for code in np.unique(codes[0])}
    place_of_set |= {("nation", "", code): codes[1] == code for code in np.unique(codes[1])}
    by_set = found.by_set(sets)
    estimate = {
        place: (float(np.nanmean(by_set[flags])), 0.3 / np.sqrt((is_used & flags).sum()))
        if (is_used & flags).any()
        else (float("nan"), float("nan"))
        for place, flags in place_of_set.items()
    }
    return MatchedMeasure(
        "it", "subsidy", pd.DataFrame(), smd, {WHEN: estimate}, place_of_set, {WHEN: found}, sets,
        rows,
    )  # fmt: skip


def _counts(found: MatchedMeasure) -> dict[tuple[str, ...], float | None]:
    """Numbers of users as a cube would show them, ten at least."""
    numbers = {place: int(flags.sum()) for place, flags in found.place_of_set.items()}
    return {
        (*place, found.measure, "", "", "n_user"): float(n) if n >= RULE.least_firms else None
        for place, n in numbers.items()
    }


def _released(found: MatchedMeasure) -> pd.DataFrame:
    return estimate_cells(found, _counts(found), {}, RULE)


def _delivered(found: MatchedMeasure, frame: pd.DataFrame) -> Cells:
    """The estimates and the numbers of users as an auditor reads them."""
    cells = cells_of(frame.assign(event_year=pd.to_numeric(frame["event_year"])))
    for (level, region, division, *_), n in _counts(found).items():
        cells[Cell(0, level, region, division, found.measure, "", "", "n_user")] = n
    return cells


DRAWN = [_measure(seed) for seed in range(150)]


def _shown(frame: pd.DataFrame) -> set[Place]:
    own = frame[(frame["measure"] == "sales_effect") & (frame["status"] == "")]
    return set(zip(own["region_level"], own["region_code"], own["division_code"], strict=True))


def test_what_is_left_of_the_nation_might_have_been_shown_itself() -> None:
    n_left = 0
    for found in DRAWN:
        shown = _shown(_released(found))
        for place in shown:
            assert may_be_shown(found, WHEN, [place], RULE)
        for side in (
            [place for place in found.place_of_set if place[0] == "bureau"],
            [place for place in found.place_of_set if place[2]],
        ):
            left = [place for place in side if place not in shown]
            if NATION in shown and left:
                # By hand: the sets of all that is not shown.
                flags = np.any([found.place_of_set[place] for place in left], axis=0)
                assert (found.found[WHEN].is_used & flags).sum() >= RULE.least_treated
                assert len(left) > 1
                n_left += 1
        assert NATION in shown or not shown
    assert n_left > 100


def test_the_auditor_lets_pass_what_is_released_and_catches_what_is_shown_too_many() -> None:
    n_caught = n_attacked = 0
    for found in DRAWN:
        frame = _released(found)
        cells = _delivered(found, frame)
        n_attacked += attack_estimates(cells, CUBE)
        hidden = [cell for cell, n in cells.items() if n is None and cell.measure == "sales_effect"]
        for cell in hidden:
            parts = [cell._replace(measure=f"sales_{part}") for part in PARTS]
            mutant = cells | dict.fromkeys(parts, 0.0)
            place = (cell.level, cell.region, cell.division)
            if may_be_shown(found, WHEN, [place], RULE):
                continue
            users = cells[cell._replace(measure="n_user", event_year="")] or 0
            # A place of many users of which few are left by that year is known inside alone.
            if users < RULE.least_treated:
                with pytest.raises(Derivable):
                    attack_estimates(mutant, CUBE)
                n_caught += 1
    assert n_attacked > 200
    assert n_caught > 100


def test_one_firm_that_makes_up_the_difference_hides_it() -> None:
    seed = next(
        seed
        for seed, found in enumerate(DRAWN)
        if NATION in _shown(_released(found)) and found.found[WHEN].is_used[0]
    )
    assert _shown(_released(_measure(seed, largest=5_000.0))) == set()


def test_firms_that_are_not_alike_leave_a_flag_and_no_estimate() -> None:
    frame = _released(_measure(1, smd=0.31))
    assert frame[["measure", "value"]].values.tolist() == [["smd_hundredth", 31]]


def test_numbers_are_rounded_to_what_their_errors_warrant() -> None:
    assert [step_of(error) for error in (0.1, 1, 3, 4, 9, 10, 25, 39, 40, 999)] == [
        1, 1, 1, 2, 2, 5, 10, 10, 20, 200,
    ]  # fmt: skip
    for found in DRAWN[:40]:
        told = {
            (row["region_level"], row["region_code"], row["division_code"], row["measure"]): row
            for row in _released(found).to_dict("records")
        }
        for place in _shown(_released(found)):
            low, middle, high = (
                float(told[*place, f"sales_{part}"]["value"]) for part in ("low", "effect", "high")
            )
            value, error = found.estimate[WHEN][place]
            step = step_of(1000 * np.exp(value) * error)
            assert middle % step == 0
            assert abs(middle - 1000 * expm1(value)) <= step / 2
            assert low < middle < high


def test_what_was_hidden_before_stays_hidden() -> None:
    found = next(found for found in DRAWN if len(_shown(_released(found))) > 4)
    place = next(place for place in sorted(_shown(_released(found))) if place[0] == "bureau")
    before: dict[tuple[str, ...], float | None] = {
        (*place, "it", "", "3", f"sales_{part}"): None for part in PARTS
    }
    frame = estimate_cells(found, _counts(found), before, RULE)
    assert place not in _shown(frame)
    attack_estimates(_delivered(found, frame), CUBE)


@pytest.fixture(scope="module")
def matched(lens: StoreCursor) -> list[MatchedMeasure]:
    return matched_measures(lens, ("sales", "employee"), RULE.least_treated)


def test_the_estimates_are_those_of_the_analysts_page(
    matched: list[MatchedMeasure], lens: StoreCursor
) -> None:
    for found in matched:
        asked = MatchingParameters(measure=found.measure)
        for row in matched_path(lens, asked).to_dict("records"):
            if row["event_year"] not in (0, 3, 8) or row["n"] < RULE.least_treated:
                continue
            value, error = found.estimate["sales", int(row["event_year"])][NATION]
            assert 100 * expm1(value) == pytest.approx(row["difference"])
            # Errors are of other draws.
            told = float(row["difference_error"])
            assert 100 * np.exp(value) * error == pytest.approx(told, rel=0.25)
        groups = matched_groups(lens, GroupedParameters(measure=found.measure, group="region"))
        for row in groups[groups["status"] == ""].to_dict("records"):
            code = row["member_code"]
            place = ("bureau", code, "") if code else NATION
            value, _ = found.estimate["sales", 3][place]
            assert 100 * expm1(value) == pytest.approx(row["difference"])
    assert len(matched) > 1


def test_every_user_in_a_set_is_counted_once(matched: list[MatchedMeasure]) -> None:
    for found in matched:
        assert found.users["firm_id"].is_unique
        assert len(found.users) == found.sets.set_rows.size
        for flags in found.place_of_set.values():
            assert flags.any()
        bureaus = [f for (level, *_), f in found.place_of_set.items() if level == "bureau"]
        assert np.array_equal(np.sum(bureaus, axis=0), np.ones(len(found.users)))


@pytest.fixture(scope="module")
def released(demo_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    snapshot = str(current_snapshot(demo_dir / "store"))
    path = demo_dir / "store" / snapshot / RELEASED
    with open_read_only(path, "1GB", 1) as connection:
        yield connection


def test_the_demo_releases_estimates_that_withstand_the_attack(
    released: duckdb.DuckDBPyConnection, matched: list[MatchedMeasure]
) -> None:
    frame = released.execute("FROM released_cell WHERE cube = 'matched_effect'").df()
    n_hidden = int(((frame["measure"] == "sales_effect") & (frame["status"] == "x")).sum())
    assert attack_estimates(cells_of(frame), CUBE) >= n_hidden
    shown = frame[(frame["measure"] == "sales_effect") & (frame["status"] == "")]
    assert len(shown) > 10
    told = set(chain.from_iterable(one.estimate for one in matched))
    assert {("sales", int(year)) for year in shown["event_year"]} <= told
    assert shown["value"].abs().max() > 100


def test_bureaus_and_industries_of_the_demo_withstand_the_attack(
    matched: list[MatchedMeasure],
) -> None:
    """The demo is too small for its numbers of users to be released so finely."""
    found = max(matched, key=lambda one: len(one.users))
    cells = _delivered(found, _released(found))
    assert attack_estimates(cells, CUBE) > 50
    assert sum(value is not None for value in cells.values()) > 200
