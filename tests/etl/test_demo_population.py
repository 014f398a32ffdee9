"""The demo firms and their awards: no real firm among them, and the shape of the real ones."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from stdnum.jp import cn

from etl.demo.calendar_days import day, fiscal_years
from etl.demo.numbers import check_digits, corporate_numbers, firm_codes, gbizids
from etl.demo.payments import Payments, draw_grants, pay
from etl.demo.plan import CHUNK, FIRST_YEAR, LAST_YEAR, Chunk, Plan
from etl.demo.population import NO_NUMBER, REGISTER_START, Population
from etl.demo.research_world import open_research
from etl.demo.words import word_table
from etl.demo.world import live_through
from etl.reference import read_reference

N_FIRM = 2_000
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@cache
def people() -> Population:
    plan = Plan(N_FIRM, 1)
    return open_research(plan, plan.chunks[0]).world.people


@cache
def payments() -> Payments:
    plan = Plan(N_FIRM, 1)
    world = open_research(plan, plan.chunks[0])
    own = pay(world.world.people, draw_grants(world.world.people))
    return Payments.join([own, world.payments()])


def titles() -> list[str]:
    return [str(title) for title in payments().title.to_pylist()]


def test_every_demo_number_is_valid_and_impossible_in_reality() -> None:
    prefixes = set(read_reference("registry_office")["prefix"])
    numbers = [str(number) for number in people().number if number != NO_NUMBER]
    for number in numbers:
        assert cn.is_valid(number)
        assert number[1:3] not in prefixes
        assert number[1:3] == "99"
    assert len(set(numbers)) == len(numbers) > 0.6 * N_FIRM


def test_numbers_and_codes_stay_apart_at_full_scale() -> None:
    first = np.arange(0, 10**8, 997)
    numbers = corporate_numbers(first % 47, first)
    assert len(np.unique(numbers)) == len(first)
    sample = np.concatenate([np.arange(20_000), 10**7 + np.arange(20_000)])
    for coded in (firm_codes(sample), gbizids(sample)):
        assert len(coded.unique()) == len(sample)


def test_the_check_digit_agrees_with_the_published_rule() -> None:
    assert check_digits(np.array([20_041_009]))[0] == 8


def test_in_each_year_so_many_firms_operate_as_were_wanted() -> None:
    course = people().course
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        holders = course.holder[course.row(year)]
        assert len(np.unique(holders)) == N_FIRM
    assert 0.6 < course.is_corporate.mean() < 0.85
    replaced = people().n - N_FIRM
    assert 0.12 * N_FIRM < replaced < 0.4 * N_FIRM


def test_names_are_mostly_unique_and_some_are_shared() -> None:
    names = [
        n for n, c in zip(people().written.to_pylist(), people().is_corporate, strict=True) if c
    ]
    counts = Counter(names)
    shared = sum(n for n in counts.values() if n > 1) / len(names)
    assert 0.005 < shared < 0.06


def test_readings_are_katakana_and_leave_out_the_legal_form() -> None:
    firms = np.flatnonzero(people().is_corporate & ~people().is_institution)
    for reading in people().names.take(firms).readings().to_pylist():
        assert re.fullmatch("[ァ-ヺー]+", reading)


def test_firms_are_spread_over_prefectures_like_establishments() -> None:
    world = people()
    counts = Counter(world.prefecture[:N_FIRM].tolist())
    assert len(counts) == 47
    assert counts[12] == max(counts.values())
    assert 0.09 < counts[12] / N_FIRM < 0.18
    known = set(read_reference("municipality")["municipality_code"])
    from etl.demo.places import atlas

    for city, prefecture in zip(world.places.city, world.prefecture, strict=True):
        code = atlas().city_codes[int(city)].as_py()
        assert code in known
        assert int(code[:2]) == prefecture + 1


def test_no_telephone_can_ring() -> None:
    for telephone in people().telephone_texts.to_pylist():
        assert telephone.split("-")[1][0] in "01"


def test_payments_have_the_measured_shares_of_zeros_and_returns() -> None:
    amounts = payments().amount
    assert 1.35 * N_FIRM < len(amounts) < 1.65 * N_FIRM
    assert 0.015 < (amounts == 0).mean() < 0.031
    assert 0.005 < (amounts < 0).mean() < 0.014
    recipients = np.unique(payments().firm)
    assert 0.2 < len(recipients) / people().n < 0.4


def test_payments_go_to_operating_firms_from_fy2015_to_october_2026() -> None:
    paid = payments()
    years = fiscal_years(paid.approved)
    is_paid = paid.amount > 0
    world = people()
    first, last = world.first_year[paid.firm], world.last_year[paid.firm]
    assert ((first <= years) & (years <= last + (last == LAST_YEAR)))[is_paid].all()
    assert day(2015, 4, 1) <= paid.approved.min()
    assert day(2026, 4, 1) <= paid.approved.max() <= day(2026, 10, 31)


def title_year(title: str) -> int | None:
    """The fiscal year at the front of a title, read independently of the ETL."""
    match = re.match(r"(平成|令和)(元|\d+)年度", unicodedata.normalize("NFKC", title))
    if match is None:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    return year + (1988 if match[1] == "平成" else 2018)


def test_a_fifth_of_the_titled_awards_is_approved_in_a_later_year() -> None:
    approved = fiscal_years(payments().approved).tolist()
    years = [(title_year(title), year) for title, year in zip(titles(), approved, strict=True)]
    titled = [(title, year) for title, year in years if title is not None]
    later = sum(title < year for title, year in titled) / len(titled)
    assert 0.15 < later < 0.25
    assert not [title for title, year in titled if title > year]


def test_every_demo_title_belongs_to_the_programme_it_was_drawn_for() -> None:
    patterns = [
        (row["programme_code"], re.compile(row["pattern"]))
        for row in read_reference("programme").to_dict("records")
    ]
    found = Counter(
        next(c for c, p in patterns if p.search(unicodedata.normalize("NFKC", title)))
        for title in titles()
    )
    assert set(found) == {
        "monodzukuri", "saikochiku", "jizokuka", "it", "shokei", "hataraki", "saitei", "energy",
        "shoryokuka", "hanro", "chiiki", "group", "koyo", "suiden", "sapoin", "gotech",
    }  # fmt: skip


def test_research_projects_have_several_members_and_years() -> None:
    research = word_table()["research"]
    means, results = research["means"], research["results"]
    project = re.compile(f"({'|'.join(means)})(を用いた|による|を活用した).+({'|'.join(results)})")
    members: dict[str, set[int]] = {}
    years: dict[str, set[int]] = {}
    for title, firm in zip(titles(), payments().firm.tolist(), strict=True):
        if found := project.search(title):
            members.setdefault(found[0], set()).add(firm)
            years.setdefault(found[0], set()).add(title_year(title) or 0)
    assert max(map(len, members.values())) >= 3
    assert max(map(len, years.values())) == 3
    assert sum(len(group) > 1 for group in members.values()) > len(members) / 2


def test_the_makers_of_chubu_and_koshin_win_more_manufacturing_awards_than_okinawa() -> None:
    many = live_through(Plan(6_000, 1), Chunk(1, 0, 6_000)).people
    grants = draw_grants(many)
    is_making = np.array(["ものづくり" in title for title in grants.title.to_pylist()])
    firms = np.bincount(many.prefecture, minlength=47)
    awards = np.bincount(many.prefecture[grants.firm[is_making]], minlength=47)
    strong, weak = [18, 19, 20, 21, 22], [46, 12, 41]
    assert awards[strong].sum() / firms[strong].sum() > 1.5 * awards[weak].sum() / firms[weak].sum()


def test_awards_jump_in_fy2020() -> None:
    years = Counter(fiscal_years(payments().approved).tolist())
    assert years[2020] > 1.3 * years[2019]
    assert years[2019] > years[2016]


def test_founding_is_not_the_day_numbers_began() -> None:
    world = people()
    firms = (world.number != NO_NUMBER) & ~world.is_institution
    later = (world.founded[firms] > REGISTER_START).mean()
    assert 0.08 < later < 0.3


def test_what_a_chunk_makes_does_not_depend_on_the_others() -> None:
    plan = Plan(2 * CHUNK, 3)
    chunk = Chunk(1, CHUNK, 1_000)
    first, again = (live_through(plan, chunk).people for _ in range(2))
    assert (first.number == again.number).all()
    assert (first.course.sales == again.course.sales).all()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the project")
def test_no_demo_name_is_the_name_of_a_registered_firm_in_the_sample() -> None:
    real: set[str] = set()
    for name, encoding in (("raw_diff_20210714.csv", "utf-8"), ("raw_diff_20260127.csv", "cp932")):
        with (SHARED / "nta" / name).open(encoding=encoding, newline="") as stream:
            real |= {row[6] for row in csv.reader(stream)}
    assert len(real) > 10_000
    world = live_through(Plan(20_000, 1), Chunk(1, 0, 20_000)).people
    firms = np.flatnonzero(world.is_corporate)
    made = set(world.names.take(firms).written().to_pylist())
    made |= set(world.new_names.take(firms).written().to_pylist())
    assert not real & made
