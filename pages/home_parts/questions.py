"""The questions that open prepared views, each with its present answer and what it rests on."""

from __future__ import annotations

from dash.development.base_component import Component

import gate
from components.eras import fiscal_year_text
from components.numbers import (
    MISSING,
    difference,
    format_number,
    interval_text,
    is_missing,
    number_parts,
)
from components.questions import Question, question_list
from gate.answer import rows_of
from language import text
from pages.award_parts.findings import apart, share_difference
from pages.award_parts.measures import ADOPTION, COMMERCIALISATION
from pages.home_parts.asked import Asked
from pages.home_parts.refused import refused
from queries.dimensions import region_level
from store.quantity import Unit

# A share of fewer applications than these is not called the highest.
FEWEST_TO_LEAD = 10
YEARS_AFTER = "3"


def questions(asked: Asked) -> Component:
    """The questions under the filter chosen; one without an answer is left out."""
    found = [
        _rate(asked),
        _highest(asked),
        _growth(asked),
        _commercialised(asked),
        _score(asked),
        _applications(asked),
        refused(),
    ]
    return question_list(
        [question for question in found if question is not None],
        heading=text("home.questions_title"),
    )


def _rate(asked: Asked) -> Question | None:
    """Whether more of the region's applications are adopted than of the nation's."""
    view, row, nation = asked.view, asked.series["selected"], asked.series["nation"]
    bounds = ADOPTION.bounds(row)
    if bounds is None:
        return None
    number, unit = number_parts(row["adoption_rate"], Unit.PERCENT)
    level = region_level(view.parameters.region)
    if level == "nation":
        detail = text("home.a_rate_choose", n=format_number(row["n_application"], None))
    else:
        word = {1: "above", -1: "below", 0: "chance"}[apart(ADOPTION, row, ADOPTION.value(nation))]
        detail = text(
            f"home.a_rate_{word}",
            nation=ADOPTION.shown(nation),
            change=difference(row["adoption_rate"], nation["adoption_rate"], Unit.PERCENT),
            interval=interval_text(*bounds, Unit.PERCENT, has_unit=True),
        )
    return Question(
        text("home.q_rate_area" if level in ("bureau", "municipality") else "home.q_rate"),
        detail,
        view.href("/awards") if level != "nation" else f"{view.href('/awards', map='ranking')}#map",
        number,
        unit,
        text("home.l_rate", region=view.region_name),
    )


def _highest(asked: Asked) -> Question | None:
    """Which bureau's area has the highest share adopted, and whether that is beyond chance."""
    view = asked.view
    rows = rows_of(view.ask("application_breakdown", by="region", region="", sort="adoption_rate"))
    whole, places = rows[0], [r for r in rows[1:] if r["n_application"] >= FEWEST_TO_LEAD]
    if len(places) < 2:
        return None
    first, second = sorted(places, key=lambda r: (-r["adoption_rate"], r["member_code"]))[:2]
    lead = share_difference(ADOPTION, first, second)
    word = "chance"
    if lead is not None and lead[1] > 0:
        word = "leads"
    elif apart(ADOPTION, first, ADOPTION.value(whole)) > 0:
        word = "above"
    number, unit = number_parts(first["adoption_rate"], Unit.PERCENT)
    name = view.name("region", str(first["member_code"]))
    return Question(
        text("home.q_highest"),
        text(
            f"home.a_highest_{word}",
            region=name,
            nation=ADOPTION.shown(whole),
            second=view.name("region", str(second["member_code"])),
            value=ADOPTION.shown(second),
        ),
        f"{view.href('/awards', region=None)}#areas",
        number,
        unit,
        name,
    )


def _growth(asked: Asked) -> Question | None:
    """How the sales of those adopted grew afterwards, beside those rejected."""
    found = {str(r["decision"]): r for r in rows_of(gate.ask("growth_summary", asked.shared))}
    adopted, rejected = found.get("adopted", {}), found.get("rejected", {})
    if is_missing(adopted.get("median")):
        return None
    number, unit = number_parts(adopted["median"], Unit.PERCENT, is_signed=True)
    has_both = not is_missing(rejected.get("median"))
    return Question(
        text("home.q_growth"),
        text(
            "home.a_growth" if has_both else "home.a_growth_alone",
            rejected=format_number(rejected.get("median"), Unit.PERCENT, is_signed=True),
            n_adopted=format_number(adopted["n"], None),
            n_rejected=format_number(rejected.get("n"), None),
        ),
        asked.view.href("/growth"),
        number,
        unit,
        text("home.l_growth"),
    )


def _commercialised(asked: Asked) -> Question | None:
    """What share of the projects had come to market three years after completion."""
    rows = rows_of(gate.ask("research_rate", asked.shared))
    row = next((r for r in rows if r["years_since_completion"] == int(YEARS_AFTER)), None)
    bounds = COMMERCIALISATION.bounds(row) if row else None
    if row is None or bounds is None:
        return None
    number, unit = number_parts(row["commercialisation_rate"], Unit.PERCENT)
    return Question(
        text("home.q_research"),
        text(
            "home.a_research",
            n=format_number(row["n_reported"], None),
            k=format_number(row["n_commercialised"], None),
            interval=interval_text(*bounds, Unit.PERCENT, has_unit=True),
        ),
        asked.view.href("/research"),
        number,
        unit,
        text("home.l_research"),
    )


def _score(asked: Asked) -> Question | None:
    """Whether the projects that evaluators gave more points came to market more often."""
    query = {**asked.shared, "after": YEARS_AFTER}
    rows = {r["points_quarter"]: r for r in rows_of(gate.ask("research_score", query))}
    best, last = rows.get(4), rows.get(1)
    found = share_difference(COMMERCIALISATION, best, last) if best and last else None
    if best is None or last is None or found is None:
        return None
    change, low, high = found
    word = "above" if low > 0 else "below" if high < 0 else "chance"
    return Question(
        text("home.q_score"),
        text(
            f"home.a_score_{word}",
            best=COMMERCIALISATION.shown(best),
            last=COMMERCIALISATION.shown(last),
            interval=interval_text(low, high, Unit.PERCENT),
        ),
        f"{asked.view.href('/research')}#score",
        format_number(change, Unit.PERCENT, is_signed=True, has_unit=False),
        text("number.point"),
        text("home.l_score"),
    )


def _applications(asked: Asked) -> Question | None:
    """Whether more apply than in the year before; a year still running is not asked about."""
    years = asked.by_year
    year = min(asked.year, asked.last_ended)
    if year not in years or year - 1 not in years:
        return None
    now, before = years[year]["n_application"], years[year - 1]["n_application"]
    change = difference(now, before, Unit.RECORD)
    if change == MISSING:
        return None
    return Question(
        text("home.q_applications"),
        text(
            "home.a_applications",
            since=fiscal_year_text(year - 1),
            before=format_number(before, None),
            year=fiscal_year_text(year),
            now=format_number(now, None),
        ),
        f"{asked.view.href('/awards', measure='n_application')}#trend",
        change.removesuffix("%"),
        "%",
        text("home.l_applications"),
    )
