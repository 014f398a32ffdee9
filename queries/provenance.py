"""How fresh each source is, and what the last load changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Date, case, cast, func, select

from queries.deliveries import PERIOD_TO, RECEIVED_AT, SOURCE
from queries.measures import ACCEPTED, N_AFTER, N_BEFORE, N_FILE, REJECTED, total
from queries.parameters import NoParameters, Parameters, whole_number
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import delivery, released_delivery, snapshot_change, source_schedule

# The year 2100, in seconds since 1970.
_LATEST = 4_102_444_800
# Japan is so far ahead of the times that are stored.
_FROM_UTC = timedelta(hours=9)
_BALANCE = ("accepted", "rejected")


@dataclass(frozen=True, slots=True)
class SinceParameters(Parameters):
    """What arrived after a moment, in seconds since 1970 (UTC)."""

    since: int = whole_number(0, 0, _LATEST)


def source_freshness(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source that has loaded files or is expected: last arrival (UTC), last day
    covered, records; how often it is expected, the day (in Japan) on which the next arrival is
    planned, and the days after it that are no delay. Without a plan the day is missing.
    """
    row = delivery.c
    arrived = (
        select(
            row.source,
            func.count().label("n_file"),
            func.max(row.received_at).label("received_at"),
            func.max(row.period_to).label("period_to"),
            total(row.accepted).label("accepted"),
            total(row.rejected).label("rejected"),
        )
        .where(row.status == "loaded")
        .group_by(row.source)
        .subquery("arrived")
    )
    plan, last = source_schedule.c, arrived.c
    source = func.coalesce(last.source, plan.source)
    next_day = cast(last.received_at + _FROM_UTC, Date) + plan.interval_days
    return cursor.fetch(
        select(
            source.label("source"),
            *(func.coalesce(last[name], 0).label(name) for name in ("n_file", *_BALANCE)),
            last.received_at,
            last.period_to,
            func.coalesce(plan.rhythm, "none").label("rhythm"),
            case((plan.interval_days > 0, next_day)).label("next_date"),
            func.coalesce(plan.grace_days, 0).label("grace_days"),
        )
        .select_from(arrived.outerjoin(source_schedule, plan.source == last.source, full=True))
        .order_by(plan.position.nulls_last(), source)
    )


def released_freshness(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per source, as chambers see it: files, last arrival (UTC), last day covered."""
    row = released_delivery.c
    return cursor.fetch(
        select(row.source, row.n_file, row.received_at, row.period_to).order_by(row.source)
    )


def snapshot_changes(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    """One row per table: its rows in the previous snapshot (missing if none) and in this one."""
    row = snapshot_change.c
    return cursor.fetch(
        select(
            row.table_name,
            row.n_before,
            row.n_after,
            (row.n_after - func.coalesce(row.n_before, 0)).label("n_more"),
        ).order_by(row.table_name)
    )


def new_files(cursor: Cursor, parameters: SinceParameters) -> pd.DataFrame:
    """One row per source and state of its files that arrived after a moment."""
    row = delivery.c
    moment = datetime.fromtimestamp(parameters.since, UTC).replace(tzinfo=None)
    return cursor.fetch(
        select(
            row.source,
            row.status,
            func.count().label("n_file"),
            total(row.accepted).label("accepted"),
            total(row.rejected).label("rejected"),
        )
        .where(row.received_at > moment)
        .group_by(row.source, row.status)
        .order_by(row.source, row.status)
    )


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "source_freshness",
        source_freshness,
        NoParameters,
        (
            SOURCE,
            N_FILE,
            RECEIVED_AT,
            PERIOD_TO,
            ACCEPTED,
            REJECTED,
            Quantity("rhythm"),
            Quantity("next_date"),
            Quantity("grace_days", Unit.DAY),
        ),
        (),
    ),
    Question(
        "released_freshness",
        released_freshness,
        NoParameters,
        (SOURCE, N_FILE, RECEIVED_AT, PERIOD_TO),
        (),
        database="released",
    ),
    Question(
        "snapshot_changes",
        snapshot_changes,
        NoParameters,
        (Quantity("table_name"), N_BEFORE, N_AFTER, Quantity("n_more", N_AFTER.unit)),
        (),
    ),
    Question(
        "new_files",
        new_files,
        SinceParameters,
        (SOURCE, Quantity("status"), N_FILE, ACCEPTED, REJECTED),
        (),
    ),
)
