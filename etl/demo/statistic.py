"""The demo's statistics in the layouts of SSDSE-E and e-Stat, near the real totals, not equal."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from etl.demo.delivery import Delivery
from etl.demo.dice import dice
from etl.demo.rendering import csv_lines
from etl.reference import read_reference

FILE = "SSDSE-E-2024.csv"
EXPORT = "FEH_00200502_demo.csv"
SPREAD = 0.03
_YEARS = (2014, 2016, 2021)
# Items of the export: code, name and unit, taken from which item of the reference and how.
_ITEMS = (
    ("#C2107", "民営事業所数", "事業所", "C2108", 1.0),
    ("#C2208", "民営事業所の従業者数", "人", "C2108", 10.6),
    ("#C210747", "民営事業所数（宿泊業，飲食サービス業）", "事業所", "C210847", 1.0),
)


def write_statistics(out: Path, seed: int) -> None:
    """Three header rows, the nation as the sum, and 47 prefectures, each value off by up to 3 %;
    and an export with a preamble, thousands separators and marks for what is not known."""
    rng = dice(seed, "statistic")
    names = {
        row["prefecture_code"]: row["name"]
        for row in read_reference("prefecture").to_dict("records")
    }
    items: dict[str, tuple[str, str]] = {}
    amounts: dict[str, list[int]] = defaultdict(list)
    known: dict[tuple[str, str], int] = {}
    for row in read_reference("prefecture_size").to_dict("records"):
        items[row["item_code"]] = (row["year"], row["item_name"])
        amount = int(row["amount"]) * rng.uniform(1 - SPREAD, 1 + SPREAD)
        amounts[row["prefecture_code"]].append(round(amount))
        known[row["prefecture_code"], row["item_code"]] = round(amount)
    nation = [sum(column) for column in zip(*amounts.values(), strict=True)]
    lines = csv_lines(
        [
            ("SSDSE-E-2024", "Prefecture", *items),
            ("", "年度", *(year for year, _ in items.values())),
            ("地域コード", "都道府県", *(name for _, name in items.values())),
            ("R00000", "全国", *nation),
            *((f"R{code}000", names[code], *amounts[code]) for code in names),
        ],
        "\r\n",
    )
    _write(out, FILE, lines)
    _write(out, EXPORT, _export(seed, names, known))


def _export(seed: int, names: dict[str, str], known: dict[tuple[str, str], int]) -> list[str]:
    rng = dice(seed, "export")
    width = 5 + len(_ITEMS)
    preamble = [
        ("統計名：", "都道府県データ 社会・人口統計体系"),
        ("表番号：", "10203"),
        ("表題：", "Ｃ　経済基盤"),
        ("実施年月：", "-", "-"),
        (),
        ("***", "当該数値は集計していないもの"),
        ("-", "データが得られないもの"),
        ("X", "数値が秘匿されているもの"),
        (),
    ]
    rows: list[tuple[object, ...]] = [(*row, *[""] * (width - len(row))) for row in preamble]
    rows.append(("", "", "", "", "/Ｃ　経済基盤 コード", *(code for code, *_ in _ITEMS)))
    titles = [f"{code}_{name}【{unit}】" for code, name, unit, _, _ in _ITEMS]
    rows.append(("調査年 コード", "調査年", "地域 コード", "地域", "/Ｃ　経済基盤", *titles))
    for i, year in enumerate(_YEARS):
        table = {}
        for code in names:
            cells = [
                round(known[code, item] * factor * (1.06 - 0.03 * i) * rng.uniform(0.99, 1.01))
                for _, _, _, item, factor in _ITEMS
            ]
            table[code] = cells
        nation = [sum(column) for column in zip(*table.values(), strict=True)]
        rows.append((f"{year}100000", f"{year}年度", "0", "全国", "", *(f"{n:,}" for n in nation)))
        for code, cells in table.items():
            shown = [f"{n:,}" for n in cells]
            if i == 0 and code in ("31", "36"):
                shown[2] = "***" if code == "31" else "X"
            key = str(int(code) * 1_000)
            rows.append((f"{year}100000", f"{year}年度", key, names[code], "", *shown))
    return csv_lines(rows, "\r\n")


def _write(out: Path, name: str, lines: list[str]) -> None:
    file = Delivery(out, name, "cp932")
    file.write("".join(lines))
    file.close()
