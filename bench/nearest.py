"""Nearest firms beside a peer: our statement against scikit-learn, stratum by stratum.

    LENS_DATA_DIR=… python -m bench.nearest [--measure it] [--year 2020]

Both look for the three nearest firms in standard deviations within year, industry, class of size,
bureau and the same missing features. The peer knows no caliper: where all of its three firms lie
within ours, they must be our three. The time of the peer is that of fitting and asking its trees;
fetching the firms for it is not counted, while ours is the whole question.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from time import perf_counter

import numpy as np
import pandas as pd
from sqlalchemy import select

from queries.matching_groups import others, subjects, users
from queries.matching_pairs import CONTROL, matched_firms
from queries.matching_specification import CALIPERS, MatchingParameters
from settings import load_settings
from store.cursor import StoreCursor
from store.matching_tables import FEATURE_NAMES
from store.snapshot import LENS, open_read_only, sound_snapshot

KEY = ["stratum", "missing_bits"]


def peer_pairs(user: pd.DataFrame, other: pd.DataFrame, k: int) -> tuple[float, pd.DataFrame]:
    """Seconds and pairs of scikit-learn: one row per user, its ``k`` firms as a frozenset, and
    whether all of them lie within ``caliper`` standard deviations of sales."""
    neighbors = import_module("sklearn.neighbors")
    found, seconds = [], 0.0
    columns = list(FEATURE_NAMES)
    places = other.groupby(KEY).indices
    for key, own in user.groupby(KEY):
        near = other.iloc[places.get(key, [])]
        if len(near) <= k:
            continue
        left, right = (part[columns].fillna(0).to_numpy(np.float64) for part in (own, near))
        start = perf_counter()
        tree = neighbors.NearestNeighbors(n_neighbors=k + 1).fit(right)
        _, index = tree.kneighbors(left)
        seconds += perf_counter() - start
        firms, gap = near["firm_id"].astype(str).to_numpy(), columns.index("log_sales")
        for row, firm in enumerate(own["firm_id"].astype(str)):
            chosen = [i for i in index[row] if firms[i] != firm][:k]
            distance = np.abs(right[chosen, gap] - left[row, gap]).max()
            found.append((firm, frozenset(firms[chosen]), float(distance)))
    return seconds, pd.DataFrame(found, columns=["user", "firms", "distance"]).set_index("user")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", default="it")
    parser.add_argument("--year", default="2020")
    arguments = parser.parse_args()
    settings = load_settings()
    manifest, _ = sound_snapshot(settings.store_dir)
    path = settings.store_dir / manifest.snapshot / LENS
    cursor = StoreCursor(open_read_only(path, settings.memory_limit, settings.threads))
    asked = MatchingParameters(measure=arguments.measure, year=arguments.year)
    k, caliper = int(asked.nearest), CALIPERS[asked.caliper]
    start = perf_counter()
    rows = matched_firms(cursor, asked).rows
    own_seconds = perf_counter() - start
    pair = rows[rows["role"] == CONTROL]
    ours = pair["firm_id"].astype(str).groupby(pair["user_id"].astype(str)).agg(frozenset)
    user = cursor.fetch(select(subjects(asked, users(asked))))
    near = others(asked)
    base = int(arguments.year) - 1
    other = cursor.fetch(select(near).where(near.c.fiscal_year == base))
    seconds, theirs = peer_pairs(user, other, k)
    both = theirs.join(ours.rename("ours"), how="inner")
    within = both[(both["distance"] <= caliper) & (both["ours"].map(len) == k)]
    n_equal = int((within["firms"] == within["ours"]).sum())
    print(f"{len(user)} users, {len(other)} other firms, {len(pair)} pairs")
    print(f"ours {own_seconds:.2f} s with outcomes; scikit-learn {seconds:.2f} s, "
          f"ratio {own_seconds / seconds:.2f}")  # fmt: skip
    print(f"the same firms for {n_equal} of {len(within)} users whose firms lie within the caliper")


if __name__ == "__main__":
    main()
