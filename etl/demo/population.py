"""The firms of a chunk: who they are, where, since when, and how each of them ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.calendar_days import day, days
from etl.demo.course import Course
from etl.demo.dice import Bools, Ints, choose, cumulative, dice
from etl.demo.exits import STAYS
from etl.demo.names import Names, coin_firms, coin_institutions, coin_shops, majors_of
from etl.demo.numbers import as_text, corporate_numbers, firm_codes, gbizids, telephones
from etl.demo.places import Places, draw_places
from etl.demo.plan import FIRST_YEAR, LAST_YEAR, NUMBERS_PER_CHUNK
from etl.demo.words import divisions, listed

# Corporate numbers exist since then; who existed then has this day in the register.
REGISTER_START = day(2015, 10, 5)
NUMBERS_BEGIN = 2014
_INSTITUTIONS_FROM = 60_000_000
# Foundations do research for others, academies teach.
_INSTITUTION_DIVISIONS, _INSTITUTION_MAJORS = ("L", "O"), ("71", "81")
# Months in which corporations close their books, from April to March, in per cent.
_CLOSING = np.array([6.5, 8.0, 9.5, 7.5, 8.5, 11.0, 4.0, 4.0, 10.0, 4.0, 7.0, 20.0])
_DECEMBER = 8
_WITH_GBIZID = (0.36, 0.42)
NO_NUMBER = -1


@dataclass
class Population:
    """Firms in columns; institutions, which have no accounts, stand behind them.

    ``last_year`` is the last fiscal year with business, LAST_YEAR for those that go on.
    """

    course: Course
    home: Ints
    division: Ints
    prefecture: Ints
    is_corporate: Bools
    is_institution: Bools
    first_year: Ints
    last_year: Ints
    exit: Ints
    founded: Ints
    closing: Ints
    names: Names
    places: Places
    majors: Any
    index: Ints
    number: Ints
    has_gbizid: Bools
    phone: Ints
    capital_thousand: Ints
    # Filled in by etl.demo.life for those that changed their name or moved.
    new_names: Names = field(init=False)
    new_places: Places = field(init=False)
    renamed: Ints = field(init=False)
    moved: Ints = field(init=False)

    @property
    def n(self) -> int:
        return len(self.home)

    @property
    def is_researching(self) -> Bools:
        """Research applicants and the institutions of their consortia."""
        return self.is_institution | (np.arange(self.n) < self.course.n_applicant)

    @cached_property
    def written(self) -> Any:
        """Names as first registered."""
        return self.names.written()

    @cached_property
    def rewritten(self) -> Any:
        """Names as registered last."""
        return self.new_names.written()

    @cached_property
    def number_texts(self) -> Any:
        """Corporate numbers as text, NULL for those that have none."""
        has = pa.array(self.number != NO_NUMBER)
        return pc.if_else(has, as_text(self.number), pa.scalar(None, pa.string()))

    @cached_property
    def firm_codes(self) -> Any:
        return firm_codes(self.index)

    @cached_property
    def gbizid_texts(self) -> Any:
        """Accounts of GビズID, empty for those without one."""
        return pc.if_else(pa.array(self.has_gbizid), gbizids(self.index), "")

    @cached_property
    def telephone_texts(self) -> Any:
        return telephones(self.prefecture, self.phone)

    @cached_property
    def rewritten_addresses(self) -> Any:
        """Addresses as registered last."""
        place = self.new_places
        return pc.binary_join_element_wise(
            place.prefecture_names(), place.city_names(), place.streets(), ""
        )


def populate(course: Course) -> Population:
    """The firms that ``course`` names by their places, in its order; institutions follow."""
    plan, chunk = course.plan, course.chunk
    rng = dice(plan.seed, "firms", chunk.number)
    home, first_year, last_year, left = _tenures(course)
    n_firm = len(home)
    n_each = plan.n_institution if chunk.number == 0 else 0
    n = n_firm + 2 * n_each
    seats = np.arange(2 * n_each) % n_each % 47 if n_each else np.zeros(0, np.int64)
    prefecture = np.concatenate([course.prefecture[home], seats])
    homes = [divisions().index(letter) for letter in _INSTITUTION_DIVISIONS]
    division = np.concatenate([course.division[home], np.repeat(homes, n_each)])
    is_corporate = np.concatenate([course.is_corporate[home], np.ones(2 * n_each, bool)])
    is_institution = np.arange(n) >= n_firm
    first_year = np.concatenate([first_year, np.full(2 * n_each, course.first_year)])
    last_year = np.concatenate([last_year, np.full(2 * n_each, LAST_YEAR)])
    is_new = first_year > course.first_year
    is_new &= first_year > FIRST_YEAR
    founded = _founded(rng, first_year, is_new)
    names = _names(rng, division, is_corporate, is_institution, founded, n_each)
    closing = np.where(is_corporate, choose(rng, cumulative(_CLOSING), n), _DECEMBER)
    places = draw_places(rng, prefecture)
    index = chunk.number * NUMBERS_PER_CHUNK + np.arange(n)
    index[is_institution] = _INSTITUTIONS_FROM + np.arange(2 * n_each)
    has_number = is_corporate & (last_year >= NUMBERS_BEGIN)
    number = np.where(has_number, corporate_numbers(prefecture, index), NO_NUMBER)
    majors = majors_of(names, division, rng)
    if n_each:
        own = listed(_INSTITUTION_MAJORS, (np.arange(n) >= n_firm + n_each).astype(int))
        majors = pc.if_else(pa.array(is_institution), own, majors)
    draw = rng.random(n)
    return Population(
        course, np.concatenate([home, np.full(2 * n_each, -1)]), division, prefecture,
        is_corporate, is_institution, first_year, last_year,
        np.concatenate([left, np.full(2 * n_each, STAYS)]),
        founded, closing, names, places, majors, index, number,
        has_gbizid=~is_institution & (draw < np.array(_WITH_GBIZID)[is_corporate.astype(int)]),
        phone=rng.integers(0, 2_000_000, n),
        capital_thousand=_capital(rng, course, home, n),
    )  # fmt: skip


def _tenures(course: Course) -> tuple[Ints, Ints, Ints, Ints]:
    """Place, first and last year and way of exit of each firm, in the order of their numbers."""
    n_firm = int(course.holder.max()) + 1
    home, left = np.zeros(n_firm, np.int64), np.zeros(n_firm, np.int64)
    first, last = np.full(n_firm, LAST_YEAR + 1), np.zeros(n_firm, np.int64)
    places = np.arange(course.n_place)
    for t, holder in enumerate(course.holder):
        there = holder >= 0
        firms = holder[there]
        home[firms] = places[there]
        first[firms] = np.minimum(first[firms], course.first_year + t)
        last[firms] = course.first_year + t
        left[firms] = course.exit[t, there]
    return home, first, last, left


def _founded(rng: np.random.Generator, first_year: Ints, is_new: Bools) -> Ints:
    """The days of founding: in the first year of business, or some time before it."""
    n = len(first_year)
    age = np.minimum(2 + rng.exponential(24, n), 95).astype(int)
    year = np.where(is_new, first_year, first_year - age)
    start = np.where(is_new, day(1970, 4, 1) + rng.integers(0, 180, n), rng.integers(0, 365, n))
    return days(year, np.ones(n, np.int64), start + 1)


def _names(
    rng: np.random.Generator, division: Ints, is_corporate: Bools, is_institution: Bools,
    founded: Ints, n_each: int,
) -> Names:  # fmt: skip
    n = len(division)
    nothing = np.zeros(n, np.int64)
    names = Names(nothing, nothing, np.zeros(n, bool), nothing)
    firms = np.flatnonzero(is_corporate & ~is_institution)
    # 有限会社 could be founded until 2006.
    is_old = founded[firms] < day(2006, 5, 1)
    names = names.put(firms, coin_firms(rng, division[firms], is_old))
    shops = np.flatnonzero(~is_corporate)
    names = names.put(shops, coin_shops(rng, len(shops)))
    if n_each:
        names = names.put(np.flatnonzero(is_institution), coin_institutions(rng, n_each))
    return names


def _capital(rng: np.random.Generator, course: Course, home: Ints, n: int) -> Ints:
    """Capital in thousand yen: round sums that grow with sales."""
    steps = np.array([1_000, 3_000, 5_000, 10_000, 20_000, 30_000, 50_000, 98_000])
    t = course.row(FIRST_YEAR)
    size = np.log10(np.maximum(course.sales[t, home], 1e6)) - 6
    rank = (1.6 * size - 1.2 + rng.normal(0, 1.1, len(home))).clip(0, len(steps) - 1)
    capital = np.zeros(n, np.int64)
    capital[: len(home)] = steps[rank.astype(int)]
    return capital
