"""The truth beside the demo inbox: who is meant on each line, what slipped, how firms ended."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.demo.dice import dice
from etl.demo.generate import generate
from etl.demo.typed import ERRORS, Habits, slip_digits, type_parties
from tests.etl.test_demo_population import people

NAME_COLUMNS = ("事業者名", "申請者名", "機関名", "事業所名", "企業名", "company_name",
                "recipient_name_as_written")  # fmt: skip
NUMBER_COLUMNS = ("法人番号", "corporate_number")


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("truth") / "inbox"
    generate(out, firms=3_000, seed=9)
    return out


@cache
def table(inbox: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(inbox.with_name("inbox.truth") / f"{name}.parquet")


@cache
def lines(inbox: Path, name: str) -> tuple[list[str], list[str]]:
    """Header and physical lines of a file; the first line of the file has number 1."""
    content = (inbox / name).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932")
    found = text.replace("\r\n", "\n").split("\n")[:-1]
    return next(csv.reader(found[:1])), found


def cells(inbox: Path, file: str, line: int) -> dict[str, str]:
    header, found = lines(inbox, file)
    row = next(csv.reader([found[line - 1]], strict=True))
    return dict(zip(header, row, strict=True))


def registered_names(inbox: Path) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for path in [*inbox.glob("00_*.csv"), *inbox.glob("diff_*.csv")]:
        _, found = lines(inbox, path.name)
        for line in found:
            row = line.split(",")
            if len(row) >= 30:
                names.setdefault(row[1], set()).add(row[6].strip('"'))
    return names


def test_every_record_of_a_party_has_its_line_in_the_truth(inbox: Path) -> None:
    links = table(inbox, "links")
    assert set(links["source"]) == {
        "subsidy_application", "sapoin_application", "sapoin_member", "sapoin_execution",
        "sapoin_commercialisation", "support_record", "consultation", "rs_recipient",
    }  # fmt: skip
    for file, of_file in links.groupby("file"):
        n_line = len(lines(inbox, str(file))[1])
        assert of_file["line"].is_unique
        assert of_file["line"].between(2, n_line).all()
        # What is not in the truth was spoiled on purpose.
        assert n_line - 1 - len(of_file) <= 4


def test_a_line_names_the_firm_that_the_truth_says(inbox: Path) -> None:
    names = registered_names(inbox)
    links = table(inbox, "links")
    plain = links[(links["error"] == "identical") & links["corporate_number"].notna()]
    sample = plain.sample(400, random_state=1)
    for file, line, number in zip(
        sample["file"], sample["line"], sample["corporate_number"], strict=True
    ):
        record = cells(inbox, file, line)
        written = next(record[column] for column in NAME_COLUMNS if column in record)
        assert written in names[number]


def test_numbers_are_mostly_right_sometimes_missing_and_a_few_belong_to_others(
    inbox: Path,
) -> None:
    links = table(inbox, "links")
    meant = links[links["corporate_number"].notna() & (links["source"] == "sapoin_member")]
    kinds = Counter[str]()
    for file, line, number in zip(
        meant["file"], meant["line"], meant["corporate_number"], strict=True
    ):
        record = cells(inbox, file, line)
        text = unicodedata.normalize("NFKC", record["法人番号"]).removeprefix("T")
        if not text:
            kinds["missing"] += 1
        elif text == "9" * 13:
            kinds["dummy"] += 1
        else:
            kinds["right" if text == number else "wrong"] += 1
    n = kinds.total()
    assert kinds["right"] > 0.5 * n
    assert 0 < kinds["dummy"] < 0.01 * n
    assert 0.003 * n < kinds["wrong"] < 0.02 * n


def test_names_have_the_measured_classes_of_errors_in_about_their_shares() -> None:
    world = people()
    rng = dice(1, "test")
    firms = np.flatnonzero(world.is_corporate & ~world.is_institution)
    firm = rng.choice(firms, 60_000)
    when = rng.integers(17_000, 20_600, len(firm))
    typed = type_parties(rng, world, firm, when, Habits(no_number=0.1))
    shares = dict(
        zip(ERRORS, np.bincount(typed.error, minlength=len(ERRORS)) / len(firm), strict=True)
    )
    measured = {
        "identical": (0.77, 0.86), "width": (0.07, 0.13), "symbol": (0.0005, 0.02),
        "legal_form": (0.006, 0.015), "old_name": (0.003, 0.02), "extra": (0.03, 0.045),
        "several": (0.001, 0.005), "part": (0.001, 0.004), "typo": (0.003, 0.008),
    }  # fmt: skip
    for error, (low, high) in measured.items():
        assert low < shares[error] < high, error


def test_nobody_is_meant_where_no_one_firm_can_be(inbox: Path) -> None:
    links = table(inbox, "links")
    assert links.loc[links["error"] == "several", "corporate_number"].isna().all()
    firms = table(inbox, "firms").set_index("firm")
    shops = links[~links["firm"].map(firms["is_corporate"])]
    assert len(shops) > 100
    assert shops["corporate_number"].isna().all()


def test_half_a_per_cent_of_the_figures_that_firms_report_slipped(inbox: Path) -> None:
    slips = table(inbox, "slips")
    assert {"consultation", "sapoin_commercialisation", "subsidy_application"} <= set(
        slips["source"]
    )
    columns = (slips[name] for name in ("file", "line", "column", "meant", "written"))
    for file, line, column, meant, written in zip(*columns, strict=True):
        record = cells(inbox, file, line)
        text = unicodedata.normalize("NFKC", record[column]).replace(",", "")
        assert int(text.removesuffix("円")) == written
        assert written == 10 * meant or sorted(str(written)) == sorted(str(meant))
    rng = dice(1, "slips")
    values = rng.integers(1_000, 10**8, 200_000)
    typed, slipped = slip_digits(rng, values, 0.005)
    assert slipped.mean() == pytest.approx(0.005, rel=0.2)
    assert ((typed != values) == slipped).mean() > 0.999


def test_firms_end_by_default_closure_merger_and_silence(inbox: Path) -> None:
    firms = table(inbox, "firms")
    assert set(firms["exit"]) == {
        "", "arrears", "effectively_bankrupt", "bankrupt", "subrogation", "closure", "merger",
        "silence",
    }  # fmt: skip
    assert (firms.loc[firms["exit"] == "", "last_year"] == 2025).all()
    merged = firms[firms["successor"].notna()]
    assert set(merged["exit"]) == {"merger"}
    assert set(merged["successor"]) <= set(firms["corporate_number"])
    known = firms["corporate_number"].dropna()
    assert known.is_unique
    assert firms["firm_code"].is_unique


def test_the_key_opens_nearly_all_statements_of_corporations(inbox: Path) -> None:
    header, found = lines(inbox, "firm_key.csv")
    keys = {line.split(",")[0] for line in found[1:]}
    assert header == ["企業コード", "法人番号", "GビズID"]
    firms = table(inbox, "firms")
    of_corporations = firms[firms["is_corporate"] & (firms["last_year"] >= 2014)]
    operating = of_corporations[of_corporations["first_year"] <= 2025]
    share = operating["firm_code"].isin(keys).mean()
    assert 0.95 < share < 1


def test_statements_balance_and_show_defaults_of_all_kinds(inbox: Path) -> None:
    header, found = lines(inbox, "crd_2019.csv")
    rows = [next(csv.reader([line])) for line in found[1:]]
    frame = pd.DataFrame([r for r in rows if len(r) == len(header)], columns=header)
    money = {
        name: pd.to_numeric(frame[f"{name}(千円)"])
        for name in ("流動資産", "固定資産", "総資産", "流動負債", "固定負債", "純資産")
    }
    assert (money["流動資産"] + money["固定資産"] == money["総資産"]).all()
    assert (money["流動負債"] + money["固定負債"] + money["純資産"] == money["総資産"]).all()
    assert 0.9 < len(frame) / 3_000 < 1.0
    short = (frame["決算月数"] != "12").mean()
    assert 0.002 < short < 0.04
    closing = frame["決算年月"].str.slice(5, 7)
    corporate = frame["法人個人区分"] == "法人"
    assert 0.15 < (closing[corporate] == "03").mean() < 0.26
    assert (closing[~corporate] == "12").mean() > 0.99
    kinds = Counter[str]()
    for year in range(2017, 2025):
        header, found = lines(inbox, f"crd_{year}.csv")
        kinds.update(line.split(",")[-2] for line in found[1:])
    total = sum(kinds[code] for code in "1234")
    assert min(kinds[code] for code in "1234") > 0
    assert 0.008 < total / kinds.total() < 0.025
