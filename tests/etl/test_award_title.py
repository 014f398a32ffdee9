"""What titles say: invented projects in the patterns of real ones, and the real ones counted."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.award_title import AwardTitle, parse_title, project_key

SUPPORT = "中小企業経営支援等対策費補助金(戦略的基盤技術高度化支援事業)"
GO_TECH = "中小企業経営支援等対策費補助金(成長型中小企業等研究開発支援事業)"


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        (
            "令和元年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業）（継続事業）"
            "（漆器の木地を磨く装置の開発）",
            AwardTitle(2019, SUPPORT, True, "漆器の木地を磨く装置の開発"),
        ),
        (
            "平成３１年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業）（新規事業）"
            "（眼鏡枠の溶接余盛（よもり）除去装置の開発）",
            AwardTitle(2019, SUPPORT, False, "眼鏡枠の溶接余盛(よもり)除去装置の開発"),
        ),
        (
            "平成２７年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業（継続事業）"
            "（和紙の強度を測る装置の開発）",
            AwardTitle(2015, SUPPORT, True, "和紙の強度を測る装置の開発"),
        ),
        (
            "令和４年度中小企業経営支援等対策費補助金（成長型中小企業等研究開発支援事業）"
            "「桐箱の隙間を検査するＡＩの開発」",
            AwardTitle(2022, GO_TECH, None, "桐箱の隙間を検査するAIの開発"),
        ),
        (
            "令和５年度成長型中小企業等研究開発支援事業（小型センサ（汎用ＡＢ－Ｃ）の開発）",
            AwardTitle(
                2023, "成長型中小企業等研究開発支援事業", None, "小型センサ(汎用AB-C)の開発"
            ),
        ),
        (
            "令和２年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業）"
            "「足場の開発」【公益財団法人試験機構】",
            AwardTitle(2020, SUPPORT, None, "足場の開発"),
        ),
        (
            "平成２９年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業）"
            "酵素の大量生産技術の開発",
            AwardTitle(2017, SUPPORT, None, "酵素の大量生産技術の開発"),
        ),
        (
            "令和３年度中小企業経営支援等対策費補助金（戦略的基盤技術高度化支援事業）"
            "（「酸化物」と「炭化物」の加工技術）",
            AwardTitle(2021, SUPPORT, None, "「酸化物」と「炭化物」の加工技術"),
        ),
        (
            "令和３年度（令和２年度からの繰越し分）保育所等整備交付金",
            AwardTitle(2021, "保育所等整備交付金", None, None),
        ),
        (
            "【平成２８年度補正予算】試験整備交付金（宮城県）",
            AwardTitle(2016, "試験整備交付金(宮城県)", None, None),
        ),
        (
            "（令和３年度補正）試験整備交付金",
            AwardTitle(2021, "試験整備交付金", None, None),
        ),
        (
            "【一般会計】平成２８年度　試験補助金",
            AwardTitle(2016, "【一般会計】試験補助金", None, None),
        ),
        ("Ｒ２年度試験交付金", AwardTitle(2020, "試験交付金", None, None)),
        ("２０１９年度（下期）試験補助金", AwardTitle(2019, "(下期)試験補助金", None, None)),
        ("平成３２年度試験補助金", AwardTitle(None, "試験補助金", None, None)),
        ("平成３０年７月豪雨の復旧", AwardTitle(None, "平成30年7月豪雨の復旧", None, None)),
        (
            "試験交付金（平成２９年度からの繰越分）",
            AwardTitle(None, "試験交付金(平成29年度からの繰越分)", None, None),
        ),
    ],
)
def test_a_title_is_taken_apart(title: str, parts: AwardTitle) -> None:
    assert parse_title(title) == parts


@given(
    st.text(alphabet="平成令和R元年度十一〇31（）「」【】 戦略的基盤技術高度化支援事業繰越")
    | st.text()
)
def test_no_title_is_too_strange(text: str) -> None:
    parsed = parse_title(f"令和元年度（戦略的基盤技術高度化支援事業）{text}")
    assert parsed.title_fiscal_year == 2019
    project_key(parse_title(text).project_name or "")


def test_brackets_of_other_schemes_are_not_projects() -> None:
    assert parse_title("令和６年度試験補助金（仙台市）").project_name is None


@pytest.mark.parametrize(
    "spelling",
    ["ファイバー型 ＡＢ－１の開発", "ファイバ―型ＡＢ‐１の開発　", "ファイバー型ab−1の開発"],
)
def test_spellings_of_one_project_have_one_key(spelling: str) -> None:
    assert project_key(spelling) == project_key("ファイバー型AB-1の開発")


def test_projects_that_differ_by_a_sign_have_two_keys() -> None:
    assert project_key("ＡＢ１の開発") != project_key("ＡＢ２の開発")


@pytest.mark.shared
def test_the_real_research_awards_have_58_names_as_written_and_55_projects(
    shared_data: Path,
) -> None:
    titles = [
        row["subsidy_title"]
        for row in _awards(shared_data)
        if re.search("戦略的基盤|成長型中小企業等研究開発", row["subsidy_title"])
    ]
    names = [parse_title(title).project_name or "" for title in titles]
    assert len(titles) == 124
    assert all(names)
    # Three projects occur with and without a blank at the end of their name.
    assert len(set(names)) == 58
    assert len({name.strip() for name in names}) == 55
    assert len({project_key(name) for name in names}) == 55


@pytest.mark.shared
def test_594_of_2861_real_awards_were_approved_after_the_year_of_their_title(
    shared_data: Path,
) -> None:
    n_late = n_dated = 0
    for row in _awards(shared_data):
        if row["subsidy_title"].startswith(("平成", "令和")):
            year = parse_title(row["subsidy_title"]).title_fiscal_year
            day = date.fromisoformat(row["date_of_approval"])
            approved = day.year - (day.month < 4)
            n_dated += year is not None
            n_late += year is not None and approved > year
    assert (n_late, n_dated) == (594, 2861)


def _awards(shared_data: Path) -> list[dict[str, str]]:
    path = shared_data / "gbiz" / "miyagi_subsidies.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
