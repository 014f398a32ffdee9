"""How users of each measure grew beside matched firms, as chambers may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, func, select

from queries.parameters import Parameters, one_of
from queries.question import Question
from queries.released_cells import KEPT_SINCE, STATUS, kept_since
from store.cursor import Cursor
from store.quantity import DisclosureRule, Quantity, Unit
from store.tables import released_cell, released_dimension_member

_VALUE = DisclosureRule.MAGNITUDE
# Released differences are tenths of a percent.
_UNIT = 10.0
_PARTS = {"difference": "effect", "difference_low": "low", "difference_high": "high"}


@dataclass(frozen=True, slots=True)
class ReleasedEffectParameters(Parameters):
    """What is compared, and how many years after the first use (``after``)."""

    outcome: str = one_of("sales", "gross_profit", "employee")
    after: str = one_of("3", "1", "5", "8")


def released_effect(cursor: Cursor, parameters: ReleasedEffectParameters) -> pd.DataFrame:
    """One row per measure with matched users, in official order: their number in the nation
    (``n_user``) and the difference in growth since the year before use from matched firms, in
    percent, with its interval of 95 %.

    The three are missing where they are hidden (``status`` is ``x``) and where there are none: too
    few users by then, or firms that are not alike (status ``-``).
    """
    cell, member = released_cell.c, released_dimension_member.c

    def told(column: ColumnElement[Any], measure: str, event: int | None) -> ColumnElement[Any]:
        is_at = cell.event_year.is_(None) if event is None else cell.event_year == event
        return func.max(case((and_(cell.measure == measure, is_at), column)))

    after = int(parameters.after)
    named = {name: f"{parameters.outcome}_{part}" for name, part in _PARTS.items()}
    status = told(cell.status, named["difference"], after)
    return cursor.fetch(
        select(
            member.code.label("measure_code"),
            member.name.label("measure_name"),
            told(cell.value, "n_user", None).label("n_user"),
            *(
                (told(cell.value, measure, after) / _UNIT).label(name)
                for name, measure in named.items()
            ),
            func.coalesce(status, "-").label("status"),
            kept_since("matched_effect", category=member.code),
        )
        .select_from(
            released_cell.join(
                released_dimension_member,
                and_(member.domain == "measure", member.code == cell.category_code),
            )
        )
        .where(
            cell.cube == "matched_effect",
            cell.region_level == "nation",
            cell.division_code == "",
        )
        .group_by(member.code, member.name, member.position)
        .order_by(member.position, member.code)
    )


QUESTION = Question(
    name="released_effect",
    function=released_effect,
    parameters=ReleasedEffectParameters,
    columns=(
        Quantity("measure_code", definition_of="released_measure_code"),
        Quantity("measure_name", definition_of="released_measure_name"),
        Quantity("n_user", Unit.FIRM, definition_of="n_matched_user"),
        Quantity("difference", Unit.PERCENT, _VALUE, definition_of="released_difference"),
        Quantity("difference_low", Unit.PERCENT, _VALUE, definition_of="released_difference_low"),
        Quantity("difference_high", Unit.PERCENT, _VALUE, definition_of="released_difference_high"),
        STATUS,
        KEPT_SINCE,
    ),
    sources=("gbiz_subsidy", "support_record", "financial_statement"),
    database="released",
)
