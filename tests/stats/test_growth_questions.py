"""The questions on growth, against scipy over the rows one by one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from gate.actor import Role
from gate.consent import Consents
from gate.scope import ScopedCursor
from queries.growth_bins import QUESTION as BINS
from queries.growth_summary import QUESTION as SUMMARY
from queries.parameters import GrowthParameters
from stats.growth_correlation import CORRELATION_QUESTION as CORRELATION
from stats.growth_correlation import RELATION_QUESTION as RELATION
from store import tables
from store.cursor import StoreCursor
from store.members import Members
from tests.gate.little_store import actor
from tests.queries.little_applications import MEMBERS
from tests.queries.little_growth import REFUSING, growth_store, outcomes
from tests.stats import growth_twin
from tests.stats.application_twin import Twin, fits, rows_of
from tests.stats.growth_twin import check_close

Row = Mapping[str, Any]
BY = ("region", "prefecture", "industry", "technology", "programme", "size")
FILTERS = {
    "region": st.sampled_from(["", "", *(m[1] for m in MEMBERS if m[0] == "region")]),
    "industry": st.sampled_from(["", "", *(m[1] for m in MEMBERS if m[0] == "industry")]),
    "year": st.sampled_from(["0", "0", "0", "2008", "2018"]),
    "programme": st.sampled_from(["", "", "sapoin"]),
    "technology": st.sampled_from(["", "", "01", "?"]),
    "size": st.sampled_from(["", "", "s1"]),
    "growth": st.sampled_from(["sales", "profit", "employee"]),
    "window": st.sampled_from(["1", "3", "5"]),
    "result": st.sampled_from(["adopted", "granted", "points"]),
    "by": st.sampled_from(BY),
}
ASKED = st.fixed_dictionaries(FILTERS).map(lambda chosen: GrowthParameters(**chosen))
DEMO = [
    GrowthParameters(year="0"),
    GrowthParameters(year="0", by="prefecture"),
    GrowthParameters(year="0", by="industry", region="b03", window="1"),
    GrowthParameters(year="0", by="technology", result="points", programme="sapoin"),
    GrowthParameters(year="0", by="programme", result="granted", growth="employee"),
    GrowthParameters(year="0", by="size", growth="profit", industry="E"),
]
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def little() -> Iterator[StoreCursor]:
    connection, store = growth_store(outcomes(seed=3), [])
    yield store
    connection.close()


@pytest.fixture(scope="module")
def twin(little: StoreCursor) -> Twin:
    return _twin(little)


@pytest.fixture(scope="module")
def demo(lens: StoreCursor) -> Twin:
    return _twin(lens)


def _twin(store: StoreCursor) -> Twin:
    members = rows_of(store, tables.dimension_member)
    return Twin([], rows_of(store, tables.application_outcome), [], members)


def _records(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))


def _check_correlation(store: StoreCursor, twin: Twin, asked: GrowthParameters) -> None:
    found = _records(CORRELATION.answer(store, asked))
    whole, column, members = twin.parts(asked.by, asked)
    rows = growth_twin.sample([r for r in twin.outcomes if fits(whole)(r)], asked)
    bounds = growth_twin.limits(rows, asked)
    expected = growth_twin.relation(rows, asked, bounds)
    check_close(found[0], {"member_code": "", "member_name": "", **expected, "q_value": math.nan})
    p_value = expected["p_value"]
    assert found[0]["is_marked"] == (not math.isnan(p_value) and p_value < 0.05)
    known = {str(r[column]) for r in rows}
    shown = members if asked.by == "prefecture" else members.keys() & known
    assert {r["member_code"] for r in found[1:]} == set(shown)
    q_values = growth_twin.rates([r["p_value"] for r in found[1:]])
    for row, q_value in zip(found[1:], q_values, strict=True):
        part = [r for r in rows if str(r[column]) == row["member_code"]]
        check_close(row, growth_twin.relation(part, asked, bounds) | {"q_value": q_value})
        assert row["member_name"] == members[row["member_code"]]
        assert row["is_marked"] == (not math.isnan(q_value) and q_value < 0.05)
    codes = [r["member_code"] for r in found[1:]]
    if asked.by == "size":
        assert codes == [code for code in members if code in codes]
    else:
        order = [(math.isnan(r["rho"]), -r["rho"], r["member_code"]) for r in found[1:]]
        known_order = [(few, 0.0 if few else rho, code) for few, rho, code in order]
        assert known_order == sorted(known_order)


@often
@given(ASKED)
def test_correlations_are_those_of_scipy(
    little: StoreCursor, twin: Twin, asked: GrowthParameters
) -> None:
    _check_correlation(little, twin, asked)


@pytest.mark.parametrize("asked", DEMO, ids=str)
def test_correlations_of_the_demo_are_those_of_scipy(
    lens: StoreCursor, demo: Twin, asked: GrowthParameters
) -> None:
    _check_correlation(lens, demo, asked)


@often
@given(ASKED)
def test_the_relation_is_that_of_the_filter_as_chosen(
    little: StoreCursor, twin: Twin, asked: GrowthParameters
) -> None:
    (found,) = _records(RELATION.answer(little, asked))
    rows = growth_twin.sample([r for r in twin.outcomes if fits(asked)(r)], asked)
    bounds = growth_twin.limits(rows, asked)
    check_close(found, growth_twin.relation(rows, asked, bounds))


def _check_summary(store: StoreCursor, twin: Twin, asked: GrowthParameters) -> None:
    found = _records(SUMMARY.answer(store, asked))
    assert [row["decision"] for row in found] == ["adopted", "rejected"]
    even = asked.with_(result="adopted")
    rows = growth_twin.sample([r for r in twin.outcomes if fits(asked)(r)], even)
    bounds = growth_twin.limits(rows, even)
    for row in found:
        mine = [r for r in rows if r["decision"] == row["decision"]]
        y = np.array([growth_twin.growth(r, asked) for r in mine], float)
        n_firm = len({r["firm_id"] for r in mine})
        shares = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
        expected: dict[str, Any] = {
            name: float(np.quantile(y, share))
            if n_firm >= (20 if name in ("p10", "p90") else 10)
            else math.nan
            for name, share in shares.items()
        }
        expected |= {"n": len(mine), "n_firm": n_firm, "status": "" if n_firm >= 10 else "few"}
        mean = float(np.mean(np.clip(y, *bounds))) if n_firm >= 10 else math.nan
        check_close(row, expected | {"mean": mean})


@often
@given(ASKED)
def test_the_spread_is_that_of_the_rows(
    little: StoreCursor, twin: Twin, asked: GrowthParameters
) -> None:
    _check_summary(little, twin, asked)


@pytest.mark.parametrize("asked", DEMO, ids=str)
def test_the_spread_of_the_demo_is_that_of_its_rows(
    lens: StoreCursor, demo: Twin, asked: GrowthParameters
) -> None:
    _check_summary(lens, demo, asked)


def _x(row: Row, asked: GrowthParameters) -> float:
    return float(row["granted_yen"] if asked.result == "granted" else row["points"])


def _bins(rows: Sequence[Row], asked: GrowthParameters) -> list[dict[str, Any]]:
    """The bins by the mean ranks of scipy."""
    if len(rows) < 30:
        return []
    x = np.array([_x(row, asked) for row in rows])
    numbers = np.floor((rankdata(x) - 0.5) / len(rows) * min(20, len(rows) // 30)).astype(int)
    first, last = np.quantile(x, 0.01), np.quantile(x, 0.99)
    found = []
    for place, number in enumerate(sorted(set(numbers)), start=1):
        mine = [row for row, own in zip(rows, numbers, strict=True) if own == number]
        inside, n_firm = x[numbers == number], len({row["firm_id"] for row in mine})
        values = {
            "x_low": max(inside.min(), first),
            "x_median": median(inside),
            "x_high": min(inside.max(), last),
        } | {
            name: np.quantile([growth_twin.growth(r, asked) for r in mine], share)
            for name, share in (("p25", 0.25), ("median", 0.5), ("p75", 0.75))
        }
        found.append(
            {"bin": place, "n": len(mine), "n_firm": n_firm}
            | {name: float(v) if n_firm >= 10 else math.nan for name, v in values.items()}
            | {"status": "" if n_firm >= 10 else "few"}
        )
    return found


@often
@given(ASKED)
def test_bins_part_the_rows_by_rank(
    little: StoreCursor, twin: Twin, asked: GrowthParameters
) -> None:
    found = _records(BINS.answer(little, asked))
    rows = growth_twin.sample([r for r in twin.outcomes if fits(asked)(r)], asked)
    expected = [] if asked.result == "adopted" else _bins(rows, asked)
    assert len(found) == len(expected)
    for row, twin_row in zip(found, expected, strict=True):
        check_close(row, twin_row)
        assert row["unit"] == ("yen" if asked.result == "granted" else "point")


def test_nothing_chosen_gives_a_whole_of_none(little: StoreCursor) -> None:
    nobody = GrowthParameters(region="47", year="0")
    (row,) = _records(RELATION.answer(little, nobody))
    assert (row["n"], row["status"], row["is_marked"]) == (0, "few", False)
    whole, *members = _records(CORRELATION.answer(little, nobody))
    assert (whole["member_code"], whole["n"], members) == ("", 0, [])
    assert [r["n"] for r in _records(SUMMARY.answer(little, nobody))] == [0, 0]
    assert _records(BINS.answer(little, nobody.with_(result="granted"))) == []


@pytest.mark.parametrize("result", ["adopted", "granted", "points"])
def test_the_gate_lets_them_pass_and_leaves_out_who_refuses(
    little: StoreCursor, twin: Twin, result: str
) -> None:
    members = Members({}, {})
    scoped = ScopedCursor(
        little, actor(Role.MINISTRY), members, consents=Consents(date(2026, 7, 1))
    )
    asked = GrowthParameters(year="0", result=result, by="size")
    willing = Twin(
        [], [r for r in twin.outcomes if r["firm_id"] != str(REFUSING)], [], twin.members
    )
    assert len(willing.outcomes) < len(twin.outcomes)
    _check_summary(scoped, willing, asked)  # type: ignore[arg-type]
    _check_correlation(scoped, willing, asked)  # type: ignore[arg-type]
    n_bin = sum(row["n"] for row in _records(BINS.answer(scoped, asked)))
    rows = growth_twin.sample(willing.outcomes, asked)
    assert n_bin == (0 if result == "adopted" else len(rows))
