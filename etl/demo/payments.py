"""The demo payments: awards with instalments, withdrawals and returns, and those of consortia."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from etl.demo.calendar_days import day, days
from etl.demo.dice import Bools, Ints, dice
from etl.demo.population import Population
from etl.demo.programmes import Programme, era_names, measures
from etl.demo.uses import AWARD, INSTALMENT_SHARE
from etl.demo.words import FULL_WIDTH

LAST_APPROVAL = day(2026, 10, 30)
# Shares measured on a real prefecture: records of 0 yen and below 0 yen.
ZERO_SHARE, RETURN_SHARE = 0.023, 0.009
# Awards whose title names a year and that were approved in the year after it.
CARRIED_SHARE = 0.235
_BOTH_YEARS, _WIDE_TITLE = 0.12, 0.25


@dataclass(frozen=True, slots=True)
class Grants:
    """Awards in columns: firm, measure, fiscal year of the budget, day of approval, yen, title."""

    firm: Ints
    measure: Ints
    year: Ints
    approved: Ints
    amount: Ints
    title: Any


@dataclass(frozen=True, slots=True)
class Payments:
    """Records of money: who, approved when, how many yen, under which title, by whom."""

    firm: Ints
    approved: Ints
    amount: Ints
    title: Any
    issuer: Any

    def take(self, rows: Ints) -> Payments:
        at = pa.array(rows)
        return Payments(
            self.firm[rows], self.approved[rows], self.amount[rows], self.title.take(at),
            self.issuer.take(at),
        )  # fmt: skip

    @staticmethod
    def join(parts: list[Payments]) -> Payments:
        return Payments(
            np.concatenate([p.firm for p in parts]),
            np.concatenate([p.approved for p in parts]),
            np.concatenate([p.amount for p in parts]),
            pa.concat_arrays([p.title for p in parts]),
            pa.concat_arrays([p.issuer for p in parts]),
        )


def draw_grants(people: Population) -> Grants:
    """An amount, a title and a day for each award of the chunk."""
    course = people.course
    rng = dice(course.plan.seed, "grants", course.chunk.number)
    kind, measure, year, place = course.uses.columns()
    rows = np.flatnonzero(kind == AWARD)
    measure, year, place = measure[rows], year[rows], place[rows]
    firm = course.holder[year - course.first_year, place]
    n = len(firm)
    title: list[str] = [""] * n
    ceiling = np.zeros(n)
    wanted, carried = np.zeros(n), rng.random(n) < CARRIED_SHARE
    names = people.written.take(pa.array(firm)).to_pylist()
    for position, spec in enumerate(measures()):
        if not spec.titles:
            continue
        of_spec = np.flatnonzero(measure == position)
        ceiling[of_spec] = spec.ceiling_yen
        # The budget of a programme's first year comes of no year before.
        carried[of_spec] &= year[of_spec] > spec.years[0]
        wanted[of_spec] = spec.ratio * rng.lognormal(0, spec.sigma, len(of_spec))
        _write_titles(rng, people, spec, of_spec, year, firm, carried, names, title)
    step = np.where(rng.random(n) < 0.7, 1_000, 1)
    amount = np.minimum(ceiling, ceiling * wanted)
    amount = np.maximum(step, np.rint(amount / step).astype(np.int64) * step)
    # What a measure adds begins with the year of approval, whatever budget it is paid from.
    approved = approval_days(rng, year)
    return Grants(firm, measure, year, approved, amount, pa.array(title, pa.string()))


def _write_titles(
    rng: np.random.Generator, people: Population, spec: Programme, rows: Ints, year: Ints,
    firm: Ints, carried: Bools, names: list[str], title: list[str],
) -> None:  # fmt: skip
    """Fill ``title`` at ``rows``; ``carried`` are paid from the budget of the year before."""
    draw, call, wide = rng.random((3, len(rows)))
    prefectures = people.prefecture[firm[rows]]
    shown = (
        people.places.take(firm[rows]).prefecture_names().to_pylist() if len(prefectures) else []
    )
    for i, row in enumerate(rows.tolist()):
        in_year = int(year[row]) - int(carried[row])
        templates = spec.title_templates(in_year)
        template = templates[int(draw[i] * len(templates))]
        eras = era_names(in_year)
        era = eras[int(call[i] * 97) % len(eras)]
        if carried[row] and "{era}" in template and draw[i] * 1e4 % 1 < _BOTH_YEARS:
            later = era_names(in_year + 1)
            era = f"{later[int(call[i] * 89) % len(later)]}（{era}からの繰越分）"
        text = template.format(
            era=era, n=1 + int(call[i] * 9), name=names[row], prefecture=shown[i]
        )
        title[row] = text.translate(FULL_WIDTH) if wide[i] < _WIDE_TITLE else text


def approval_days(rng: np.random.Generator, fiscal_years: Ints) -> Ints:
    """Days of fiscal years, most of them from summer to winter, none after the last day."""
    n = len(fiscal_years)
    start = days(fiscal_years, np.full(n, 4), np.ones(n, np.int64))
    span = np.minimum(364, LAST_APPROVAL - start)
    return start + (span * rng.beta(2.2, 2.0, n)).astype(np.int64)


def pay(people: Population, grants: Grants) -> Payments:
    """The payments of ``grants``: some in parts, some withdrawn, some paid back."""
    course = people.course
    rng = dice(course.plan.seed, "payments", course.chunk.number)
    issuers = pa.array([spec.issuer for spec in measures()])
    whole = Payments(
        grants.firm, grants.approved, grants.amount, grants.title,
        issuers.take(pa.array(grants.measure)),
    )  # fmt: skip
    return settle(rng, split(rng, whole, rng.random(len(grants.firm)) < INSTALMENT_SHARE))


def split(rng: np.random.Generator, payments: Payments, is_split: Bools) -> Payments:
    """Those of ``is_split`` in two or three instalments, on days in a row or some months apart."""
    n = len(is_split)
    n_part = np.where(is_split, np.where(rng.random(n) < 2 / 3, 2, 3), 1)
    gap = np.where(rng.random(n) < 0.5, 1, rng.integers(20, 60, n))
    rows = np.repeat(np.arange(n), n_part)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(n_part) - n_part, n_part)
    parts, amount = n_part[rows], payments.amount[rows]
    share = amount // parts
    share = np.where(rank == parts - 1, amount - share * (parts - 1), share)
    # Instalments of a real payment differ by a little; the sum does not.
    middle = (parts - 1) / 2
    share = np.where(parts > 1, share + (rank > middle) - (rank < middle), share)
    fiscal_year_end = _year_end(payments.approved[rows])
    approved = np.minimum(payments.approved[rows] + gap[rows] * rank, fiscal_year_end)
    made = payments.take(rows)
    return Payments(made.firm, np.minimum(approved, LAST_APPROVAL), share, made.title, made.issuer)


def _year_end(approved: Ints) -> Ints:
    months = approved.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first_of_year = (months - 3) // 12 * 12 + 15
    return first_of_year.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1


def settle(rng: np.random.Generator, payments: Payments) -> Payments:
    """Some payments become 0 by withdrawal; some are followed by a return, whole or in part."""
    n = len(payments.firm)
    is_zero = rng.random(n) < ZERO_SHARE
    amount = np.where(is_zero, 0, payments.amount)
    is_back = ~is_zero & (rng.random(n) < RETURN_SHARE / (1 - RETURN_SHARE))
    back = np.flatnonzero(is_back)
    part = np.where(rng.random(len(back)) < 0.3, 1.0, rng.uniform(0.05, 0.6, len(back)))
    returned = -np.maximum(1, np.rint(payments.amount[back] * part)).astype(np.int64)
    later = np.minimum(payments.approved[back] + rng.integers(60, 501, len(back)), LAST_APPROVAL)
    paid = Payments(payments.firm, payments.approved, amount, payments.title, payments.issuer)
    taken = payments.take(back)
    return Payments.join([paid, Payments(taken.firm, later, returned, taken.title, taken.issuer)])
