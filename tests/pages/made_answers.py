"""Answers made by hand for the studies of growth and of research support, and a reader of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

import gate
from gate.actor import Actor, Role
from gate.answer import Answer
from queries.catalogue import QUESTIONS
from stats.catalogue import QUESTIONS as METHODS
from store.members import Member, Members

ASKED: Mapping[str, Any] = {question.name: question for question in (*QUESTIONS, *METHODS)}


def _of(*rows: tuple[str, str, str, str]) -> dict[str, Member]:
    return {code: Member(code, name, name, level, parent) for code, name, level, parent in rows}


MEMBERS = Members(
    domains={
        "region": _of(
            ("b03", "関東局", "bureau", ""),
            ("20", "長野県", "prefecture", "b03"),
            ("20201", "長野市", "municipality", "20"),
            ("b04", "中部局", "bureau", ""),
        ),
        "industry": _of(
            ("E", "製造業", "division", ""),
            ("24", "金属製品", "major", "E"),
            ("G", "情報通信業", "division", ""),
        ),
        "technology": _of(
            ("01", "デザイン", "technology", ""), ("03", "精密加工", "technology", "")
        ),
        "programme": _of(("sapoin", "サポイン", "programme", "")),
        "measure": _of(
            ("yorozu_visit", "相談", "support", ""), ("yorozu_two", "2度目の相談", "support", "")
        ),
        "size": _of(("s1", "5人以下", "size", "")),
        "year": _of(("2024", "2024", "year", ""), ("2018", "2018", "year", ""), ("0", "", "", "")),
    },
    defaults={"year": "2024", "measure": "yorozu_visit"},
)

Frames = Mapping[str, pd.DataFrame]


def relation(code: str, n: int, rho: float | None, is_marked: bool = False) -> dict[str, Any]:
    """One row of growth_correlation; without ``rho`` it has too few."""

    def known(value: float) -> float | None:
        return None if rho is None else value

    return {
        "member_code": code,
        "member_name": code,
        "n": n,
        "n_adopted": n // 3,
        "n_rejected": n - n // 3,
        "median_adopted": known(2.1),
        "median_rejected": known(1.3),
        "rho": rho,
        "rho_low": known((rho or 0) - 0.05),
        "rho_high": known((rho or 0) + 0.05),
        "slope": known(10 * (rho or 0)),
        "slope_low": known(10 * (rho or 0) - 0.5),
        "slope_high": known(10 * (rho or 0) + 0.5),
        "p_value": known(0.0004),
        "q_value": known(0.012) if code else None,
        "is_marked": is_marked,
        "status": "few" if rho is None else "",
    }


def _spread(decision: str, n: int, shift: float) -> dict[str, Any]:
    values = dict(zip(("p10", "p25", "median", "p75", "p90"), (-6, -1, 2, 5, 11), strict=True))
    moved = {name: value + shift if n >= 10 else None for name, value in values.items()}
    status = "" if n >= 10 else "few"
    mean = 2.4 + shift if n >= 10 else None
    return {"decision": decision, "n": n, "n_firm": n, **moved, "mean": mean, "status": status}


def growth_frames(n: int = 1234, rho: float | None = 0.09) -> Frames:
    """The frames of the page on growth: ``n`` adopted, twice as many rejected."""
    members = [
        relation("", 3 * n, rho, is_marked=rho is not None),
        relation("b03", n, rho, is_marked=rho is not None),
        relation("b04", 12, None),
    ]
    bins = [
        {
            "bin": i,
            "n": 40,
            "n_firm": 38,
            "x_low": 10.0**i,
            "x_median": 2 * 10.0**i,
            "x_high": 10.0 ** (i + 1),
            "unit": "yen",
            "p25": -1.0,
            "median": 1.0 + i / 10,
            "p75": 4.0,
            "status": "",
        }
        for i in range(5, 9)
    ]
    return {
        "growth_summary": pd.DataFrame([_spread("adopted", n, 0), _spread("rejected", 2 * n, -1)]),
        "growth_correlation": pd.DataFrame(members),
        "growth_relation": pd.DataFrame([relation("", 3 * n, rho)]),
        "growth_bins": pd.DataFrame(bins),
    }


def _reported(n: int, k: int) -> dict[str, Any]:
    rate = 100 * k / n if n else None
    return {
        "n_adopted": n + 20,
        "n_reported": n,
        "n_commercialised": k,
        "commercialisation_rate": rate,
        "commercialisation_low": None if rate is None else rate - 5,
        "commercialisation_high": None if rate is None else rate + 5,
        "n_project_sales": n,
        "mean_project_sales_yen": 23_450_000 if n >= 10 else None,
        "project_sales_low_yen": 20_000_000 if n >= 10 else None,
        "project_sales_high_yen": 27_000_000 if n >= 10 else None,
        "status": "" if n >= 10 else "few",
    }


def _round(year: int, n: int, adopted: int, budget: float | None) -> dict[str, Any]:
    rate = 100 * adopted / n if n else None
    return {
        "fiscal_year": year,
        "n_application": n,
        "n_adopted": adopted,
        "adoption_rate": rate,
        "adoption_low": None if rate is None else rate - 4,
        "adoption_high": None if rate is None else rate + 4,
        "decided_yen": budget,
    }


def _path(series: str, year: int, n: int) -> dict[str, Any]:
    mean = 30e8 + (2e8 if series == "adopted" else 0) * max(year, 0)
    known = n >= 10
    return {
        "series": series,
        "event_year": year,
        "n": n,
        "n_firm": n,
        "n_adopted_later": 0,
        "mean": mean if known else None,
        "mean_low": mean - 1e8 if known else None,
        "mean_high": mean + 1e8 if known else None,
        "median": mean / 2 if known else None,
        "winsorised_mean": mean * 0.9 if known else None,
        "unit": "yen",
        "status": "" if known else "few",
    }


def _gap(year: int, n: int) -> dict[str, Any]:
    difference = 2e8 * max(year, 0)
    known = n >= 10
    reach = 0.0 if year == -1 else 1e8
    return {
        "event_year": year,
        "n_adopted": n,
        "n_rejected": 3 * n,
        "n_adopted_later": 0,
        "change_adopted": difference if known else None,
        "change_rejected": 0.0 if known else None,
        "difference": difference if known else None,
        "difference_low": difference - reach if known else None,
        "difference_high": difference + reach if known else None,
        "unit": "yen",
        "status": "" if known else "few",
    }


def research_frames(n: int = 300, reported: int = 120, budget: float | None = 123.0e8) -> Frames:
    """The frames of the study: ``n`` firms followed, ``reported`` projects a row."""
    years = range(-3, 9)
    stages = ("applied", "adopted", "followed", "reported", "patent", "commercialised", "sold")
    counts = (6991, 2021, 1500, 1400, 400, 600, 450)
    members = [
        {"member_code": code, "member_name": code, **_reported(reported, reported // 3)}
        for code in ("", "01", "03", "b03")
    ]
    return {
        "research_counts": pd.DataFrame(
            [
                _round(2014, 387, 150, budget),
                _round(2015, 326, 143, budget),
                _round(0, 6991, 2021, 10 * budget if budget else None),
            ]
        ),
        "research_path": pd.DataFrame(
            [_path(series, year, n) for series in ("adopted", "rejected") for year in years]
        ),
        "research_difference": pd.DataFrame([_gap(year, n) for year in years]),
        "research_rate": pd.DataFrame(
            [
                {"years_since_completion": year, **_reported(reported, reported // 4)}
                for year in range(1, 6)
            ]
        ),
        "research_score": pd.DataFrame(
            [{"points_quarter": q, **_reported(reported, reported // 4)} for q in range(1, 5)]
        ),
        "research_breakdown": pd.DataFrame(members),
        "research_funnel": pd.DataFrame(
            {
                "stage": stages,
                "n": counts,
                "share_adopted": [None, 100.0, 74.2, 93.3, 26.7, 40.0, 30.0],
                "share_before": [None, 28.9, 74.2, 93.3, 28.6, 42.9, 75.0],
            }
        ),
    }


Read = Callable[[Frames, Role], list[str]]


def read_by(monkeypatch: pytest.MonkeyPatch, frames: Frames, role: Role) -> list[str]:
    """Let pages ask ``frames`` as a reader of ``role``; returns the names of what was asked."""
    asked: list[str] = []

    def ask(question: str, query: Mapping[str, str]) -> Answer:
        asked.append(question)
        columns = tuple(column.said_of(query) for column in ASKED[question].columns)
        frame = frames[question].reindex(columns=[column.name for column in columns])
        published = datetime(2026, 11, 19, 21, 12, tzinfo=UTC)
        return Answer(question, dict(query), frame, columns, "2026-a3f1", published, True, ())

    monkeypatch.setattr(gate, "ask", ask)
    monkeypatch.setattr(gate, "members", lambda: MEMBERS)
    monkeypatch.setattr(gate, "current_actor", lambda: Actor("someone", role))
    monkeypatch.setattr(gate, "snapshot_note", lambda: None)
    monkeypatch.setattr(gate, "viewer_name", lambda: "someone")
    monkeypatch.setattr(gate, "csrf_token", lambda: "token")
    return asked
