"""Ten questions that officials ask, from the start page to the number, beside bare SQL.

Each is asked twice: with a mouse, and with a keyboard alone. Every click on a link or button counts
one, and so does every choice in a select. The answer read on the screen must be the one that SQL
finds in the rows of the snapshot (tests/browser/bare.py).

宮城県's manufacturers applied too seldom in the small demo: where they did not in both of the years
compared, ① and ② ask of the prefecture where most did. With LENS_TEST_DATA_DIR the same test runs
on a larger store.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from components.eras import fiscal_year_text
from language import text
from store.snapshot import LENS, current_snapshot, open_read_only
from tests.browser.bare import INFORMATION, MANUFACTURING, Bare
from tests.browser.hand import Hand, KeyHand
from tests.browser.screen import key_figure, key_number, numbers, table_in
from tests.browser.visitor import Visit

pytestmark = pytest.mark.browser

FEW_CLICKS, LEAST_QUICK = 3, 8
KANTO, KINKI = "b03", "b05"


@pytest.fixture(scope="module")
def bare(demo_dir: Path) -> Iterator[Bare]:
    """The analysts' file of the demo store, to be asked in SQL."""
    store_dir = demo_dir / "store"
    snapshot = current_snapshot(store_dir)
    assert snapshot is not None
    connection = open_read_only(store_dir / snapshot / LENS, "4GB", 2)
    yield Bare(connection)
    connection.close()


def _question(hand: Hand, title: str) -> Locator:
    return hand.page.locator(".sl-questions a", has_text=title)


def _as_table(hand: Hand, figure: str) -> Locator:
    return hand.page.locator(f"#{figure}").get_by_role("link", name="表で見る")


def rate_of_a_place(hand: Hand, bare: Bare) -> None:
    """① 宮城県・製造業の直近年度の採択率."""
    place = bare.place()
    hand.choose("region", place)
    hand.choose("industry", MANUFACTURING)
    scope = text("home.figures_title", region=bare.name("region", place), year="")
    expect(hand.page.locator("#figures-title")).to_contain_text(scope)
    found = bare.of_place(place, MANUFACTURING, bare.year)
    assert key_number(hand.page, "採択率").is_of(found.adoption_rate)
    assert key_number(hand.page, "申請件数").is_of(found.n_application)


def rate_since_the_year_before(hand: Hand, bare: Bare) -> None:
    """② その前年差."""
    rate_of_a_place(hand, bare)
    place = bare.place()
    hand.follow(_question(hand, "採択率は、全国と比べて高いか"))
    now = bare.of_place(place, MANUFACTURING, bare.year).adoption_rate
    before = bare.of_place(place, MANUFACTURING, bare.year - 1).adoption_rate
    words = key_figure(hand.page, "採択率").inner_text()
    said = re.search(r"前年度 (\S+?)から (\S+ポイント)", words)
    assert said is not None, words
    assert numbers(said[1])[0].is_of(before)
    assert numbers(said[2])[0].is_of(now - before)


def bureau_with_the_highest_rate(hand: Hand, bare: Bare) -> None:
    """③ 採択率が最も高い局."""
    hand.choose("year", "0")
    question = _question(hand, "採択率が最も高い地域はどこか")
    rates = {name: bare.of_bureau(code).adoption_rate for code, name in bare.bureaus().items()}
    first = max(rates, key=lambda name: rates[name])
    expect(question).to_contain_text(f"{first}が最も高")
    hand.follow(question)
    table = table_in(hand.page.locator("#areas"))
    assert [cells[0] for cells in table.rows[1:]] == sorted(rates, key=lambda n: -rates[n])
    assert all(table.cell(name, "採択率").is_of(rate) for name, rate in rates.items())


def field_most_often_on_the_market(hand: Hand, bare: Bare) -> None:
    """④ 技術分野別の事業化率の首位（完了3年後）."""
    hand.follow(_question(hand, "研究開発の成果は事業になったか"))
    hand.follow(_as_table(hand, "fields"))
    table = table_in(hand.page.locator("#fields"))
    shares = bare.by_technology(after=3)
    first = max(shares, key=lambda name: shares[name].rate)
    assert table.rows[1][0] == first
    for name, share in shares.items():
        assert table.cell(name, "事業化率").is_of(share.rate), name
        assert table.cell(name, "報告した課題").is_of(share.n_reported), name


def applications_for_research_support_in_2016(hand: Hand, bare: Bare) -> None:
    """⑤ H28サポインの申請・採択件数（公表値は287件・113件）."""
    hand.follow(_question(hand, "研究開発の成果は事業になったか"))
    table = table_in(hand.page.locator("#counts-table"))
    found = bare.counts("programme_code = 'sapoin' AND fiscal_year = 2016")
    assert (found.n_application, found.n_adopted) == (287, 113)
    assert table.cell(fiscal_year_text(2016), "申請").is_of(found.n_application)
    assert table.cell(fiscal_year_text(2016), "採択").is_of(found.n_adopted)


