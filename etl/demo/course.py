"""The course of the demo economy: in each place one firm at a time, year by year."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from etl.demo.dice import Bools, Floats, Ints, dice
from etl.demo.exits import STAYS, Ends, draw_ends, weakness_of
from etl.demo.ledger import ITEMS, Ledger, shape
from etl.demo.places import atlas
from etl.demo.plan import ARCHIVE_YEAR, FIRST_YEAR, LAST_YEAR, SPIN_UP_YEAR, Chunk, Plan
from etl.demo.programmes import NEVER, measures, years_since
from etl.demo.uses import AWARD, PROPRIETOR_AWARD, SUPPORT, Standing, Uses, draw_uses

_PERSISTENCE, _SHOCK = 0.3, 0.095
# What every firm's sales met, as logarithms; FY2020 differs by division.
_CLIMATE = {
    2008: -0.05, 2009: -0.09, 2010: 0.04, 2011: -0.02, 2012: 0.01, 2013: 0.015, 2014: -0.005,
    2017: 0.01, 2019: -0.01, 2021: 0.03, 2022: 0.025, 2023: 0.02,
}  # fmt: skip
_PANDEMIC, _RECOVERY = 2020, {2021: 0.35, 2022: 0.3, 2023: 0.15}
# New firms begin smaller than others and catch up.
_STARTUP, _YOUNG, _YOUNG_GROWTH = 0.45, 5, 0.09
THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Applicants:
    """What research support means for the first places of the first chunk; years × places."""

    log_sales: Floats
    protected_until: Ints
    # Yen that a first adoption adds to sales and to gross profit, known after calibration.
    sales: Floats
    gross_profit: Floats
    # What makes adopted and rejected firms move alike without it.
    sales_factor: Floats
    gross_factor: Floats
    default_shift: Floats


@dataclass(slots=True)
class Course:
    """What happened in a chunk. Arrays are years × places; years begin with ``first_year``.

    ``holder`` numbers the firms of the chunk from 0: those of the beginning by their place, then
    those that took over a place. ``items`` are in thousand yen, years from FIRST_YEAR on, or all
    years for research applicants.
    """

    plan: Plan
    chunk: Chunk
    first_year: int
    n_applicant: int
    division: Ints
    prefecture: Ints
    is_corporate: Bools
    holder: Ints
    default: Ints
    exit: Ints
    sales: Floats
    gross_profit: Floats
    weakness: Floats
    heads: Ints
    # What measures add to the logarithms of sales, of gross profit and of the odds of default.
    sales_lift: Floats
    gross_lift: Floats
    odds_lift: Floats
    items: dict[int, dict[str, Ints]] = field(default_factory=dict)
    uses: Uses = field(default_factory=Uses)

    @property
    def n_place(self) -> int:
        return self.chunk.size

    def row(self, year: int) -> int:
        return year - self.first_year


def begin(plan: Plan, chunk: Chunk) -> Course:
    """The places of a chunk before anything happened; research applicants are corporations."""
    rng = dice(plan.seed, "places", chunk.number)
    n, n_applicant = chunk.size, plan.n_applicant if chunk.number == 0 else 0
    first = ARCHIVE_YEAR if n_applicant else SPIN_UP_YEAR
    prefecture = atlas().prefectures(rng, n)
    division = atlas().divisions(rng, prefecture)
    is_corporate = rng.random(n) < shape().corporations[division]
    shown = (LAST_YEAR - first + 1, n)
    return Course(
        plan, chunk, first, n_applicant, division, prefecture, is_corporate,
        holder=np.full(shown, -1), default=np.zeros(shown, np.int64),
        exit=np.zeros(shown, np.int64), sales=np.zeros(shown), gross_profit=np.zeros(shown),
        weakness=np.zeros(shown), heads=np.zeros(shown, np.int64),
        sales_lift=np.zeros(shown), gross_lift=np.zeros(shown), odds_lift=np.zeros(shown),
    )  # fmt: skip


def climate(year: int, division: Ints) -> Floats:
    """What the year did to everybody's sales, by division."""
    shock = shape().shock[division]
    if year == _PANDEMIC:
        return shock
    return np.asarray(_CLIMATE.get(year, 0.0) - _RECOVERY.get(year, 0.0) * shock)


