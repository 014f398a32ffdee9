"""Owners who know their own parts cannot work back what others hide."""

from __future__ import annotations

import random

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.attacker import Attack
from disclosure.delivered import Release, TrueCell
from disclosure.protect import Unprotectable, protect
from disclosure.table import Owners, Table, TableError
from tests.disclosure.made_tables import at_risk, summed


def _owners(table: Table, *parts: tuple[str, str, float]) -> Owners:
    return Owners.of(pd.DataFrame(parts, columns=["cell", "owner", "value"]), table)


def _learned(table: Table, hidden: npt.NDArray[np.bool_], owners: Owners) -> set[tuple[str, str]]:
    """Who gets closer to which cell than its level allows, by programs of the tests' own."""
    found = set()
    for owner in sorted(set(owners.owner)):
        own = [name == owner for name in owners.owner]
        knows = dict(zip(owners.place[own].tolist(), owners.part[own].tolist(), strict=True))
        found |= {(cell, owner) for cell in at_risk(table, hidden, knows)}
    return found


LOOP = [[20, 12, 90, 80], [30, 25, 95, 85], [70, 60, 99, 88], [75, 65, 90, 92]]


def test_a_pattern_that_is_safe_from_outsiders_alone_is_not_safe_from_owners() -> None:
    """The cheapest loop through two cells of one firm each: each owner works back the other."""
    table = Table.of(*summed(LOOP, {"0,0": 2.0, "1,1": 2.5}))
    owners = _owners(table, ("0,0", "a", 20), ("1,1", "b", 25))
    outsider = protect(table, seconds=10)
    assert _learned(table, outsider.hidden, owners) == {("1,1", "a"), ("0,0", "b")}
    found = protect(table, owners=owners, seconds=10)
    assert found.unrepaired == []
    assert _learned(table, found.hidden, owners) == set()
    assert at_risk(table, found.hidden) == []
    assert found.value_hidden > outsider.value_hidden
    assert found.gap == 0.0


drawn_tables = st.tuples(
    st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 2),
            st.sampled_from("abc"),
            st.sampled_from([1.0, 0.6]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one[:2],
    ),
)


@settings(max_examples=12, deadline=None)
@given(drawn_tables)
def test_no_owner_learns_anything_that_another_pattern_could_keep(
    drawn: tuple[list[list[int]], list[tuple[int, int, str, float]]],
) -> None:
    inner, owned = drawn
    levels = {f"{r},{c}": 0.2 * inner[r][c] for r, c, *_ in owned}
    table = Table.of(*summed(inner, levels))
    owners = _owners(table, *((f"{r},{c}", who, inner[r][c] * part) for r, c, who, part in owned))
    if lost := at_risk(table, ~table.is_fixed):
        with pytest.raises(Unprotectable) as refused:
            protect(table, owners=owners, seconds=10)
        assert set(refused.value.cells) == set(lost)
        return
    found = protect(table, owners=owners, seconds=10)
    assert at_risk(table, found.hidden) == []
    left = {(one["cell"], one["owner"]) for one in found.unrepaired}
    assert left == _learned(table, ~table.is_fixed, owners)
    assert _learned(table, found.hidden, owners) == left


def _audited(
    table: Table, hidden: npt.NDArray[np.bool_], insiders: dict[str, dict[str, float]]
) -> set[tuple[str, str]]:
    """Who gets closer to which cell than its level allows, by the auditor."""
    true = {
        cell: TrueCell(
            value=float(table.value[place]),
            lower=float(table.lower[place]),
            upper=float(table.upper[place]),
            level_down=float(table.level_down[place]),
            level_up=float(table.level_up[place]),
            is_sensitive=bool(table.is_sensitive[place]),
            is_fixed=False,
        )
        for place, cell in enumerate(table.cells)
    }
    shown = zip(table.cells, table.value.tolist(), hidden.tolist(), strict=True)
    release = Release({cell: None if gone else value for cell, value, gone in shown})
    sums = [tuple(sorted((table.cells[p], k) for p, k in sum_)) for sum_ in table.relations()]
    found = Attack([release], sums, true).intervals(insiders, to_the_end=False)
    return {(one.cell, one.owner) for one in found if one.is_under_level}


