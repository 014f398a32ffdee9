"""The demo inbox has the real layouts, the real dirt, no real firm, and one shape per seed."""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from stdnum.jp import cn

from etl.demo.generate import MARK, generate
from etl.demo.numbers import DUMMY_NUMBER
from etl.demo.statement_files import FILES as STATEMENTS
from etl.demo.subsidy_files import EXTRACT, FIRST_BULK, SECOND_BULK
from etl.reference import read_reference
from etl.sidecar import read_declaration

N_FIRM = 2_000
ENCODINGS = {
    "00_zenkoku_all_20231229.csv": "utf-8",
    "diff_20250131.csv": "utf-8",
    "diff_20260831.csv": "cp932",
    FIRST_BULK: "utf-8",
    SECOND_BULK: "utf-8",
    EXTRACT: "utf-8",
    "industrycode.csv": "utf-8-sig",
    "rs_recipients_2024_2025.csv": "utf-8",
    "SSDSE-E-2024.csv": "cp932",
    "FEH_00200502_demo.csv": "cp932",
    "mirasapo_supports_demo.csv": "utf-8-sig",
    **{file.name: file.encoding for file in STATEMENTS},
    "crd_teisei_2021.csv": "utf-8",
    "firm_key.csv": "utf-8",
    "shinsei_2015_2019.csv": "cp932",
    "shinsei_2020_2022.csv": "utf-8-sig",
    "shinsei_2023_2025.csv": "utf-8",
    "shien_kasseika.csv": "utf-8-sig",
    "shien_yorozu.csv": "cp932",
    "shien_shokei.csv": "utf-8",
    "karte_tougou.csv": "cp932",
    "toas_soudan.csv": "utf-8",
    "bizmill_records.csv": "utf-8-sig",
    "consent_records.csv": "utf-8-sig",
    "sapoin1_shinsei_2006_2013.csv": "cp932",
    "sapoin1_shinsei_2014_2014.csv": "cp932",
    "sapoin1_shinsei_2015_2018.csv": "utf-8-sig",
    "sapoin_kyodotai_2006_2014.csv": "cp932",
    "sapoin_kyodotai_2015_2018.csv": "utf-8",
    "sapoin2_hyoka_2006_2014.csv": "cp932",
    "sapoin2_hyoka_2015_2018.csv": "utf-8",
    "sapoin3_shikko_2006_2013.csv": "cp932",
    "sapoin3_shikko_2014_2018.csv": "utf-8",
    "sapoin3_shikko_2019_2020.csv": "utf-8-sig",
    "sapoin4_chukan_saishu.csv": "utf-8-sig",
    "sapoin4_chukan_saishu_saisou.csv": "utf-8-sig",
    "sapoin5_jigyoka_2006_2016.csv": "cp932",
    "sapoin5_jigyoka_2017_2025.csv": "utf-8",
    "sapoin6_followup.csv": "cp932",
    "sapoin6_followup_saisou.csv": "cp932",
}
REGISTER = [name for name in ENCODINGS if name.startswith(("00_", "diff_"))]
N_COLUMN = dict.fromkeys(REGISTER, 30) | {FIRST_BULK: 8, SECOND_BULK: 8, EXTRACT: 6}
WAVES = {"2025-01-29", "2026-01-27"}


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("demo") / "inbox"
    generate(out, firms=N_FIRM, seed=1)
    return out


def lines_of(inbox: Path, name: str) -> list[str]:
    with (inbox / name).open(encoding=ENCODINGS[name], newline="") as stream:
        return [line.rstrip("\r\n") for line in stream.read().split("\n") if line]


def sound_rows(inbox: Path, name: str) -> list[list[str]]:
    """The rows whose line is sound CSV with the right number of columns, header left out."""
    rows = []
    for line in lines_of(inbox, name):
        try:
            row = next(csv.reader([line], strict=True))
        except csv.Error:
            continue
        if len(row) == N_COLUMN.get(name, len(row)) and "\x00" not in line:
            rows.append(row)
    return rows if name in REGISTER else rows[1:]


