"""The code tables fit together, and patterns and numbers are read as they are written."""

from __future__ import annotations

import re
import unicodedata

import duckdb
import pandas as pd
import pytest

from etl.reference import (
    REFERENCE_DIR,
    load_reference,
    read_reference,
    reference_names,
)

_GENERAL = "中小企業経営支援等対策費補助金"
# Titles as ministries write them, and the programme that a reader would name.
TITLES = {
    f"令和元年度{_GENERAL}（戦略的基盤技術高度化支援事業）（継続事業）（塗装の自動化）": "sapoin",
    f"令和４年度{_GENERAL}（成長型中小企業等研究開発支援事業）「検査装置の開発」": "gotech",
    "令和5年度成長型中小企業等研究開発支援事業（継電器の研究開発）": "gotech",
    "令和3年度 商業・サービス競争力強化連携支援事業": "service",
    "平成29年度補正ものづくり・商業・サービス経営力向上支援補助金": "monodzukuri",
    "平成28年度補正 革新的ものづくり・商業・サービス開発支援補助金": "monodzukuri",
    "令和3年度補正予算 中小企業等事業再構築促進補助金（通常枠）": "saikochiku",
    "平成30年度小規模事業者持続的発展支援事業費補助金": "jizokuka",
    "令和元年度補正予算 小規模事業者持続化補助金＜一般型＞ 第８回受付締切分": "jizokuka",
    "サービス等生産性向上ＩＴ導入支援事業": "it",
    "IT導入補助金2022": "it",
    "令和6年度補正予算 中小企業省力化投資補助金（カタログ注文型）": "shoryokuka",
    "平成29年度小規模事業者支援パッケージ事業費補助金": "package",
    "令和4年度宮城県事業承継・引継ぎ支援事業": "shokei",
    "平成27年度ふるさと名物応援事業補助金（ＪＡＰＡＮブランド育成支援事業）": "hanro",
    f"令和元年度{_GENERAL}（商店街にぎわい創出事業）": "chiiki",
    "平成29年度地域・まちなか商業活性化支援事業費補助金": "chiiki",
    f"令和4年度{_GENERAL}（若者人材確保プロジェクトの実証）": "keiei_shien",
    "平成27年度地域中小企業・小規模事業者ＵＩＪターン人材確保等支援事業費補助金": "keiei_shien",
    "令和2年度中小企業等グループ施設等復旧整備補助金（宮城県 令和2年度当初予算分）": "group",
    "中小企業最低賃金引き上げ支援対策費補助金": "saitei",
    "働き方改革推進支援助成金（テレワーク特例コース）": "hataraki",
    "職場意識改善助成金": "hataraki",
    "受動喫煙防止対策助成金": "koyo",
    "省エネルギー投資促進に向けた支援補助金（エネルギー使用合理化等事業者支援事業）": "energy",
    "電源立地地域対策交付金": "dengen",
    "河川等災害復旧事業": "saigai",
    "農業用施設災害復旧事業費補助": "saigai",
    "王城寺原演習場周辺障害防止対策事業（用水対策：八原溜池工事）": "kichi",
    "水田活用の直接支払交付金": "suiden",
    "放射性物質汚染廃棄物処理事業費補助金（農林業系廃棄物の処理加速化事業）": "kankyo",
    "家畜共済に係る農業共済組合連合会等交付金": "norin",
    "学校保健特別対策事業費補助金（学校等における感染症対策等支援事業）": "kyoiku",
    "医学部等教育・働き方改革支援事業": "kyoiku",
    "文化施設の感染症防止対策事業": "bunka",
    "国民健康保険（組合）災害臨時特例補助金": "hoken",
    "令和３年度新型コロナウイルス感染症感染拡大防止継続支援補助金": "iryo",
    "障害者自立支援給付費国庫負担金": "fukushi",
    "地方創生推進交付金 宮城県": "chihososei",
    "緊急消防援助隊設備整備費補助金": "infra",
    "令和4年度レンタカー賃貸借契約": "other",
}


def programme_of(title: str) -> str:
    plain = unicodedata.normalize("NFKC", title)
    rows = read_reference("programme").to_dict("records")
    return next(str(r["programme_code"]) for r in rows if re.search(r["pattern"], plain))


def keys(table: str, column: str) -> list[str]:
    return list(read_reference(table)[column])


@pytest.mark.parametrize(("title", "programme"), TITLES.items())
def test_a_title_finds_its_programme(title: str, programme: str) -> None:
    assert programme_of(title) == programme


def test_every_programme_has_a_representative_title() -> None:
    assert set(keys("programme", "programme_code")) == set(TITLES.values())


def test_duckdb_reads_the_patterns_as_python_does() -> None:
    connection = duckdb.connect()
    load_reference(connection)
    for title in TITLES:
        plain = unicodedata.normalize("NFKC", title)
        found = connection.execute(
            """SELECT programme_code FROM reference_programme WHERE regexp_matches(?, pattern)
               ORDER BY position::INTEGER LIMIT 1""",
            [plain],
        ).fetchone()
        assert found == (programme_of(title),)


