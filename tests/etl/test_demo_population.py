"""The demo firms and their awards: no real firm among them, and the shape of the real ones."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from stdnum.jp import cn

from etl.demo.awards import Payment, draw_payments
from etl.demo.firms import REGISTER_START, check_digit, draw_firms
from etl.demo.life import Life, live
from etl.demo.words import words
from etl.reference import read_reference

N_FIRM = 2_000
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@cache
def lives() -> list[Life]:
    return live(draw_firms(N_FIRM, 1), 1)


@cache
def payments() -> list[Payment]:
    return draw_payments(lives(), 1)


def test_every_demo_number_is_valid_and_impossible_in_reality() -> None:
    prefixes = set(read_reference("registry_office")["prefix"])
    for life in lives():
        assert cn.is_valid(life.firm.number)
        assert life.firm.number[1:3] not in prefixes
        assert life.firm.number[1:3] == "99"
    assert len({life.firm.number for life in lives()}) == N_FIRM


def test_the_check_digit_agrees_with_the_published_rule() -> None:
    assert check_digit("000020041009") == 8


def test_furigana_is_missing_in_a_tenth_and_kana_otherwise() -> None:
    empty = sum(life.events[0].furigana == "" for life in lives())
    assert 0.06 < empty / N_FIRM < 0.14
    for life in lives():
        assert re.fullmatch("[ァ-ヺー]+", life.firm.furigana)
        assert "会社" not in life.firm.furigana


def test_names_are_mostly_unique_and_some_are_shared() -> None:
    counts = Counter(life.firm.name for life in lives())
    shared = sum(n for n in counts.values() if n > 1) / N_FIRM
    assert 0.005 < shared < 0.05


def test_firms_are_spread_over_prefectures_like_establishments() -> None:
    counts = Counter(life.firm.place.prefecture_code for life in lives())
    assert len(counts) == 47
    assert counts["13"] == max(counts.values())
    assert 0.09 < counts["13"] / N_FIRM < 0.16
    known = set(read_reference("municipality")["municipality_code"])
    for life in lives():
        assert life.firm.place.municipality_code in known
        assert life.firm.place.municipality_code[:2] == life.firm.place.prefecture_code


def test_payments_have_the_measured_shares_of_zeros_and_returns() -> None:
    assert 1.35 * N_FIRM < len(payments()) < 1.65 * N_FIRM
    zeros = sum(p.amount_yen == 0 for p in payments()) / len(payments())
    returns = sum(p.amount_yen < 0 for p in payments()) / len(payments())
    assert 0.015 < zeros < 0.031
    assert 0.005 < returns < 0.014
    recipients = {p.life.firm.number for p in payments()}
    assert 0.3 < len(recipients) / N_FIRM < 0.4


def test_payments_go_to_open_firms_from_fy2015_to_october_2026() -> None:
    assert all(p.life.was_open(p.approved) for p in payments() if p.amount_yen > 0)
    assert date(2015, 4, 1) <= min(p.approved for p in payments())
    assert date(2026, 4, 1) <= max(p.approved for p in payments()) <= date(2026, 10, 31)


def title_year(title: str) -> int | None:
    """The fiscal year at the front of a title, read independently of the ETL."""
    match = re.match(r"(平成|令和)(元|\d+)年度", unicodedata.normalize("NFKC", title))
    if match is None:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    return year + (1988 if match[1] == "平成" else 2018)


def test_a_fifth_of_the_titled_awards_is_approved_in_a_later_year() -> None:
    years = [(title_year(p.title), p.approved.year - (p.approved.month < 4)) for p in payments()]
    titled = [(title, approved) for title, approved in years if title is not None]
    later = sum(title < approved for title, approved in titled) / len(titled)
    assert 0.15 < later < 0.25
    assert not [title for title, approved in titled if title > approved]


def test_every_demo_title_belongs_to_the_programme_it_was_drawn_for() -> None:
    patterns = [
        (row["programme_code"], re.compile(row["pattern"]))
        for row in read_reference("programme").to_dict("records")
    ]
    found = Counter(
        next(c for c, p in patterns if p.search(unicodedata.normalize("NFKC", payment.title)))
        for payment in payments()
    )
    assert set(found) == {
        "monodzukuri", "saikochiku", "jizokuka", "it", "shokei", "hataraki", "saitei", "energy",
        "shoryokuka", "hanro", "chiiki", "group", "koyo", "suiden", "sapoin", "gotech",
    }  # fmt: skip


def test_research_projects_have_several_members_and_years() -> None:
    means, _, results = words().research
    project = re.compile(f"({'|'.join(means)})(を用いた|による|を活用した).+({'|'.join(results)})")
    members: dict[str, set[str]] = {}
    years: dict[str, set[int]] = {}
    for payment in payments():
        if found := project.search(payment.title):
            members.setdefault(found[0], set()).add(payment.life.firm.number)
            years.setdefault(found[0], set()).add(title_year(payment.title) or 0)
    assert max(map(len, members.values())) >= 3
    assert max(map(len, years.values())) == 3
    assert sum(len(group) > 1 for group in members.values()) > len(members) / 2


def test_the_makers_of_chubu_and_koshin_win_more_manufacturing_awards_than_okinawa() -> None:
    many = draw_firms(6_000, 1)
    firms = Counter(f.place.prefecture_code for f in many)
    awards = Counter(
        p.life.firm.place.prefecture_code
        for p in draw_payments(live(many, 1), 1)
        if "ものづくり" in p.title
    )
    strong, weak = ("19", "20", "21", "22", "23"), ("47", "13", "42")
    assert sum(awards[c] for c in strong) / sum(firms[c] for c in strong) > 1.5 * (
        sum(awards[c] for c in weak) / sum(firms[c] for c in weak)
    )


def test_awards_jump_in_fy2020() -> None:
    years = Counter(p.approved.year - (p.approved.month < 4) for p in payments())
    assert years[2020] > 1.3 * years[2019]
    assert years[2019] > years[2016]


def test_founding_is_not_the_day_numbers_began() -> None:
    later = sum(life.firm.assigned > REGISTER_START for life in lives()) / N_FIRM
    assert 0.3 < later < 0.45


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the project")
def test_no_demo_name_is_the_name_of_a_registered_firm_in_the_sample() -> None:
    real: set[str] = set()
    for name, encoding in (("raw_diff_20210714.csv", "utf-8"), ("raw_diff_20260127.csv", "cp932")):
        with (SHARED / "nta" / name).open(encoding=encoding, newline="") as stream:
            real |= {row[6] for row in csv.reader(stream)}
    assert len(real) > 10_000
    assert not real & {firm.name for firm in draw_firms(20_000, 1)}
