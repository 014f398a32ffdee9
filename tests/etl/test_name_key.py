"""Two writings of one name meet in a key; two names do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.name_key import name_key


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("株式会社試験", "㈱試験"),
        ("株式会社試験", "（株）試験"),
        ("株式会社 試験", "株式会社\u3000試験"),
        ("有限会社ＡＢＣ", "㈲abc"),
        ("株式会社キヤノン試験", "株式会社キャノン試験"),
        ("髙﨑製作所", "高崎製作所"),
        ("渡邊・齋藤商店", "渡辺斎藤商店"),
        ("株式会社Ｄ－Ｗａｖｅ", "株式会社D-Wave"),
        ("Ａ＆Ｂ株式会社", "A&B株式会社"),
        ("ｶﾞﾗｽ工業", "ガラス工業"),
    ],
)
def test_writings_of_one_name_meet(one: str, two: str) -> None:
    assert name_key(one) == name_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("株式会社試験", "有限会社試験"),
        ("株式会社試験", "試験株式会社"),
        # The prolonged sound mark is a sound, the dash is not.
        ("株式会社データ", "株式会社デタ"),
        ("株式会社ハート", "株式会社パート"),
        ("第一試験", "第二試験"),
    ],
)
def test_different_names_stay_apart(one: str, two: str) -> None:
    assert name_key(one) != name_key(two)


# What names are written with: Latin, punctuation, kana, ideographs, half and full width forms.
_LETTERS = st.characters(
    codec="utf-8",
    min_codepoint=0x20,
    max_codepoint=0xFFEF,
    categories=("Lu", "Ll", "Lo", "Lm", "Nd", "Po", "Pd", "Zs"),
)


@given(st.text(st.one_of(_LETTERS, st.sampled_from("ァッ-―ー㈱㈲・　 髙ｶﾞ(株)")), max_size=30))
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