def records(inbox: Path, name: str) -> list[dict[str, str]]:
    """The sound records of a file by the names of its header."""
    lines = lines_of(inbox, name)
    header = next(csv.reader(lines[:1]))
    rows = sound_rows(inbox, name)
    return [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def number_column(name: str) -> int:
    return 0 if name in (FIRST_BULK, SECOND_BULK) else 1


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / folder / "in", firms=300, seed=seed)
    first, again, other = (hashes(tmp_path / folder) for folder in "abc")
    assert first == again
    assert first.keys() == other.keys()
    assert {name for name in first if first[name] == other[name]} == {f"in/{MARK}"}


def test_fewer_than_a_hundred_firms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="99"):
        generate(tmp_path, firms=99)


def test_the_inbox_holds_the_mark_and_each_file_with_its_declaration(inbox: Path) -> None:
    sidecars = {f"{name}.delivery.toml" for name in ENCODINGS}
    assert {path.name for path in inbox.iterdir()} == {MARK, *ENCODINGS, *sidecars}
    assert "架空" in (inbox / MARK).read_text(encoding="utf-8")


def test_the_truth_lies_beside_the_inbox_or_where_it_is_told(inbox: Path, tmp_path: Path) -> None:
    names = {"links.parquet", "slips.parquet", "firms.parquet", "effects.toml"}
    assert {path.name for path in inbox.with_name("inbox.truth").iterdir()} == names
    generate(tmp_path / "in", firms=100, truth=tmp_path / "elsewhere")
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == names


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_declaration_is_readable_and_fits_its_file(inbox: Path, name: str) -> None:
    content = (inbox / name).read_bytes()
    declaration = read_declaration(inbox / name)
    declaration.check_file(hashlib.sha256(content).hexdigest(), len(content))
    assert declaration.is_synthetic
    expected = "04" if name == EXTRACT else None
    assert declaration.values.get("prefecture_code") == expected
    assert tomllib.loads((inbox / f"{name}.delivery.toml").read_text("utf-8"))["is_synthetic"]


@pytest.mark.parametrize(("name", "encoding"), ENCODINGS.items())
def test_a_file_decodes_in_its_encoding(inbox: Path, name: str, encoding: str) -> None:
    content = (inbox / name).read_bytes()
    assert content.decode(encoding)
    assert content.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    if encoding == "cp932":
        with pytest.raises(UnicodeDecodeError):
            content.decode("utf-8")


