"""Files that others publish: the catalogue of programmes and e-Stat exports, real and invented."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

from etl.sources.support_programme import CONTRACT as PROGRAMME
from tests.etl.deliveries import Desk, counts
from tests.etl.sources.dirt import sheet

PREAMBLE = [
    "統計名：,都道府県データ,,,,,",
    "表題：,Ａ　人口・世帯,,,,,",
    ",,,,,,",
    "***,調査又は集計していないもの,,,,,",
]
HEADER = [
    ",,,,/Ａ　人口・世帯 コード,#A011000,#A01201",
    "調査年 コード,調査年,地域 コード,地域,/Ａ　人口・世帯,"
    "#A011000_総人口【万人】,#A01201_人口密度（１km2当たり）",
]


def export(*lines: str, preamble: list[str] = PREAMBLE) -> bytes:
    return "\r\n".join([*preamble, *HEADER, *lines, ""]).encode("cp932")


@pytest.mark.parametrize("n_line", [0, 1, 4])
def test_an_export_is_read_below_a_preamble_of_any_length(desk: Desk, n_line: int) -> None:
    content = export(
        '1975100000,1975年度,0,全国,,"11,194",300.5',
        "1975100000,1975年度,1000,北海道,,***,68",
        "2022100000,2022年,47000,沖縄県,,-,X",
        "2022100000,2022年,48000,外国,,1,1",
        "2022100000,年不詳,1000,北海道,,1,1",
        "2022100000,2022年,01000,北海道,,約1,1",
        "2022100000,2022年,01000,北海道,,1",
        preamble=PREAMBLE[:n_line],
    )
    delivery = desk.deliver("a.csv", content)
    assert (delivery.source, counts(delivery)) == ("estat_statistic", (7, 3, 4, 0))
    assert desk.reasons("a.csv") == {
        "unknown_code": 1, "invalid_year": 1, "invalid_amount": 1, "wrong_column_count": 1,
    }  # fmt: skip
    columns = ["prefecture_code", "item_code", "item_name", "unit", "year", "amount", "line"]
    first = n_line + len(HEADER) + 1
    assert desk.staged("a.csv")[columns].to_numpy().tolist() == [
        ["", "#A011000", "総人口", "万人", 1975, 11194.0, first],
        ["", "#A01201", "人口密度（１km2当たり）", "", 1975, 300.5, first],
        ["01", "#A01201", "人口密度（１km2当たり）", "", 1975, 68.0, first + 1],
    ]


def test_an_export_without_records_is_held_back(desk: Desk) -> None:
    assert desk.deliver("a.csv", export()).reason_code == "no_records"


def programme(**changed: str) -> list[str]:
    cells = {
        "id": "1", "title": "試験補助金", "subtitle": "",
        "competent_authorities": '[{"name":"国税庁"}]',
        "prefectures": '[{"id":"18","name":"福井県"},{"id":"17","name":"石川県"}]',
        "summary": "概要", "body": "一行目\n\n\t二行目\x0b三行目", "target": "", "usage": "",
        "industry_categories": "[]", "purpose_categories": '[{"name":"販路開拓"}]',
        "reception_start_date": "2023-04-01", "reception_end_date": "",
        "publish_date": "2023-03-01", "unpublish_date": "", "application_url": "",
    }  # fmt: skip
    return list((cells | changed).values())


def test_cells_hold_json_and_line_breaks(desk: Desk) -> None:
    header = list(PROGRAMME.layouts[0].columns)
    content = sheet(
        header,
        [
            programme(),
            programme(),
            programme(id="2", prefectures="[]", reception_end_date="2023-03-31"),
            programme(id=""),
            programme(title="　"),
            programme(prefectures='[{"name":"福井県"'),
            programme(publish_date="2023-02-29"),
        ],
    )
    delivery = desk.deliver("a.csv", content)
    assert (delivery.source, counts(delivery)) == ("support_programme", (7, 2, 4, 1))
    assert desk.reasons("a.csv") == {"missing_value": 2, "invalid_json": 1, "invalid_date": 1}
    assert desk.flags("a.csv") == {"ends_before_start": 1}
    staged = desk.staged("a.csv")
    first = staged.iloc[0]
    assert first["prefecture_names"] == "福井県、石川県"
    assert (first["authority_names"], first["purpose_names"]) == ("国税庁", "販路開拓")
    assert first["body"] == "一行目\n\n\t二行目\n三行目"
    assert pd.isna(first["industry_names"])
    assert pd.isna(staged.iloc[1]["prefecture_names"])


@pytest.mark.shared
def test_the_real_catalogue_of_programmes_is_read_whole(desk: Desk, shared_data: Path) -> None:
    content = (shared_data / "programmes" / "mirasapo_supports.csv").read_bytes()
    assert content.count(b"\n") == 17_317
    delivery = desk.deliver("a.csv", content)
    assert (delivery.source, counts(delivery)) == ("support_programme", (1112, 1112, 0, 0))
    staged = desk.staged("a.csv").set_index("programme_id")
    assert len(staged) == staged.index.nunique() == 1112
    for sent in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        row = staged.loc[sent["id"]]
        assert row["title"] == sent["title"].strip()
        for column, cell in (
            ("authority_names", "competent_authorities"),
            ("prefecture_names", "prefectures"),
            ("industry_names", "industry_categories"),
            ("purpose_names", "purpose_categories"),
        ):
            names = "、".join(one["name"] for one in json.loads(sent[cell] or "[]"))
            assert (row[column] if pd.notna(row[column]) else "") == names
        body = sent["body"].strip(" \u3000").replace("\x0b", "\n")
        assert (row["body"] if pd.notna(row["body"]) else "") == body


@pytest.mark.shared
def test_the_real_export_is_read_whole(desk: Desk, shared_data: Path) -> None:
    name = "stats/estat_export_FEH_00200502.csv"
    delivery = desk.deliver("a.csv", (shared_data / name).read_bytes())
    assert (delivery.source, delivery.encoding) == ("estat_statistic", "cp932")
    assert counts(delivery) == (48 * 48, 48 * 48, 0, 0)
    staged = desk.staged("a.csv")
    assert staged["prefecture_code"].nunique() == 48
    assert sorted(staged["year"].unique()) == list(range(1975, 2023))
    okinawa = staged[(staged["prefecture_code"] == "47") & (staged["item_code"] == "#A011000")]
    assert okinawa.set_index("year")["amount"][2022] == 147.0
    assert set(okinawa["unit"]) == {"万人"}
