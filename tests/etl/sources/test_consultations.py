"""Consultations through mapping profiles: the shipped ones, an operator's own, and a trial."""

# One line per record reads better than many.
# ruff: noqa: E501

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from etl.mapping import try_profile
from etl.sources import contracts
from etl.sources._profiles import SHIPPED_DIR, known_profiles, layout_of
from store.mapping_profile import TARGETS, MappingProfile, ProfileError, TrialRefusal
from store.profile_file import read_profiles, write_profile
from tests.etl.deliveries import Desk, counts, number
from tests.etl.sources.dirt import Accepted, Dirt, Refused, check, sheet

TOUGOU = {
    "カルテ番号": "1", "商工会名": "試験商工会", "都道府県名": "福井県", "指導員番号": "A1",
    "相談年月日": "令和6年4月1日", "相談区分": "金融", "活用施策": "マル経", "事業所名": "試験商店",
    "法人番号": "", "所在地": "福井県鯖江市試験町1", "電話": "0778-00-0000", "業種": "小売業",
    "年間売上（千円）": "12,345", "経常利益（千円）": "▲5", "従業員数": "3", "開示区分": "実名",
}  # fmt: skip
TOAS = {
    "相談ID": "1", "会議所コード": "01", "会議所名": "試験商工会議所", "都道府県コード": "18",
    "担当者ID": "7", "受付日": "2024/4/1", "相談分類コード": "01", "支援メニュー": "融資",
    "企業名": "株式会社試験", "法人番号": number(1), "住所": "福井県鯖江市試験町1", "TEL": "",
    "業種大分類": "I", "売上高（百万円）": "12.5", "利益（百万円）": "", "従業員": "3", "匿名フラグ": "0",
}  # fmt: skip
BIZMILL = {
    "record_id": "1", "organization": "試験商工会議所", "prefecture": "18", "advisor_id": "7",
    "date": "2024-04-01", "category": "funding", "program": "", "company_name": "株式会社試験",
    "corporate_number": number(1), "gbiz_id": "a@example.jp", "address": "福井県鯖江市試験町1",
    "tel": "", "industry": "I", "sales": "12345000", "profit": "-5000", "employees": "3",
    "consent_level": "full",
}  # fmt: skip
ANONYMOUS = dict.fromkeys(("number_as_written", "name", "address", "telephone", "gbizid"))

