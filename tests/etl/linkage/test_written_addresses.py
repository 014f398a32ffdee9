"""Addresses written in any manner meet in prefecture, municipality, town and numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.linkage.addresses import city_codes, parse_address, parse_street


@pytest.mark.parametrize(
    ("written", "municipality", "town", "numbers"),
    [
        ("東京都千代田区霞が関一丁目２番地の３ 霞ビル９階", "13101", "霞ケ関", "1-2-3"),
        ("千代田区霞ヶ関1-2-3", "13101", "霞ケ関", "1-2-3"),
        ("〒100-0013 東京都千代田区霞ケ関１丁目２ー３", "13101", "霞ケ関", "1-2-3"),
        ("東京都千代田区霞ガ関一―二―三", "13101", "霞ケ関", "1-2-3"),
        ("宮城県加美郡色麻町四竈字北谷地41", "04444", "四竈北谷地", "41"),
        ("色麻町四竈北谷地４１番地", "04444", "四竈北谷地", "41"),
        ("札幌市中央区北四条西２５丁目１番２０号グレイス２階", "01101", "北4条西", "25-1-20"),
        ("北海道札幌市中央区北4条西25-1-20", "01101", "北4条西", "25-1-20"),
        ("岩手県八幡平市大更第３５地割１９８番地１", "03214", "大更", "35-198-1"),
        ("福井県鯖江市糺町第３７号３６番地", "18207", "糺町", "37-36"),
        ("新潟県新潟市中央区東堀通８番町１４１６番地", "15103", "東堀通8番町", "1416"),
        ("千代田区一番町二十三番地", "13101", "一番町", "23"),
        ("東京都港区虎ノ門４丁目２番４－１号", "13103", "虎の門", "4-2-4-1"),
        ("茨城県竜ヶ崎市長沖町1639", "08208", "長沖町", "1639"),
        ("三重県四日市市三栄町2-1", "24202", "三栄町", "2-1"),
        # Former cities, and what names no municipality at all.
        ("宮城県", "", "", ""),
        ("丸の内1-1", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_an_address_is_taken_apart(
    written: str, municipality: str, town: str, numbers: str
) -> None:
    found = parse_address(written)
    assert (found.municipality_code, found.town, found.numbers) == (municipality, town, numbers)


def test_a_city_of_two_prefectures_needs_a_hint() -> None:
    assert parse_address("府中市宮西町2-24").municipality_code == ""
    assert parse_address("府中市宮西町2-24", "13").municipality_code == "13206"
    assert parse_address("府中市宮西町2-24", "34").municipality_code == "34208"
    # A hint never overrules what is written.
    assert parse_address("広島県府中市府川町315", "13").municipality_code == "34208"
    assert parse_address("鯖江市本町1", "13").municipality_code == "18207"


def test_the_prefecture_alone_is_kept() -> None:
    assert parse_address("宮城県").prefecture_code == "04"
    assert parse_address("", "04").prefecture_code == "04"


def test_wards_have_a_city() -> None:
    cities = city_codes()
    assert cities["01101"] == "01100"
    assert cities["13101"] == "13101"


@pytest.mark.parametrize(
    "between", ["丁目2番", "丁目２番地", "-2-", "－２－", "ー2ー", "丁目2の", "‐2‐"]
)
def test_all_dashes_and_units_are_one(between: str) -> None:
    assert parse_street(f"大字試験町1{between}3") == ("試験町", "1-2-3")


@given(st.text(max_size=60))
def test_any_text_is_an_address(written: str) -> None:
    found = parse_address(written)
    assert len(found.prefecture_code) in (0, 2)
    assert len(found.municipality_code) in (0, 5)


@given(
    st.integers(1, 99), st.integers(1, 99), st.integers(1, 9999),
    st.sampled_from([("丁目", "番", "号"), ("-", "-", ""), ("丁目", "番地の", ""),
                     ("－", "ー", "")]),
)  # fmt: skip
def test_numbers_survive_every_notation(
    block: int, lot: int, house: int, units: tuple[str, str, str]
) -> None:
    street = f"試験町{block}{units[0]}{lot}{units[1]}{house}{units[2]} 試験ビル12F"
    assert parse_street(street) == ("試験町", f"{block}-{lot}-{house}")