def grants_of_two_bureaus(hand: Hand, bare: Bare) -> None:
    """⑥ 関東と近畿の採択額の比較."""
    hand.choose("year", "0")
    hand.follow(_question(hand, "採択率が最も高い地域はどこか"))
    table = table_in(hand.page.locator("#areas"))
    for code in (KANTO, KINKI):
        shown = table.cell(bare.name("region", code), "交付決定額")
        assert shown.is_of(bare.of_bureau(code).granted_yen), code


def growth_of_information_firms(hand: Hand, bare: Bare) -> None:
    """⑦ 情報通信業の採択企業の売上成長の中央値."""
    hand.choose("industry", INFORMATION)
    question = _question(hand, "採択された企業の売上は、その後伸びたか")
    answer = question.locator(".sl-answer").inner_text().replace("\n", "")
    median = bare.median_growth(INFORMATION)
    assert numbers(answer)[0].is_of(median)
    hand.follow(question)
    assert key_number(hand.page, "採択企業の売上高の伸び").is_of(median)


def market_share_of_the_best_quarter(hand: Hand, bare: Bare) -> None:
    """⑧ 評価点上位1/4の事業化率."""
    question = _question(hand, "評価点の高い課題ほど事業になったか")
    shares = bare.by_quarter(after=3)
    said = re.search(r"上位4分の1で([\d.]+%)", question.inner_text())
    assert said is not None
    assert numbers(said[1])[0].is_of(shares[4].rate)
    hand.follow(question)
    hand.follow(_as_table(hand, "score"))
    table = table_in(hand.page.locator("#score"))
    for quarter, share in shares.items():
        row = text(f"research.quarter_{quarter}")
        assert table.cell(row, "事業化率").is_of(share.rate), row
        assert table.cell(row, "報告した課題").is_of(share.n_reported), row


def list_of_adopted_projects(hand: Hand, bare: Bare) -> None:
    """⑨ ある県の採択事業の一覧."""
    prefecture = bare.busiest_prefecture()
    hand.choose("region", prefecture)
    hand.follow(_question(hand, "採択率は、全国と比べて高いか"))
    hand.follow(hand.page.get_by_role("link", name="採択だけを1件ずつ見る"))
    rows = bare.adopted(prefecture)
    expect(hand.page.locator("#rows h2")).to_contain_text(f"{len(rows):,}件")
    cells = hand.page.locator(".ag-cell[col-id=decision]")
    expect(cells.first).to_have_text("採択")
    assert set(cells.all_inner_texts()) == {"採択"}
    places = hand.page.locator(".ag-cell[col-id=prefecture_name]").all_inner_texts()
    assert set(places) == {bare.name("region", prefecture)}


def file_of_adopted_projects(hand: Hand, bare: Bare) -> None:
    """⑩ ⑨のCSV."""
    list_of_adopted_projects(hand, bare)
    link = hand.page.locator("#rows").get_by_role("link", name=re.compile("^CSV"))
    rows = bare.adopted(bare.busiest_prefecture())
    assert f"{len(rows):,}行" in link.inner_text()
    lines = csv.DictReader(StringIO(hand.download(link).decode("utf-8-sig"), newline=""))
    columns = ("申請日", "制度", "交付決定額（円）", "企業（仮名）")
    assert sorted(tuple(line[name] for name in columns) for line in lines) == rows


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and read, and with how many clicks."""

    ask: Callable[[Hand, Bare], None]
    n_click: int


QUESTIONS = (
    Question(rate_of_a_place, 2),
    Question(rate_since_the_year_before, 3),
    Question(bureau_with_the_highest_rate, 2),
    Question(field_most_often_on_the_market, 2),
    Question(applications_for_research_support_in_2016, 1),
    Question(grants_of_two_bureaus, 2),
    Question(growth_of_information_firms, 2),
    Question(market_share_of_the_best_quarter, 2),
    Question(list_of_adopted_projects, 3),
    Question(file_of_adopted_projects, 4),
)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.ask.__name__)
@pytest.mark.parametrize("kind", [Hand, KeyHand], ids=lambda kind: kind.name)
def test_a_question_is_answered_as_sql_answers_it(
    visit: Visit, bare: Bare, kind: type[Hand], question: Question
) -> None:
    hand = kind(visit("ministry"))
    hand.begin()
    question.ask(hand, bare)
    asked = question.ask.__doc__
    assert hand.n_click == question.n_click, f"{asked}: {hand.n_click} clicks"
    assert hand.visitor.complaints == []


def test_most_questions_need_few_clicks() -> None:
    counted = {question.ask.__doc__: question.n_click for question in QUESTIONS}
    quick = [asked for asked, n in counted.items() if n <= FEW_CLICKS]
    assert len(quick) >= LEAST_QUICK, counted
