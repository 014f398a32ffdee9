"""The awards behind an aggregate, row by row, within what the asker may see of single firms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Text, and_, cast, func, select

from queries.dimensions import FISCAL_YEAR, PROGRAMME_NAME, region_level
from queries.measures import AMOUNT_YEN, N_AWARD, N_FIRM, N_PAYMENT, RETURNED_YEN
from queries.parameters import AwardParameters, one_of, whole_number
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity
from store.tables import award, dimension_member

# As many rows as one window of the table, or one file, may hold.
LONGEST_WINDOW = 100_000

SORTS = ("amount_desc", "amount_asc", "date_desc", "date_asc")


@dataclass(frozen=True, slots=True)
class AwardListParameters(AwardParameters):
    """The award filter with an order and a window of rows (``start`` from 0, ``rows`` long)."""

    order: str = one_of(*SORTS)
    start: int = whole_number(0, 0, 100_000_000)
    rows: int = whole_number(LONGEST_WINDOW, 1, LONGEST_WINDOW)


def award_list(cursor: Cursor, parameters: AwardListParameters) -> pd.DataFrame:
    """One row per award (recipient, project and fiscal year) of the filter, in the order asked.

    Recipients appear under their pseudonym. Amounts in yen, net of returns.
    """
    row = award.c
    key = row.amount_yen if parameters.order.startswith("amount") else row.first_approval_date
    ordered = key.asc() if parameters.order.endswith("asc") else key.desc()
    place, programme = dimension_member.alias("place"), dimension_member.alias("programme")
    area = dimension_member.alias("area")
    return cursor.fetch(
        select(
            row.fiscal_year,
            programme.c.name.label("programme_name"),
            row.project_name,
            row.scheme_name,
            place.c.name.label("prefecture_name"),
            area.c.name.label("municipality_name"),
            cast(row.firm_id, Text).label("firm_id"),
            row.first_approval_date,
            row.amount_yen,
            row.returned_yen,
            row.n_payment,
        )
        .select_from(
            award.outerjoin(programme, _member(programme, "programme", row.programme_code))
            .outerjoin(place, _member(place, "region", row.prefecture_code))
            .outerjoin(area, _member(area, "region", row.municipality_code))
        )
        .where(*_chosen(parameters))
        .order_by(ordered.nulls_last(), row.award_id)
        .limit(parameters.rows)
        .offset(parameters.start)
    )


def award_list_size(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """One row: how many awards, of how many firms, ``award_list`` would show."""
    return cursor.fetch(
        select(
            func.count().label("n_award"), func.count(award.c.firm_id.distinct()).label("n_firm")
        ).where(*_chosen(parameters))
    )


def _member(alias: Any, domain: str, code: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(alias.c.domain == domain, alias.c.code == code)


def _chosen(parameters: AwardParameters) -> list[ColumnElement[bool]]:
    row, region = award.c, parameters.region
    conditions: list[ColumnElement[bool]] = []
    level = region_level(region)
    if level == "bureau":
        prefectures = select(dimension_member.c.code).where(
            dimension_member.c.domain == "region", dimension_member.c.parent_code == region
        )
        conditions.append(row.prefecture_code.in_(prefectures))
    elif level == "prefecture":
        conditions.append(row.prefecture_code == region)
    elif level == "municipality":
        conditions.append(row.municipality_code == region)
    if parameters.year not in ("", "0"):
        conditions.append(row.fiscal_year == int(parameters.year))
    if parameters.programme:
        conditions.append(row.programme_code == parameters.programme)
    if parameters.industry == "?":
        conditions.append(row.division_code.is_(None))
    elif parameters.industry:
        conditions.append(row.division_code == parameters.industry)
    return conditions


ROWS = Question(
    name="award_list",
    function=award_list,
    parameters=AwardListParameters,
    columns=(
        FISCAL_YEAR,
        PROGRAMME_NAME,
        Quantity("project_name"),
        Quantity("scheme_name"),
        Quantity("prefecture_name"),
        Quantity("municipality_name"),
        Quantity("firm_id"),
        Quantity("first_approval_date"),
        AMOUNT_YEN,
        RETURNED_YEN,
        N_PAYMENT,
    ),
    sources=("gbiz_subsidy",),
)
SIZE = Question(
    name="award_list_size",
    function=award_list_size,
    parameters=AwardParameters,
    columns=(N_AWARD, N_FIRM),
    sources=("gbiz_subsidy",),
)
