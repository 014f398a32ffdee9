"""The demo's prefecture statistics in the layout of SSDSE-E, near the real totals, not equal."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from etl.demo.inbox import csv_lines
from etl.reference import read_reference

FILE = "SSDSE-E-2024.csv"
SPREAD = 0.03


def statistic_lines(seed: int) -> list[str]:
    """Three header rows, the nation as the sum, and 47 prefectures, each value off by up to 3 %."""
    rng = Random(f"{seed}:statistic")
    names = {
        row["prefecture_code"]: row["name"]
        for row in read_reference("prefecture").to_dict("records")
    }
    items: dict[str, tuple[str, str]] = {}
    amounts: dict[str, list[int]] = defaultdict(list)
    for row in read_reference("prefecture_size").to_dict("records"):
        items[row["item_code"]] = (row["year"], row["item_name"])
        amount = int(row["amount"]) * rng.uniform(1 - SPREAD, 1 + SPREAD)
        amounts[row["prefecture_code"]].append(round(amount))
    nation = [sum(column) for column in zip(*amounts.values(), strict=True)]
    return csv_lines(
        [
            ("SSDSE-E-2024", "Prefecture", *items),
            ("", "年度", *(year for year, _ in items.values())),
            ("地域コード", "都道府県", *(name for _, name in items.values())),
            ("R00000", "全国", *nation),
            *((f"R{code}000", names[code], *amounts[code]) for code in names),
        ],
        "\r\n",
    )
