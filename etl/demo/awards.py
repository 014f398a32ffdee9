"""The demo payments: awards of all programmes with instalments, withdrawals and returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from etl.demo.life import Life
from etl.demo.programmes import YEAR_WEIGHTS, Programme, era_names, programmes
from etl.demo.research import draw_research_payments
from etl.demo.words import FULL_WIDTH

RECORDS_PER_FIRM = 1.5
RECIPIENT_SHARE = 0.455
LAST_APPROVAL = date(2026, 10, 30)
# Shares measured on a real prefecture: records of 0 yen and below 0 yen.
ZERO_SHARE, RETURN_SHARE = 0.023, 0.009
# Awards whose title names a year and that were approved in the year after it.
CARRIED_SHARE = 0.235
INSTALMENT_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Payment:
    """One record of money: who, approved when, under which title, how many yen, by whom."""

    life: Life
    approved: date
    title: str
    amount_yen: int
    issuer: str


def draw_payments(lives: Sequence[Life], seed: int) -> list[Payment]:
    """About 1.5 payments per firm, in order of corporate number, date and title."""
    rng = Random(f"{seed}:awards")
    payments = [
        Payment(life, approved, title, amount, "中小企業庁")
        for life, approved, title, amount in draw_research_payments(lives, seed)
    ]
    wanted = round(RECORDS_PER_FIRM * len(lives) - len(payments))
    propensity = _propensities(rng, lives)
    specs = programmes()
    total = sum(spec.share for spec in specs)
    for spec in specs:
        n = round(wanted * spec.share / total / (1 + 1.5 * INSTALMENT_SHARE))
        payments += _grants(rng, spec, lives, propensity, n)
    payments = _withdraw_and_return(rng, payments)
    return sorted(payments, key=lambda p: (p.life.firm.number, p.approved, p.title, p.amount_yen))


def _propensities(rng: Random, lives: Sequence[Life]) -> list[float]:
    """A few firms apply often, most never; 0 for those that never apply."""
    return [
        rng.gammavariate(1.3, 1.0) + 0.15
        if life.firm.role == "firm" and rng.random() < RECIPIENT_SHARE
        else 0.0
        for life in lives
    ]


def _grants(
    rng: Random, spec: Programme, lives: Sequence[Life], propensity: list[float], n: int
) -> list[Payment]:
    # Prefectures differ in every programme beyond what the table says.
    local: dict[str, float] = {}
    weights = []
    for life, inclination in zip(lives, propensity, strict=True):
        code = life.firm.place.prefecture_code
        if code not in local:
            local[code] = rng.lognormvariate(0, 0.22)
        weights.append(inclination * spec.affinity(life.firm) * local[code])
    cumulative = list(accumulate(weights))
    if not cumulative or cumulative[-1] <= 0:
        return []
    years = list(range(spec.years[0], spec.years[1] + 1))
    year_weights = list(accumulate(YEAR_WEIGHTS[year] for year in years))
    payments: list[Payment] = []
    drawn = 0
    # Firms not yet or no longer there draw a blank; the bound keeps tiny demos finite.
    for _ in range(4 * n):
        life = rng.choices(lives, cum_weights=cumulative)[0]
        year = rng.choices(years, cum_weights=year_weights)[0]
        grant = _grant(rng, spec, life, year)
        if life.was_open(grant[-1].approved):
            payments += grant
            drawn += 1
        if drawn == n:
            break
    return payments


def _grant(rng: Random, spec: Programme, life: Life, year: int) -> list[Payment]:
    template = rng.choice(spec.title_templates(year))
    is_titled = "{era}" in template
    is_carried = is_titled and rng.random() < CARRIED_SHARE
    era = rng.choice(era_names(year))
    if is_carried and rng.random() < 0.12:
        era = f"{rng.choice(era_names(year + 1))}（{era}からの繰越分）"
    title = template.format(
        era=era,
        n=rng.randint(1, 9),
        name=life.firm.name,
        prefecture=life.firm.place.prefecture,
    )
    if rng.random() < 0.25:
        title = title.translate(FULL_WIDTH)
    amount = min(
        spec.ceiling_yen, spec.ceiling_yen * spec.ratio * rng.lognormvariate(0, spec.sigma)
    )
    step = 1_000 if rng.random() < 0.7 else 1
    approved = approval_date(rng, year + is_carried)
    payment = Payment(life, approved, title, max(step, round(amount / step) * step), spec.issuer)
    return split(rng, payment) if rng.random() < INSTALMENT_SHARE else [payment]


def approval_date(rng: Random, fiscal_year: int) -> date:
    """A day of a fiscal year, most of them from summer to winter, none after the last day."""
    start = date(fiscal_year, 4, 1)
    days = min(364, (LAST_APPROVAL - start).days)
    return start + timedelta(days=int(days * rng.betavariate(2.2, 2.0)))


def split(rng: Random, payment: Payment) -> list[Payment]:
    """The payment in two or three instalments, on days in a row or some months apart."""
    n = rng.choice((2, 2, 3))
    gap = 1 if rng.random() < 0.5 else rng.randint(20, 60)
    year_end = date(payment.approved.year + (payment.approved.month > 3), 3, 31)
    part = payment.amount_yen // n
    amounts = [part] * (n - 1) + [payment.amount_yen - part * (n - 1)]
    return [
        replace(
            payment,
            approved=min(payment.approved + timedelta(days=gap * i), year_end, LAST_APPROVAL),
            amount_yen=amount + (i - (n - 1) / 2 > 0) - (i - (n - 1) / 2 < 0),
        )
        for i, amount in enumerate(amounts)
    ]


def _withdraw_and_return(rng: Random, payments: Sequence[Payment]) -> list[Payment]:
    settled = []
    for payment in payments:
        if rng.random() < ZERO_SHARE:
            settled.append(replace(payment, amount_yen=0))
            continue
        settled.append(payment)
        if rng.random() < RETURN_SHARE / (1 - RETURN_SHARE):
            returned = min(payment.approved + timedelta(days=rng.randint(60, 500)), LAST_APPROVAL)
            part = 1.0 if rng.random() < 0.3 else rng.uniform(0.05, 0.6)
            amount = -max(1, round(payment.amount_yen * part))
            settled.append(replace(payment, approved=returned, amount_yen=amount))
    return settled
