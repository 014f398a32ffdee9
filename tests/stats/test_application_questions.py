"""The questions on applications, against counts row by row in plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.measures import FEWEST_FIRMS
from queries.parameters import DIMENSIONS, ApplicationParameters, ComparedParameters
from stats.application_breakdown import SORTS, SortedBreakdownParameters, application_breakdown
from stats.application_totals import QUESTION as TOTALS
from stats.application_totals import application_totals
from stats.application_trend import application_trend
from store.cursor import StoreCursor
from tests.queries.little_applications import MEMBERS, applications, store_of
from tests.stats.application_twin import Row, Twin, check_same, fits

# Everything a filter may be set to in the little store.
CHOICES = {
    "region": st.sampled_from(["", *(m[1] for m in MEMBERS if m[0] == "region")]),
    "industry": st.sampled_from(["", *(m[1] for m in MEMBERS if m[0] == "industry")]),
    "year": st.sampled_from(["0", "0", *(str(year) for year in range(2018, 2024))]),
    "programme": st.sampled_from(["", "sapoin", "monodukuri"]),
    "technology": st.sampled_from(["", "01", "12", "?"]),
    "size": st.sampled_from(["", "s1", "s2", "s3", "?"]),
}
FILTERS = st.fixed_dictionaries(CHOICES)
AFTER = st.sampled_from(["1", "2", "3", "4", "5"])
DEMO = [
    {"year": "0"},
    {"year": "0", "region": "13"},
    {"year": "0", "region": "b03", "industry": "E", "programme": "sapoin"},
    {"year": "2021", "size": "s2"},
    {"year": "0", "technology": "02", "region": "27"},
]
often = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def little() -> Iterator[StoreCursor]:
    connection, store = store_of(applications(seed=11))
    yield store
    connection.close()


@pytest.fixture(scope="module")
def twin(little: StoreCursor) -> Twin:
    return Twin.of(little)


@pytest.fixture(scope="module")
def demo(lens: StoreCursor) -> Twin:
    return Twin.of(lens)


def _check_breakdown(store: StoreCursor, twin: Twin, asked: SortedBreakdownParameters) -> None:
    found = application_breakdown(store, asked).to_dict("records")
    whole, column, members = twin.parts(asked.by, asked)
    rest = twin.narrowed(fits(whole))
    assert found[0]["member_code"] == found[0]["member_name"] == ""
    check_same(found[0], rest.measures(asked.after))
    by_code = {row["member_code"]: row for row in found[1:]}
    applied = {str(cell[column]) for cell in rest.cells}
    shown = members if asked.by == "prefecture" else members.keys() & applied
    assert set(by_code) == set(shown)
    assert len(by_code) == len(found) - 1
    for code, row in by_code.items():
        part = rest.narrowed(lambda r, code=code: str(r[column]) == code)  # type: ignore[misc]
        check_same(row, part.measures(asked.after))
        assert row["member_name"] == members[code]
    assert [row["member_code"] for row in found[1:]] == _order(found[1:], asked)


def _order(rows: Sequence[Row], asked: SortedBreakdownParameters) -> list[str]:
    def key(row: Row) -> tuple[float, str]:
        value = row[asked.sort]
        return (math.inf if math.isnan(value) else -value), row["member_code"]

    codes = [row["member_code"] for row in sorted(rows, key=key)]
    return sorted(codes) if asked.by == "year" else codes


@often
@given(chosen=FILTERS, by=st.sampled_from(DIMENSIONS), after=AFTER, sort=st.sampled_from(SORTS))
def test_every_row_of_a_breakdown_is_a_count_of_its_own(
    little: StoreCursor, twin: Twin, chosen: dict[str, str], by: str, after: str, sort: str
) -> None:
    asked = SortedBreakdownParameters(**chosen, by=by, after=after, sort=sort)
    _check_breakdown(little, twin, asked)


@pytest.mark.parametrize("chosen", DEMO, ids=str)
@pytest.mark.parametrize("by", DIMENSIONS)
def test_a_breakdown_of_the_demo_store_is_its_rows_counted(
    lens: StoreCursor, demo: Twin, by: str, chosen: dict[str, str]
) -> None:
    _check_breakdown(lens, demo, SortedBreakdownParameters(**chosen, by=by))


def _check_totals(store: StoreCursor, twin: Twin, asked: ComparedParameters) -> None:
    found = application_totals(store, asked).to_dict("records")
    expected: dict[str, ApplicationParameters] = {"selected": asked}
    if asked.year != "0":
        expected["previous_year"] = asked.with_(year=str(int(asked.year) - 1))
    expected["nation"] = asked.with_(region="")
    if asked.versus:
        expected["versus"] = asked.with_(region=asked.versus)
    if asked.versus_industry:
        expected["versus_industry"] = asked.with_(industry=asked.versus_industry)
    assert [row["series"] for row in found] == list(expected)
    for row, parameters in zip(found, expected.values(), strict=True):
        check_same(row, twin.narrowed(fits(parameters)).measures(asked.after))


@often
@given(
    chosen=FILTERS,
    versus=CHOICES["region"],
    versus_industry=CHOICES["industry"],
    after=AFTER,
)
def test_every_series_of_the_totals_is_a_count_of_its_own(
    little: StoreCursor,
    twin: Twin,
    chosen: dict[str, str],
    versus: str,
    versus_industry: str,
    after: str,
) -> None:
    asked = ComparedParameters(
        **chosen, versus=versus, versus_industry=versus_industry, after=after
    )
    _check_totals(little, twin, asked)


@pytest.mark.parametrize("chosen", DEMO, ids=str)
def test_the_totals_of_the_demo_store_are_its_rows_counted(
    lens: StoreCursor, demo: Twin, chosen: dict[str, str]
) -> None:
    _check_totals(lens, demo, ComparedParameters(**chosen, versus="27", versus_industry="I"))


def _check_trend(store: StoreCursor, twin: Twin, asked: ComparedParameters) -> None:
    found = application_trend(store, asked).to_dict("records")
    expected: dict[str, ApplicationParameters] = {"selected": asked}
    if asked.region:
        expected["nation"] = asked.with_(region="")
    if asked.versus:
        expected["versus"] = asked.with_(region=asked.versus)
    if asked.versus_industry:
        expected["versus_industry"] = asked.with_(industry=asked.versus_industry)
    years = sorted({cell["fiscal_year"] for cell in twin.cells} - {None})
    assert [(row["series"], row["fiscal_year"]) for row in found] == [
        (name, year) for name in expected for year in years
    ]
    for row in found:
        parameters = expected[row["series"]].with_(year=str(row["fiscal_year"]))
        check_same(row, twin.narrowed(fits(parameters)).measures(asked.after))


@often
@given(chosen=FILTERS, versus=CHOICES["region"], versus_industry=CHOICES["industry"], after=AFTER)
def test_every_year_of_the_trend_is_a_count_of_its_own(
    little: StoreCursor,
    twin: Twin,
    chosen: dict[str, str],
    versus: str,
    versus_industry: str,
    after: str,
) -> None:
    asked = ComparedParameters(
        **chosen, versus=versus, versus_industry=versus_industry, after=after
    )
    _check_trend(little, twin, asked)


@pytest.mark.parametrize("chosen", DEMO[:3], ids=str)
def test_the_trend_of_the_demo_store_is_its_rows_counted(
    lens: StoreCursor, demo: Twin, chosen: dict[str, str]
) -> None:
    _check_trend(lens, demo, ComparedParameters(**chosen, versus="27"))


@pytest.mark.parametrize("by", ["technology", "programme", "size", "year"])
def test_what_adds_up_adds_up_to_the_whole(little: StoreCursor, by: str) -> None:
    frame = application_breakdown(little, SortedBreakdownParameters(year="0", by=by))
    for name in ("n_application", "n_adopted", "n_rejected", "requested_yen", "granted_yen"):
        assert frame[name].iloc[1:].sum() == frame[name].iloc[0]


def test_the_unplaced_are_in_the_nation_and_in_no_region(little: StoreCursor, twin: Twin) -> None:
    frame = application_breakdown(little, SortedBreakdownParameters(year="0", by="region"))
    unplaced = sum(c["n_application"] for c in twin.cells if c["bureau_code"] is None)
    assert unplaced > 0
    assert frame["n_application"].iloc[0] - frame["n_application"].iloc[1:].sum() == unplaced


@often
@given(chosen=FILTERS, by=st.sampled_from(DIMENSIONS), after=AFTER, data=st.data())
def test_a_row_says_what_choosing_it_shows(
    little: StoreCursor, chosen: dict[str, str], by: str, after: str, data: st.DataObject
) -> None:
    asked = SortedBreakdownParameters(**chosen, by=by, after=after)
    frame = application_breakdown(little, asked)
    row = frame.iloc[data.draw(st.integers(0, len(frame) - 1))].to_dict()
    if not row["member_code"]:
        return
    name = "region" if by == "prefecture" else by
    narrowed = ComparedParameters(**(chosen | {name: row["member_code"]}), after=after)
    shown = application_totals(little, narrowed).to_dict("records")[0]
    measures = [q.name for q in TOTALS.columns if q.is_number]
    check_same(row, {name: float(shown[name]) for name in measures})


@often
@given(chosen=FILTERS, order=st.permutations(list(CHOICES)))
def test_the_order_of_the_filters_does_not_matter(
    little: StoreCursor, chosen: dict[str, str], order: list[str]
) -> None:
    narrowed = ComparedParameters(year="0")
    for name in order:
        narrowed = narrowed.with_(**{name: chosen[name]})
    found = application_totals(little, narrowed)
    assert found.equals(application_totals(little, ComparedParameters(**chosen)))


def test_what_rests_on_few_firms_is_missing_but_counted(little: StoreCursor) -> None:
    asked = SortedBreakdownParameters(region="04", year="0", by="year")
    years = application_breakdown(little, asked.with_(programme="sapoin", industry="09"))
    whole = application_breakdown(little, asked)
    frame = pd.concat([years, whole])
    for n, value in (("n_with_sales", "mean_sales_yen"), ("n_with_growth", "median_growth")):
        few = frame[frame[n] < FEWEST_FIRMS]
        assert (few[n] > 0).any()
        assert few[value].isna().all()
        assert frame.loc[frame[n] >= FEWEST_FIRMS, value].notna().all()
        assert (frame[n] >= FEWEST_FIRMS).any()


def test_nothing_applied_for_is_zero_and_has_no_shares(little: StoreCursor) -> None:
    row = application_totals(little, ComparedParameters(year="2020")).to_dict("records")[0]
    assert (row["n_application"], row["granted_yen"], row["n_reported"]) == (0, 0, 0)
    shares = ("adoption_rate", "adoption_low", "adoption_high", "commercialisation_rate")
    assert all(math.isnan(row[name]) for name in (*shares, "granted_per_adopted_yen"))


def test_all_parameters_of_a_filter_are_tried() -> None:
    assert set(CHOICES) == {f.name for f in fields(ApplicationParameters)}
