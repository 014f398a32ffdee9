"""Chambers' consultations leave as parts of their prefecture's, and wear no thinner in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from release.catalogue import Rule, read_catalogue
from release.office import Seen, release_offices

RULE = read_catalogue().rule
FIRST = datetime.fromisoformat("2026-10-01")
# prefecture, chamber, firm, fiscal year, topic
Visit = tuple[str, str, int, int, str]


def _visits() -> list[Visit]:
    """A prefecture with large chambers and two small ones, and one with small ones alone."""
    chance = np.random.default_rng(3)
    visits: list[Visit] = []
    large = [(office, 420 - 20 * place) for place, office in enumerate("ABCFGHIJKL")]
    for office, n in (*large, ("D", 30), ("E", 12)):
        for firm in range(n):
            firm_id = 1000 * ord(office) + firm
            for _ in range(int(chance.integers(1, 3))):
                year, topic = int(chance.choice([2022, 2023])), str(chance.choice(["tax", "it"]))
                visits.append(("04", f"chamber {office}", firm_id, year, topic))
    visits += [("05", f"chamber {office}", office, 2023, "tax") for office in range(30)]
    return visits


def _topics(visits: list[Visit]) -> dict[int, dict[tuple[str, ...], float | None]]:
    """All consultations of prefectures and the nation as if none had to be hidden."""
    counts: Counter[tuple[int, tuple[str, ...]]] = Counter()
    for prefecture, _, _, year, topic in visits:
        for where in (("nation", ""), ("prefecture", prefecture)):
            for of in ("", topic):
                counts[year, (*where, "", of, "", "", "n_consultation")] += 1
    found: dict[int, dict[tuple[str, ...], float | None]] = {}
    for (year, cell), n in counts.items():
        found.setdefault(year, {})[cell] = float(n)
    return found


def _load(connection: duckdb.DuckDBPyConnection, schema: str, visits: list[Visit]) -> Seen:
    connection.execute(f"CREATE SCHEMA {schema}")
    connection.execute(
        f"CREATE TABLE {schema}.fact (prefecture_code VARCHAR, holder VARCHAR,"
        "contributor VARCHAR, fiscal_year SMALLINT, category_code VARCHAR)"
    )
    frame = pd.DataFrame(visits)
    connection.register("visits", frame)
    connection.execute(f"INSERT INTO {schema}.fact FROM visits")
    connection.unregister("visits")
    return Seen(f"{schema}.fact", _topics(visits))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def _of(offices: pd.DataFrame, level: str) -> dict[tuple[str, int, str], int | None]:
    rows = offices[(offices["level"] == level) & (offices["prefecture_code"] == "04")]
    return {
        (row["organisation_name"], row["fiscal_year"], row["category_code"]): None
        if pd.isna(row["value"])
        else int(row["value"])
        for row in rows.to_dict("records")
    }


def test_a_prefecture_has_the_finest_layout_that_shows_enough(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    visits = _visits()
    offices, told = release_offices(connection, _load(connection, "now", visits), None, RULE)
    layouts = {row["category_code"]: (row["outcome"], row["layout"]) for row in told}
    assert layouts == {"04": ("finest", "office*category*year"), "05": ("withheld", "")}
    shown, whole = _of(offices, "office"), _of(offices, "prefecture")
    n_hidden = 0
    for (_, year, topic), total in whole.items():
        firms: dict[str, list[int]] = {}
        for prefecture, office, firm, when, about in visits:
            if (prefecture, when, about) == ("04", year, topic):
                firms.setdefault(office, []).append(firm)
        assert total == sum(map(len, firms.values()))
        for office, who in firms.items():
            value = shown[office, year, topic]
            if value is None:
                n_hidden += 1
            else:
                assert value == len(who)
                assert len(set(who)) >= RULE.least_firms
        assert shown["chamber E", year, topic] is None
    assert 4 < n_hidden < 16
    assert set(offices["prefecture_code"]) == {"04"}


def test_hidden_prefectures_are_not_opened_to_their_chambers(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    seen = _load(connection, "now", _visits())
    place = ("prefecture", "04", "", "tax", "", "", "n_consultation")
    topics = {year: dict(cells) for year, cells in seen.topics.items()}
    topics[2023][place] = None
    offices, _ = release_offices(connection, Seen("now.fact", topics), None, RULE)
    columns = {key[1:] for key in _of(offices, "office")}
    assert (2022, "tax") in columns
    assert (2023, "it") in columns
    assert (2023, "tax") not in columns


def test_what_few_firms_changed_since_is_hidden_and_the_rest_stays(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    visits = _visits()
    before = _load(connection, "before", visits)
    offices, _ = release_offices(connection, before, None, RULE)
    before = Seen("before.fact", before.topics, offices)
    few = [("04", "chamber A", 10**6 + firm, 2023, "tax") for firm in range(3)]
    many = [("04", "chamber B", 10**7 + firm, 2022, "it") for firm in range(40)]
    now = _load(connection, "now", visits + few + many)
    later, _ = release_offices(connection, now, before, RULE)
    was, then = _of(offices, "office"), _of(later, "office")
    assert {key for key, value in was.items() if value is None} <= {
        key for key, value in then.items() if value is None
    }
    assert was["chamber B", 2022, "it"] is not None
    shown = then["chamber B", 2022, "it"]
    assert shown == (was["chamber B", 2022, "it"] or 0) + 40
    assert then["chamber A", 2023, "tax"] is None
    for key, value in was.items():
        if key[1:] in ((2023, "it"), (2022, "tax")):
            assert then[key] == value


def _after(
    connection: duckdb.DuckDBPyConnection, added: list[Visit], rule: Rule = RULE
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, object]]:
    """The rows before and after the visits ``added``, and what is told of prefecture 04."""
    visits = _visits()
    first = _load(connection, "before", visits)
    offices, told = release_offices(connection, first, None, rule)
    rows = {row["category_code"]: row | {"made_at": FIRST} for row in told}
    before = Seen(first.facts, first.topics, offices, {"04": rows["04"]})
    later, told = release_offices(
        connection, _load(connection, "now", visits + added), before, rule
    )
    [row] = [row for row in told if row["category_code"] == "04"]
    return offices, later, row


def test_rows_stand_as_they_were_where_new_ones_would_tell_less(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    few = [
        ("04", f"chamber {office}", 10**6 + 10 * ord(office) + firm, 2023, "tax")
        for office in "ABCFGHIJKL"
        for firm in range(3)
    ]
    offices, later, row = _after(connection, few)
    assert row["kept_since"] == FIRST
    assert _of(later, "office") == _of(offices, "office")
    assert _of(later, "prefecture") == _of(offices, "prefecture")


def test_rows_stand_where_nobody_can_tell_who_changed_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """The firms have other pseudonyms: whatever has changed counts as changed by one."""
    visits = _visits()
    first = _load(connection, "before", visits)
    offices, told = release_offices(connection, first, None, RULE)
    rows = {row["category_code"]: row | {"made_at": FIRST} for row in told}
    before = Seen(first.facts, first.topics, offices, {"04": rows["04"]})
    renamed = [(p, office, firm + 10**9, year, topic) for p, office, firm, year, topic in visits]
    more = [("04", f"chamber {o}", -(10**7) * ord(o) - f, 2023, "tax") for o in "ABCFGHIJKL"
            for f in range(12)]  # fmt: skip
    later, told = release_offices(
        connection, _load(connection, "now", renamed + more), before, RULE
    )
    assert {row.get("kept_since") for row in told if row["category_code"] == "04"} == {FIRST}
    assert _of(later, "office") == _of(offices, "office")
    # What has not changed is up to date.
    same, told = release_offices(connection, _load(connection, "same", renamed), before, RULE)
    assert {row.get("kept_since") for row in told if row["category_code"] == "04"} == {None}
    assert _of(same, "office") == _of(offices, "office")


def test_rows_are_made_anew_where_that_hides_hardly_more(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    many = [
        ("04", f"chamber {o}", 10**7 * ord(o) + f, 2023, "tax") for o in "AB" for f in range(40)
    ]
    offices, later, row = _after(connection, many)
    assert row.get("kept_since") is None
    was, then = _of(offices, "office"), _of(later, "office")
    for office in ("chamber A", "chamber B"):
        assert then[office, 2023, "tax"] == (was[office, 2023, "tax"] or 0) + 40


def test_no_chamber_finds_out_what_few_firms_have_changed_elsewhere(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Of a column the changes of what is hidden are known together; without the part of any one
    chamber they are still those of enough firms, or none."""
    few = [("04", "chamber L", 10**6 + firm, 2023, "tax") for firm in range(3)]
    some = [
        ("04", f"chamber {o}", 10**7 * ord(o) + f, 2023, "tax") for o in "AB" for f in range(12)
    ]
    _, later, row = _after(connection, few + some, replace(RULE, most_more_hidden_percent=100))
    assert row.get("kept_since") is None
    then = _of(later, "office")
    moved = {"chamber L": 3, "chamber A": 12, "chamber B": 12}
    hidden = [office for (office, *column), value in then.items()
              if column == [2023, "tax"] and value is None]  # fmt: skip
    gone = [moved.get(office, 0) for office in hidden]
    assert "chamber L" in hidden
    assert sum(gone) - max(gone) >= RULE.least_firms
    assert then["chamber C", 2023, "tax"] is not None
