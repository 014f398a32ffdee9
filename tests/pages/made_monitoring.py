"""Answers made by hand for モニタリング."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

STATES = ("default", "missing", "closure", "merger")


def values(n: int, centre: float = 120e6, pull: float = 1.0) -> dict[str, Any]:
    """The values of ``n`` users; ``pull`` is how far the mean lies above the winsorised one."""
    found: dict[str, Any] = {"n_user": n + 5, "n": n, "n_reference": n, "n_change": n}
    found |= {"unit": "yen", "status": "" if n >= 10 else "few"}
    if n < 10:
        return found
    for name, value in (
        ("median", centre),
        ("winsorised_mean", 2 * centre),
        ("mean", 2 * centre * pull),
    ):
        found |= {name: value, f"{name}_low": 0.8 * value, f"{name}_high": 1.2 * value}
        found[f"reference_{name}"] = 0.9 * value
    found |= {"median_change": 4.0, "median_change_low": -1.0, "median_change_high": 9.0}
    return found


def left(n: int, rate: float, reference: float = 5.0) -> dict[str, Any]:
    found: dict[str, Any] = {"n_at_risk": n, "status": "" if n >= 10 else "few"}
    found |= dict.fromkeys(("exit_rate", "exit_rate_low", "exit_rate_high", "reference_exit_rate"))
    if n >= 10:
        found |= {"n_exit": round(n * rate / 100), "exit_rate": rate}
        found |= {"exit_rate_low": rate * 0.6, "exit_rate_high": rate * 1.6}
        found["reference_exit_rate"] = reference
    return found


def monitoring_frames(n: int = 200, rate: float = 6.0, pull: float = 1.0) -> Mapping[str, Any]:
    """The frames of the page: ``n`` users, fewer by ten each year and the last year too few."""
    users = {year: max(n - 10 * max(year, 0), 0) for year in range(-3, 8)} | {8: min(n, 7)}
    return {
        "monitoring_path": pd.DataFrame(
            [
                {"event_year": year, **values(of_year, (120 + year) * 1e6, pull)}
                for year, of_year in users.items()
            ]
            if n
            else [{"event_year": year, "n_user": 0, "n": 0} for year in users]
        ),
        "monitoring_exit": pd.DataFrame(
            [
                {"event_year": year, "exit_state": state, **left(users[year], rate / (1 + i))}
                for year in range(9)
                for i, state in enumerate(STATES)
            ]
        ),
        "monitoring_cohort": pd.DataFrame(
            [
                {"first_year": 2015, **values(40), **left(38, rate)},
                {"first_year": 2016, **values(60, 150e6), **left(9, rate)},
                {"first_year": 2017, **values(4), **left(4, rate)},
            ]
        ),
    }
