"""What a chamber's clients asked about, beside its prefecture and the nation; protected."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import and_, func, select

from queries.dimensions import FISCAL_YEAR
from queries.parameters import Parameters, chosen_from
from queries.question import Question
from queries.released_cells import CATEGORY_CODE, KEPT_SINCE, STATUS, kept_since
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import released_office

N_OFFICE = Quantity("n_office", Unit.RECORD, definition_of="consultation_n_office")
N_PREFECTURE = Quantity("n_prefecture", Unit.RECORD, definition_of="consultation_n_prefecture")
N_NATION = Quantity("n_nation", Unit.RECORD, definition_of="consultation_n_nation")
N_YEAR = Quantity("n_year", Unit.YEAR, definition_of="consultation_n_year")
# Of each number its share of the year, where all of the year is shown.
SHARES = {
    number: Quantity(
        f"share_{number.name.removeprefix('n_')}",
        Unit.PERCENT,
        definition_of=f"consultation_share_{number.name.removeprefix('n_')}",
    )
    for number in (N_OFFICE, N_PREFECTURE, N_NATION)
}


@dataclass(frozen=True, slots=True)
class ChamberParameters(Parameters):
    """A prefecture, and one of its chambers by name; without one, the prefecture alone."""

    region: str = chosen_from("region")
    office: str = chosen_from("office")


def chamber_consultation(cursor: Cursor, parameters: ChamberParameters) -> pd.DataFrame:
    """One row per fiscal year (0: all that can be released, as one) and topic (empty: all):
    consultations of the chamber, its prefecture and the nation, and each as a share of the year.

    ``status`` is ``x`` where the chamber's number is hidden; ``kept_since`` (UTC) is when the rows
    were made that stand as they were published, missing where they are up to date.
    """
    own, all_, wide = (released_office.alias(name) for name in ("own", "whole", "wide"))
    same = [
        and_(
            other.c.prefecture_code == all_.c.prefecture_code,
            other.c.fiscal_year == all_.c.fiscal_year,
            other.c.category_code == all_.c.category_code,
        )
        for other in (own, wide)
    ]
    is_own = and_(own.c.level == "office", own.c.organisation_name == parameters.office)
    frame = cursor.fetch(
        select(
            all_.c.fiscal_year,
            all_.c.category_code,
            all_.c.n_year,
            own.c.value.label("n_office"),
            func.coalesce(own.c.status, "").label("status"),
            all_.c.value.label("n_prefecture"),
            wide.c.value.label("n_nation"),
            kept_since("chamber_consultation", category=all_.c.prefecture_code),
        )
        .select_from(
            all_.outerjoin(own, and_(same[0], is_own)).join(
                wide, and_(same[1], wide.c.level == "nation")
            )
        )
        .where(all_.c.level == "prefecture", all_.c.prefecture_code == parameters.region)
        .order_by(all_.c.fiscal_year.desc(), all_.c.category_code)
    )
    for number, share in SHARES.items():
        frame[share.name] = _shares(frame, number.name)
    return frame


def _shares(frame: pd.DataFrame, number: str) -> pd.Series:
    """Each topic's percent of its year; missing where a number of the year is."""
    value = frame[number].astype("Float64")
    by_year = value.groupby(frame["fiscal_year"])
    whole = by_year.transform("sum").mask(by_year.transform("count") < by_year.transform("size"))
    # One row is all of its year.
    is_split = by_year.transform("size") > 1
    return (100 * value / whole.mask(whole == 0)).where(is_split).astype("Float64")


QUESTION = Question(
    name="chamber_consultation",
    function=chamber_consultation,
    parameters=ChamberParameters,
    columns=(
        FISCAL_YEAR,
        CATEGORY_CODE,
        N_YEAR,
        N_OFFICE,
        STATUS,
        SHARES[N_OFFICE],
        N_PREFECTURE,
        SHARES[N_PREFECTURE],
        N_NATION,
        SHARES[N_NATION],
        KEPT_SINCE,
    ),
    sources=("consultation",),
    database="released",
)
