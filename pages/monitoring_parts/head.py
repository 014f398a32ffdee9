"""What the page says first: one sentence, four numbers, and what to beware of."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from components.followed_path import since_text
from components.key_figures import KeyFigure, key_figures, strong
from components.notes import notice
from components.notes import reading as reading_sentence
from components.numbers import FEW, format_number, is_missing
from gate.answer import Row
from language import text
from pages.monitoring_parts import findings
from pages.monitoring_parts.view import View
from store.quantity import Unit

# When the key figure on survival looks.
ALIVE_AFTER = 5


def horizon_text(view: View) -> str:
    """``3年後``."""
    return text("monitoring.years_later", n=view.parameters.horizon)


def row_at(rows: Sequence[Row], year: int, state: str = "") -> Row | None:
    """The row of one year, and of one way of leaving."""
    return next(
        (r for r in rows if r["event_year"] == year and (not state or r["exit_state"] == state)),
        None,
    )


def sentence(view: View, exits: Sequence[Row]) -> Component | None:
    """The reading, with what it is not: users are not like others."""
    default = row_at(exits, int(view.parameters.horizon), "default")
    found = findings.reading(default, view.measure_name, horizon_text(view))
    if found is None:
        return notice(text("monitoring.users_differ"), title=text("monitoring.users_differ_title"))
    return reading_sentence(
        found.before, found.number, found.after, detail=text("monitoring.users_differ")
    )


def key_figure_row(view: View, path: Sequence[Row], exits: Sequence[Row]) -> Component:
    """Users, who is still there after five years, defaults, and the change of sales."""
    return key_figures(
        [_users(view, path), _alive(exits), _default(view, exits), _change(view, path)],
        label=text("monitoring.keys"),
    )


def _users(view: View, path: Sequence[Row]) -> KeyFigure:
    first = row_at(path, 0)
    later = row_at(path, int(view.parameters.horizon))
    n = int(later["n_user"]) if later else 0
    followed = text(
        "monitoring.key_followed", horizon=horizon_text(view), n=format_number(n, Unit.FIRM)
    )
    digits = format_number(first["n_user"] if first else 0, Unit.FIRM, has_unit=False)
    return KeyFigure(text("monitoring.key_users"), digits, text("unit.firm"), [followed])


def _alive(exits: Sequence[Row]) -> KeyFigure:
    label = text("monitoring.key_alive", n=ALIVE_AFTER)
    rows = [row for row in exits if row["event_year"] == ALIVE_AFTER]
    if not rows or any(is_missing(row["exit_rate"]) for row in rows):
        return KeyFigure(label, FEW, "", [text("monitoring.key_few")])
    alive = 100 - sum(row["exit_rate"] for row in rows)
    versus: list[str | Component] = []
    if not any(is_missing(row["reference_exit_rate"]) for row in rows):
        whole = 100 - sum(row["reference_exit_rate"] for row in rows)
        versus = [
            text("monitoring.key_reference"),
            strong(format_number(whole, Unit.PERCENT)),
        ]
    n = format_number(rows[0]["n_at_risk"], Unit.FIRM)
    versus.append(_after(versus, text("monitoring.key_n", n=n)))
    return KeyFigure(label, format_number(alive, Unit.PERCENT, has_unit=False), "%", versus)


def _default(view: View, exits: Sequence[Row]) -> KeyFigure:
    label = text("monitoring.key_default", horizon=horizon_text(view))
    row = row_at(exits, int(view.parameters.horizon), "default")
    if row is None or is_missing(row["exit_rate"]):
        return KeyFigure(label, FEW, "", [text("monitoring.key_few")])
    versus: list[str | Component] = []
    if not is_missing(row["reference_exit_rate"]):
        versus = [
            text("monitoring.key_reference"),
            strong(format_number(row["reference_exit_rate"], Unit.PERCENT)),
        ]
    interval = text("monitoring.key_interval", interval=findings.percents(row, "exit_rate"))
    versus.append(_after(versus, interval))
    return KeyFigure(
        label, format_number(row["exit_rate"], Unit.PERCENT, has_unit=False), "%", versus
    )


def _change(view: View, path: Sequence[Row]) -> KeyFigure:
    label = text("monitoring.key_change", horizon=horizon_text(view))
    row = row_at(path, int(view.parameters.horizon))
    if row is None or is_missing(row["median_change"]):
        return KeyFigure(label, FEW, "", [text("monitoring.key_few")])
    digits = format_number(row["median_change"], Unit.PERCENT, is_signed=True, has_unit=False)
    versus: list[str | Component] = []
    if not is_missing(row["median_change_low"]):
        interval = findings.percents(row, "median_change")
        versus.append(text("monitoring.key_interval", interval=interval))
    n = format_number(row["n_change"], Unit.FIRM)
    versus.append(_after(versus, text("monitoring.key_n", n=n)))
    return KeyFigure(label, digits, "%", versus)


def _after(before: Sequence[str | Component], words: str) -> str:
    return f"{text('monitoring.key_gap')}{words}" if before else words


def slip_notice(view: View, path: Sequence[Row]) -> Component | None:
    """That a few values pull the mean, where they do, and how far in the year they do most."""
    years = findings.pulled(path)
    if not years:
        return None
    most = findings.most_pulled(years)
    names = [since_text(int(row["event_year"])) for row in years]
    return notice(
        text(
            "monitoring.pulled",
            outcome=view.outcome_name,
            n=len(years),
            when=names[0]
            if len(names) == 1
            else text("monitoring.pulled_span", first=names[0], last=names[-1]),
            year=since_text(int(most["event_year"])),
            **{
                centre: findings.amount(most[centre], view.unit)
                for centre in ("mean", "winsorised_mean", "median")
            },
        ),
        title=text("monitoring.pulled_title"),
        is_warning=True,
    )
