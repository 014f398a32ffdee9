"""The word lists of the demo data, and names put together from them with consistent readings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of ``words.toml``: pairs of writing and reading unless said otherwise."""

    first: list[tuple[str, str]]
    second: list[tuple[str, str]]
    katakana: tuple[list[str], list[str]]
    letters: list[str]
    tails: dict[str, list[tuple[str, str, str]]]
    renamed: list[tuple[str, str]]
    institutions: dict[str, list[tuple[str, str]]]
    towns: list[str]
    rural: list[str]
    buildings: list[str]
    research: tuple[list[str], list[str], list[str]]


@cache
def words() -> Words:
    """The word lists, read once."""
    tables = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    research = tables["research"]
    return Words(
        first=[(w, k) for w, k in tables["head"]["first"]],
        second=[(w, k) for w, k in tables["head"]["second"]],
        katakana=(tables["katakana"]["first"], tables["katakana"]["second"]),
        letters=tables["letters"]["names"],
        tails={d: [(w, k, m) for w, k, m in rows] for d, rows in tables["tails"].items()},
        renamed=[(w, k) for w, k in tables["renamed"]["tails"]],
        institutions={
            kind: [(w, k) for w, k in rows] for kind, rows in tables["institutions"].items()
        },
        towns=tables["towns"]["plain"],
        rural=tables["towns"]["rural"],
        buildings=tables["towns"]["buildings"],
        research=(research["means"], research["objects"], research["results"]),
    )


def coined_head(rng: Random) -> tuple[str, str]:
    """The distinctive part of a firm's name and its reading."""
    lists = words()
    style = rng.random()
    if style < 0.68:
        (a, a_kana), (b, b_kana) = rng.choice(lists.first), rng.choice(lists.second)
        return a + b, a_kana + b_kana
    if style < 0.94:
        name = rng.choice(lists.katakana[0]) + rng.choice(lists.katakana[1])
        return name, name
    indices = [rng.randrange(26) for _ in range(rng.choice((3, 3, 4)))]
    latin = "".join(chr(ord("Ａ") + i) for i in indices)
    return latin, "".join(lists.letters[i] for i in indices)


def street(rng: Random, is_town: bool) -> str:
    """The part of an address after the municipality, digits in full width as registered."""
    lists = words()
    if is_town or rng.random() < 0.25:
        text = f"{rng.choice(lists.rural)}{rng.randint(1, 1900)}番地"
        if rng.random() < 0.45:
            text += f"{rng.randint(1, 20)}"
    else:
        text = f"{rng.choice(lists.towns)}{rng.randint(1, 6)}丁目{rng.randint(1, 30)}番"
        text += f"{rng.randint(1, 30)}" if rng.random() < 0.05 else f"{rng.randint(1, 30)}号"
        if rng.random() < 0.15:
            text += f"{rng.choice(lists.buildings)}{rng.randint(2, 12)}階"
        elif rng.random() < 0.08:
            text = text.removesuffix("号") + f"-{rng.randint(101, 1208)}号"
    return text.translate(FULL_WIDTH)
