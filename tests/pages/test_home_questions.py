"""What the home page answers is what the snapshot says, counted by bare SQL."""

# ruff: noqa: S608  (every part of a statement is written here)

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import g

from app import LensDash, create_app
from components.numbers import format_number
from gate.actor import Actor, Role
from settings import Settings
from store.quantity import Unit
from store.snapshot import LENS, current_snapshot, open_read_only
from tests.components.drawn import find, words

PLACES = ("", "20", "13", "b02")
# What a reader of the ministry may see of firms' own rows, with all that the gate leaves out.
SEEN = """
    (SELECT * FROM application_outcome WHERE firm_id IS NULL OR firm_id NOT IN (
        SELECT firm_id FROM withheld_firm
        UNION ALL
        SELECT firm_id FROM consent_period
        WHERE is_refusal AND purpose = 'ebpm' AND user_class IN ('government', 'all')
          AND scope IN ('application', 'statement', 'all')
          AND current_date BETWEEN valid_from AND coalesce(valid_to, DATE '9999-12-31')))
"""


@pytest.fixture(scope="module")
def app(demo_dir: Path) -> LensDash:
    return create_app(Settings(data_dir=demo_dir))


@pytest.fixture(scope="module")
def sql(demo_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    snapshot = current_snapshot(demo_dir / "store")
    assert snapshot is not None
    connection = open_read_only(demo_dir / "store" / snapshot / LENS, "4GB", 2)
    yield connection
    connection.close()


def _home(app: LensDash, role: Role = Role.MINISTRY, **query: str) -> Any:
    from pages import home

    with app.server.test_request_context("/"):
        g.actor = Actor(role.value, role)
        return home.layout(**query)


def _answers(page: Any) -> dict[str, tuple[str, str, str]]:
    """Per question: its number with its unit, the line of evidence, where it leads."""
    (listed,) = find(page, "Ul", className="sl-questions")
    found = {}
    for link in find(listed, "A"):
        number, label = link.children[2].children[:2], link.children[2].children[2]
        shown = words(list(number))
        found[words(link.children[0])] = (shown, words(link.children[1]) + words(label), link.href)
    return found


def _where(place: str) -> str:
    if not place:
        return "TRUE"
    return f"{'bureau' if place.startswith('b') else 'prefecture'}_code = '{place}'"


def _percent(value: float | None, **options: Any) -> str:
    return format_number(value, Unit.PERCENT, **options)


def _one(sql: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = sql.execute(query).fetchone()
    assert row is not None
    return row


@pytest.fixture(scope="module")
def year(sql: duckdb.DuckDBPyConnection) -> int:
    default = "SELECT code FROM dimension_member WHERE domain = 'year' AND is_default"
    return int(_one(sql, default)[0])


@pytest.mark.parametrize("asked", ["", "0", "2012"])
@pytest.mark.parametrize("place", PLACES)
def test_the_adoption_rate_is_that_of_the_region_beside_the_nation(
    app: LensDash, sql: duckdb.DuckDBPyConnection, year: int, place: str, asked: str
) -> None:
    in_year = "TRUE" if asked == "0" else f"fiscal_year = {asked or year}"
    rate = (
        f"SELECT 100.0 * sum(n_adopted) / sum(n_application) FROM application_cell WHERE {in_year}"
    )
    mine = _one(sql, f"{rate} AND {_where(place)}")[0]
    nation = _one(sql, rate)[0]
    subject = "選んだ地域" if place.startswith("b") else "私の県"
    answers = _answers(_home(app, region=place, year=asked))
    title = f"{subject}の採択率は、全国と比べて高いか"
    if mine is None:
        assert title not in answers
        return
    shown, evidence, link = answers[title]
    assert shown == _percent(mine)
    assert ("region" in link) == bool(place)
    assert (f"year={asked}" in link) == bool(asked)
    if place:
        assert f"全国は{_percent(nation)}" in evidence
        is_within = "範囲内" in evidence
        low, high = re.findall(r"区間 ([\d.]+)〜([\d.]+)%", evidence)[0]
        assert is_within == (float(low) <= round(nation, 1) <= float(high))


@pytest.mark.parametrize(("year", "industry"), [("2012", ""), ("2009", "E"), ("0", "E")])
def test_the_bureau_with_the_highest_rate_is_named(
    app: LensDash, sql: duckdb.DuckDBPyConnection, year: str, industry: str
) -> None:
    conditions = [f"fiscal_year = {year}"] if year != "0" else []
    conditions += [f"division_code = '{industry}'"] if industry else []
    rate, name = _one(
        sql,
        f"""
        SELECT 100.0 * sum(n_adopted) / sum(n_application) AS rate, any_value(name)
        FROM application_cell JOIN dimension_member
            ON domain = 'region' AND code = bureau_code
        WHERE {" AND ".join(conditions)}
        GROUP BY bureau_code HAVING sum(n_application) >= 10 ORDER BY rate DESC, bureau_code
        """,
    )
    # The region chosen plays no part.
    page = _home(app, region="13", industry=industry, year=year)
    shown, evidence, link = _answers(page)["採択率が最も高い地域はどこか"]
    assert shown == _percent(rate)
    assert evidence.startswith(f"{name}が最も高")
    assert evidence.endswith(name)
    assert "region" not in link


@pytest.mark.parametrize("place", PLACES)
def test_growth_is_the_median_of_adopted_and_rejected(
    app: LensDash, sql: duckdb.DuckDBPyConnection, place: str
) -> None:
    rows = sql.execute(
        f"""
        SELECT decision, count(*), median(sales_growth_3), count(DISTINCT firm_id)
        FROM {SEEN} WHERE sales_growth_3 IS NOT NULL AND {_where(place)} GROUP BY decision
        """
    ).fetchall()
    found = {row[0]: row[1:] for row in rows}
    answers = _answers(_home(app, region=place))
    title = "採択された企業の売上は、その後伸びたか"
    if found.get("adopted", (0, 0, 0))[2] < 10:
        assert title not in answers
        return
    shown, evidence, link = answers[title]
    assert shown == _percent(found["adopted"][1], is_signed=True)
    assert f"採択 {found['adopted'][0]:,}件" in evidence
    if found.get("rejected", (0, 0, 0))[2] >= 10:
        assert f"不採択は{_percent(found['rejected'][1], is_signed=True)}" in evidence
    assert link.startswith("/growth")


def test_research_is_counted_three_years_after_completion(
    app: LensDash, sql: duckdb.DuckDBPyConnection
) -> None:
    n, k = _one(
        sql,
        f"""
        SELECT count(*), count(*) FILTER (WHERE is_commercialised)
        FROM {SEEN.replace("application_outcome", "research_report")}
        WHERE years_since_completion = 3
        """.replace("'statement', ", ""),
    )
    shown, evidence, _ = _answers(_home(app))["研究開発の成果は事業になったか"]
    assert shown == _percent(100 * k / n)
    assert f"{n:,}課題のうち{k:,}課題" in evidence


def test_the_best_scored_quarter_is_set_against_the_lowest(
    app: LensDash, sql: duckdb.DuckDBPyConnection
) -> None:
    rows = sql.execute(
        f"""
        SELECT points_quarter, 100.0 * count(*) FILTER (WHERE is_commercialised) / count(*)
        FROM {SEEN.replace("application_outcome", "research_report")}
        WHERE years_since_completion = 3 AND points_quarter IS NOT NULL GROUP BY points_quarter
        """.replace("'statement', ", "")
    ).fetchall()
    rate = dict(rows)
    shown, evidence, link = _answers(_home(app))["評価点の高い課題ほど事業になったか"]
    assert shown == f"{_percent(rate[4] - rate[1], is_signed=True, has_unit=False)}ポイント"
    assert f"上位4分の1で{_percent(rate[4])}、下位4分の1で{_percent(rate[1])}" in evidence
    assert link.endswith("#score")


@pytest.mark.parametrize("place", PLACES)
def test_applications_are_set_against_the_year_before(
    app: LensDash, sql: duckdb.DuckDBPyConnection, year: int, place: str
) -> None:
    counted = "SELECT coalesce(sum(n_application), 0) FROM application_cell WHERE fiscal_year = "
    now = int(_one(sql, f"{counted} {year} AND {_where(place)}")[0])
    before = int(_one(sql, f"{counted} {year - 1} AND {_where(place)}")[0])
    answers = _answers(_home(app, region=place))
    if not before:
        assert "申請は増えているか" not in answers
        return
    shown, evidence, _ = answers["申請は増えているか"]
    change = 100 * (now - before) / before
    assert shown == f"{_percent(change, is_signed=True)}"
    assert f"{before:,}件から" in evidence
    assert f"{now:,}件に" in evidence


def test_what_was_refused_is_counted(app: LensDash, sql: duckdb.DuckDBPyConnection) -> None:
    n = int(_one(sql, "SELECT sum(rejected) FROM delivery")[0])
    shown, _, link = _answers(_home(app))["届いたデータに、受け入れなかったものはあるか"]
    assert (shown, link) == (f"{n:,}件", "/data")


@pytest.mark.parametrize("place", PLACES)
def test_the_key_figures_are_those_of_the_region_and_year(
    app: LensDash, sql: duckdb.DuckDBPyConnection, year: int, place: str
) -> None:
    n, k, granted = _one(
        sql,
        "SELECT sum(n_application), sum(n_adopted), sum(granted_yen) FROM application_cell "
        f"WHERE fiscal_year = {year} AND {_where(place)}",
    )
    page = _home(app, region=place)
    values = [words(value) for value in find(page, "Dd", className="sl-value")]
    assert values[:3] == [
        f"{int(n or 0):,}件",
        _percent(100 * int(k) / int(n)) if n else "-",
        format_number(int(granted or 0), Unit.YEN),
    ]
    assert len(values) == 4


def test_a_filter_without_answers_leaves_questions_out(app: LensDash) -> None:
    page = _home(app, region="47", industry="D", size="s6", technology="12")
    answers = _answers(page)
    assert "届いたデータに、受け入れなかったものはあるか" in answers
    assert "採択された企業の売上は、その後伸びたか" not in answers
    assert "NaN" not in words(page)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_keepers_of_the_data_see_its_state(app: LensDash, role: Role) -> None:
    page = _home(app, role)
    assert not find(page, "Ul", className="sl-questions")
    assert "データの鮮度" in words(page)
    assert "予定どおり" in words(page)


def test_without_applications_home_asks_about_published_payments(
    app: LensDash, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages import home

    monkeypatch.setattr(home, "ask", lambda _view: None)
    answers = _answers(_home(app, region="13"))
    assert len(answers) > 2
    assert "届いたデータに、受け入れなかったものはあるか" in answers
    links = {link.partition("?")[0] for _, _, link in answers.values()}
    assert links == {"/awards/grants", "/data"}
