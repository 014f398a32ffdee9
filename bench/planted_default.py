"""What measures do to default: planted, found by matching, and as plain counts would have it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import func, select

from bench.planted_world import FEWEST, Numbers, World, fit, laid_out
from etl.demo.exits import chance_of_default
from queries.matching_groups import NEVER, own_uses
from queries.matching_specification import MatchingParameters
from stats.matched_sample import EVENTS, Sample, matched_sample
from stats.methods.exit_outcome import ExitState, exit_incidence, first_exits
from stats.methods.matched_sets import row_weights
from store.tables import firm_path, matching_profile


def defaults_compared(world: World, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per event time from 0 on, as ``bench.planted_effects.compared`` gives them, in shares
    of firms. Planted are the chances of default that measures changed since the year before, by
    themselves and through the accounts, of the firms still there."""
    sample = matched_sample(world.cursor, parameters)
    if sample is None:
        return pd.DataFrame()
    events = EVENTS[EVENTS >= -1]
    states = sample.states(events)
    exits = first_exits(states, events)
    found = exit_incidence(exits, sample.sets, events, sample.firm, covariates=sample.features)
    band = found.by_state[ExitState.DEFAULT].difference
    after = events[1:]
    # A default after the statement of a year happens in the next one.
    earlier = after - 1
    actual, idle = (
        laid_out(world, sample, of["weakness"], earlier)
        for of in (world.truth.actual, world.truth.idle)
    )
    had = laid_out(world, sample, world.truth.has_defaulted.astype(np.float64), earlier - 1)
    added = (actual - idle) - (actual - idle)[:, [0]]
    caused = chance_of_default(actual) - chance_of_default(actual - added)
    is_followed = exits.followed_to[:, None] >= after
    is_there = np.isfinite(caused) & is_followed & ~(had > 0)
    planted = np.zeros(after.size)
    for side, weight in zip((1.0, -1.0), row_weights(sample.sets, len(actual)), strict=True):
        of = weight[:, None] * is_there
        # Whoever has left, whichever way, is no longer at risk; who is there stands for them.
        share = of.sum(axis=0) / np.maximum((weight[:, None] * is_followed).sum(axis=0), 1e-9)
        hazard = (of * np.nan_to_num(caused)).sum(axis=0) / np.maximum(of.sum(axis=0), 1e-9)
        planted += side * np.cumsum(share * hazard)
    survivors = _filed_default(sample, states, after)
    return pd.DataFrame(
        {
            "outcome": "default",
            "event": after,
            "n": found.n_treated_at_risk,
            "planted": planted,
            "estimate": band.estimate,
            "error": band.error,
            "naive": _plain_default(world, parameters, sample, after),
            "survivors": survivors,
            **fit(band, planted, found.n_treated_at_risk >= FEWEST),
        }
    )


def _filed_default(sample: Sample, states: NDArray[np.int64], after: NDArray[np.int64]) -> Numbers:
    """The difference of shares in default among firms that file a statement in the same year: what
    a panel of statements alone would show."""
    level = np.isfinite(sample.observed(after))
    is_default = states[:, 1:] == ExitState.DEFAULT
    sides = []
    for weight in row_weights(sample.sets, len(states)):
        of = weight[:, None] * level
        sides.append((of * is_default).sum(axis=0) / np.maximum(of.sum(axis=0), 1e-9))
    return np.asarray(sides[0] - sides[1], np.float64)


def _plain_default(
    world: World, parameters: MatchingParameters, sample: Sample, after: NDArray[np.int64]
) -> Numbers:
    """Users in sets less all firms that never used the measure, in the same years: the share that
    has defaulted, whoever may have left otherwise."""
    row, path, own = matching_profile.c, firm_path.c, own_uses(parameters)
    late = (func.coalesce(path.default_year, NEVER) - row.fiscal_year).label("late")
    other = (
        select(row.fiscal_year, late)
        .select_from(matching_profile.join(firm_path, row.firm_id == path.firm_id))
        .where(row.firm_id.not_in(select(own.c.firm_id).where(own.c.first_year < NEVER)))
        .subquery()
    )
    counts = world.cursor.fetch(select(*other.c, func.count().label("n")).group_by(*other.c))
    rows = sample.sets.set_rows
    base, own_late = sample.cohort[rows] - 1, sample.exits[rows, 0] - (sample.cohort[rows] - 1)
    last = sample.first_year + sample.values.shape[1] - 1
    gaps = []
    for event in after:
        is_followed = base + event + 1 <= last
        if not is_followed.any():
            gaps.append(np.nan)
            continue
        years = base[is_followed]
        is_gone = counts["late"] <= event + 1
        share = (
            counts[is_gone].groupby("fiscal_year")["n"].sum()
            / counts.groupby("fiscal_year")["n"].sum()
        ).fillna(0.0)
        other = share.reindex(years).fillna(0.0).mean()
        gaps.append(float((own_late[is_followed] <= event + 1).mean() - other))
    return np.array(gaps)
