"""Which industry the demo firms state, by name only, as municipal gBizINFO extracts give it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from random import Random

from etl.demo.inbox import csv_lines
from etl.demo.life import Life
from etl.reference import read_reference

HEADER = ("company", "business_codes", "business_items")
FILE = "industrycode.csv"
STATED_SHARE = 0.87
# Of these, a few give a name and no industry.
_UNKNOWN_SHARE = 0.02
_SECOND_SHARE = 0.08


def profile_lines(lives: Sequence[Life], seed: int) -> list[str]:
    """Header and one record for most firms: divisions and major groups packed in one cell."""
    rng = Random(f"{seed}:profiles")
    table = read_reference("industry")
    table = table[table["revision"] == "14"]
    names = {row["code"]: row["name"] for row in table.to_dict("records")}
    rows = []
    for life in lives:
        if rng.random() >= STATED_SHARE:
            continue
        name = life.last.name
        if rng.random() < 0.5:
            # Half of the names come in the half-width Latin of the extract.
            name = unicodedata.normalize("NFKC", name)
        if rng.random() < 0.04:
            name = name.replace("株式会社", rng.choice(("(株)", "㈱")))
        if rng.random() < _UNKNOWN_SHARE:
            rows.append((name, "", ""))
            continue
        divisions, majors = [life.firm.division], [life.firm.major]
        if rng.random() < _SECOND_SHARE:
            other = rng.choice(lives).firm
            if other.division > divisions[0]:
                divisions.append(other.division)
                majors.append(other.major)
        codes = [*divisions, *majors]
        rows.append((name, ",".join(codes), ",".join(names[code] for code in codes)))
    rng.shuffle(rows)
    return csv_lines([HEADER, *rows])
