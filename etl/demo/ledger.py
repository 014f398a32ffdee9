"""Plausible accounts of small firms, year on year: profit, equity, and what it leaves to borrow."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from etl.demo.dice import Bools, Floats, Ints
from etl.demo.words import divisions

# In the order of the statement; flows first, as a short year cuts them.
FLOWS = (
    "sales", "cost_of_sales", "selling_admin", "operating_profit", "interest_paid",
    "ordinary_profit", "net_profit", "depreciation", "personnel",
)  # fmt: skip
STOCKS = (
    "cash", "receivables", "inventory", "current_assets", "fixed_assets", "total_assets",
    "payables", "short_debt", "long_debt", "current_liabilities", "fixed_liabilities",
    "net_assets",
)  # fmt: skip
ITEMS = (*FLOWS, *STOCKS)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Shape:
    """The table of ``accounts.toml``, one position per division."""

    sales: Floats
    spread: Floats
    gross: Floats
    operating: Floats
    per_head: Floats
    receivable: Floats
    inventory: Floats
    payable: Floats
    fixed: Floats
    corporations: Floats
    shock: Floats


@cache
def shape() -> Shape:
    """``sales`` (yen) and ``spread`` have a row for proprietors and one for corporations."""
    path = Path(__file__).with_name("accounts.toml")
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [table[division] for division in divisions()]
    kinds = ("proprietor", "corporate")

    def plain(name: str) -> Floats:
        return np.array([row[name] for row in rows], float)

    receivable, inventory, payable = np.array([row["days"] for row in rows], float).T / 365
    return Shape(
        np.array([[row[kind]["sales"] * _MILLION for row in rows] for kind in kinds], float),
        np.array([[row[kind]["spread"] for row in rows] for kind in kinds], float),
        plain("gross"),
        plain("operating"),
        plain("per_head") * _MILLION,
        receivable,
        inventory,
        payable,
        plain("fixed"),
        plain("corporations"),
        plain("shock"),
    )


@dataclass(slots=True)
class Ledger:
    """What firms carry from one year into the next, one position per place; yen and ratios."""

    division: Ints
    is_corporate: Bools
    equity: Floats
    debt: Floats
    fixed: Floats
    margin: Floats
    margin_shock: Floats
    gross: Floats
    gross_shock: Floats
    rate: Floats
    lean: Floats
    heads: Floats

    @classmethod
    def empty(cls, division: Ints, is_corporate: Bools) -> Ledger:
        return cls(division, is_corporate, *(np.zeros(len(division)) for _ in range(10)))

    def open(self, rng: np.random.Generator, rows: Ints, sales: Floats, is_new: Bools) -> None:
        """Books of the firms in ``rows``, new ones or ones with a past."""
        n = len(rows)
        table, division = shape(), self.division[rows]
        self.fixed[rows] = sales * table.fixed[division] * rng.lognormal(0, 0.5, n)
        operating = table.operating[division] + rng.normal(0, 0.02, n)
        self.margin[rows] = np.where(self.is_corporate[rows], operating, operating + 0.07)
        self.margin_shock[rows] = rng.normal(0, 0.035, n)
        gross = table.gross[division] * rng.lognormal(0, 0.16, n)
        self.gross[rows] = gross.clip(0.06, 0.92)
        self.gross_shock[rows] = 0
        self.rate[rows] = rng.normal(0.017, 0.004, n).clip(0.004, 0.04)
        self.lean[rows] = rng.lognormal(0, 0.25, n)
        ratio = np.where(is_new, rng.normal(0.2, 0.12, n), rng.normal(0.24, 0.3, n)).clip(-0.9, 0.8)
        assets = self.fixed[rows] + sales * 0.35
        self.equity[rows] = ratio * assets
        self.debt[rows] = (assets * (0.75 - ratio)).clip(0)
        per_head = table.per_head[division] * rng.lognormal(0, 0.3, n)
        self.heads[rows] = sales / per_head

    def close_year(
        self,
        rng: np.random.Generator,
        sales: Floats,
        growth: Floats,
        gross_profit: Floats | None,
        lift: Floats,
    ) -> tuple[dict[str, Floats], Floats]:
        """The items of a year's statement in yen, and heads.

        ``gross_profit`` is given where it is planted, else NaN. ``lift`` is what measures add to
        the gross margin, part of which stays as profit.
        """
        n = len(sales)
        table, division = shape(), self.division
        self.margin_shock = 0.6 * self.margin_shock + rng.normal(0, 0.032, n)
        self.gross_shock = 0.7 * self.gross_shock + rng.normal(0, 0.012, n)
        plain_gross = (self.gross + self.gross_shock).clip(0.04, 0.95)
        gross = (plain_gross * np.exp(lift)).clip(0.04, 0.97)
        margin = self.margin + self.margin_shock + 0.3 * growth.clip(-0.4, 0.4)
        margin = margin + 0.5 * (gross - plain_gross)
        if gross_profit is not None:
            planted = gross_profit / np.maximum(sales, 1)
            gross = np.where(np.isnan(planted), gross, planted.clip(0.01, 0.99))
        margin = np.minimum(margin.clip(-0.45, 0.4), gross * 0.85)
        per_head = table.per_head[division] * np.maximum(self.lean, 0.2)
        self.heads = 0.75 * self.heads + 0.25 * sales / per_head
        heads = np.maximum(1, np.rint(self.heads * rng.lognormal(0, 0.05, n)))
        items: dict[str, Floats] = {"sales": sales, "cost_of_sales": sales * (1 - gross)}
        items["operating_profit"] = sales * margin
        items["selling_admin"] = sales * (gross - margin)
        items["depreciation"] = np.minimum(self.fixed * 0.08, sales * 0.25)
        weak = np.where(self.equity < 0, 0.006, 0.0)
        items["interest_paid"] = self.debt * (self.rate + weak)
        aside = sales * rng.normal(0.003, 0.006, n)
        items["ordinary_profit"] = items["operating_profit"] - items["interest_paid"] + aside
        blow = np.where(rng.random(n) < 0.06, rng.normal(-0.02, 0.05, n), 0.0)
        taxed = items["ordinary_profit"] + sales * blow
        items["net_profit"] = taxed - 0.3 * taxed.clip(0)
        wages = heads * np.where(self.is_corporate, 3.4, 2.4) * _MILLION * rng.lognormal(0, 0.1, n)
        spent = items["cost_of_sales"] + items["selling_admin"]
        items["personnel"] = np.minimum(wages, 0.62 * spent)
        self._balance(rng, items)
        return items, heads

    def _balance(self, rng: np.random.Generator, items: dict[str, Floats]) -> None:
        """Close the balance: what equity and suppliers do not pay for is borrowed."""
        n = len(self.equity)
        table, division, sales = shape(), self.division, items["sales"]
        self.fixed = np.maximum(
            0.88 * self.fixed + 0.12 * sales * table.fixed[division] * self.lean,
            0.2 * self.fixed,
        ) * rng.lognormal(0, 0.05, n)
        # Owners live on the profit; those of corporations leave most of it in the firm.
        kept = np.where(self.is_corporate, 0.75, 0.25)
        profit = items["net_profit"]
        equity = self.equity + np.where(profit > 0, kept * profit, profit)
        # Behind a deep hole stands somebody who fills it: capital from the owner.
        assets = self.fixed + sales * 0.3
        equity = np.maximum(equity, -0.9 * assets - 0.1 * (-equity - 0.9 * assets).clip(0))
        items["receivables"] = sales * table.receivable[division] * rng.lognormal(0, 0.18, n)
        items["inventory"] = sales * table.inventory[division] * rng.lognormal(0, 0.2, n)
        other = sales * 0.02
        least = sales * 0.05 * rng.lognormal(0, 0.5, n)
        items["payables"] = (
            items["cost_of_sales"] * table.payable[division] * rng.lognormal(0, 0.18, n)
        )
        owed = sales * 0.03
        wanted = (
            self.fixed + items["receivables"] + items["inventory"] + other + least
            - items["payables"] - owed - equity
        )  # fmt: skip
        habit = sales * 0.06 * self.lean
        debt = np.maximum(wanted, habit)
        debt = 0.35 * np.maximum(self.debt, wanted) + 0.65 * debt
        items["cash"] = least + (debt - wanted).clip(0)
        short = rng.uniform(0.15, 0.5, n)
        items["short_debt"], items["long_debt"] = debt * short, debt * (1 - short)
        items["current_assets"] = items["cash"] + items["receivables"] + items["inventory"] + other
        items["fixed_assets"] = self.fixed.copy()
        items["total_assets"] = items["current_assets"] + items["fixed_assets"]
        items["current_liabilities"] = items["payables"] + items["short_debt"] + owed
        items["fixed_liabilities"] = items["long_debt"].copy()
        items["net_assets"] = (
            items["total_assets"] - items["current_liabilities"] - items["fixed_liabilities"]
        )
        self.equity, self.debt = items["net_assets"].copy(), debt
