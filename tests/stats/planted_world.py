"""A little world whose effects are known firm by firm: on sales, on gross profit, on default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tests.queries.little_matching import FIRST_YEAR, LAST_YEAR, MEASURE, World, profile_of

Row = dict[str, Any]
_LARGE = 1 << 96
_NEVER = 9999
N_EVENT = 9


@dataclass(frozen=True)
class Planted:
    """The world, and of its users by event time what the measure did: to the logarithms of sales
    and gross profit, and to the share that has defaulted."""

    world: World
    sales: Sequence[float]
    gross_profit: Sequence[float]
    default: NDArray[np.float64]
    # Users less all others that defaulted within so many years, as a plain count would have it.
    plain_default: NDArray[np.float64]


def planted_world(
    seed: int,
    n: int,
    *,
    sales: Sequence[float],
    gross_profit: Sequence[float],
    saved: float,
    is_selective: bool = False,
) -> Planted:
    """Large firms grow faster, default less, and use the measure more often. A user's chance of
    default is ``saved`` times what it would have been, with the same luck. Default comes by chance
    alone, or (``is_selective``) to firms whose sales have fallen."""
    chance = Random(seed)
    uses: list[Row] = []
    profiles: list[Row] = []
    paths: list[Row] = []
    kept: list[tuple[bool, int, int, int]] = []
    for number in range(n):
        firm, size = UUID(int=1 + number * _LARGE), chance.gauss(0, 1)
        wants, first = chance.random() < 0.6 / (1 + exp(-1.5 * size)), chance.randrange(2010, 2017)
        shocks = [chance.gauss(0, 0.15 if is_selective else 0.03) for _ in _years()]
        luck = [chance.random() for _ in _years()]
        hazards = [
            0.03 * exp(-10 * shock) if is_selective else 0.03 * exp(-0.6 * size) for shock in shocks
        ]
        without = _default_year(luck, hazards, first, 1.0)
        is_user = wants and without >= first
        default = _default_year(luck, hazards, first, saved) if is_user else without
        kept.append((is_user, first, without, default))
        division, bureau = chance.choice("DE"), chance.choice(["b02", "b03"])
        place = {
            "bureau_code": bureau,
            "prefecture_code": "04" if bureau == "b02" else "13",
            "division_code": division,
            "major_code": "?",
            "size_code": "?",
        }
        amounts = _amounts(shocks, size, first if is_user else _NEVER, (sales, gross_profit))
        for path in amounts:
            path[max(0, default - FIRST_YEAR) :] = [None] * max(0, LAST_YEAR + 1 - default)
        paths.append(_path_row(firm, amounts, default))
        if is_user:
            uses.append(
                {"firm_id": firm, "measure_code": MEASURE, "kind": "support", "first_year": first}
                | {"is_repeater": False, "n_use": 1, "is_rejected_before": False}
                | {"n_other_measure": 0}
                | place
            )
        profiles += [
            profile_of(chance, firm, place, year, amounts[0][year - FIRST_YEAR - 2 :][:3])
            for year in range(FIRST_YEAR + 2, LAST_YEAR + 1)
            if year < default
        ]
    return Planted(
        World(uses, profiles, paths, []), sales, gross_profit, _caused(kept), _counted(kept)
    )


def _years() -> range:
    return range(FIRST_YEAR, LAST_YEAR + 1)


def _default_year(luck: Sequence[float], hazards: Sequence[float], first: int, saved: float) -> int:
    for year, draw, hazard in zip(_years(), luck, hazards, strict=True):
        # Nobody defaults in the years that all need for their features.
        if year >= 2009 and draw < hazard * (saved if year >= first else 1.0):
            return year
    return _NEVER


def _amounts(
    shocks: Sequence[float], size: float, used: int, effects: tuple[Sequence[float], ...]
) -> tuple[list[float | None], ...]:
    """Sales and gross profit by year, in thousand yen."""
    level, found = 9 + size, ([], [])  # type: ignore[var-annotated]
    for year, shock in zip(_years(), shocks, strict=True):
        level += 0.02 + 0.015 * size + shock
        since = year - used
        for path, effect, share in zip(found, effects, (1.0, 0.3), strict=True):
            gain = effect[min(since, N_EVENT - 1)] if since >= 0 else 0.0
            path.append(share * exp(level + gain))
    return found


def _path_row(firm: UUID, amounts: tuple[list[float | None], ...], default: int) -> Row:
    sales, gross = amounts
    return {
        "firm_id": firm,
        "first_year": FIRST_YEAR,
        "sales_kyen": list(sales),
        "gross_profit_kyen": list(gross),
        "net_profit_kyen": [value and 0.02 * value for value in sales],
        "n_employee": [value and 10.0 for value in sales],
        "default_year": default if default < _NEVER else None,
        "closed_year": None,
        "merged_year": None,
    }


def _caused(kept: Sequence[tuple[bool, int, int, int]]) -> NDArray[np.float64]:
    users = [(first, without, default) for is_user, first, without, default in kept if is_user]
    return np.array(
        [
            np.mean([(d <= first + e) - float(w <= first + e) for first, w, d in users])
            for e in range(N_EVENT)
        ]
    )


def _counted(kept: Sequence[tuple[bool, int, int, int]]) -> NDArray[np.float64]:
    def share(is_user: bool, e: int) -> float:
        own = [(f, d) for u, f, _, d in kept if u == is_user and d >= f]
        return float(np.mean([d <= first + e for first, d in own]))

    return np.array([share(True, e) - share(False, e) for e in range(N_EVENT)])
