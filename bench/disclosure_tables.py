"""How long disclosure control takes on tables of the house's shape: ``python -m
bench.disclosure_tables``.

Invented sales of firms by region (nation > bureau > prefecture) and industry (all > division >
major group), with the real codes; ``--sizes`` adds three classes of size as a third dimension. Few
firms in few prefectures do rare things, so about 150 cells of the two-way table are sensitive.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from disclosure.microaggregate import cells_and_relations
from disclosure.protect import protect
from disclosure.table import Owners, Table

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
# The shares of firms of three classes of size, and how their sales compare.
SIZES = {"1": (0.85, 0.3), "2": (0.13, 2.0), "3": (0.02, 30.0)}


def hierarchies() -> list[pd.DataFrame]:
    """Regions and industries, a row per finest code with the codes above it."""
    regions = pd.read_csv(REFERENCE / "prefecture.csv", dtype=str)
    region = pd.DataFrame(
        {
            "nation": "Total",
            "bureau": regions["bureau_code"],
            "prefecture": "p" + regions["prefecture_code"],
        }
    )
    industries = pd.read_csv(REFERENCE / "industry.csv", dtype=str)
    groups = industries[(industries["level"] == "major") & (industries["revision"] == "13")]
    industry = pd.DataFrame(
        {"all": "Total", "division": groups["division_code"], "group": groups["code"]}
    )
    return [region.reset_index(drop=True), industry.reset_index(drop=True)]


def aggregate(seed: int, *, sizes: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row per cell that is not empty, with count, total and the two largest; and who owns what.

    The second frame has the parts of firms in cells of one or two firms, by cell, owner and value.
    """
    rng = np.random.default_rng(seed)
    region, industry = hierarchies()
    regions, industries = region.to_numpy().tolist(), industry.to_numpy().tolist()
    size_of_prefecture = rng.lognormal(0.0, 0.8, len(region))
    size_of_group = rng.lognormal(0.0, 1.95, len(industry))
    expected = np.outer(size_of_prefecture, size_of_group)
    expected *= 3_560_000 / expected.sum()
    counts = rng.poisson(expected * rng.lognormal(0.0, 0.5, expected.shape))
    classes = SIZES if sizes else {"Total": (1.0, 1.0)}
    parts: dict[tuple[str, ...], list[tuple[float, str]]] = defaultdict(list)
    n: dict[tuple[str, ...], int] = defaultdict(int)
    total: dict[tuple[str, ...], float] = defaultdict(float)
    for at, n_base in np.ndenumerate(counts):
        for code, (share, scale) in classes.items():
            n_firm = int(rng.binomial(n_base, share)) if sizes else int(n_base)
            if n_firm == 0:
                continue
            # The smallest of many firms are drawn as one sum.
            drawn = np.sort(np.round(rng.lognormal(10.0, 1.4, min(n_firm, 300)) * scale))[::-1] + 1
            whole = float(drawn.sum() + (n_firm - len(drawn)) * np.round(np.exp(10.0) * scale))
            firms = [(value, f"{at[0]}-{at[1]}-{code}-{k}") for k, value in enumerate(drawn[:2])]
            above = regions[at[0]], industries[at[1]]
            for key in _above(*above, code if sizes else None):
                n[key] += n_firm
                total[key] += whole
                parts[key] = sorted([*parts[key], *firms], reverse=True)[:2]
    rows = [
        (*key, n[key], total[key], parts[key][0][0], parts[key][1][0] if n[key] > 1 else 0.0)
        for key in n
    ]
    names = ["region", "industry", "size"][: 3 if sizes else 2]
    owners = [
        ("|".join(key), owner, value) for key in n if n[key] < 3 for value, owner in parts[key]
    ]
    return (
        pd.DataFrame(rows, columns=[*names, "n", "total", "max", "max2"]),
        pd.DataFrame(owners, columns=["cell", "owner", "value"]),
    )


def _above(region: list[str], industry: list[str], size: str | None) -> list[tuple[str, ...]]:
    keys = [(r, i) for r in dict.fromkeys(region) for i in dict.fromkeys(industry)]
    if size is None:
        return [(r, i) for r, i in keys]
    return [(r, i, s) for r, i in keys for s in ("Total", size)]


def main() -> None:
    """Protect one table and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", action="store_true")
    parser.add_argument("--insiders", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="write cells, relations and owners here as well")
    asked = parser.parse_args()
    rows, owned = aggregate(asked.seed, sizes=asked.sizes)
    cells, relations = cells_and_relations(rows, hierarchies())
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        for name, frame in (("cells", cells), ("relations", relations), ("owners", owned)):
            frame.to_csv(asked.out / f"{name}.csv", index=False)
    table = Table.of(cells, relations)
    n_sensitive = int(table.is_sensitive.sum())
    print(
        f"{len(table.cells):,} cells, {table.matrix.shape[0]:,} relations, {n_sensitive} sensitive"
    )
    started = perf_counter()
    owners = Owners.of(owned, table) if asked.insiders else None
    found = protect(table, owners=owners, seconds=asked.seconds)
    print(
        f"{perf_counter() - started:.1f} s: {int(found.secondary.sum())} secondary, "
        f"{found.value_hidden:,.0f} hidden, gap {100 * found.gap:.2f} %, "
        f"{len(found.unrepaired)} not kept from owners"
    )


if __name__ == "__main__":
    main()
