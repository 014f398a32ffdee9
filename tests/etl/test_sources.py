"""The contracts of the sources: what each accepts, refuses and flags; and the real files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import etl.intake
from etl.sources import _template, contracts
from language import LANGUAGES, catalogue
from tests.etl.deliveries import Desk, counts, number, payment, registration, subsidies

ROOT = Path(__file__).resolve().parents[2]

RECIPIENT_HEADER = (
    "sheet_year,project_id,project_name,ministry,bureau,block,recipient_name_as_written,"
    "corporate_number,amount_yen,role,contract_summary,depth,chain,has_redelegation,repo_status"
)
BULK_HEADER = "法人番号,商号または名称,登記住所,証明日,名称,金額,対象,発行元"


def test_every_source_reason_and_flag_has_a_name_in_both_languages() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        for contract in contracts():
            assert f"source.{contract.name}" in words
            assert all(f"reason.{check.reason}" in words for check in contract.checks)
            assert all(f"flag.{flag}" in words for flag in contract.flags)


def test_every_raw_column_of_a_contract_is_in_each_of_its_layouts() -> None:
    for contract in contracts():
        for layout in contract.layouts:
            offered = {*layout.columns.values(), *layout.absent, *layout.derived}
            used = {c.column for c in contract.checks} - {layout.rest}
            assert used <= offered, (contract.name, layout.name)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"process": "99", "name": "", "kind": "", "change_date": "", "city": ""}, None),
        ({"process": "21", "close_date": "2024-03-01", "close_cause": "31"}, None),
        ({"prefecture_code": "", "city_code": "", "post_code": "", "outside": "Paris"}, None),
        ({"successor": number(5)}, None),
        ({"number": "1000000000022"}, "invalid_corporate_number"),
        ({"number": "9999999999999"}, "dummy_number"),
        ({"process": "02"}, "unknown_code"),
        ({"correct": ""}, "missing_value"),
        ({"correct": "2"}, "unknown_code"),
        ({"update_date": ""}, "missing_value"),
        ({"update_date": "2024-02-30"}, "invalid_date"),
        ({"name": "　"}, "missing_value"),
        ({"kind": "300"}, "unknown_code"),
        ({"prefecture_code": "48"}, "unknown_code"),
        ({"city_code": "1"}, "invalid_value"),
        ({"close_cause": "41"}, "unknown_code"),
        ({"successor": "1234567890123"}, "invalid_corporate_number"),
    ],
)
def test_a_register_record_is_judged(
    desk: Desk, changed: dict[str, str], reason: str | None
) -> None:
    content = "\n".join([registration(1), registration(2, **changed), ""])
    delivery = desk.deliver("a.csv", content)
    assert delivery.accepted == (2 if reason is None else 1)
    assert desk.reasons("a.csv") == ({} if reason is None else {reason: 1})


def test_the_bulk_layout_reads_wide_digits_and_eras(desk: Desk) -> None:
    line = f"T{number(7)},株式会社試験,福井県鯖江市試験町1,令和6年4月1日,試験補助金,"
    line += '"１，２３４円",,経済産業省'
    delivery = desk.deliver("a.csv", f"{BULK_HEADER}\n{line}\n")
    assert (delivery.layout, counts(delivery)) == ("bulk", (1, 1, 0, 0))
    record = desk.staged("a.csv").to_dict("records")[0]
    assert record["corporate_number"] == number(7)
    assert record["amount_yen"] == 1234
    assert str(record["approval_date"])[:10] == "2024-04-01"
    assert record["address"] == "福井県鯖江市試験町1"
    assert pd.isna(record["target"])


def test_an_index_column_without_a_name_does_not_tell_records_apart(desk: Desk) -> None:
    header = ",corporate_number,name,subsidy_title,amount,date_of_approval"
    desk.deliver("a.csv", subsidies(f"0,{payment(1)}", f"1,{payment(2)}", header=header))
    again = desk.deliver("b.csv", subsidies(f"7,{payment(2)}", f"8,{payment(3)}", header=header))
    assert counts(again) == (2, 1, 0, 1)
    assert desk.flags("a.csv") == {}


@pytest.mark.parametrize(
    ("name", "typed", "status", "kept"),
    [
        ("株式会社試験", number(8), "valid", number(8)),
        ("株式会社試験", "9999999999999", "dummy", "9999999999999"),
        ("その他", "9999999999999", "dummy", "9999999999999"),
        ("株式会社試験", "1000000000022", "invalid", "1000000000022"),
        ("株式会社試験", "なし", "invalid", None),
        ("株式会社試験", "", "missing", None),
        ("その他", "", "aggregate", None),
        ("個人1317", "", "aggregate", None),
        ("個人名A", "", "aggregate", None),
        ("合同会社試験ほか", "", "aggregate", None),
        ("株式会社試験、外1者", "", "aggregate", None),
        ("個人情報保護試験協会", "", "missing", None),
    ],
)
def test_a_recipient_number_has_a_status(
    desk: Desk, name: str, typed: str, status: str, kept: str | None
) -> None:
    desk.deliver(
        "a.csv", f"{RECIPIENT_HEADER}\n2025,1,試験事業,経済産業省,局,A,{name},{typed},,,,0,,,\n"
    )
    record = desk.staged("a.csv").to_dict("records")[0]
    assert record["number_status"] == status
    assert (
        pd.isna(record["corporate_number"])
        if kept is None
        else (record["corporate_number"] == kept)
    )
    assert pd.isna(record["amount_yen"])


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("", None),
        ('"R,92"', "R,92"),
        ('"E,R,32,95"', "E,32;R,95"),
        ('"R,92;E,18"', "R,92;E,18"),
        ('"G,39,40,41"', "G,39;G,40;G,41"),
        ('"E,R,32"', "E,32;R,"),
    ],
)
def test_packed_industry_codes_are_unpacked(desk: Desk, cell: str, codes: str | None) -> None:
    desk.deliver("a.csv", f"company,business_codes,business_items\n試験,{cell},\n")
    found = desk.staged("a.csv")["industry_codes"][0]
    assert pd.isna(found) if codes is None else found == codes
    assert desk.flags("a.csv") == ({"no_industry": 1} if codes is None else {})


@pytest.mark.parametrize("cell", ['"E,92"', "92", "E09", '"R,921"', "その他"])
def test_industry_codes_that_disagree_are_refused(desk: Desk, cell: str) -> None:
    desk.deliver("a.csv", f"company,business_codes,business_items\n試験,{cell},\n試験2,,\n")
    assert desk.reasons("a.csv") == {"unknown_code": 1}


def statistic(*lines: str) -> bytes:
    head = [
        "SSDSE-E-2024,Prefecture,A1101,C2108",
        ",年度,2022,2021",
        "地域コード,都道府県,総人口,事業所数（民営）",
    ]
    return "\r\n".join([*head, *lines, ""]).encode("cp932")


def test_a_wide_table_becomes_long_and_its_marks_are_no_numbers(desk: Desk) -> None:
    delivery = desk.deliver(
        "a.csv", statistic('R00000,全国,"1,000",5.5', "R18000,福井県,***,-", "R48000,x,1,1")
    )
    assert counts(delivery) == (3, 2, 1, 0)
    assert desk.reasons("a.csv") == {"unknown_code": 1}
    columns = ["prefecture_code", "item_code", "item_name", "year", "amount", "line"]
    assert desk.staged("a.csv")[columns].to_numpy().tolist() == [
        ["", "A1101", "総人口", 2022, 1000.0, 4],
        ["", "C2108", "事業所数（民営）", 2021, 5.5, 4],
    ]


def test_a_wide_record_is_a_duplicate_when_all_its_numbers_are_known(desk: Desk) -> None:
    desk.deliver("a.csv", statistic("R00000,全国,1000,5", "R18000,福井県,10,5"))
    again = desk.deliver("b.csv", statistic("R00000,全国,1000,5", "R18000,福井県,10,6"))
    assert counts(again) == (2, 1, 0, 1)


def test_the_template_is_a_working_source(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etl.intake, "contracts", lambda _: (_template.CONTRACT,))
    delivery = desk.deliver(
        "a.csv", f"法人番号,年度,件数\n{number(1)},2024,3\n{number(2)},2024,0\n{number(3)},24,1\n"
    )
    assert (delivery.source, counts(delivery)) == ("SOURCE_NAME", (3, 2, 1, 0))
    assert desk.flags("a.csv") == {"zero_amount": 1}
    assert desk.reasons("a.csv") == {"invalid_year": 1}


def test_a_source_made_from_the_template_is_found_by_itself(tmp_path: Path) -> None:
    copy = tmp_path / "house"
    for name in ("etl", "language", "store", "data/reference"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "settings.py", copy)
    template = (copy / "etl" / "sources" / "_template.py").read_text(encoding="utf-8")
    (copy / "etl" / "sources" / "loan_guarantee.py").write_text(
        template.replace("SOURCE_NAME", "loan_guarantee"), encoding="utf-8"
    )
    inbox = copy / "inbox"
    inbox.mkdir()
    (inbox / "a.csv").write_text(f"法人番号,年度,件数\n{number(1)},2024,3\n", encoding="utf-8")
    program = (
        "from pathlib import Path; from etl.intake import take_in;"
        "from store.application import open_application_database as o;"
        "from store.migration import upgrade; e = o('sqlite:///s/a.db'); upgrade(e);"
        "print([(d.source, d.accepted) for d in take_in(Path('inbox'), Path('s'), e)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=copy, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[('loan_guarantee', 1)]"


@pytest.mark.shared
def test_the_real_files_have_their_published_counts(desk: Desk, shared_data: Path) -> None:
    files = {
        "nta/raw_diff_20210714.csv": ("utf-8", 2772),
        "nta/raw_diff_20260127.csv": ("cp932", 18263),
        "gbiz/miyagi_subsidies.csv": ("utf-8", 20957),
        "rs/rs_meti_sme_recipients.csv": ("utf-8", 2174),
        "gbiz/sabae_city_industrycode.csv": ("utf-8", 2151),
        "stats/SSDSE-E-2024.csv": ("cp932", 48),
    }
    for name in files:
        desk.put(name, (shared_data / name).read_bytes())
    desk.take_in()
    for name, (encoding, n) in files.items():
        delivery = desk.find(name)
        assert (delivery.encoding, counts(delivery)) == (encoding, (n, n, 0, 0)), name
    assert desk.flags("gbiz/miyagi_subsidies.csv") == {"zero_amount": 480, "negative_amount": 194}
    assert desk.flags("rs/rs_meti_sme_recipients.csv")["dummy_number"] == 114
    assert desk.flags("rs/rs_meti_sme_recipients.csv")["invalid_number"] == 4
    assert desk.flags("gbiz/sabae_city_industrycode.csv") == {"no_industry": 2133}
    statistics = desk.staged("stats/SSDSE-E-2024.csv")
    assert statistics["prefecture_code"].nunique() == 48
    japan = statistics[(statistics["prefecture_code"] == "") & (statistics["item_code"] == "A1101")]
    assert japan["amount"].tolist() == [124947000.0]


@pytest.mark.shared
def test_the_real_extract_of_the_register_is_read_from_its_archive(
    desk: Desk, shared_data: Path
) -> None:
    name = "nta_firms_sample.csv.gz"
    delivery = desk.deliver(name, (shared_data / "nta" / name).read_bytes())
    assert (delivery.layout, counts(delivery)) == ("register_extract", (126165, 126165, 0, 0))
    staged = desk.staged(name)
    assert int(staged["close_date"].notna().sum()) == 16797


@pytest.mark.shared
def test_no_other_real_file_is_mistaken_for_a_known_one(desk: Desk, shared_data: Path) -> None:
    names = [
        str(path.relative_to(shared_data))
        for path in sorted(shared_data.rglob("*"))
        if path.is_file() and path.stat().st_size < 500_000
    ]
    for name in names:
        desk.put(name, (shared_data / name).read_bytes())
    outcome = Counter((d.source, d.reason_code) for d in desk.take_in())
    assert outcome == {
        ("", "unknown_layout"): len(names) - 2,
        ("industry_profile", ""): 1,
        ("prefecture_statistic", ""): 1,
    }
