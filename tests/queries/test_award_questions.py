"""Every award question against a slow twin that counts the awards one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import select

from queries.award_breakdown import award_by_industry, award_by_programme
from queries.award_by_area import award_by_area
from queries.award_by_prefecture import award_by_prefecture
from queries.award_key_figures import award_key_figures
from queries.award_list import AwardListParameters, award_list, award_list_size
from queries.award_trend import award_trend
from queries.parameters import AwardParameters
from store.cursor import StoreCursor
from store.tables import award, dimension_member

Row = Mapping[Any, Any]
SELECTIONS = [
    AwardParameters(year="2023"),
    AwardParameters(year="0"),
    AwardParameters(region="b02", year="2022"),
    AwardParameters(region="04", year="2021", programme="monodzukuri"),
    AwardParameters(region="13", year="0", industry="E"),
    AwardParameters(region="04100", year="2023", industry="?"),
]


@pytest.fixture(scope="module")
def awards(lens: StoreCursor) -> Sequence[Row]:
    frame = lens.fetch(select(award))
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@pytest.fixture(scope="module")
def bureau_of(lens: StoreCursor) -> dict[str, str]:
    member = dimension_member.c
    rows = lens.fetch(select(member.code, member.parent_code).where(member.level == "prefecture"))
    return {row["code"]: row["parent_code"] for row in rows.to_dict("records")}


def _is_in(row: Row, region: str, bureau_of: dict[str, str]) -> bool:
    prefecture = row["prefecture_code"] or ""
    places = {"", prefecture, bureau_of.get(prefecture, "-"), row["municipality_code"] or "-"}
    return region in places


def _fits(row: Row, parameters: AwardParameters, *, ignoring: str = "") -> bool:
    return all(
        (
            ignoring == "year" or parameters.year in ("", "0", str(row["fiscal_year"])),
            ignoring == "programme" or parameters.programme in ("", row["programme_code"]),
            ignoring == "industry" or parameters.industry in ("", row["division_code"] or "?"),
        )
    )


def _measures(rows: Sequence[Row]) -> Row:
    firms = {str(row["firm_id"]) for row in rows}
    amount = sum(row["amount_yen"] for row in rows)
    return {
        "n_award": len(rows),
        "n_project": len({str(row["project_id"]) for row in rows}),
        "n_firm": len(firms),
        "amount_yen": amount,
        "returned_yen": sum(row["returned_yen"] for row in rows),
        "n_payment": sum(row["n_payment"] for row in rows),
        "n_return": sum(row["n_return"] for row in rows),
        "n_withdrawal": sum(row["n_withdrawal"] for row in rows),
    }


def _same(found: Row, expected: Row) -> None:
    assert {name: found[name] for name in expected} == expected
    if expected["n_firm"]:
        mean = expected["amount_yen"] / expected["n_firm"]
        assert abs(found["amount_per_firm_yen"] - mean) <= 0.5


@pytest.mark.parametrize("parameters", SELECTIONS, ids=str)
def test_key_figures_are_the_sums_of_single_awards(
    lens: StoreCursor, awards: Sequence[Row], bureau_of: dict[str, str], parameters: AwardParameters
) -> None:
    found = {r["series"]: r for r in award_key_figures(lens, parameters).to_dict("records")}
    chosen = [r for r in awards if _fits(r, parameters) and _is_in(r, parameters.region, bureau_of)]
    everywhere = [r for r in awards if _fits(r, parameters)]
    assert chosen or "selected" not in found
    if chosen:
        _same(found["selected"], _measures(chosen))
    _same(found["nation"], _measures(everywhere))
    if parameters.year != "0":
        earlier = parameters.with_(year=str(int(parameters.year) - 1))
        before = [r for r in awards if _fits(r, earlier) and _is_in(r, earlier.region, bureau_of)]
        if before:
            _same(found["previous_year"], _measures(before))


@pytest.mark.parametrize("parameters", SELECTIONS, ids=str)
def test_all_47_prefectures_are_there_with_their_own_sums(
    lens: StoreCursor, awards: Sequence[Row], parameters: AwardParameters
) -> None:
    found = award_by_prefecture(lens, parameters).to_dict("records")
    assert [r["region_code"] for r in found] == [f"{code:02}" for code in range(1, 48)]
    for row in found:
        mine = [
            r for r in awards if r["prefecture_code"] == row["region_code"] and _fits(r, parameters)
        ]
        _same(row, _measures(mine))


@pytest.mark.parametrize(
    ("region", "column"), [("", "bureau"), ("b02", "prefecture_code"), ("04", "municipality_code")]
)
def test_areas_are_those_one_step_down(
    lens: StoreCursor,
    awards: Sequence[Row],
    bureau_of: dict[str, str],
    region: str,
    column: str,
) -> None:
    parameters = AwardParameters(region=region, year="0")
    found = award_by_area(lens, parameters).to_dict("records")
    groups: dict[str, list[Row]] = {}
    for row in awards:
        if _is_in(row, region, bureau_of):
            key = bureau_of.get(row["prefecture_code"]) if column == "bureau" else row[column]
            if key:
                groups.setdefault(key, []).append(row)
    assert {r["region_code"] for r in found} == set(groups)
    for row in found:
        _same(row, _measures(groups[row["region_code"]]))
    amounts = [row["amount_yen"] for row in found]
    assert amounts == sorted(amounts, reverse=True)


def test_a_municipality_is_shown_among_its_neighbours(lens: StoreCursor) -> None:
    inside = award_by_area(lens, AwardParameters(region="04100", year="0"))
    around = award_by_area(lens, AwardParameters(region="04", year="0"))
    assert inside.equals(around)


def test_the_trend_has_each_year_of_the_region_and_of_the_nation(
    lens: StoreCursor, awards: Sequence[Row], bureau_of: dict[str, str]
) -> None:
    parameters = AwardParameters(region="b03", year="2023", programme="monodzukuri")
    found = award_trend(lens, parameters).to_dict("records")
    for name, region in (("selected", "b03"), ("nation", "")):
        rows = [r for r in found if r["series"] == name]
        years = [r["fiscal_year"] for r in rows]
        assert years == sorted({r["fiscal_year"] for r in awards})
        for row in rows:
            mine = [
                r
                for r in awards
                if r["fiscal_year"] == row["fiscal_year"]
                and _fits(r, parameters, ignoring="year")
                and _is_in(r, region, bureau_of)
            ]
            _same(row, _measures(mine))


def test_the_trend_of_the_nation_has_one_series(lens: StoreCursor) -> None:
    assert set(award_trend(lens, AwardParameters(year="2023"))["series"]) == {"selected"}


@pytest.mark.parametrize(
    ("function", "ignored", "code"),
    [
        (award_by_programme, "programme", "programme_code"),
        (award_by_industry, "industry", "division_code"),
    ],
)
def test_a_breakdown_lists_every_value_whatever_is_chosen(
    lens: StoreCursor,
    awards: Sequence[Row],
    bureau_of: dict[str, str],
    function: Callable[..., Any],
    ignored: str,
    code: str,
) -> None:
    parameters = AwardParameters(region="b02", year="2022", programme="monodzukuri")
    found = function(lens, parameters).to_dict("records")
    groups: dict[str, list[Row]] = {}
    for row in awards:
        if _fits(row, parameters, ignoring=ignored) and _is_in(row, "b02", bureau_of):
            groups.setdefault(row[code] or "?", []).append(row)
    assert {r[code] for r in found} == set(groups)
    for row in found:
        _same(row, _measures(groups[row[code]]))


@pytest.mark.parametrize("parameters", SELECTIONS, ids=str)
def test_the_list_holds_the_awards_that_the_aggregate_counts(
    lens: StoreCursor, parameters: AwardParameters
) -> None:
    wanted = AwardListParameters(
        parameters.region, parameters.industry, parameters.year, parameters.programme
    )
    size = award_list_size(lens, parameters).to_dict("records")[0]
    figures = award_key_figures(lens, parameters).to_dict("records")
    nothing: Row = {"n_award": 0, "n_firm": 0}
    counted = next((r for r in figures if r["series"] == "selected"), nothing)
    rows = award_list(lens, wanted)
    assert (size["n_award"], size["n_firm"]) == (counted["n_award"], counted["n_firm"])
    assert len(rows) == size["n_award"]


def test_windows_of_the_list_join_without_gap_or_overlap(lens: StoreCursor) -> None:
    whole = award_list(lens, AwardListParameters(year="2022", rows=60))
    parts = [
        award_list(lens, AwardListParameters(year="2022", start=start, rows=20))
        for start in (0, 20, 40)
    ]
    assert [r for part in parts for r in part.to_dict("records")] == whole.to_dict("records")


@pytest.mark.parametrize("order", ["amount_desc", "amount_asc", "date_desc", "date_asc"])
def test_the_list_is_in_the_order_asked(lens: StoreCursor, order: str) -> None:
    rows = award_list(lens, AwardListParameters(year="2022", order=order))
    column = "amount_yen" if order.startswith("amount") else "first_approval_date"
    values = rows[column].tolist()
    assert values == sorted(values, reverse=order.endswith("desc"))
