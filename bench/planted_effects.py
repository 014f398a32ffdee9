"""What the matched comparison finds in demo stores, beside what was planted firm by firm.

    python -m bench.planted_effects DIR [DIR …] [--csv FILE]

DIR holds ``store``, loaded from a demo inbox, and ``inbox.truth``, which the demo wrote beside it.
The world of the demo is made again, and once more with measures that add nothing. Planted is what
the sets that count then gained by it: what measures (this one and others that the same firms used)
added to the users since the year before the first use, less what they added to the firms beside
them. z is estimate less planted in standard errors of the estimate. Event times of one measure hang
together: whether they all fit is told by ``p_joint``, the p-value that all of them after the first
use are as planted.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import func, select

from etl.demo.exits import chance_of_default
from etl.demo.firm_truth import YEARS, FirmTruth, firm_truth
from etl.demo.plan import Plan
from queries.matching_groups import NEVER, own_uses
from queries.matching_moments import plain_means
from queries.matching_specification import MatchingParameters
from stats.matched_path import plain_differences
from stats.matched_sample import EVENTS, Sample, matched_sample
from stats.methods.bootstrap_band import Band, path_band
from stats.methods.event_path import event_changes
from stats.methods.exit_outcome import ExitState, exit_incidence, first_exits
from stats.methods.matched_sets import MatchedSets, align_to_event_time, row_weights
from stats.methods.pre_trend import joint_test
from store.cursor import StoreCursor
from store.snapshot import LENS, open_read_only, sound_snapshot
from store.tables import firm_path, matching_profile, measure_use
from store.vault import open_vault

Numbers = NDArray[np.float64]
_BASE = int(np.flatnonzero(EVENTS == -1)[0])
# The page shows no estimate of fewer sets.
_FEWEST = 30
_VALUES = ("planted", "estimate", "naive", "survivors")
STUDY = MatchingParameters(
    year="2006", span="3", measure="sapoin", against="rejected", scale="level"
)


@dataclass(frozen=True, slots=True)
class World:
    """A store, the truth behind it, and the row of the truth of each pseudonym."""

    cursor: StoreCursor
    seed: int
    truth: FirmTruth
    row_of: dict[str, int]


def open_world(folder: Path) -> World:
    """Raises ValueError where the store is not of the demo that the truth beside it is of."""
    store_dir = folder / "store"
    manifest, _ = sound_snapshot(store_dir)
    planted = tomllib.loads((folder / "inbox.truth" / "effects.toml").read_text(encoding="utf-8"))
    plan = Plan(planted["world"]["firms"], planted["world"]["seed"])
    truth = firm_truth(plan)
    with open_vault(store_dir, manifest.snapshot) as vault:
        identities = vault.execute("SELECT party_key, firm_id::VARCHAR FROM identity").fetchall()
    place = {key: row for row, keys in enumerate(truth.keys) for key in keys if key}
    row_of = {firm: place[key] for key, firm in identities if key in place}
    connection = open_read_only(store_dir / manifest.snapshot / LENS, "4GB", 2)
    cursor = StoreCursor(connection)
    stated = cursor.fetch(select(firm_path.c.firm_id))["firm_id"].astype(str)
    if stated.isin(row_of).mean() < 0.99:
        raise ValueError(f"{store_dir} is not of {plan.n_firm} firms and seed {plan.seed}")
    return World(cursor, plan.seed, truth, row_of)


def specifications(cursor: StoreCursor) -> Iterator[MatchingParameters]:
    """All measures against firms that never used them, and the study of research support."""
    row = measure_use.c
    counts = select(row.measure_code, func.count().label("n")).group_by(row.measure_code)
    for code in sorted(cursor.fetch(counts)["measure_code"]):
        if code != STUDY.measure:
            yield MatchingParameters(year="0", measure=code)
    yield STUDY


def compared(world: World, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per outcome and event time of a specification: ``planted``, ``estimate``, ``error``,
    ``naive`` and ``survivors``, in logarithms, yen, or shares (default), the sets that count
    (``n``), whether the simultaneous band holds what was planted, and ``p_joint``."""
    frames = [
        _amounts(world, parameters.with_(outcome=outcome)) for outcome in ("sales", "gross_profit")
    ]
    # Research applicants stay in business as long as their projects run, whatever they do.
    if parameters is not STUDY:
        frames.append(_defaults(world, parameters))
    frame: pd.DataFrame = pd.concat(frames, ignore_index=True)
    frame.insert(0, "measure", parameters.measure)
    frame.insert(1, "is_log", parameters.is_log)
    return frame


