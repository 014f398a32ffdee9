"""Growth along the grant or the points: quartiles of growth in bins of alike many applications."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Double,
    SmallInteger,
    case,
    cast,
    false,
    func,
    literal,
    select,
    true,
)

from queries.growth_measures import (
    BIN,
    FEWEST_APPLICATIONS,
    HIGHEST_SHARE,
    LOWEST_SHARE,
    MEDIAN,
    N_GROWTH,
    N_GROWTH_FIRM,
    P25,
    P75,
    STATUS,
    UNIT,
    X_HIGH,
    X_LOW,
    X_MEDIAN,
)
from queries.growth_sample import SOURCES, growth_sample, has_result
from queries.measures import FEWEST_FIRMS
from queries.parameters import GrowthParameters
from queries.question import Question
from store.cursor import Cursor

MOST_BINS = 20


def growth_bins(cursor: Cursor, parameters: GrowthParameters) -> pd.DataFrame:
    """One row per bin of the grant (yen) or the points, lowest first: applications, firms, the
    ends and the median of the bin, the quartiles of growth in percent. No rows for the result
    ``adopted`` and below FEWEST_APPLICATIONS applications.

    There is a bin for each FEWEST_APPLICATIONS applications, at most MOST_BINS. Equal grants are
    never parted, so bins can be unequal, and fewer. The two outermost ends are the 1st and the
    99th percentile, not single applications. A bin of fewer than FEWEST_FIRMS firms has its counts
    alone (status ``few``).
    """
    is_grant = parameters.result == "granted"
    sample = growth_sample(parameters, more=has_result(parameters))
    x = cast(sample.c.grant, Double) if is_grant else sample.c.points
    ends = select(
        func.quantile_cont(x, LOWEST_SHARE).label("low"),
        func.quantile_cont(x, HIGHEST_SHARE).label("high"),
        func.count().label("n"),
    ).cte("growth_end")
    # The mean rank of equal values: that of the first and of the last of them, halved.
    rank = (func.rank().over(order_by=x) + func.count().over(order_by=x)) / 2.0
    # Adopted or rejected is nothing to form bins along.
    is_ordered = false() if parameters.result == "adopted" else true()
    n_bin = func.least(MOST_BINS, func.floor(ends.c.n / FEWEST_APPLICATIONS))
    placed = (
        select(
            (func.floor((rank - 0.5) / ends.c.n * n_bin) + 1).label("bin"),
            x.label("x"),
            sample.c.growth,
            sample.c.firm_id,
            ends.c.low,
            ends.c.high,
        )
        .select_from(sample.join(ends, true()))
        .where(ends.c.n >= FEWEST_APPLICATIONS, is_ordered)
        .subquery("placed")
    )
    row = placed.c
    n_firm = func.count(row.firm_id.distinct())
    is_enough = n_firm >= FEWEST_FIRMS
    values = {
        "x_low": func.greatest(func.min(row.x), func.min(row.low)),
        "x_median": func.median(row.x),
        "x_high": func.least(func.max(row.x), func.max(row.high)),
        "p25": func.quantile_cont(row.growth, 0.25),
        "median": func.median(row.growth),
        "p75": func.quantile_cont(row.growth, 0.75),
    }
    number = func.row_number().over(order_by=row.bin)
    return cursor.fetch(
        select(
            cast(number, SmallInteger).label("bin"),
            cast(func.count(), BigInteger).label("n"),
            n_firm.label("n_firm"),
            literal("yen" if is_grant else "point").label("unit"),
            *(case((is_enough, value)).label(name) for name, value in values.items()),
            case((is_enough, ""), else_="few").label("status"),
        )
        .group_by(row.bin)
        .order_by(row.bin)
    )


QUESTION = Question(
    name="growth_bins",
    function=growth_bins,
    parameters=GrowthParameters,
    columns=(
        BIN,
        N_GROWTH,
        N_GROWTH_FIRM,
        X_LOW,
        X_MEDIAN,
        X_HIGH,
        UNIT,
        P25,
        MEDIAN,
        P75,
        STATUS,
    ),
    sources=SOURCES,
)
