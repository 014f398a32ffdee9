"""How well the records were joined to firms: per source, and per rule of record linkage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import case, func, select

from queries.deliveries import SOURCE
from queries.measures import N_RECORD, total
from queries.parameters import Parameters, code
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import link_summary

N_PARTY = Quantity("n_party", Unit.PARTY)
STATUSES = ("linked", "review", "unlinked", "several")


@dataclass(frozen=True, slots=True)
class LinkParameters(Parameters):
    """The links of one source, or of all."""

    source: str = code()


def link_quality(cursor: Cursor, parameters: LinkParameters) -> pd.DataFrame:
    """One row per source: its records by state, and the share of them joined to one firm.

    ``linked_share`` in percent of the records that name one firm or person (several set aside).
    """
    row = link_summary.c
    counts = {s: total(case((row.status == s, row.n_record), else_=0)) for s in STATUSES}
    single = total(case((row.status != "several", row.n_record), else_=0))
    return cursor.fetch(
        select(
            row.source,
            total(row.n_party).label("n_party"),
            total(row.n_record).label("n_record"),
            *(count.label(f"n_{status}") for status, count in counts.items()),
            (100.0 * counts["linked"] / func.nullif(single, 0)).label("linked_share"),
        )
        .where(*([row.source == parameters.source] if parameters.source else []))
        .group_by(row.source)
        .order_by(row.source)
    )


def link_rules(cursor: Cursor, parameters: LinkParameters) -> pd.DataFrame:
    """One row per state and rule: parties and records, their mean score weighted by parties."""
    row = link_summary.c
    weighed = func.sum(row.mean_score * row.n_party) / func.nullif(func.sum(row.n_party), 0)
    return cursor.fetch(
        select(
            row.status.label("link_status"),
            row.rule.label("link_rule"),
            total(row.n_party).label("n_party"),
            total(row.n_record).label("n_record"),
            weighed.label("mean_score"),
        )
        .where(*([row.source == parameters.source] if parameters.source else []))
        .group_by(row.status, row.rule)
        .order_by(row.status, func.sum(row.n_record).desc(), row.rule)
    )


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "link_quality",
        link_quality,
        LinkParameters,
        (
            SOURCE,
            N_PARTY,
            N_RECORD,
            *(Quantity(f"n_{status}", Unit.RECORD) for status in STATUSES),
            Quantity("linked_share", Unit.PERCENT),
        ),
        (),
    ),
    Question(
        "link_rules",
        link_rules,
        LinkParameters,
        (
            Quantity("link_status"),
            Quantity("link_rule"),
            N_PARTY,
            N_RECORD,
            Quantity("mean_score"),
        ),
        (),
    ),
)