def test_positions_follow_the_order_of_the_file() -> None:
    for table in ("bureau", "prefecture", "programme", "programme_group"):
        positions = [int(p) for p in keys(table, "position")]
        assert positions == list(range(1, len(positions) + 1))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("bureau", "bureau_code"),
        ("prefecture", "prefecture_code"),
        ("prefecture", "name"),
        ("municipality", "municipality_code"),
        ("municipality_successor", "old_code"),
        ("technology_field", "code"),
        ("programme", "programme_code"),
        ("programme", "short_name"),
        ("programme_group", "group_code"),
        ("registry_office", "prefix"),
    ],
)
def test_a_key_is_unique_and_never_empty(table: str, column: str) -> None:
    values = keys(table, column)
    assert len(values) == len(set(values))
    assert "" not in values


@pytest.mark.parametrize(
    ("table", "column", "of", "key"),
    [
        ("prefecture", "bureau_code", "bureau", "bureau_code"),
        ("municipality", "prefecture_code", "prefecture", "prefecture_code"),
        ("registry_office", "prefecture_code", "prefecture", "prefecture_code"),
        ("prefecture_size", "prefecture_code", "prefecture", "prefecture_code"),
        ("programme", "group_code", "programme_group", "group_code"),
        ("municipality_successor", "municipality_code", "municipality", "municipality_code"),
    ],
)
def test_every_row_points_to_an_existing_one_and_none_is_left_alone(
    table: str, column: str, of: str, key: str
) -> None:
    assert set(keys(table, column)) <= set(keys(of, key))
    if table != "municipality_successor":
        assert set(keys(table, column)) == set(keys(of, key))


def test_there_are_nine_bureaus_47_prefectures_and_twelve_fields() -> None:
    assert len(read_reference("bureau")) == 9
    assert keys("prefecture", "prefecture_code") == [f"{code:02d}" for code in range(1, 48)]
    assert len(read_reference("technology_field")) == 12


def test_niigata_belongs_to_kanto_toyama_to_chubu_and_fukui_to_kinki() -> None:
    bureau = read_reference("prefecture").set_index("name")["bureau_code"]
    assert [bureau[n] for n in ("新潟県", "静岡県", "富山県", "福井県", "三重県", "沖縄県")] == [
        "b03",
        "b03",
        "b04",
        "b05",
        "b04",
        "b09",
    ]


def test_the_short_name_of_a_prefecture_drops_its_last_character_except_hokkaido() -> None:
    for row in read_reference("prefecture").to_dict("records"):
        expected = row["name"] if row["name"] == "北海道" else row["name"][:-1]
        assert row["short_name"] == expected


def test_a_municipality_code_begins_with_its_prefecture_and_a_name_occurs_once_there() -> None:
    table = read_reference("municipality")
    assert (table["municipality_code"].str[:2] == table["prefecture_code"]).all()
    assert table["municipality_code"].str.fullmatch(r"\d{5}").all()
    assert not table.duplicated(["prefecture_code", "name"]).any()


def test_a_superseded_code_is_not_listed_beside_its_successor() -> None:
    assert not set(keys("municipality_successor", "old_code")) & set(
        keys("municipality", "municipality_code")
    )


@pytest.mark.parametrize(("revision", "minor"), [("13", 530), ("14", 536)])
def test_both_revisions_have_20_divisions_and_99_major_groups(revision: str, minor: int) -> None:
    table = read_reference("industry")
    table = table[table["revision"] == revision]
    assert table["level"].value_counts().to_dict() == {
        "division": 20,
        "major": 99,
        "minor": minor,
    }
    assert not table["code"].duplicated().any()
    parents = set(table["parent_code"]) - {""}
    assert parents <= set(table["code"])
    assert not table["name"].str.contains("，").any()


def test_divisions_and_major_groups_are_the_same_in_both_revisions() -> None:
    table = read_reference("industry")
    table = table[table["level"] != "minor"].drop(columns="revision")
    assert (table.value_counts() == 2).all()


def test_divisions_and_major_groups_have_short_and_english_names_of_their_own() -> None:
    table = read_reference("industry")
    has_names = (table["short_name"] != "") & (table["name_en"] != "")
    pd.testing.assert_series_equal(has_names, table["level"] != "minor", check_names=False)
    named = table[has_names & (table["revision"] == "14")]
    assert not named["short_name"].duplicated().any()


def test_registry_offices_are_sure_enough_and_none_begins_with_99() -> None:
    table = read_reference("registry_office")
    assert (table["share"].astype(float) >= 0.9).all()
    assert (table["n"].astype(int) >= 30).all()
    assert not table["prefix"].str.startswith("9").any()


def test_every_table_is_loaded_with_all_its_rows_as_text() -> None:
    connection = duckdb.connect()
    load_reference(connection)
    for name in reference_names():
        frame = read_reference(name)
        assert len(connection.table(f"reference_{name}").df()) == len(frame)
        types = connection.execute(f"DESCRIBE reference_{name}").fetchall()
        assert [(column, kind) for column, kind, *_ in types] == [
            (column, "VARCHAR") for column in frame.columns
        ]


def test_the_files_end_lines_with_a_line_feed_only() -> None:
    for path in REFERENCE_DIR.glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert content.endswith(b"\n"), path.name
        assert not content.startswith(b"\xef\xbb\xbf"), path.name
