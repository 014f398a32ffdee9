"""The word lists of the demo data as Arrow columns, from which names and places are taken."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from etl.demo.dice import Bools, Ints

FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
_LARGEST = 2_000
# Names in Latin letters begin with a rare one and have no vowel: no real firm spells itself so.
_RARE_LETTERS, _CONSONANTS = "ＱＸＺ", "ＢＣＤＦＧＨＪＫＬＭＮＰＲＳＴＶＷ"


@dataclass(frozen=True, slots=True)
class Heads:
    """The distinctive parts of names, with their readings; a style is a range of positions."""

    writings: Any
    readings: Any
    starts: Ints
    sizes: Ints

    def draw(self, rng: np.random.Generator, styles: Ints) -> Ints:
        """A head of each style."""
        drawn = (rng.random(len(styles)) * self.sizes[styles]).astype(np.int64)
        return np.asarray(self.starts[styles] + drawn)


@dataclass(frozen=True, slots=True)
class Tails:
    """What firms do, as their names say it, with the major group of it; a group is a range."""

    writings: Any
    readings: Any
    majors: Any
    is_katakana: Bools
    starts: dict[str, int]
    sizes: dict[str, int]

    def draw(self, rng: np.random.Generator, group: str, n: int) -> Ints:
        """``n`` trades of a division, or of a kind of institution, or of shops."""
        return self.starts[group] + rng.integers(0, self.sizes[group], n)


@cache
def word_table() -> dict[str, Any]:
    """``words.toml`` as it stands."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


@cache
def divisions() -> list[str]:
    """The divisions of the industrial classification that firms of the demo are of."""
    return list(word_table()["tails"])


@cache
def heads() -> Heads:
    """Styles: two characters, three characters, katakana short and long, Latin letters."""
    table = word_table()
    first, second = table["head"]["first"], table["head"]["second"]
    kana = table["katakana"]
    names = table["letters"]["names"]
    two = [(a + b, x + y) for (a, x), (b, y) in product(first, second)]
    three = [(a + b, x + y) for (a, x), (b, y) in product(two, second)]
    short = [(a + b, a + b) for a, b in product(kana["first"], kana["second"])]
    long = [(a + b, a + b) for (a, _), b in product(short, kana["third"])]
    reading = {chr(ord("Ａ") + i): name for i, name in enumerate(names)}
    letters = [
        ("".join(word), "".join(reading[letter] for letter in word))
        for word in product(_RARE_LETTERS, _CONSONANTS, _CONSONANTS, _CONSONANTS)
    ]
    styles = (two, three, short, long, letters)
    sizes = np.array([len(style) for style in styles])
    pairs = [pair for style in styles for pair in style]
    writings, readings = zip(*pairs, strict=True)
    return Heads(
        pa.array(writings, pa.string()),
        pa.array(readings, pa.string()),
        np.cumsum(sizes) - sizes,
        sizes,
    )


@cache
def tails() -> Tails:
    """The trades of all divisions, then those of institutions, new names and shops."""
    table = word_table()
    groups: dict[str, list[list[str]]] = dict(table["tails"])
    for kind, major in (("medical", "83"), ("cooperative", ""), ("foundation", "71"),
                        ("academy", "81")):  # fmt: skip
        groups[kind] = [[*pair, major] for pair in table["institutions"][kind]]
    groups["renamed"] = [[*pair, ""] for pair in table["renamed"]["tails"]]
    for side in ("behind", "before"):
        groups[side] = [[word, "", ""] for word in table["shops"][side]]
    rows = [row for group in groups.values() for row in group]
    writings, readings, majors = zip(*rows, strict=True)
    sizes = {name: len(group) for name, group in groups.items()}
    ends = np.cumsum(list(sizes.values()))
    return Tails(
        pa.array(writings),
        pa.array(readings),
        pa.array(majors),
        np.array(["ァ" <= text[0] <= "ヺ" for text in writings]),
        {name: int(end) - sizes[name] for name, end in zip(sizes, ends, strict=True)},
        sizes,
    )


@cache
def column(*path: str) -> Any:
    """A plain list of ``words.toml`` as an Arrow column."""
    found: Any = word_table()
    for key in path:
        found = found[key]
    return pa.array(found, pa.string())


@cache
def numerals(is_wide: bool = False) -> Any:
    """The figures from 0 to 1,999 as text, in full width where wanted."""
    texts = [str(i) for i in range(_LARGEST)]
    return pa.array([t.translate(FULL_WIDTH) for t in texts] if is_wide else texts)


def taken(words: Any, positions: Ints) -> Any:
    """The words at ``positions``."""
    return words.take(pa.array(positions))


def listed(texts: Sequence[str], positions: Ints) -> Any:
    """The texts at ``positions`` of a short list."""
    return taken(pa.array(texts, pa.string()), positions)