DIRT = [
    Dirt(
        "consultation",
        "tougou_db",
        TOUGOU,
        [
            ({}, Accepted({"system": "tougou_db", "organisation_prefecture_code": "18", "consulted_date": "2024-04-01", "topic": "finance", "industry_code": "I", "sales_yen": 12_345_000, "profit_yen": -5000, "n_employee": 3, "anonymity": "named", "gbizid": None, "number_status": "missing"})),
            ({}, Accepted()),
            ({"カルテ番号": "2", "開示区分": "仮名", "事業所名": "Ａ社"}, Accepted({"anonymity": "pseudonym", "name": "Ａ社"})),
            # Who wants to stay unknown is not staged, whatever the cells say.
            ({"カルテ番号": "3", "開示区分": "匿名", "法人番号": number(1)}, Accepted({"anonymity": "anonymous", "corporate_number": None, "number_status": "missing", **ANONYMOUS})),
            ({"カルテ番号": "4", "開示区分": ""}, Accepted({"anonymity": "anonymous", **ANONYMOUS})),
            ({"カルテ番号": "5", "業種": "よろず", "都道府県名": "越前"}, Accepted({"industry_code": None, "organisation_prefecture_code": None})),
            ({"カルテ番号": ""}, Refused("missing_value", "record_number")),
            ({"相談年月日": "令和6年"}, Refused("invalid_date", "consulted_date")),
            ({"相談区分": "雑談"}, Refused("unknown_code", "topic")),
            ({"相談区分": ""}, Refused("missing_value", "topic")),
            ({"開示区分": "一部"}, Refused("unknown_code", "anonymity")),
            ({"年間売上（千円）": "約1千万"}, Refused("invalid_amount", "sales_yen")),
            ({"従業員数": "数名"}, Refused("invalid_amount", "n_employee")),
        ],
        flags={"missing_number": 3, "no_industry": 1, "no_prefecture": 1, "anonymous": 2},
        n_duplicate=1,
        encoding="cp932",
    ),
    Dirt(
        "consultation",
        "toas",
        TOAS,
        [
            ({}, Accepted({"system": "toas", "topic": "finance", "sales_yen": 12_500_000, "profit_yen": None, "corporate_number": number(1), "number_status": "valid"})),
            ({"相談ID": "2", "法人番号": "9999999999999"}, Accepted({"number_status": "dummy", "corporate_number": None})),
            ({"相談ID": "3", "匿名フラグ": "2"}, Accepted({"anonymity": "anonymous", **ANONYMOUS})),
            ({"相談分類コード": "10"}, Refused("unknown_code", "topic")),
            ({"売上高（百万円）": "0.0000001"}, Refused("invalid_amount", "sales_yen")),
        ],
        flags={"dummy_number": 1, "anonymous": 1},
    ),
    Dirt(
        "consultation",
        "bizmill",
        BIZMILL,
        [
            ({}, Accepted({"system": "bizmill", "topic": "finance", "sales_yen": 12_345_000, "gbizid": "a@example.jp", "corporate_number": number(1)})),
            ({"category": "subsidy"}, Accepted({"topic": "subsidy"})),
            ({"consent_level": "partial"}, Refused("unknown_code", "anonymity")),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize("dirt", DIRT, ids=lambda dirt: dirt.layout)
def test_a_dirty_file_of_each_system_is_judged(desk: Desk, dirt: Dirt) -> None:
    check(desk, dirt)


def test_every_shipped_profile_can_be_used_and_says_that_it_is_our_own() -> None:
    sound, broken = read_profiles(SHIPPED_DIR)
    assert (set(sound), broken) == ({"bizmill", "toas", "tougou_db"}, {})
    for name in sound:
        text = (SHIPPED_DIR / f"{name}.toml").read_text(encoding="utf-8")
        assert "実際の様式は公開されていない" in text
        assert "not public" in text


def test_every_item_of_a_profile_is_a_raw_column_of_its_source() -> None:
    for source, target in TARGETS.items():
        contract = next(c for c in contracts() if c.name == source)
        for layout in contract.layouts:
            offered = {*layout.columns.values(), *layout.absent, *layout.derived}
            assert set(target.items) <= offered
            assert {c.column for c in contract.checks} <= offered


def mine(**changed: object) -> MappingProfile:
    profile = MappingProfile(
        name="mine",
        title="試験システム",
        system="mine",
        columns={
            "番号": "record_number",
            "日": "consulted_date",
            "区分": "topic",
            "売上": "sales_yen",
        },
        units={"sales_yen": "million"},
        words={"topic": {"お金": "finance", "it's": "it"}},
        constants={"organisation_name": "試験商工会", "anonymity": "anonymous"},
        ignored=("備考",),
    )
    return replace(profile, **changed)  # type: ignore[arg-type]


def test_an_operators_own_profile_reads_files_refused_before(desk: Desk) -> None:
    content = "番号,日,区分,売上,備考\n1,2024-04-01,お金,1.5,\n2,2024-04-01,it's,,\n"
    assert desk.deliver("a.csv", content).reason_code == "unknown_layout"
    write_profile(desk.store_dir / "profiles", mine())
    desk.take_in()
    delivery = desk.find("a.csv")
    assert (delivery.source, delivery.layout, counts(delivery)) == (
        "consultation", "mine", (2, 2, 0, 0),
    )  # fmt: skip
    assert desk.flags("a.csv") == {"anonymous": 2, "no_industry": 2, "no_prefecture": 2}
    staged = desk.staged("a.csv")
    assert staged["organisation_name"].tolist() == ["試験商工会"] * 2
    assert staged["topic"].tolist() == ["finance", "it"]
    assert staged["sales_yen"].tolist()[0] == 1_500_000


def test_a_shipped_profile_is_replaced_by_one_of_its_name(desk: Desk) -> None:
    write_profile(desk.store_dir / "profiles", mine(name="toas"))
    names = [profile.title for profile in known_profiles(desk.store_dir / "profiles")]
    assert names == ["Bizミル（例）", "試験システム", "商工会 統合データベース（例）"]


def test_a_broken_profile_stops_nothing(desk: Desk) -> None:
    folder = desk.store_dir / "profiles"
    folder.mkdir()
    (folder / "broken.toml").write_text("title = ", encoding="utf-8")
    assert desk.deliver("a.csv", sheet(list(TOAS), [list(TOAS.values())])).layout == "toas"


def test_a_trial_shows_what_a_profile_makes_of_the_first_rows() -> None:
    records = [{**TOUGOU, "カルテ番号": str(i)} for i in range(1, 31)]
    records[1]["相談区分"] = "雑談"
    content = sheet([*TOUGOU, "余り"], [[*record.values(), ""] for record in records])
    profile = next(p for p in known_profiles() if p.name == "tougou_db")
    for dressed in (content.encode("cp932"), gzip.compress(content.encode())):
        trial = try_profile(profile, dressed, n_rows=5)
        assert (trial.reason, trial.missing_columns, trial.unknown_columns) == ("", (), ("余り",))
        assert trial.frame["record_number"].tolist() == ["1", "3", "4", "5"]
        assert trial.frame["sales_yen"].tolist() == [12_345_000] * 4
        assert trial.refused == (
            TrialRefusal(3, "unknown_code", "topic", content.split("\r\n")[2]),
        )


def test_a_trial_names_what_the_file_lacks() -> None:
    content = "番号,区分,売上\n1,お金,1\n".encode()
    trial = try_profile(mine(), content)
    assert (trial.reason, trial.missing_columns) == ("missing_column", ("日",))
    assert trial.header == ("番号", "区分", "売上")
    assert trial.frame.empty


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty_file"),
        ("番号,日".encode("utf-16"), "unreadable_encoding"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-8], "cut_short"),
        ("番号,日,区分,区分,売上\n".encode(), "repeated_column"),
        ('"番号,日,区分,売上\n'.encode(), "unknown_layout"),
        ("番号,日,区分,売上\n1,2024-04-01,お金,\"1".encode(), ""),
    ],
)  # fmt: skip
def test_a_trial_of_a_file_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    assert try_profile(mine(), content).reason == reason


def test_a_trial_keeps_nothing_of_a_profile_that_cannot_be_used() -> None:
    with pytest.raises(ProfileError):
        try_profile(mine(units={}), b"")
    with pytest.raises(ProfileError):
        layout_of(mine(source="nta_register"))
