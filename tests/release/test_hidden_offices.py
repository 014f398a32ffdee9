"""Chambers' numbers that add up to a known one: nobody gets near those that stay hidden."""

from __future__ import annotations

import numpy as np
import pytest

from disclosure.attacker import Attack
from disclosure.delivered import Release, TrueCell
from release.catalogue import read_catalogue
from release.column import Column, hidden_offices, is_safe

RULE = read_catalogue().rule
Visits = list[dict[int, int]]


def _visits(seed: int) -> Visits:
    """Of each chamber, how often which firm came; some firms come to two chambers."""
    chance = np.random.default_rng(seed)
    visits: Visits = []
    for office in range(int(chance.integers(2, 9))):
        n = int(chance.integers(1, 30))
        firms = {1000 * office + firm: int(chance.integers(1, 4)) for firm in range(n)}
        if visits and chance.random() < 0.3:
            firms[next(iter(visits[0]))] = 1
        visits.append(firms)
    return visits


def _column(visits: Visits) -> Column:
    everyone = [firm for firms in visits for firm in firms]
    columns = [
        (sum(firms.values()), len(firms), sum(everyone.count(f) == 1 for f in firms),
         max(firms.values()))
        for firms in visits
    ]  # fmt: skip
    return Column(*np.array(columns, dtype=float).T)


@pytest.fixture(scope="module")
def protected() -> list[tuple[Visits, Column, np.ndarray]]:
    found = []
    for seed in range(150):
        visits = _visits(seed)
        column = _column(visits)
        is_open = np.ones(len(visits), dtype=bool)
        found.append((visits, column, hidden_offices(column, is_open, RULE)))
    return found


def _attack(column: Column, hidden: np.ndarray) -> Attack:
    names = [f"office {place}" for place in range(len(hidden))]
    values = dict(zip(names, column.value.tolist(), strict=True))
    shown = {name: None if gone else values[name] for name, gone in zip(names, hidden, strict=True)}
    whole = float(column.value.sum())
    truth = {
        name: TrueCell(value, 0.0, np.inf, min(value, level), level, n < RULE.least_firms, False)
        for name, value, n in zip(names, column.value, column.n_firm, strict=True)
        for level in [max(RULE.least_count_level, RULE.count_level_percent / 100 * value)]
    }
    truth["prefecture"] = TrueCell(whole, 0.0, np.inf, 0.0, 0.0, False, True)
    relation = (("prefecture", -1.0), *((name, 1.0) for name in names))
    releases = [Release({**shown, "prefecture": whole})]
    return Attack(releases, [tuple(sorted(relation))], truth)


def test_neither_outsiders_nor_chambers_nor_firms_get_near_a_hidden_number(
    protected: list[tuple[Visits, Column, np.ndarray]],
) -> None:
    n_hidden, n_shown = 0, 0
    for visits, column, hidden in protected:
        n_shown += int((~hidden).sum())
        if hidden.all():
            continue
        insiders = {
            f"chamber {place}": {f"office {place}": float(column.value[place])}
            for place in np.flatnonzero(hidden).tolist()
        }
        insiders |= {
            f"firm {firm}": {f"office {place}": float(n)}
            for place, firms in enumerate(visits)
            for firm, n in firms.items()
            if n == column.most[place] and hidden[place]
        }
        found = _attack(column, hidden).intervals(insiders)
        assert [one for one in found if one.is_under_level] == []
        n_hidden += int(hidden.sum())
    assert n_hidden > 100
    assert n_shown > 100


def test_what_is_left_after_subtraction_rests_on_enough_firms(
    protected: list[tuple[Visits, Column, np.ndarray]],
) -> None:
    """Whoever subtracts what is shown, and a chamber its own besides, is left with ten firms."""
    n_left = 0
    for visits, _, hidden in protected:
        gone = np.flatnonzero(hidden).tolist()
        if not gone or hidden.all():
            continue
        for own in (None, *gone):
            left = {firm for place in gone if place != own for firm in visits[place]}
            assert len(left) >= RULE.least_firms
            n_left += 1
    assert n_left > 100


def test_every_chamber_under_the_rule_is_hidden_and_no_more_than_needed(
    protected: list[tuple[Visits, Column, np.ndarray]],
) -> None:
    n_needed = 0
    for _, column, hidden in protected:
        few = column.n_firm < RULE.least_firms
        assert hidden[few].all()
        secondary = np.flatnonzero(hidden & ~few).tolist()
        if not few.any():
            assert not hidden.any()
        for place in secondary[-1:]:
            # The last that was hidden was not hidden for nothing.
            fewer = hidden.copy()
            largest = max(secondary, key=lambda at: (column.value[at], at))
            fewer[largest] = False
            n_needed += not is_safe(column, fewer, RULE)
            assert place in secondary
    assert n_needed > 20