def _amounts(world: World, parameters: MatchingParameters) -> pd.DataFrame:
    sample = matched_sample(world.cursor, parameters)
    if sample is None:
        return pd.DataFrame()
    outcome = sample.by_event()
    found = event_changes(outcome, sample.sets, EVENTS, scale=sample.scale)
    band = path_band(outcome, sample.sets, EVENTS, sample.firm, scale=sample.scale)
    actual, idle = (of[parameters.outcome] for of in (world.truth.actual, world.truth.idle))
    added = np.log(actual / idle) if sample.is_log else actual - idle
    lift = _by_event(world, sample, added)
    gained = np.nan_to_num(lift - lift[:, [_BASE]])
    n = found.weights.n_sets
    planted = ((found.weights.treated - found.weights.control) * gained).sum(axis=0)
    planted /= np.maximum(n, 1)
    naive = plain_differences(sample, plain_means(world.cursor, parameters))
    return pd.DataFrame(
        {
            "outcome": parameters.outcome,
            "event": EVENTS,
            "n": n.astype(np.int64),
            "planted": planted,
            "estimate": band.estimate,
            "error": band.error,
            "naive": naive,
            "survivors": _of_survivors(found.level, sample.sets),
            **_fit(band, planted, (n >= _FEWEST) & (EVENTS >= 0)),
        }
    )[EVENTS != -1]


def _of_survivors(level: Numbers, sets: MatchedSets) -> Numbers:
    """The difference of all that are alive at an event time, set or not."""
    treated, control = row_weights(sets, len(level))
    change = level - level[:, [_BASE]]
    is_known = np.isfinite(change)
    sides = []
    for weight in (treated, control):
        of = weight[:, None] * is_known
        sides.append((of * np.nan_to_num(change)).sum(axis=0) / np.maximum(of.sum(axis=0), 1e-9))
    return np.asarray(sides[0] - sides[1], np.float64)


def _defaults(world: World, parameters: MatchingParameters) -> pd.DataFrame:
    sample = matched_sample(world.cursor, parameters)
    if sample is None:
        return pd.DataFrame()
    events = EVENTS[EVENTS >= -1]
    states = sample.states(events)
    exits = first_exits(states, events)
    found = exit_incidence(exits, sample.sets, events, sample.firm)
    band = found.by_state[ExitState.DEFAULT].difference
    after = events[1:]
    # A default after the statement of a year happens in the next one.
    earlier = after - 1
    actual, idle = (
        _by_event(world, sample, of["weakness"], earlier)
        for of in (world.truth.actual, world.truth.idle)
    )
    had = _by_event(world, sample, world.truth.has_defaulted.astype(np.float64), earlier - 1)
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
            **_fit(band, planted, found.n_treated_at_risk >= _FEWEST),
        }
    )


def _filed_default(sample: Sample, states: NDArray[np.int64], after: NDArray[np.int64]) -> Numbers:
    """The difference of shares in default among firms that file a statement in the same year: what
    a panel of statements alone would show."""
    level = np.isfinite(sample.by_event(after))
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


def _by_event(
    world: World, sample: Sample, values: Numbers, events: NDArray[np.int64] = EVENTS
) -> Numbers:
    """Values of the truth laid out as the rows of a sample; NaN for firms it does not know."""
    known = np.array([world.row_of.get(str(firm), -1) for firm in sample.firm_id])
    laid = align_to_event_time(values, YEARS.start, known.clip(0), sample.cohort, events)
    laid[known < 0] = np.nan
    return laid


