"""Sets of firms held in memory are those that the snapshot tells of, on the day that is asked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Select, select

from gate.actor import Role
from gate.firm_sets import FirmSet, FirmSets
from gate.scope import ScopedCursor
from gate.snapshots import DatabaseFile, SnapshotReader
from store.cursor import StatementError
from store.members import Members
from tests.gate.little_store import actor

TODAY = date(2026, 7, 1)
REFUSING = FirmSet(TODAY, "government", ("application",), is_refusal=True, hidden_from="display")
SETS = {
    "who refuses, and who is hidden": REFUSING,
    "who refuses the analysts": replace(REFUSING, user_class="research", hidden_from=""),
    "who refuses either": replace(
        REFUSING, user_class="agency", scopes=("application", "statement")
    ),
    "who agrees": replace(REFUSING, scopes=("consultation",), is_refusal=False, hidden_from=""),
    "nobody": replace(REFUSING, day=date(2000, 1, 1), hidden_from=""),
}
HELD = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'firm_sets'"


@pytest.fixture
def lens(reader: SnapshotReader) -> Iterator[DatabaseFile]:
    with reader.reading() as snapshot:
        yield snapshot.databases["lens"]


def found(database: DatabaseFile, numbers: Select[tuple[UUID]]) -> list[int]:
    with database.cursor() as cursor:
        frame = cursor.fetch(numbers)
    return sorted(UUID(str(number)).int for number in frame["firm_id"].dropna())


def n_held(database: DatabaseFile) -> int:
    (count,) = database.connection.execute(HELD).fetchone() or (0,)
    return int(count)


@pytest.mark.parametrize("of", SETS)
def test_what_is_held_is_what_the_snapshot_tells(lens: DatabaseFile, of: str) -> None:
    read = sorted(set(found(lens, SETS[of].read())))
    assert found(lens, lens.firm_sets.numbers(SETS[of])) == read
    assert bool(read) == (of != "nobody")


def test_a_set_is_made_once_however_many_ask_at_once(lens: DatabaseFile) -> None:
    def ask(_: int) -> list[int]:
        return found(lens, lens.firm_sets.numbers(REFUSING))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(64)))
    assert len({tuple(answer) for answer in answers}) == 1
    assert n_held(lens) == 1


def test_who_opens_the_file_once_more_finds_what_is_held(lens: DatabaseFile) -> None:
    first = found(lens, lens.firm_sets.numbers(REFUSING))
    again = FirmSets(lens.connection)
    assert found(lens, again.numbers(REFUSING)) == first
    assert n_held(lens) == 1


def test_yesterday_is_held_for_who_began_before_midnight_and_no_day_before(
    lens: DatabaseFile,
) -> None:
    for later in range(4):
        lens.firm_sets.numbers(replace(REFUSING, day=TODAY + timedelta(days=later)))
        assert n_held(lens) == min(later + 1, 2)


def test_no_question_reads_a_set_by_its_name(lens: DatabaseFile, members: Members) -> None:
    numbers = lens.firm_sets.numbers(REFUSING)
    with lens.cursor() as cursor, pytest.raises(StatementError):
        ScopedCursor(cursor, actor(Role.MINISTRY), members).fetch(select(numbers.subquery()))
