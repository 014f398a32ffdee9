"""A written name is taken apart as people write them: every class of error seen in real records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.linkage.names import name_key, parse_name


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        # 1: compatibility forms, short forms, spaces
        ("(一社)全国LPガス協会", "一般社団法人全国ＬＰガス協会"),
        ("㈱菊池工業", "株式会社菊池工業"),
        ("株式会社HEART CATCH", "株式会社ＨＥＡＲＴ　ＣＡＴＣＨ"),
        ("（公財）あいち産業振興機構", "公益財団法人あいち産業振興機構"),
        ("セブン&アイ", "セブン＆アイ"),
        # 2: symbols, small kana, dashes of every kind; the mark after Latin letters is a dash
        ("国際開発ジャーナル社", "国際開発ジヤーナル社"),
        ("DーWave Japan株式会社", "Ｄ－Ｗａｖｅ　Ｊａｐａｎ株式会社"),
        ("株式会社KSP-SP", "株式会社ＫＳＰ‐ＳＰ"),
        ("トランスコスモス株式会社", "トランス・コスモス株式会社"),
        ("有限会社MAYB'EM", "有限会社ＭＡＹＢ’ＥＭ"),
        ("富士フィルム株式会社", "富士フイルム株式会社"),
        ("大宮駅西口第3ーB地区組合", "大宮駅西口第３－Ｂ地区組合"),
        # old forms of characters, look-alike letters
        ("株式会社髙木工務店", "株式会社高木工務店"),
        ("学校法人東京女子医科大学", "学校法人東京女子醫科大学"),
        ("ТОPPAN株式会社", "ＴＯＰＰＡＮ株式会社"),
        ("GMОサイバー", "GMOサイバー"),
    ],
)
def test_writings_of_one_name_have_one_key(written: str, registered: str) -> None:
    assert name_key(written) == name_key(registered)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("株式会社データ", "株式会社デタ"),
        ("株式会社試験", "試験株式会社"),
        ("株式会社みどり", "株式会社ミドリ"),
        ("第一試験", "第二試験"),
    ],
)
def test_names_that_differ_in_a_letter_have_two_keys(one: str, two: str) -> None:
    assert name_key(one) != name_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("(株)ナックイメージテクノロジ", "株式会社ナックイメージテクノロジー"),
        ("つくばコングレスセンター", "つくばコングレスセンタ－"),
        ("有限会社テク二タップ", "有限会社テクニタップ"),
    ],
)
def test_sound_marks_and_look_alikes_meet_loosely(one: str, two: str) -> None:
    assert name_key(one) != name_key(two)
    assert parse_name(one).loose == parse_name(two).loose


@pytest.mark.parametrize(
    ("written", "form", "position", "core"),
    [
        ("日本通運株式会社", "株式会社", "back", "日本通運"),
        ("(株)日本通運", "株式会社", "front", "日本通運"),
        ("日本通運㈱", "株式会社", "back", "日本通運"),
        ("日本通運", "", "", "日本通運"),
        ("(同)試験", "合同会社", "front", "試験"),
        ("(合)試験", "(合)", "front", "試験"),
        ("医療法人社団彦星会", "医療法人社団", "front", "彦星会"),
        ("認定NPO法人試験", "認定NPO法人", "front", "試験"),
        ("一般社団法人全国株式会社協会", "一般社団法人", "front", "全国株式会社協会"),
        # A form alone is no form.
        ("株式会社", "", "", "株式会社"),
    ],
)
def test_the_legal_form_and_its_place_are_split_off(
    written: str, form: str, position: str, core: str
) -> None:
    name = parse_name(written)
    assert (name.form, name.position, name.core) == (form, position, core)


@pytest.mark.parametrize(
    ("written", "stem", "is_sure"),
    [
        ("いであ株式会社東北支店", "いであ", True),
        ("株式会社ムトウ 苫小牧支店", "ムトウ", True),
        ("株式会社沖秀建設那覇営業所", "沖秀建設", True),
        ("双日株式会社(宮崎県)", "双日", True),
        ("学校法人五島育英会（東京都市大学）", "五島育英会", True),
        ("医療法人社団彦星会岩橋クリニック", "彦星会", True),
        ("株式会社森本金物店", "森本", False),
        ("株式会社試験 代表取締役 山田太郎", "試験", True),
    ],
)
def test_what_may_stand_before_a_branch_is_found(written: str, stem: str, is_sure: bool) -> None:
    name = parse_name(written)
    assert stem in name.stems
    assert name.is_sure == is_sure
    assert name.kind == "firm"


@pytest.mark.parametrize(
    "written",
    [
        "株式会社紀伊國屋書店他",
        "合同会社肥後才谷屋ほか",
        "株式会社まつくる、外1者",
        "滋賀中央森林組合等",
        "株式会社沖秀建設・株式会社大米工業特定建設工事共同企業体",
        "いであ株式会社・一般財団法人沖縄県環境科学センター設計",
        "試験ＪＶ",
    ],
)
def test_a_firm_and_others_is_several(written: str) -> None:
    assert parse_name(written).kind == "several"


@pytest.mark.parametrize(
    "written",
    [
        "その他",
        "その他(12者)",
        "個人",
        "個人A",
        "個人1317",
        "個人1(箕面)",
        "ほか3社",
        "A社",
        "匿名",
    ],
)
def test_aggregates_and_persons_are_nobody(written: str) -> None:
    assert parse_name(written).kind == "nobody"


@pytest.mark.parametrize(
    "written",
    [
        "個人情報保護協会", "外山不動産株式会社", "株式会社中外", "やまと株式会社",
        "あそび合同会社", "株式会社JVCケンウッド", "羽幌町外２町村衛生施設組合", "株式会社個人",
    ],
)  # fmt: skip
def test_firms_with_such_words_in_their_names_are_firms(written: str) -> None:
    assert parse_name(written).kind == "firm"


_WRITTEN = st.text(
    st.one_of(
        st.characters(codec="utf-8", min_codepoint=0x20, max_codepoint=0xFFEF),
        st.sampled_from("ァッ-―ー㈱㈲・　 髙ｶﾞ(株)(合)(有)株式会社支店ほか他外二ニтA0"),
    ),
    max_size=30,
)


@given(_WRITTEN)
def test_a_key_is_its_own_key(written: str) -> None:
    assert name_key(name_key(written)) == name_key(written)


@given(_WRITTEN)
def test_any_text_is_taken_apart(written: str) -> None:
    name = parse_name(written)
    assert name.key == name_key(written)
    assert len(name.core) + len(name.form) == len(name.key)
    assert "" not in name.stems
    assert name.loose not in name.stems


def test_a_hostile_name_takes_no_time() -> None:
    for text in ("個人" + "()" * 50_000 + "x", " 、" * 50_000 + "ほかx", "(" * 100_000):
        assert parse_name.__wrapped__(text).kind in ("firm", "several", "nobody")
