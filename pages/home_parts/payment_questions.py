"""The questions about published payments, where no application has been delivered (yet)."""

from __future__ import annotations

from dash.development.base_component import Component

from components.numbers import difference, format_number, number_parts
from components.questions import Question, question_list
from gate.answer import rows_of
from language import text
from pages.grant_parts.coverage import is_complete
from pages.grant_parts.view import AwardView
from pages.home_parts.refused import refused
from store.quantity import Unit


def questions(view: AwardView) -> Component:
    """The questions under the filter chosen; the number beside each is its answer."""
    asked = [
        _amount(view),
        _place(view),
        _programme(view),
        _reach(view),
        _research(view),
        refused(),
    ]
    return question_list(
        [question for question in asked if question is not None],
        heading=text("home.questions_title"),
    )


def _amount(view: AwardView) -> Question | None:
    series = {row["series"]: row for row in rows_of(view.ask("award_key_figures"))}
    now, before = series.get("selected"), series.get("previous_year")
    if now is None or before is None or view.is_running:
        return None
    change = difference(now["amount_yen"], before["amount_yen"], Unit.YEN)
    return Question(
        text("payments.q_amount", region=view.region_name),
        text(
            "payments.a_amount",
            now=format_number(now["amount_yen"], Unit.YEN),
            before=format_number(before["amount_yen"], Unit.YEN),
        ),
        view.href("/awards/grants"),
        change.removesuffix("%"),
        "%" if change.endswith("%") else "",
        text("payments.l_amount"),
    )


def _place(view: AwardView) -> Question | None:
    rows = [row for row in rows_of(view.ask("award_by_prefecture")) if row["amount_yen"] > 0]
    total = sum(row["amount_yen"] for row in rows)
    if len(rows) < 2:
        return None
    first = max(rows, key=lambda row: row["amount_yen"])
    number, unit = number_parts(100 * first["amount_yen"] / total, Unit.PERCENT)
    return Question(
        text("payments.q_place"),
        text(
            "payments.a_place",
            region=view.name("region", first["region_code"]),
            amount=format_number(first["amount_yen"], Unit.YEN),
            n=format_number(len(rows), None),
        ),
        view.href("/awards/grants", region=None),
        number,
        unit,
        text("payments.l_place"),
    )


def _programme(view: AwardView) -> Question | None:
    rows = rows_of(view.ask("award_by_programme"))
    total = sum(row["n_award"] for row in rows)
    if not rows:
        return None
    first = max(rows, key=lambda row: row["n_award"])
    number, unit = number_parts(100 * first["n_award"] / total, Unit.PERCENT)
    name = view.name("programme", first["programme_code"])
    return Question(
        text("payments.q_programme"),
        text("payments.a_programme", name=name, n=format_number(first["n_award"], Unit.AWARD)),
        view.href("/awards/grants", measure="n_award", programme=first["programme_code"]),
        number,
        unit,
        text("payments.l_programme"),
    )


def _reach(view: AwardView) -> Question | None:
    if not is_complete(view):
        return None
    rows = rows_of(view.ask("recipient_rate"))
    mine = next(
        (r for r in rows if r["region_code"] and r["region_code"] == view.parameters.region[:2]),
        None,
    )
    nation = next((r for r in rows if not r["region_code"]), None)
    if mine is None or nation is None:
        return None
    unit = Unit.PER_10000_ESTABLISHMENTS
    is_apart = mine["rate_low"] > nation["recipient_rate"] or (
        mine["rate_high"] < nation["recipient_rate"]
    )
    word = (
        "chance"
        if not is_apart
        else ("above" if mine["recipient_rate"] > nation["recipient_rate"] else "below")
    )
    number, unit_name = number_parts(mine["recipient_rate"], unit)
    return Question(
        text("payments.q_reach", region=view.region_name),
        text(f"payments.a_reach_{word}", nation=format_number(nation["recipient_rate"], unit)),
        f"{view.href('/awards/grants')}#rates",
        number,
        unit_name,
        text("payments.l_reach"),
    )


def _research(view: AwardView) -> Question | None:
    codes = [c for c in ("sapoin", "gotech") if view.members.get("programme", c)]
    rows = [r for r in rows_of(view.ask("award_by_programme")) if r["programme_code"] in codes]
    if not rows:
        return None
    number, unit = number_parts(sum(row["amount_yen"] for row in rows), Unit.YEN)
    latest = max(rows, key=lambda row: row["amount_yen"])
    return Question(
        text("payments.q_research"),
        text(
            "payments.a_research",
            n=format_number(sum(row["n_project"] for row in rows), None),
        ),
        view.href("/awards/grants", programme=latest["programme_code"]),
        number,
        unit,
        text("payments.l_research"),
    )
