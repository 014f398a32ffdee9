"""The questions of the study of research support, against its rows one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.actor import Role
from gate.consent import Consents
from gate.scope import ScopedCursor
from queries.parameters import ResearchParameters
from stats.research_counts import QUESTION as COUNTS
from stats.research_funnel import QUESTION as FUNNEL
from stats.research_paths import QUESTIONS as PATHS
from stats.research_reports import QUESTIONS as REPORTS
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_applications import MEMBERS
from tests.queries.little_growth import REFUSING, growth_store, outcomes, projects
from tests.stats import research_twin
from tests.stats.application_twin import Twin, fits
from tests.stats.growth_twin import check_close
from tests.stats.research_twin import Research, of_cohort, reported, wilson

RATE, BREAKDOWN, SCORE = REPORTS
PATH, DIFFERENCE = PATHS
FILTERS = {
    "region": st.sampled_from(["", "", *(m[1] for m in MEMBERS if m[0] == "region")]),
    "industry": st.sampled_from(["", "", "E", "24", "?"]),
    "year": st.sampled_from(["0", "0", "2008"]),
    "programme": st.sampled_from(["", "", "sapoin"]),
    "technology": st.sampled_from(["", "", "01"]),
    "size": st.sampled_from(["", "", "s1"]),
    "cohort": st.sampled_from(["2006_2008", "2009_2013", "2014_2018", "all"]),
    "after": st.sampled_from(["1", "2", "3", "4", "5"]),
    "measure": st.sampled_from(["sales", "gross_profit", "employee"]),
    "by": st.sampled_from(["technology", "region", "industry", "size"]),
}
ASKED = st.fixed_dictionaries(FILTERS).map(lambda chosen: ResearchParameters(**chosen))
DEMO = [
    ResearchParameters(year="0"),
    ResearchParameters(year="0", cohort="2009_2013", measure="gross_profit", by="region"),
    ResearchParameters(year="0", cohort="all", measure="employee", by="industry", after="5"),
    ResearchParameters(year="2012", region="b03", cohort="2014_2018", by="size", after="1"),
]
# Sums of yen over many firms, in another order.
TOLERANCE = 1e-9
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def little() -> Iterator[StoreCursor]:
    connection, store = growth_store(outcomes(seed=3, n=5), projects(seed=5))
    yield store
    connection.close()


@pytest.fixture(scope="module")
def world(little: StoreCursor) -> Research:
    return Research.of(little)


@pytest.fixture(scope="module")
def demo(lens: StoreCursor) -> Research:
    return Research.of(lens)


def _records(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))


def _check_reported(found: dict[str, Any], expected: dict[str, Any]) -> None:
    yen = {name: value for name, value in expected.items() if name.endswith("_yen")}
    check_close(found, {k: v for k, v in expected.items() if k not in yen})
    for name, value in yen.items():
        assert math.isnan(value) == math.isnan(found[name])
        # Whole yen.
        assert math.isnan(value) or abs(found[name] - value) <= 0.5 + 1e-6


def _check_counts(store: StoreCursor, world: Research, asked: ResearchParameters) -> None:
    found = _records(COUNTS.answer(store, asked))
    is_left = fits(asked.with_(year="0"))
    cells = [c for c in world.cells if is_left(c) and c["programme_code"] in ("sapoin", "gotech")]
    level = {0: "nation", 2: "prefecture", 3: "bureau"}.get(len(asked.region), "")
    is_whole = not (asked.industry or asked.technology or asked.size or asked.programme)
    budget = {
        int(b["fiscal_year"]): b["decided_yen"]
        for b in world.budget
        if is_whole and b["region_level"] == level and b["region_code"] == asked.region
    }
    years = sorted({int(c["fiscal_year"]) for c in cells} | (budget.keys() - {0}))
    assert [row["fiscal_year"] for row in found] == [*years, 0]
    for row in found:
        mine = [c for c in cells if row["fiscal_year"] in (0, c["fiscal_year"])]
        n, k = (sum(c[name] for c in mine) for name in ("n_application", "n_adopted"))
        check_close(row, {"n_application": n, "n_adopted": k, **wilson("adoption", k, n)})
        decided = budget.get(row["fiscal_year"])
        assert decided == row["decided_yen"] or (decided is None and math.isnan(row["decided_yen"]))


def _check_reports(store: StoreCursor, world: Research, asked: ResearchParameters) -> None:
    is_left = fits(asked)
    reports = [r for r in world.reports if is_left(r)]
    for year, row in enumerate(_records(RATE.answer(store, asked)), start=1):
        mine = [r for r in reports if r["years_since_completion"] == year]
        _check_reported(row, {"years_since_completion": year} | reported(mine))
    after = [r for r in reports if r["years_since_completion"] == int(asked.after)]
    adopted = [p for p in world.projects if is_left(p) and p["decision"] == "adopted"]
    for quarter, row in enumerate(_records(SCORE.answer(store, asked)), start=1):
        mine = [r for r in after if r["points_quarter"] == quarter]
        n = sum(p["points_quarter"] == quarter for p in adopted)
        _check_reported(row, {"points_quarter": quarter, "n_adopted": n} | reported(mine))


def _check_breakdown(store: StoreCursor, world: Research, asked: ResearchParameters) -> None:
    found = _records(BREAKDOWN.answer(store, asked))
    whole, column, members = Twin([], [], [], world.members).parts(asked.by, asked)
    is_left = fits(whole)
    reports = [
        r for r in world.reports if is_left(r) and r["years_since_completion"] == int(asked.after)
    ]
    adopted = [p for p in world.projects if is_left(p) and p["decision"] == "adopted"]
    _check_reported(found[0], {"member_code": "", "n_adopted": len(adopted)} | reported(reports))
    known = {str(p[column]) for p in adopted}
    assert {r["member_code"] for r in found[1:]} == members.keys() & known
    for row in found[1:]:
        code = row["member_code"]
        n = sum(str(p[column]) == code for p in adopted)
        mine = [r for r in reports if str(r[column]) == code]
        _check_reported(row, {"member_name": members[code], "n_adopted": n} | reported(mine))
    codes = [r["member_code"] for r in found[1:]]
    if asked.by == "size":
        assert codes == [code for code in members if code in codes]
        return
    rates = [r["commercialisation_rate"] for r in found[1:]]
    order = [
        (math.isnan(rate), 0 if math.isnan(rate) else -rate, code)
        for rate, code in zip(rates, codes, strict=True)
    ]
    assert order == sorted(order)


def _check_paths(store: StoreCursor, world: Research, asked: ResearchParameters) -> None:
    is_left = of_cohort(asked)
    rows = [r for r in world.path if is_left(r)]
    unit = "person" if asked.measure == "employee" else "yen"
    expected = research_twin.path_rows(rows, asked.measure)
    found = _records(PATH.answer(store, asked))
    assert [(r["series"], r["event_year"]) for r in found] == [
        (series, year) for series in ("adopted", "rejected") for year in range(-3, 9)
    ]
    for row in found:
        key = row["series"], row["event_year"]
        check_close(row, expected[key] | {"unit": unit}, TOLERANCE)
    differences = research_twin.difference_rows(rows, asked.measure)
    compared = _records(DIFFERENCE.answer(store, asked))
    assert [r["event_year"] for r in compared] == list(range(-3, 9))
    for row in compared:
        check_close(row, differences[row["event_year"]] | {"unit": unit}, TOLERANCE)


def _check_funnel(store: StoreCursor, world: Research, asked: ResearchParameters) -> None:
    found = {r["stage"]: r for r in _records(FUNNEL.answer(store, asked))}
    expected = research_twin.funnel(world, asked)
    assert {stage: row["n"] for stage, row in found.items()} == expected
    assert list(found) == list(expected)
    assert math.isnan(found["applied"]["share_adopted"])
    for stage in ("reported", "patent", "commercialised", "sold"):
        share = found[stage]["share_adopted"]
        n = expected["followed"]
        assert math.isnan(share) if not n else share == pytest.approx(100 * expected[stage] / n)
    before = {"adopted": "applied", "followed": "adopted", "patent": "reported"}
    before |= {"commercialised": "reported", "sold": "commercialised"}
    for stage, base in before.items():
        share, n = found[stage]["share_before"], expected[base]
        assert math.isnan(share) if not n else share == pytest.approx(100 * expected[stage] / n)


CHECKS = (_check_counts, _check_reports, _check_breakdown, _check_paths, _check_funnel)


@pytest.mark.parametrize("check", CHECKS)
@often
@given(asked=ASKED)
def test_every_row_is_that_of_its_projects(
    little: StoreCursor, world: Research, check: Any, asked: ResearchParameters
) -> None:
    check(little, world, asked)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("asked", DEMO, ids=str)
def test_every_row_of_the_demo_is_that_of_its_projects(
    lens: StoreCursor, demo: Research, check: Any, asked: ResearchParameters
) -> None:
    check(lens, demo, asked)


@pytest.mark.parametrize("check", CHECKS)
def test_the_gate_lets_them_pass_and_leaves_out_who_refuses(
    little: StoreCursor, world: Research, check: Any
) -> None:
    today = Consents(date(2026, 7, 1))
    scoped = ScopedCursor(little, actor(Role.MINISTRY), Members({}, {}), consents=today)
    willing = world.without(str(REFUSING))
    assert len(willing.projects) < len(world.projects)
    check(scoped, willing, ResearchParameters(year="0", cohort="all", by="size"))


def test_the_published_counts_come_back(lens: StoreCursor) -> None:
    """H26 to H30 of the study, as shares of the demo's own scale allow: rates within rounding."""
    rows = {r["fiscal_year"]: r for r in _records(COUNTS.answer(lens, ResearchParameters()))}
    published = {2014: (387, 150), 2015: (326, 143), 2016: (287, 113), 2017: (297, 108)}
    for year, (applied, adopted) in published.items():
        row = rows[year]
        assert row["n_adopted"] / row["n_application"] == pytest.approx(adopted / applied, abs=0.05)
    assert rows[0]["n_application"] == sum(r["n_application"] for y, r in rows.items() if y)
