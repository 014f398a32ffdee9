"""How users of a measure had left by a year since their first use, and firms of their industries
meanwhile."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import BigInteger, Select, cast, func, select

from queries.monitoring_sample import of_users
from queries.monitoring_values import BY_COHORT
from queries.parameters import MonitoringParameters
from store.cursor import Cursor
from store.monitoring_tables import EXIT_STATES
from store.tables import industry_exit, monitoring_path


def exit_counts(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by`` (queries.monitoring_values): users at risk whose year lies
    within the data (``n_at_risk``), and how many had left by then in each way (``n_default`` …)."""
    row = monitoring_path.c
    return cursor.fetch(
        _at_risk(parameters, by)
        .with_only_columns(
            row[by],
            cast(func.count(), BigInteger).label("n_at_risk"),
            *(
                func.count().filter(row.exit_state == state).label(f"n_{state}")
                for state in EXIT_STATES
            ),
        )
        .group_by(row[by])
        .order_by(row[by])
    )


def reference_exits(cursor: Cursor, parameters: MonitoringParameters, by: str) -> pd.DataFrame:
    """One row per member of ``by``: the share (0 to 1) of all firms of the users' industries that
    had left in each way (``default`` …), those with a statement in the year before the users'
    first use, as long afterwards; industries and years weighted with the users at risk."""
    row = monitoring_path.c
    cell = (
        _at_risk(parameters, by)
        .with_only_columns(
            row[by].label("place"),
            row.division_code,
            row.first_year,
            row.event_year,
            cast(func.count(), BigInteger).label("n"),
        )
        .group_by(row[by], row.division_code, row.first_year, row.event_year)
        .cte("user_cell")
    )
    whole = industry_exit.c
    is_same = (
        (whole.division_code == cell.c.division_code)
        & (whole.first_year == cell.c.first_year)
        & (whole.event_year == cell.c.event_year)
    )
    return cursor.fetch(
        select(
            cell.c.place.label(by),
            *(
                (func.sum(1.0 * cell.c.n * whole[f"n_{s}"] / whole.n) / func.sum(cell.c.n)).label(s)
                for s in EXIT_STATES
            ),
        )
        .select_from(cell.join(industry_exit, is_same))
        .group_by(cell.c.place)
        .order_by(cell.c.place)
    )


def _at_risk(parameters: MonitoringParameters, by: str) -> Select[tuple[int]]:
    row = monitoring_path.c
    chosen = [*of_users(parameters), row.is_at_risk, row.event_year >= 0]
    if by == BY_COHORT:
        chosen.append(row.event_year == int(parameters.horizon))
    return select(row.event_year).where(*chosen)
