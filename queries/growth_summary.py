"""How firms grew after applying: the spread of growth of adopted and of rejected applications."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from queries.growth_measures import (
    DECISION,
    FEWEST_FOR_OUTER,
    GROWTH_MEAN,
    N_GROWTH,
    N_GROWTH_FIRM,
    PERCENTILES,
    SPREAD,
    STATUS,
)
from queries.growth_sample import SOURCES, bounded, growth_limit, growth_sample
from queries.measures import FEWEST_FIRMS
from queries.parameters import GrowthParameters
from queries.question import Question
from store.cursor import Cursor


def growth_summary(cursor: Cursor, parameters: GrowthParameters) -> pd.DataFrame:
    """One row per decision, adopted first: applications with known growth, the firms behind them,
    five percentiles and the mean of growth in percent; ``result`` plays no part.

    In the mean, growth beyond the 1st and 99th percentile of both decisions together counts as
    that percentile. Below FEWEST_FIRMS firms nothing but the counts is there (status ``few``), the
    outer percentiles from FEWEST_FOR_OUTER firms on.
    """
    sample = growth_sample(parameters)
    limit = growth_limit(sample)
    parts = union_all(*(_of_decision(sample, limit, name) for name in ("adopted", "rejected")))
    rows = parts.subquery("summary")
    return cursor.fetch(select(rows).order_by(rows.c.decision))


def _of_decision(sample: CTE, limit: CTE, decision: str) -> Select[*tuple[Any, ...]]:
    n_firm = func.count(sample.c.firm_id.distinct())
    growth = sample.c.growth
    is_adopted = sample.c.is_adopted
    return (
        select(
            literal(decision).label("decision"),
            cast(func.count(), BigInteger).label("n"),
            n_firm.label("n_firm"),
            *(
                case((n_firm >= _fewest(name), func.quantile_cont(growth, share))).label(name)
                for name, share in PERCENTILES.items()
            ),
            case((n_firm >= FEWEST_FIRMS, func.avg(bounded(sample, limit)))).label("mean"),
            _status(n_firm),
        )
        .select_from(sample.join(limit, true()))
        .where(is_adopted if decision == "adopted" else ~is_adopted)
    )


def _fewest(percentile: str) -> int:
    return FEWEST_FOR_OUTER if percentile in ("p10", "p90") else FEWEST_FIRMS


def _status(n_firm: ColumnElement[int]) -> ColumnElement[str]:
    return case((n_firm >= FEWEST_FIRMS, ""), else_="few").label("status")


QUESTION = Question(
    name="growth_summary",
    function=growth_summary,
    parameters=GrowthParameters,
    columns=(DECISION, N_GROWTH, N_GROWTH_FIRM, *SPREAD, GROWTH_MEAN, STATUS),
    sources=SOURCES,
)
