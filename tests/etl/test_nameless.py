"""No title of an award says who received it."""

from __future__ import annotations

import pytest

from etl.nameless import BLANK, nameless


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("販路開拓補助金(試験産業株式会社)", "販路開拓補助金"),
        ("販路開拓補助金（（株）試験産業）", "販路開拓補助金"),
        ("支援事業(海外展開事業)【試験㈱】", "支援事業(海外展開事業)"),
        ("支援事業(海外展開事業(有限会社試験))", "支援事業(海外展開事業)"),
        ("支援事業（試験商店街振興組合、特定非営利活動法人試験）", "支援事業"),
        ("支援事業(地域)_一般社団法人 試験", "支援事業(地域)"),
        ("広報(試験株式会社の委託先)", "広報"),
    ],
)
def test_brackets_and_tails_that_name_an_organisation_go(words: str, expected: str) -> None:
    assert nameless(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "特定非営利活動法人等被災者支援交付金(宮城県)",
        "国民健康保険(組合)災害臨時特例補助金",
        "中小企業組合等共同施設等災害復旧費補助金(商工会・商工会議所の施設復旧事業)",
        "漁業協同組合事務費交付金",
        "【一般会計】施設整備費補助金(特定交通安全施設等整備事業)",
        "補助金(閉じない",
        "",
    ],
)
def test_titles_that_name_nobody_stay(words: str) -> None:
    assert nameless(words) == words


@pytest.mark.parametrize(
    ("words", "own"),
    [
        ("生産設備補助金({})", "試験化成"),
        ("{}・機能強化促進費", "試験化成株式会社"),
        ("{}分", "試験　化成　株式会社"),
    ],
)
def test_the_recipients_own_name_is_blanked_out_with_and_without_its_form(
    words: str, own: str
) -> None:
    assert nameless(words.format("試験化成"), ["試験化成株式会社", own]) == words.format(BLANK)


def test_a_short_name_does_not_blank_out_ordinary_words() -> None:
    assert nameless("補助金の交付", ["株式会社補助"]) == "補助金の交付"