def test_progress_counts_up_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    generate(tmp_path / "in", firms=100, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == list(range(len(told)))
    assert {total for _, total, _ in told} == {len(told) - 1}
    assert all(label for _, _, label in told)


@pytest.mark.parametrize("name", [*REGISTER, FIRST_BULK, SECOND_BULK, EXTRACT])
def test_only_the_spoiled_rows_have_a_wrong_number(inbox: Path, name: str) -> None:
    column = number_column(name)
    wrong = [r for r in sound_rows(inbox, name) if not cn.is_valid(r[column])]
    spoiled = {FIRST_BULK: 6, SECOND_BULK: 2, EXTRACT: 2, "diff_20260831.csv": 2}
    assert len(wrong) == spoiled.get(name, 0)


def test_about_forty_records_are_spoiled_in_ways_that_readers_meet(inbox: Path) -> None:
    n_line, n_good, kinds = 0, 0, Counter[str]()
    for name in [*REGISTER, FIRST_BULK, SECOND_BULK, EXTRACT]:
        lines = lines_of(inbox, name)
        n_line += len(lines) - (name not in REGISTER)
        column = number_column(name)
        for line in lines:
            kinds["control"] += "\x00" in line
            kinds["date"] += "2023-02-30" in line
        n_good += sum(
            cn.is_valid(row[column]) and "2023-02-30" not in row for row in sound_rows(inbox, name)
        )
    assert n_line - n_good == 40
    assert kinds["control"] >= 4
    assert kinds["date"] >= 8


def test_the_register_has_thirty_columns_and_all_kinds_of_entries(inbox: Path) -> None:
    rows = [row for name in REGISTER for row in sound_rows(inbox, name)]
    processes = Counter(row[2] for row in rows)
    assert {"01", "11", "12", "21", "71", "99"} <= set(processes)
    assert {row[19] for row in rows if row[2] == "21"} == {"01", "11", "21", "31"}
    assert {row[3] for row in rows if row[2] == "01"} == {"0", "1"}
    assert {row[23] for row in rows} == {"0", "1"}
    assert all(row[6:18] == [""] * 12 for row in rows if row[2] == "99")
    for name in REGISTER[:2]:
        numbers = [int(row[0]) for row in sound_rows(inbox, name)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_register_is_quoted_as_the_real_one(inbox: Path) -> None:
    line = lines_of(inbox, REGISTER[0])[0]
    pattern = (
        r'\d+,\d{13},\d\d,[01],\d{4}-\d\d-\d\d,\d{4}-\d\d-\d\d,"[^"]+",\d*,\d{3},"[^"]+","[^"]+",'
        r'"[^"]+",,\d\d,\d{3},\d{7},,,[-\d]*,\d*,\d*,("[^"]+")?,\d{4}-\d\d-\d\d,[01],,,,,'
        r'("[^"]+")?,[01]'
    )
    assert re.fullmatch(pattern, line)


def test_of_several_rows_of_a_firm_in_one_file_only_the_last_is_the_latest(inbox: Path) -> None:
    for name in REGISTER[:2]:
        last: dict[str, list[str]] = {}
        for row in sound_rows(inbox, name):
            if row[1] in last:
                assert last[row[1]][23] == "0"
                assert last[row[1]][4] <= row[4]
            last[row[1]] = row
        assert {row[23] for row in last.values()} == {"1"}


def test_registrars_close_many_firms_on_two_january_days(inbox: Path) -> None:
    rows = [row for name in REGISTER for row in sound_rows(inbox, name)]
    days = Counter(row[5] for row in rows if row[19] == "21" and row[2] == "21")
    assert set(days) <= WAVES | {"2023-02-30"}
    assert sum(days.values()) > 0.01 * len({row[1] for row in rows})


def test_a_merged_firm_names_its_successor_and_the_successor_its_merger(inbox: Path) -> None:
    rows = [row for name in REGISTER for row in sound_rows(inbox, name)]
    absorbing = {row[1]: row for row in rows if row[2] == "71"}
    merged = [row for row in rows if row[19] == "11"]
    assert len(merged) >= 5
    for row in merged:
        assert f"（{row[20]}）に合併し解散" in row[21]
        assert row[20] in absorbing
    causes = "".join(row[21] for row in rows if row[2] == "71")
    assert all(f"（{row[1]}）を合併" in causes for row in merged)


def test_old_characters_and_full_width_figures_occur(inbox: Path) -> None:
    text = "".join("".join(lines_of(inbox, name)) for name in REGISTER)
    assert all(character in text for character in "髙﨑①－ＷＺ７")


def test_fy2019_goes_by_both_of_its_names(inbox: Path) -> None:
    titles = "".join(unicodedata.normalize("NFKC", r[4]) for r in sound_rows(inbox, FIRST_BULK))
    assert "平成31年度" in titles
    assert "令和元年度" in titles


def test_the_second_bulk_file_brings_some_records_again(inbox: Path) -> None:
    first = Counter(map(tuple, sound_rows(inbox, FIRST_BULK)))
    second = Counter(map(tuple, sound_rows(inbox, SECOND_BULK)))
    again = (first & second).total()
    assert 0.03 < again / first.total() < 0.07


def test_the_extract_shares_records_with_the_bulk_file_and_has_its_own(inbox: Path) -> None:
    rows = [row for name in REGISTER for row in sound_rows(inbox, name)]
    numbers = {row[1] for row in rows if row[2] == "01" and row[13] == "04"}
    local = [(r[1], r[5], r[3]) for r in sound_rows(inbox, EXTRACT) if cn.is_valid(r[1])]
    assert {number for number, _, _ in local} <= numbers
    bulk = {(r[0], r[3], r[4]) for r in sound_rows(inbox, FIRST_BULK)}
    shared = sum(record in bulk for record in local)
    assert 0 < shared < len(local)


@pytest.mark.parametrize("column", ["金額"])
def test_a_few_amounts_are_grouped_or_full_width(inbox: Path, column: str) -> None:
    amounts = [row[column] for row in records(inbox, FIRST_BULK)]
    dirty = [a for a in amounts if not re.fullmatch(r"-?\d+", a, re.ASCII)]
    assert 0 < len(dirty) / len(amounts) < 0.015
    for amount in dirty:
        int(unicodedata.normalize("NFKC", amount).replace(",", "").removesuffix("円"))


def test_recipients_have_dummies_aggregates_and_missing_amounts(inbox: Path) -> None:
    lines = lines_of(inbox, "rs_recipients_2024_2025.csv")
    rows = list(csv.DictReader(lines, strict=True))
    assert len(rows) == 600
    numbers = Counter(row["corporate_number"] for row in rows)
    assert numbers[DUMMY_NUMBER] > 10
    assert numbers[""] > 30
    assert any(row["recipient_name_as_written"] == "その他" for row in rows)
    assert any(row["amount_yen"] == "" for row in rows)
    wrong = [n for n in numbers if n and not cn.is_valid(n.removeprefix("T"))]
    assert 0 < len(wrong) < 25


def test_profiles_state_codes_of_the_present_classification(inbox: Path) -> None:
    table = read_reference("industry")
    table = table[table["revision"] == "14"]
    parent = dict(zip(table["code"], table["parent_code"], strict=True))
    rows = list(csv.DictReader(lines_of(inbox, "industrycode.csv"), strict=True))
    numbers = {row[1] for name in REGISTER for row in sound_rows(inbox, name)}
    assert 0.82 < len(rows) / len(numbers) < 0.92
    stated = [row["business_codes"].split(",") for row in rows if row["business_codes"]]
    assert len(stated) / len(rows) > 0.95
    for codes in stated:
        divisions, majors = codes[: len(codes) // 2], codes[len(codes) // 2 :]
        assert [parent[major] for major in majors] == divisions


def test_statistics_are_near_the_real_totals_and_never_equal_to_all(inbox: Path) -> None:
    rows = list(csv.reader(lines_of(inbox, "SSDSE-E-2024.csv"), strict=True))
    assert [row[0] for row in rows[:4]] == ["SSDSE-E-2024", "", "地域コード", "R00000"]
    assert len(rows) == 51
    real = read_reference("prefecture_size")
    amounts = {
        (r["prefecture_code"], r["item_code"]): int(r["amount"]) for r in real.to_dict("records")
    }
    n_equal = 0
    for row in rows[4:]:
        for item, cell in zip(rows[0][2:], row[2:], strict=True):
            amount = amounts[row[0][1:3], item]
            assert abs(int(cell) - amount) <= 0.03 * amount + 1
            n_equal += int(cell) == amount
    assert n_equal < 10
    nation = [sum(int(row[i]) for row in rows[4:]) for i in range(2, len(rows[0]))]
    assert [int(cell) for cell in rows[3][2:]] == nation


def test_the_export_has_a_preamble_two_header_rows_and_marks(inbox: Path) -> None:
    rows = list(csv.reader(lines_of(inbox, "FEH_00200502_demo.csv"), strict=True))
    start = next(i for i, row in enumerate(rows) if row[:2] == ["調査年 コード", "調査年"])
    assert rows[start - 1][5:] == [title.split("_")[0] for title in rows[start][5:]]
    cells = [cell for row in rows[start + 1 :] for cell in row[5:]]
    assert {"***", "X"} <= set(cells)
    assert any("," in cell for cell in cells)
    assert len(rows) - start - 1 == 3 * 48


def test_the_catalogue_has_json_and_line_breaks_in_its_cells(inbox: Path) -> None:
    with (inbox / "mirasapo_supports_demo.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, strict=True))
    assert len(rows) == 160
    assert all("\n" in row["body"] for row in rows)
    assert any(row["prefectures"].startswith('[{"id"') for row in rows)
    assert all("架空" in row["title"] for row in rows)
