"""Consent: the latest statement that covers a day holds, and nothing else stays in a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.consent import consolidate_consent
from etl.purge import consented_tables, next_turn, purge
from etl.staged import COLUMNS
from store.consent_records import ConsentEntry
from store.consent_terms import EBPM, FOR_EVER, SCOPES, USER_CLASSES, cells, holding
from store.cursor import create_table_sql
from store.tables import (
    application,
    application_outcome,
    consultation,
    measure_use,
    research_report,
    support_record,
)

NUMBER, OTHER = "4000012090001", "7000012050002"
START = date(2025, 1, 1)
COLUMN_NAMES = [part.split()[0] for part in COLUMNS["consent_record"].split(",")]


def day(offset: int) -> date:
    return START + timedelta(offset)


def opened() -> duckdb.DuckDBPyConnection:
    work = duckdb.connect()
    work.execute(f"CREATE TABLE staged_consent_record ({COLUMNS['consent_record']})")
    work.execute(f"CREATE TABLE staged_firm_key ({COLUMNS['firm_key']})")
    work.execute("CREATE TABLE named_client (party_key VARCHAR, first_date DATE)")
    work.execute("CREATE TABLE survivor (corporate_number VARCHAR, survivor_number VARCHAR)")
    return work


@pytest.fixture
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    with opened() as connection:
        yield connection


def deliver(work: duckdb.DuckDBPyConnection, **record: Any) -> None:
    """Stage one delivered record; a grant of ③ for everything unless it says otherwise."""
    usual = {
        "corporate_number": NUMBER,
        "purposes": EBPM,
        "scope": "all",
        "user_class": "all",
        "valid_from": day(0),
        "agreed_date": day(0),
    }
    row = {name: ({**usual, **record}).get(name) for name in COLUMN_NAMES}
    marks = ", ".join("?" for _ in row)
    insert = f"INSERT INTO staged_consent_record VALUES ({marks})"  # noqa: S608
    work.execute(insert, list(row.values()))


def entry(number: int = 1, kind: str = "refuse", **values: Any) -> ConsentEntry:
    """An entry of the ledger: a refusal of ③ for everything from the first day on."""
    usual = {
        "recorded_at": datetime(2025, 1, 1, 3) + timedelta(hours=number),  # noqa: DTZ001
        "recorded_by": "clerk",
        "corporate_number": NUMBER,
        "gbizid": "",
        "purpose": EBPM,
        "scope": "all",
        "user_class": "all",
        "valid_from": day(0),
        "valid_to": FOR_EVER,
        "evidence": "letter",
    }
    return ConsentEntry(entry_id=number, kind=kind, **{**usual, **values})


def periods(work: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return work.execute(
        "SELECT party_key, scope, user_class, is_refusal, valid_from, valid_to "
        "FROM consent_period ORDER BY ALL"
    ).fetchall()


def state(
    work: duckdb.DuckDBPyConnection, on: date, scope: str = "support", user_class: str = "research"
) -> bool | None:
    """Whether the firm refuses on a day: True, False (it agrees), or None (it has not spoken)."""
    return standing(spoken(work), on, scope, user_class)


def spoken(work: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """All periods of the firm for the purpose of analysis, read once for many days."""
    return work.execute(
        "SELECT scope, user_class, is_refusal, valid_from, valid_to "
        "FROM consent_period WHERE party_key = ? AND purpose = ?",
        [NUMBER, EBPM],
    ).fetchall()


def standing(rows: Sequence[tuple[Any, ...]], on: date, scope: str, user_class: str) -> bool | None:
    found = [
        is_refusal
        for its_scope, its_class, is_refusal, first, last in rows
        if its_scope in (scope, "all") and its_class in (user_class, "all") and first <= on <= last
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_a_delivered_consent_holds_from_its_first_to_its_last_day(
    work: duckdb.DuckDBPyConnection,
) -> None:
    deliver(work, purposes="once_only;ebpm", valid_to=day(9))
    consolidate_consent(work, [])
    assert [state(work, day(n)) for n in (-1, 0, 9, 10)] == [None, False, False, None]
    found = work.execute("SELECT purpose FROM consent_period ORDER BY ALL").fetchall()
    assert found == [("ebpm",), ("once_only",)]


def test_a_withdrawal_counts_on_its_day_and_for_all_time_after(
    work: duckdb.DuckDBPyConnection,
) -> None:
    deliver(work, valid_to=day(9), withdrawn_date=day(5))
    consolidate_consent(work, [])
    assert [state(work, day(n)) for n in (4, 5, 9, 400)] == [False, True, True, True]


def test_a_later_consent_lifts_a_withdrawal_and_an_earlier_one_does_not(
    work: duckdb.DuckDBPyConnection,
) -> None:
    deliver(work, withdrawn_date=day(5))
    deliver(work, agreed_date=day(8), valid_from=day(8))
    deliver(work, agreed_date=day(3), valid_from=day(3))
    consolidate_consent(work, [])
    assert [state(work, day(n)) for n in (4, 5, 7, 8)] == [False, True, True, False]


def test_what_is_said_of_everything_covers_what_was_said_of_a_part(
    work: duckdb.DuckDBPyConnection,
) -> None:
    entries = [
        entry(1, "refuse", scope="support", user_class="research"),
        entry(2, "grant", valid_from=day(10)),
        entry(3, "refuse", scope="support", valid_from=day(20)),
    ]
    consolidate_consent(work, entries)
    assert [state(work, day(n)) for n in (0, 10, 20)] == [True, False, True]
    assert [state(work, day(n), "statement") for n in (0, 10, 20)] == [None, False, False]
    assert [state(work, day(n), "support", "agency") for n in (0, 10, 20)] == [None, False, True]


def test_of_one_day_the_cautious_statement_holds(work: duckdb.DuckDBPyConnection) -> None:
    deliver(work, withdrawn_date=day(0))
    consolidate_consent(work, [entry(1, "grant", recorded_at=datetime(2025, 1, 1, 10))])  # noqa: DTZ001
    assert state(work, day(0)) is True


def test_the_day_of_an_entry_is_the_day_in_japan(work: duckdb.DuckDBPyConnection) -> None:
    """15:00 in UTC is midnight in Japan: the entry is of the day after the withdrawal."""
    deliver(work, withdrawn_date=day(0))
    late = entry(1, "grant", recorded_at=datetime(2025, 1, 1, 15))  # noqa: DTZ001
    consolidate_consent(work, [late])
    assert state(work, day(0)) is False


def test_one_firm_under_two_keys_is_one_firm(work: duckdb.DuckDBPyConnection) -> None:
    work.execute("INSERT INTO staged_firm_key VALUES ('k', ?, 'gb1')", [NUMBER])
    deliver(work)
    said = entry(1, corporate_number="", gbizid="gb1", valid_from=day(3))
    nobody = entry(2, corporate_number="", gbizid="gb2")
    consolidate_consent(work, [said, nobody])
    assert [state(work, day(n)) for n in (2, 3)] == [False, True]
    assert {row[0] for row in periods(work)} == {NUMBER, "g:gb1", "g:gb2"}


def test_a_key_that_may_mean_two_firms_refuses_for_both_and_agrees_for_none(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("CREATE TABLE party (party_hash VARCHAR, gbizid VARCHAR)")
    work.execute(
        "CREATE TABLE party_link (party_hash VARCHAR, status VARCHAR, corporate_number VARCHAR)"
    )
    for number in (NUMBER, OTHER):
        work.execute("INSERT INTO party VALUES (?, 'gb1')", [number])
        work.execute("INSERT INTO party_link VALUES (?, 'linked', ?)", [number, number])
    deliver(work, corporate_number=None, gbizid="gb1", withdrawn_date=day(5))
    consolidate_consent(work, [])
    assert [state(work, day(n)) for n in (4, 5)] == [None, True]
    assert {row[0] for row in periods(work)} == {NUMBER, OTHER, "g:gb1"}


def test_a_refusal_follows_the_data_to_the_successor_and_a_grant_does_not(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("INSERT INTO survivor VALUES (?, ?)", [OTHER, NUMBER])
    deliver(work, corporate_number=OTHER, valid_to=day(3))
    consolidate_consent(work, [entry(1, corporate_number=OTHER, valid_from=day(4))])
    assert [state(work, day(n)) for n in (0, 4)] == [None, True]


def test_nothing_follows_from_a_record_that_names_no_firm_or_no_day(
    work: duckdb.DuckDBPyConnection,
) -> None:
    deliver(work, corporate_number=None)
    deliver(work, valid_from=None, agreed_date=None)
    deliver(work, scope=None)
    deliver(work, purposes=None)
    deliver(work, valid_from=day(5), valid_to=day(4))
    consolidate_consent(work, [])
    assert periods(work) == []


days = st.integers(-3, 12).map(day)
scopes = st.sampled_from(["all", *SCOPES])
classes = st.sampled_from(["all", *USER_CLASSES])
entries = st.builds(
    lambda kind, scope, user_class, start, end, recorded: {
        "kind": kind,
        "scope": scope,
        "user_class": user_class,
        "valid_from": min(start, end),
        "valid_to": max(start, end),
        "recorded_at": recorded,
    },
    st.sampled_from(["grant", "refuse", "withdraw"]),
    scopes,
    classes,
    days,
    st.one_of(days, st.just(FOR_EVER)),
    st.integers(0, 400).map(lambda h: datetime(2025, 1, 1) + timedelta(hours=h)),  # noqa: DTZ001
)


@settings(max_examples=150, deadline=None)
@given(st.lists(entries, max_size=8), st.integers(0, 8))
def test_the_periods_are_those_of_the_slow_twin_as_known_at_any_time(
    said: Sequence[dict[str, Any]], known: int
) -> None:
    """Both times of the ledger: what was recorded so far, and what it says of each day."""
    in_order = sorted(said, key=lambda values: values["recorded_at"])
    recorded = [entry(n + 1, **values) for n, values in enumerate(in_order)][:known]
    with opened() as work:
        consolidate_consent(work, recorded)
        statements = [e.statement for e in recorded]
        rows = spoken(work)
        for scope, user_class in cells():
            for n in range(-4, 14):
                covering = [s for s in statements if s.covers(EBPM, scope, user_class, day(n))]
                last = holding(covering)
                expected = None if last is None else last.standing.is_refusal
                assert standing(rows, day(n), scope, user_class) is expected


@settings(max_examples=50, deadline=None)
@given(st.lists(entries, max_size=6), st.randoms())
def test_the_order_in_which_statements_are_read_changes_nothing(
    said: Sequence[dict[str, Any]], random: Any
) -> None:
    recorded = [entry(n + 1, **values) for n, values in enumerate(said)]
    found = []
    for _ in range(2):
        with opened() as work:
            consolidate_consent(work, recorded)
            found.append(periods(work))
        random.shuffle(recorded)
    assert found[0] == found[1]


FIRMS = {NUMBER: str(UUID(int=1)), OTHER: str(UUID(int=2))}


def publish_tables(work: duckdb.DuckDBPyConnection) -> None:
    """The tables as they go into the snapshot, with one row of each firm and one of nobody."""
    for table in consented_tables():
        work.execute(create_table_sql(table, "main"))
        for firm in (*FIRMS.values(), None):
            work.execute(f"INSERT INTO {table.name} (firm_id) VALUES (?)", [firm])  # noqa: S608
    work.execute(
        """
        ALTER TABLE financial_statement RENAME TO statement_row;
        CREATE TABLE statement_refusal (firm_id UUID);
        CREATE VIEW financial_statement AS
        FROM statement_row ANTI JOIN statement_refusal USING (firm_id);
        CREATE TABLE identity (party_key VARCHAR, firm_id UUID)
        """
    )
    work.executemany("INSERT INTO identity VALUES (?, ?)", list(FIRMS.items()))
    add_firms(work)


def add_firms(work: duckdb.DuckDBPyConnection) -> None:
    work.execute(
        "CREATE OR REPLACE TABLE consent_period AS "
        "FROM consent_period JOIN identity USING (party_key)"
    )


def left(work: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    names = {firm: number for number, firm in FIRMS.items()}
    rows = work.execute(f"SELECT firm_id::VARCHAR FROM {table}").fetchall()  # noqa: S608
    return {names.get(row[0], "nobody") for row in rows}


def test_a_purge_leaves_what_somebody_may_see(work: duckdb.DuckDBPyConnection) -> None:
    deliver(work, scope="support", user_class="agency", valid_to=day(9))
    deliver(work, corporate_number=OTHER, withdrawn_date=day(5))
    consolidate_consent(work, [])
    publish_tables(work)
    purged = {p.table: p.n_row for p in purge(work, day(9))}
    assert left(work, support_record.name) == {NUMBER, "nobody"}
    assert left(work, consultation.name) == {"nobody"}
    assert left(work, application.name) == {NUMBER, "nobody"}
    assert (purged["support_record"], purged["consultation"], purged["application"]) == (1, 2, 1)


def test_the_last_day_of_a_consent_is_the_last_day_of_its_rows(
    work: duckdb.DuckDBPyConnection,
) -> None:
    deliver(work, valid_to=day(9))
    consolidate_consent(work, [])
    assert next_turn(work, day(3)) == day(10)
    assert next_turn(work, day(-3)) == day(0)
    assert next_turn(work, day(10)) is None
    publish_tables(work)
    purge(work, day(9))
    assert left(work, support_record.name) == {NUMBER, "nobody"}
    purge(work, day(10))
    assert left(work, support_record.name) == {"nobody"}


def test_a_refusal_towards_some_users_leaves_the_rows_for_the_others(
    work: duckdb.DuckDBPyConnection,
) -> None:
    some = [entry(n, user_class=c) for n, c in enumerate(USER_CLASSES[:3], 1)]
    consolidate_consent(work, some)
    publish_tables(work)
    purge(work, day(0))
    assert NUMBER in left(work, application.name)
    work.execute("DROP TABLE consent_period; DROP TABLE party_alias")
    consolidate_consent(work, [*some, entry(4, user_class=USER_CLASSES[3])])
    add_firms(work)
    purge(work, day(0))
    assert NUMBER not in left(work, application.name)


def test_every_table_with_a_consent_basis_is_purged(work: duckdb.DuckDBPyConnection) -> None:
    consolidate_consent(work, [entry()])
    publish_tables(work)
    assert {p.table for p in purge(work, day(0))} == {t.name for t in consented_tables()}
    for table in consented_tables():
        assert NUMBER not in left(work, table.name)


def test_a_row_of_two_scopes_goes_when_no_class_may_see_both(
    work: duckdb.DuckDBPyConnection,
) -> None:
    """Refused to half of the users as an application and to the others as a statement."""
    half = [entry(n, scope="application", user_class=c) for n, c in enumerate(USER_CLASSES[:2], 1)]
    rest = [entry(n, scope="statement", user_class=c) for n, c in enumerate(USER_CLASSES[2:], 3)]
    consolidate_consent(work, [*half, *rest])
    publish_tables(work)
    purge(work, day(0))
    assert NUMBER in left(work, application.name)
    assert NUMBER in left(work, research_report.name)
    assert NUMBER not in left(work, application_outcome.name)


@pytest.mark.parametrize("scope", ["application", "statement"])
def test_either_scope_takes_the_row_away(work: duckdb.DuckDBPyConnection, scope: str) -> None:
    consolidate_consent(work, [entry(scope=scope)])
    publish_tables(work)
    purge(work, day(0))
    assert NUMBER not in left(work, application_outcome.name)
    assert (NUMBER in left(work, application.name)) is (scope == "statement")
    assert (NUMBER in left(work, research_report.name)) is (scope == "statement")


def test_a_use_goes_by_the_consent_that_its_kind_rests_on(
    work: duckdb.DuckDBPyConnection,
) -> None:
    """Both firms have both kinds of use; one refuses applications and has agreed to support."""
    deliver(work, scope="support")
    consolidate_consent(work, [entry(scope="application")])
    publish_tables(work)
    work.execute(
        "INSERT INTO measure_use (firm_id, kind) "
        "SELECT firm_id, unnest(['subsidy', 'support']) FROM identity"
    )
    work.execute("DELETE FROM measure_use WHERE kind IS NULL")
    purge(work, day(0), only=[measure_use])
    rows = work.execute(
        "SELECT party_key, kind FROM measure_use JOIN identity USING (firm_id) ORDER BY ALL"
    )
    assert rows.fetchall() == sorted([(NUMBER, "support"), (OTHER, "subsidy")])


def test_a_client_sent_by_name_has_agreed_until_it_withdraws(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("INSERT INTO named_client VALUES (?, ?)", [NUMBER, day(1)])
    consolidate_consent(work, [])
    assert {row[:3] for row in periods(work)} == {(NUMBER, "consultation", "all")}
    work.execute("DROP TABLE consent_period; DROP TABLE party_alias")
    later = datetime(2026, 1, 1, 3)  # noqa: DTZ001
    consolidate_consent(work, [entry(1, kind="withdraw", recorded_at=later, valid_from=day(4))])
    publish_tables(work)
    purge(work, day(4))
    assert NUMBER not in left(work, consultation.name)


def test_what_a_client_said_itself_is_stronger_than_being_sent_by_name_later(
    work: duckdb.DuckDBPyConnection,
) -> None:
    work.execute("INSERT INTO named_client VALUES (?, ?)", [NUMBER, day(500)])
    consolidate_consent(work, [entry(1, kind="withdraw", valid_to=day(900))])
    found = [state(work, day(n), "consultation") for n in (0, 500, 900, 901)]
    assert found == [True, True, True, False]
