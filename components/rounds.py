"""Rounds of applications: the rate above, the counts below it, the budget at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from components.axis import value_axis, year_ticks
from components.chart_text import safe
from components.marks import add_band
from components.numbers import format_number, interval_text, is_missing, yen_scale
from components.theme import ACCENT, INK, INK_2, MARK
from language import text
from store.quantity import Unit

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Per fiscal year: how many applied, how many of them were adopted, the rate with its
    interval, and (empty where there is none) the budget in yen."""

    years: Sequence[int]
    n: Sequence[int]
    n_part: Sequence[int]
    rate: Numbers
    low: Numbers
    high: Numbers
    budget_yen: Numbers = ()


@dataclass(frozen=True, slots=True)
class RoundWords:
    """The names of the panels and of the two kinds of bars."""

    rate: str
    counts: str
    whole: str
    part: str
    budget: str = ""


def rounds_figure(
    rounds: Rounds, words: RoundWords, *, n_unit: Unit, chosen_year: int = 0
) -> go.Figure:
    """Panels on the same years: a line with its band, bars of all with the adopted ones in blue,
    and bars of the budget. Each panel has an axis of its own and its name above it."""
    has_budget = any(not is_missing(value) for value in rounds.budget_yen)
    domains = [(0.7, 0.96), (0.33, 0.61), (0.0, 0.24)] if has_budget else [(0.55, 0.96), (0, 0.44)]
    figure = go.Figure()
    _add_rate(figure, rounds, words.rate, domains[0])
    _add_counts(figure, rounds, words, domains[1], n_unit)
    names = [words.rate, words.counts]
    if has_budget:
        _add_budget(figure, rounds, words, domains[2])
        names.append(words.budget)
    years = list(rounds.years)
    figure.update_layout(
        hovermode="x unified",
        hoversubplots="axis",
        bargap=0.3,
        barmode="overlay",
        margin={"l": 8, "r": 12, "t": 0, "b": 8},
        xaxis={
            **(year_ticks(years) if years else {"visible": False}),
            "range": [min(years) - 0.6, max(years) + 0.6] if years else [0, 1],
            "anchor": "y3" if has_budget else "y2",
            "unifiedhovertitle": {"text": text("trend.hover_title", year="%{x}")},
        },
        annotations=[
            *(_panel_name(name, top) for name, (_, top) in zip(names, domains, strict=True)),
            *_rate_ends(rounds),
        ],
        shapes=[_chosen(chosen_year)] if chosen_year in years else [],
    )
    return figure


def _panel_name(words: str, top: float) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "paper",
        "y": top,
        "yanchor": "bottom",
        "yshift": 4,
        # Blue and grey are keyed here, in words of their colour.
        "text": words,
        "font": {"size": 13, "color": INK},
    }


def _chosen(year: int) -> dict[str, Any]:
    ends = {"x0": year - 0.5, "x1": year + 0.5, "yref": "paper", "y0": 0, "y1": 0.96}
    return {"type": "rect", **ends, "line": {"width": 0}, "fillcolor": "rgba(0, 85, 173, 0.08)"}


def _add_rate(figure: go.Figure, rounds: Rounds, name: str, domain: tuple[float, float]) -> None:
    rows = [
        (year, float(rate or 0.0), low, high)
        for year, rate, low, high in zip(
            rounds.years, rounds.rate, rounds.low, rounds.high, strict=True
        )
        if not is_missing(rate)
    ]
    add_band(
        figure, [r[0] for r in rows], [r[2] for r in rows], [r[3] for r in rows], is_subject=True
    )
    figure.add_scatter(
        x=[r[0] for r in rows],
        y=[r[1] for r in rows],
        mode="lines+markers",
        line={"color": ACCENT, "width": 3},
        marker={"size": [0] * (len(rows) - 1) + [9], "color": ACCENT, "opacity": 1},
        text=[
            text(
                "ranking.value_with_interval",
                value=format_number(rate, Unit.PERCENT),
                interval=interval_text(low, high, Unit.PERCENT, has_unit=True),
            )
            for _, rate, low, high in rows
        ],
        hovertemplate=f"{safe(name)}　%{{text}}<extra></extra>",
    )
    axis = value_axis([v for row in rows for v in row[1:]], Unit.PERCENT, n_tick=3)
    figure.update_layout(yaxis={**axis, "domain": list(domain), "zeroline": False})


def _rate_ends(rounds: Rounds) -> list[dict[str, Any]]:
    """The first and the last rate, in figures."""
    known = [(y, r) for y, r in zip(rounds.years, rounds.rate, strict=True) if not is_missing(r)]
    if not known:
        return []
    year, rate = known[-1]
    return [
        {
            "x": year,
            "y": rate,
            "xanchor": "right",
            "yanchor": "bottom",
            "yshift": 8,
            "text": f"<b>{format_number(rate, Unit.PERCENT)}</b>",
            "font": {"size": 13, "color": ACCENT},
        }
    ]


def _add_counts(
    figure: go.Figure,
    rounds: Rounds,
    words: RoundWords,
    domain: tuple[float, float],
    n_unit: Unit,
) -> None:
    for name, counts, colour in (
        (words.whole, rounds.n, MARK),
        (words.part, rounds.n_part, ACCENT),
    ):
        figure.add_bar(
            x=list(rounds.years),
            y=list(counts),
            yaxis="y2",
            marker={"color": colour},
            hovertext=[format_number(n, n_unit) for n in counts],
            hovertemplate=f"{safe(name)}　%{{hovertext}}<extra></extra>",
            text=_named_bars(counts) if counts is rounds.n else None,
            textfont={"size": 12, "color": INK_2},
        )
    axis = value_axis(list(rounds.n), n_unit, from_zero=True, n_tick=3)
    figure.update_layout(yaxis2={**axis, "domain": list(domain)})


def _named_bars(counts: Sequence[int]) -> list[str]:
    """The number above the first bar, the last and the highest."""
    bars = [i for i, n in enumerate(counts) if n]
    named = {*bars[:1], *bars[-1:], max(bars, key=lambda i: counts[i], default=-1)}
    return [format_number(n, None) if i in named else "" for i, n in enumerate(counts)]


def _add_budget(
    figure: go.Figure, rounds: Rounds, words: RoundWords, domain: tuple[float, float]
) -> None:
    values = [None if is_missing(v) else float(v or 0.0) for v in rounds.budget_yen]
    scale = yen_scale(values)
    axis = value_axis(values, Unit.YEN, scale=scale, from_zero=True, n_tick=2)
    figure.add_bar(
        x=list(rounds.years),
        y=values,
        yaxis="y3",
        marker={"color": MARK},
        hovertext=[format_number(v, Unit.YEN, scale=scale) for v in values],
        hovertemplate=f"{safe(words.budget)}　%{{hovertext}}<extra></extra>",
    )
    figure.update_layout(yaxis3={**axis, "domain": list(domain)})