@pytest.mark.parametrize("seed", range(25))
def test_the_auditor_finds_what_each_owner_learns_of_any_pattern(seed: int) -> None:
    """Of tables in three dimensions, with cells hidden by lot: mostly not safe."""
    chance = random.Random(seed)
    inner = np.array([chance.randint(1, 40) for _ in range(24)]).reshape(4, 3, 2)
    places = list(np.ndindex(inner.shape))
    sensitive = chance.sample(places, 6)
    levels = {",".join(map(str, at)): 0.3 * float(inner[at]) for at in sensitive}
    cells, relations = summed(inner, levels)
    table = Table.of(cells, relations)
    hidden = table.is_sensitive | np.array([chance.random() < 0.6 for _ in table.cells])
    parts = [
        (",".join(map(str, at)), chance.choice("abcd"), float(inner[at]) * chance.choice([1, 0.5]))
        for at in chance.sample(places, 9)
    ]
    owners = _owners(table, *parts)
    insiders: dict[str, dict[str, float]] = {}
    for cell, owner, part in parts:
        insiders.setdefault(owner, {})[cell] = part
    told = _audited(table, hidden, insiders)
    # What everybody finds out is told once.
    everybody = set(at_risk(table, hidden))
    learned = {(c, who) for c, who in _learned(table, hidden, owners) if c not in everybody}
    assert {(c, who) for c, who in told if not who} == {(c, "") for c in everybody}
    assert {(c, who) for c, who in told if who and c not in everybody} == learned


def test_whoever_owns_a_cell_is_seen_to_know_what_moves_with_it() -> None:
    """Two cells far from each other that can only be off by the same: through totals, each of which
    has one other hidden cell in its sum."""
    table = Table.of(*summed([[20, 30], [40, 50]], {"0,0": 2.0, "1,1": 5.0}))
    gone = {"0,0", "0,T", "T,T", "T,1", "1,1", "1,0"}
    hidden = np.array([cell in gone for cell in table.cells])
    assert at_risk(table, hidden) == []
    owners = _owners(table, ("0,0", "a", 20.0))
    assert _learned(table, hidden, owners) == {("1,1", "a")}
    assert _audited(table, hidden, {"a": {"0,0": 20.0}}) == {("1,1", "a")}


def test_what_published_cells_tie_to_an_owners_cell_is_named() -> None:
    """As above, with all else fixed: whatever is hidden, the owner of the one knows the other."""
    cells, relations = summed([[20, 30], [40, 50]], {"0,0": 2.0, "1,1": 5.0})
    free = cells["cell"].isin(["0,0", "0,T", "T,T", "T,1", "1,1", "1,0"])
    table = Table.of(cells.assign(is_fixed=(~free).astype(int)), relations)
    found = protect(table, owners=_owners(table, ("0,0", "a", 20.0)), seconds=10)
    assert {(one["cell"], one["owner"]) for one in found.unrepaired} == {("1,1", "a")}


def test_what_no_pattern_keeps_from_an_owner_is_named() -> None:
    """Two firms alone in a table whose total is published: each is the total less the other."""
    cells, relations = summed([[8, 5, 0], [0, 0, 40]], {"0,0": 1.0, "0,1": 1.0})
    cells.loc[cells["cell"].isin(["0,T", "T,T", "1,T", "T,2"]), "is_fixed"] = 1
    table = Table.of(cells, relations)
    found = protect(table, owners=_owners(table, ("0,0", "a", 8)), seconds=10)
    assert {(one["cell"], one["owner"]) for one in found.unrepaired} == {("0,1", "a")}


def test_owners_of_nothing_that_the_table_has_are_refused() -> None:
    table = Table.of(*summed(LOOP, {"0,0": 2.0}))
    with pytest.raises(TableError, match="does not have"):
        _owners(table, ("9,9", "a", 1))
    with pytest.raises(TableError, match="exceeds"):
        _owners(table, ("0,0", "a", 21))


def _hidden_under(names: str, seed: int) -> list[bool]:
    """What is hidden of a drawn table whose six owners have these names, one letter each."""
    chance = random.Random(seed)
    inner = [[chance.randint(1, 60) for _ in range(5)] for _ in range(5)]
    places = chance.sample([(r, c) for r in range(5) for c in range(5)], 10)
    table = Table.of(*summed(inner, {f"{r},{c}": 0.3 * inner[r][c] for r, c in places[:6]}))
    parts = (
        (f"{r},{c}", names[i % 6], inner[r][c] * (1.0 if i < 6 else 0.7))
        for i, (r, c) in enumerate(places)
    )
    hidden = protect(table, owners=_owners(table, *parts), is_brief=True).hidden
    return [bool(flag) for flag in hidden]


@pytest.mark.parametrize("seed", [1, 27, 30])
def test_what_owners_are_called_decides_nothing(seed: int) -> None:
    """In the order of their names, owners were answered by other cells here."""
    found = _hidden_under("abcdef", seed)
    assert any(found)
    for names in ("fedcba", "cafebd", "dbface"):
        assert _hidden_under(names, seed) == found
