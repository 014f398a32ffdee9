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
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import func, select

from bench.planted_default import defaults_compared
from bench.planted_world import FEWEST, Numbers, World, fit, laid_out, open_world
from queries.matching_moments import plain_means
from queries.matching_specification import MatchingParameters
from stats.matched_path import plain_differences
from stats.matched_sample import EVENTS, matched_sample
from stats.methods.bootstrap_band import path_band
from stats.methods.event_path import event_changes
from stats.methods.matched_sets import MatchedSets, row_weights
from store.cursor import StoreCursor
from store.tables import measure_use

_BASE = int(np.flatnonzero(EVENTS == -1)[0])
_VALUES = ("planted", "estimate", "naive", "survivors")
STUDY = MatchingParameters(
    year="2006", span="3", measure="sapoin", against="rejected", scale="level"
)


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
        frames.append(defaults_compared(world, parameters))
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
    lift = laid_out(world, sample, added)
    gained = np.nan_to_num(lift - lift[:, [_BASE]])
    n = found.weights.n_sets
    planted = ((found.weights.treated - found.weights.control) * gained).sum(axis=0)
    planted /= np.maximum(n, 1)
    naive = plain_differences(sample, plain_means(world.cursor, parameters))
    frame = pd.DataFrame(
        {
            "outcome": parameters.outcome,
            "event": EVENTS,
            "n": n.astype(np.int64),
            "planted": planted,
            "estimate": band.estimate,
            "error": band.error,
            "naive": naive,
            "survivors": _of_survivors(found.level, sample.sets),
            **fit(band, planted, (n >= FEWEST) & (EVENTS >= 0)),
        }
    )
    return frame.query("event != -1")


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
    shown = frame[frame["n"] >= FEWEST]
    print(shown.round(4).to_string(index=False))
    for title, part in (("before", shown["event"] < 0), ("after", shown["event"] >= 0)):
        print(f"\n{title} the first use")
        print(pooled(shown[part]).round(3).to_string(index=False))
    print("\nall measures in one")
    print(stacked(frame).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