def run(
    course: Course,
    applicants: Applicants | None,
    fixed: Course | None = None,
    *,
    is_idle: bool = False,
) -> Course:
    """Fill ``course``. With ``fixed`` its exits and uses are those of an earlier run; where it
    ``is_idle`` measures are used and add nothing."""
    plan, chunk, n = course.plan, course.chunk, course.n_place
    division, n_applicant = course.division, course.n_applicant
    ledger = Ledger.empty(division, course.is_corporate)
    log_sales, growth = np.zeros(n), np.zeros(n)
    recent = [np.zeros(n) for _ in range(3)]
    used = np.full((len(measures()), n), NEVER)
    propensity, has_defaulted = np.zeros(n), np.zeros(n, bool)
    starts = np.where(np.arange(n) < n_applicant, ARCHIVE_YEAR, SPIN_UP_YEAR)
    holder, n_holder, since = np.arange(n), n, starts.copy()
    for year in range(course.first_year, LAST_YEAR + 1):
        t = course.row(year)
        rng = dice(plan.seed, f"year:{year}", chunk.number)
        is_there, is_fresh = starts <= year, since == year
        growth = _PERSISTENCE * growth + rng.normal(0, _SHOCK, n)
        moved = log_sales + growth - _SHOCK**2 / 2 / (1 - _PERSISTENCE) ** 2
        moved = moved + climate(year, division)
        # Who survives the first years grows in them.
        moved = moved + np.where((starts < since) & (year - since <= _YOUNG), _YOUNG_GROWTH, 0.0)
        opening = _opening_size(rng, course, is_new=starts < since)
        log_sales = np.where(is_fresh, opening, moved)
        growth = np.where(is_fresh, 0.0, growth)
        if applicants is not None:
            is_first = holder[:n_applicant] < n
            log_sales[:n_applicant] = np.where(
                is_first, applicants.log_sales[t], log_sales[:n_applicant]
            )
        fresh = np.flatnonzero(is_fresh)
        ledger.open(rng, fresh, np.exp(log_sales[fresh]), (starts < since)[fresh])
        propensity[fresh] = _propensities(rng, plan.recipient_share, len(fresh))
        used[:, fresh], has_defaulted[fresh] = NEVER, False
        if fixed is None and year >= FIRST_YEAR + 1:
            standing = _standing(course, recent, log_sales, propensity, since, year, t)
            draw_uses(plan, chunk, year, standing, course.uses)
            _note_first_uses(used, course.uses, year)
        elif fixed is not None:
            _note_first_uses(used, fixed.uses, year)
        effect = _effects(np.full_like(used, NEVER) if is_idle else used, year)
        if applicants is not None and not is_idle:
            is_first = holder[:n_applicant] < n
            effect["default"][:n_applicant] += np.where(is_first, applicants.default_shift[t], 0.0)
        sales = np.exp(log_sales + effect["sales"])
        gross = None
        if applicants is not None:
            sales, gross = _with_research(course, applicants, sales, holder, ledger, t)
        course.sales_lift[t], course.gross_lift[t] = effect["sales"], effect["gross"]
        course.odds_lift[t] = effect["default"]
        lift = effect["gross"] - effect["sales"]
        items, heads = ledger.close_year(rng, sales, growth, gross, lift)
        weakness = weakness_of(items)
        if fixed is None:
            can_end = is_there & (since < year) & (year >= FIRST_YEAR)
            if applicants is not None:
                can_end[:n_applicant] = _can_applicants_end(applicants, holder, since, year, n)
            ends = draw_ends(
                dice(plan.seed, f"ends:{year}", chunk.number),
                weakness, effect["default"], course.is_corporate, can_end, has_defaulted,
            )  # fmt: skip
        else:
            ends = Ends(fixed.default[t], fixed.exit[t])
        has_defaulted |= ends.default > 0
        course.holder[t] = np.where(is_there, holder, -1)
        course.default[t], course.exit[t] = ends.default, ends.exit
        _keep(course, year, t, items, heads, weakness)
        leaving = np.flatnonzero(ends.exit != STAYS)
        holder = holder.copy()
        holder[leaving] = n_holder + np.arange(len(leaving))
        since[leaving] = year + 1
        n_holder += len(leaving)
        recent = [*recent[1:], np.log(np.maximum(sales, 1))]
    if fixed is not None:
        course.uses = fixed.uses
    return course


