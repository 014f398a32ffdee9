"""Titles and technologies of research projects, in the classification of their year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Ints, choose, cumulative, dice
from etl.demo.words import listed, word_table
from etl.reference import read_reference

_CLASSIFICATIONS = {"2006": "平成18年版", "2014": "平成26年版", "2015": "平成27年版"}
_LINKS = ("を用いた", "による", "を活用した")


def project_titles(seed: int, n: int, stream: str = "titles") -> Any:
    """``n`` titles, all different as long as the words suffice."""
    rng = dice(seed, stream)
    table = word_table()["research"]
    means, objects, results = table["means"], table["objects"], table["results"]
    size = len(means) * len(objects) * len(results)
    drawn = rng.permutation(size)
    drawn = np.resize(drawn, n)
    return pc.binary_join_element_wise(
        listed(means, drawn // len(results) // len(objects)),
        listed(_LINKS, rng.integers(0, len(_LINKS), n)),
        listed(objects, drawn // len(results) % len(objects)),
        "の",
        listed(results, drawn % len(results)),
        "",
    )


def technologies(seed: int, year: Ints) -> tuple[Any, Any]:
    """Edition and name of the technology of each application: editions of 2006, 2014 and 2015."""
    rng = dice(seed, "technologies")
    table = read_reference("technology_crosswalk")
    edition = np.where(year < 2014, 0, np.where(year == 2014, 1, 2))
    names = pa.array([""] * len(year), pa.string())
    for code, key in enumerate(_CLASSIFICATIONS):
        own = list(table.loc[table["classification"] == key, "technology_name"])
        # Some technologies are much more frequent than others.
        weights = 1 / (1 + np.arange(len(own)) * 5 % len(own)) ** 0.7
        drawn = choose(rng, cumulative(weights), len(year))
        names = pc.if_else(pa.array(edition == code), listed(own, drawn), names)
    return listed(list(_CLASSIFICATIONS.values()), edition), names