def _fit(band: Band, planted: Numbers, is_tested: NDArray[np.bool_]) -> dict[str, object]:
    covariance = band.covariance[np.ix_(is_tested, is_tested)]
    gap = (band.estimate - planted)[is_tested]
    return {
        "is_in_band": (band.band_low <= planted) & (planted <= band.band_high),
        "p_joint": joint_test(gap, covariance, len(band.draws)).p_value,
    }


def stacked(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per outcome and event time: all measures (and seeds) in one, each set counting alike;
    ``planted``, ``estimate``, ``naive``, ``survivors``, their ``error`` as of measures that share
    no firm, and z. The study of research support is in yen and stays out."""
    chosen = frame[(frame["error"] > 0) & frame["is_log"]]
    rows = []
    for (outcome, event), of in chosen.groupby(["outcome", "event"], sort=False):
        share = of["n"] / of["n"].sum()
        means = {name: (share * of[name]).sum() for name in _VALUES}
        error = float(np.sqrt(((share * of["error"]) ** 2).sum()))
        rows.append(
            {"outcome": outcome, "event": event, "n": of["n"].sum(), **means} | {"error": error}
        )
    found = _with_z(pd.DataFrame(rows))
    return found.sort_values(["outcome", "event"], ignore_index=True)


def _with_z(frame: pd.DataFrame) -> pd.DataFrame:
    error = frame["error"].where(frame["error"] > 0)
    found = {"z": "estimate", "z_naive": "naive", "z_survivors": "survivors"}
    return frame.assign(
        **{name: (frame[of] - frame["planted"]) / error for name, of in found.items()}
    )


def pooled(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per outcome: how z is spread. Event times of one measure and seed hang together, so
    the error of the mean is that of means by measure and seed."""
    rows = []
    for outcome, of in frame.groupby("outcome", sort=False):
        mean = of.groupby(["seed", "measure"])["z"].mean()
        rows.append(
            {
                "outcome": outcome,
                "n": len(of),
                "within_2": (of["z"].abs() < 2).mean(),
                "mean_z": of["z"].mean(),
                "mean_z_error": mean.std(ddof=1) / np.sqrt(len(mean)),
                "variance_z": of["z"].var(ddof=1),
                "in_band": of.groupby(["seed", "measure"])["is_in_band"].all().mean(),
                "p_below_5": (of.groupby(["seed", "measure"])["p_joint"].first() < 0.05).mean(),
                "naive_beyond_2": (of["z_naive"].abs() > 2).mean(),
                "mean_z_naive": of["z_naive"].mean(),
                "mean_z_survivors": of["z_survivors"].mean(),
            }
        )
    return pd.DataFrame(rows)


def measured(world: World) -> pd.DataFrame:
    """``compared`` of all specifications of a world, with z of estimate, naive difference and
    survivors."""
    frames = [compared(world, parameters) for parameters in specifications(world.cursor)]
    frame = pd.concat([f for f in frames if len(f)], ignore_index=True)
    frame.insert(0, "seed", world.seed)
    return _with_z(frame)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", nargs="+", type=Path)
    parser.add_argument("--csv", default="")
    arguments = parser.parse_args()
    frames = [measured(open_world(folder)) for folder in arguments.world]
    frame = pd.concat(frames, ignore_index=True)
    if arguments.csv:
        frame.to_csv(arguments.csv, index=False)
    shown = frame[frame["n"] >= _FEWEST]
    print(shown.round(4).to_string(index=False))
    for title, part in (("before", shown["event"] < 0), ("after", shown["event"] >= 0)):
        print(f"\n{title} the first use")
        print(pooled(shown[part]).round(3).to_string(index=False))
    print("\nall measures in one")
    print(stacked(frame).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