def _opening_size(rng: np.random.Generator, course: Course, is_new: Bools) -> Floats:
    """Logarithms of first sales: those of an old firm, or less for a new one."""
    table, kind = shape(), course.is_corporate.astype(int)
    middle = np.log(table.sales[kind, course.division])
    spread = table.spread[kind, course.division]
    size = middle + spread * rng.standard_normal(course.n_place)
    return np.asarray(np.where(is_new, size + np.log(_STARTUP), size))


def _propensities(rng: np.random.Generator, share: float, n: int) -> Floats:
    """A few firms apply often, most never; 0 for those that never apply."""
    return np.where(rng.random(n) < share, rng.gamma(1.3, 1.0, n) + 0.15, 0.0)


def _standing(
    course: Course, recent: list[Floats], log_sales: Floats, propensity: Floats,
    since: Ints, year: int, t: int,
) -> Standing:  # fmt: skip
    table, kind = shape(), course.is_corporate.astype(int)
    has_past = since <= year - 3
    last = np.where(since < year, recent[-1], log_sales)
    size = (last - np.log(table.sales[kind, course.division])) / table.spread[kind, course.division]
    growth = np.where(has_past, recent[-1] - recent[0], 0.0)
    weakness = np.where(since < year, course.weakness[t - 1], 0.0)
    return Standing(
        course.division, course.prefecture, course.is_corporate,
        (since <= year).astype(bool), propensity, size, growth, weakness,
    )  # fmt: skip


def _note_first_uses(used: Ints, uses: Uses, year: int) -> None:
    """Enter who used a measure for the first time in ``year``; a refusal is no use."""
    for kind, measure, years, places in zip(
        uses.kind, uses.measure, uses.year, uses.place, strict=True
    ):
        if len(places) and years[0] == year and kind[0] in (AWARD, PROPRIETOR_AWARD, SUPPORT):
            row = used[measure[0]]
            row[places] = np.minimum(row[places], year)


def _effects(used: Ints, year: int) -> dict[str, Floats]:
    """What measures add in ``year`` to the logarithms of sales, gross profit and default."""
    effect = {outcome: np.zeros(used.shape[1]) for outcome in ("sales", "gross", "default")}
    for measure, first in zip(measures(), used, strict=True):
        users = np.flatnonzero(first <= year)
        since = years_since(first[users], year)
        for outcome, total in effect.items():
            if measure.effect[outcome]:
                total[users] += measure.path(outcome)[since]
    return effect


def _with_research(
    course: Course, applicants: Applicants, sales: Floats, holder: Ints, ledger: Ledger, t: int
) -> tuple[Floats, Floats]:
    """Sales with the planted yen, and the gross profit that belongs to them."""
    n = course.n_applicant
    is_first = holder[:n] < course.n_place
    own = np.where(is_first, sales[:n] * applicants.sales_factor[t], sales[:n])
    rate = (ledger.gross[:n] + 0.7 * ledger.gross_shock[:n]).clip(0.06, 0.9)
    gross = np.full(len(sales), np.nan)
    planned = own * rate * applicants.gross_factor[t] + applicants.gross_profit[t]
    gross[:n] = np.where(is_first, planned, np.nan)
    sales = sales.copy()
    sales[:n] = own + np.where(is_first, applicants.sales[t], 0.0)
    return sales, gross


def _can_applicants_end(
    applicants: Applicants, holder: Ints, since: Ints, year: int, n_place: int
) -> Bools:
    n = len(applicants.protected_until)
    is_first = holder[:n] < n_place
    return np.where(
        is_first, year > applicants.protected_until, (since[:n] < year) & (year >= FIRST_YEAR)
    )


def _keep(
    course: Course, year: int, t: int, items: dict[str, Floats], heads: Floats, weakness: Floats
) -> None:
    course.sales[t] = items["sales"]
    course.gross_profit[t] = items["sales"] - items["cost_of_sales"]
    course.weakness[t], course.heads[t] = weakness, heads
    n = course.n_place if year >= FIRST_YEAR else course.n_applicant
    if n:
        course.items[year] = {
            name: np.rint(items[name][:n] / THOUSAND).astype(np.int64) for name in ITEMS
        }
