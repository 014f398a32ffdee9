"""Default and exit at the end of a year: the weaker a firm, the likelier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from etl.demo.dice import Bools, Floats, Ints

# How a firm leaves; 1 to 4 are the definitions of default of the statements.
STAYS, ARREARS, SUNK, BANKRUPT, SUBROGATED, CLOSED, MERGED, SILENT = range(8)
EXIT_NAMES = (
    "", "arrears", "effectively_bankrupt", "bankrupt", "subrogation", "closure", "merger",
    "silence",
)  # fmt: skip
_DEFAULT_SHARES = np.array([0.45, 0.15, 0.12, 0.28])
# After a default of each kind so many firms end; the others go on.
_ENDS = np.array([0.0, 0.35, 0.85, 1.0, 0.6])
# Log-odds of a default in the year after a statement.
_CONSTANT, _EQUITY, _RETURN, _DEBT, _SIZE = -4.78, -1.9, -7.0, 0.75, -0.22
_CLOSURE = {True: 0.0052, False: 0.0105}
_MERGER, _SILENCE = 0.0013, 0.0036


@dataclass(frozen=True, slots=True)
class Ends:
    """The outcome of a year, one position per place: the default of it and how the firm left."""

    default: Ints
    exit: Ints


def weakness_of(items: dict[str, Floats]) -> Floats:
    """The log-odds of default by the accounts alone, about 0 on average."""
    sales, assets = np.maximum(items["sales"], 1), np.maximum(items["total_assets"], 1)
    equity = (items["net_assets"] / assets).clip(-1.2, 0.9)
    profit = (items["ordinary_profit"] / assets).clip(-0.35, 0.3)
    debt = ((items["short_debt"] + items["long_debt"]) / sales).clip(0, 3)
    size = np.log10(sales) - 8
    return _EQUITY * (equity - 0.2) + _RETURN * profit + _DEBT * (debt - 0.5) + _SIZE * 2.3 * size


def chance_of_default(log_odds: Floats) -> Floats:
    """In the year after a statement, by the accounts and what measures add to them."""
    return np.asarray(1 / (1 + np.exp(-(_CONSTANT + log_odds))), np.float64)


def draw_ends(
    rng: np.random.Generator,
    weakness: Floats,
    shift: Floats,
    is_corporate: Bools,
    can_end: Bools,
    has_defaulted: Bools,
) -> Ends:
    """Who defaults and who leaves; ``shift`` is what measures add to the log-odds.

    Firms that ``can_end`` is False for neither default nor leave; nobody defaults twice.
    """
    n = len(weakness)
    chance = chance_of_default(weakness + shift)
    is_default = can_end & ~has_defaulted & (rng.random(n) < chance)
    kinds = 1 + np.searchsorted(np.cumsum(_DEFAULT_SHARES), rng.random(n), "right").clip(max=3)
    default = np.where(is_default, kinds, 0)
    leaves = rng.random(n) < _ENDS[default]
    other = rng.random(n)
    closure = np.where(is_corporate, _CLOSURE[True], _CLOSURE[False])
    merger = np.where(is_corporate, _MERGER, 0.0)
    silence = np.where(is_corporate, _SILENCE, 0.0)
    quiet = np.select(
        [other < closure, other < closure + merger, other < closure + merger + silence],
        [CLOSED, MERGED, SILENT],
        STAYS,
    )
    ends = np.where(is_default, np.where(leaves, default, STAYS), np.where(can_end, quiet, STAYS))
    return Ends(default, ends)
