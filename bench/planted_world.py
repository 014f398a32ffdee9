"""A demo store and the truth behind it, laid out as matched sets are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from etl.demo.firm_truth import YEARS, FirmTruth, firm_truth
from etl.demo.plan import Plan
from stats.matched_sample import EVENTS, Sample
from stats.methods.bootstrap_band import Band
from stats.methods.matched_sets import align_to_event_time
from stats.methods.pre_trend import joint_test
from store.cursor import StoreCursor
from store.snapshot import LENS, open_read_only, sound_snapshot
from store.tables import firm_path
from store.vault import open_vault

Numbers = NDArray[np.float64]
# The page shows no estimate of fewer sets.
FEWEST = 30


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


def laid_out(
    world: World, sample: Sample, values: Numbers, events: NDArray[np.int64] = EVENTS
) -> Numbers:
    """Values of the truth laid out as the rows of a sample; NaN for firms it does not know."""
    known = np.array([world.row_of.get(str(firm), -1) for firm in sample.firm_id])
    laid = align_to_event_time(values, YEARS.start, known.clip(0), sample.cohort, events)
    laid[known < 0] = np.nan
    return laid


def fit(band: Band, planted: Numbers, is_tested: NDArray[np.bool_]) -> dict[str, object]:
    """Whether the simultaneous band holds what was planted, and how likely all is where tested."""
    covariance = band.covariance[np.ix_(is_tested, is_tested)]
    gap = (band.estimate - planted)[is_tested]
    return {
        "is_in_band": (band.band_low <= planted) & (planted <= band.band_high),
        "p_joint": joint_test(gap, covariance, len(band.draws)).p_value,
    }
