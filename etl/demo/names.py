"""Invented names of firms and shops: a coined head, a trade, and the legal form on its side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Bools, Ints, choose, cumulative
from etl.demo.words import divisions, heads, listed, tails, taken

# Legal forms: what stands before and behind the rest, and the kind of the register.
FORMS = (
    ("株式会社", "", "301"), ("", "株式会社", "301"),
    ("有限会社", "", "302"), ("", "有限会社", "302"),
    ("合同会社", "", "305"), ("", "合同会社", "305"),
    ("合資会社", "", "304"),
    ("医療法人", "", "399"), ("社会福祉法人", "", "399"),
    ("", "協同組合", "399"),
    ("公益財団法人", "", "399"), ("学校法人", "", "399"),
    ("", "", ""),
)  # fmt: skip
STOCK, LIMITED, PARTNERSHIP, SILENT, MEDICAL, WELFARE, UNION, FOUNDATION, SCHOOL, SHOP = (
    0, 2, 4, 6, 7, 8, 9, 10, 11, 12,
)  # fmt: skip
# Two and three characters, katakana short and long, Latin letters.
_STYLE_SHARES = np.array([0.34, 0.32, 0.12, 0.18, 0.04])
_FIRST_KATAKANA, _LAST_KATAKANA = 2, 3
_TWIN_SHARE, _UNION_SHARE, _SILENT_SHARE = 0.024, 0.015, 0.008


@dataclass(frozen=True, slots=True)
class Names:
    """The parts of names, one position per firm."""

    head: Ints
    tail: Ints
    has_dot: Bools
    form: Ints

    def core(self) -> Any:
        """Head and trade without the legal form; some shops put their trade first."""
        head = taken(heads().writings, self.head)
        tail = taken(tails().writings, self.tail)
        dot = listed(("", "・"), self.has_dot.astype(int))
        plain = pc.binary_join_element_wise(head, dot, tail, "")
        first = tails().starts["before"]
        is_turned = (self.tail >= first) & (self.tail < first + tails().sizes["before"])
        if not is_turned.any():
            return plain
        return pc.if_else(pa.array(is_turned), pc.binary_join_element_wise(tail, head, ""), plain)

    def written(self) -> Any:
        """As the register writes them, or as the shop's sign does."""
        return pc.binary_join_element_wise(
            listed([form[0] for form in FORMS], self.form),
            self.core(),
            listed([form[1] for form in FORMS], self.form),
            "",
        )

    def readings(self) -> Any:
        """In katakana, without the legal form."""
        return pc.binary_join_element_wise(
            taken(heads().readings, self.head), taken(tails().readings, self.tail), ""
        )

    def kinds(self) -> Any:
        """The kind of firm as the register codes it."""
        return listed([form[2] for form in FORMS], self.form)

    def take(self, rows: Ints) -> Names:
        return Names(self.head[rows], self.tail[rows], self.has_dot[rows], self.form[rows])

    def put(self, rows: Ints, other: Names) -> Names:
        """These names with those of ``rows`` replaced."""
        made = Names(self.head.copy(), self.tail.copy(), self.has_dot.copy(), self.form.copy())
        made.head[rows], made.tail[rows] = other.head, other.tail
        made.has_dot[rows], made.form[rows] = other.has_dot, other.form
        return made


def _heads(rng: np.random.Generator, n: int) -> tuple[Ints, Bools]:
    styles = choose(rng, cumulative(_STYLE_SHARES), n)
    is_katakana = (styles >= _FIRST_KATAKANA) & (styles <= _LAST_KATAKANA)
    return heads().draw(rng, styles), is_katakana


def coin_firms(rng: np.random.Generator, division: Ints, is_old: Bools) -> Names:
    """Names of corporations; ``is_old`` ones existed before 2015 and may be 有限会社.

    About 2.4 % share the name of another firm of their division, as names in a register do.
    """
    n = len(division)
    head, is_katakana = _heads(rng, n)
    tail = np.zeros(n, np.int64)
    for code, letter in enumerate(divisions()):
        rows = np.flatnonzero(division == code)
        tail[rows] = tails().draw(rng, letter, len(rows))
    draw, side = rng.random(n), rng.random(n)
    is_limited, is_partnership = is_old & (draw < 0.3), ~is_old & (draw < 0.25)
    form = STOCK + (side > 0.62)
    form = np.where(is_limited, LIMITED + (side > 0.9), form)
    form = np.where(is_partnership, PARTNERSHIP + (side > 0.7), form)
    form = np.where(draw > 1 - _SILENT_SHARE, SILENT, form)
    is_care = (division == divisions().index("P")) & (rng.random(n) < 0.3)
    tail = np.where(is_care, tails().draw(rng, "medical", n), tail)
    form = np.where(is_care, np.where(side < 0.5, MEDICAL, WELFARE), form)
    is_union = ~is_care & (rng.random(n) < _UNION_SHARE)
    tail = np.where(is_union, tails().draw(rng, "cooperative", n), tail)
    form = np.where(is_union, UNION, form)
    has_dot = is_katakana & tails().is_katakana[tail] & (rng.random(n) < 0.3)
    return _share_names(rng, division, Names(head, tail, has_dot, form))


def _share_names(rng: np.random.Generator, division: Ints, names: Names) -> Names:
    order = np.lexsort((np.arange(len(division)), names.form, division))
    twins = np.sort(rng.permutation(len(order) - 1)[: round(_TWIN_SHARE * len(order))] + 1)
    rows, models = order[twins], order[twins - 1]
    is_alike = (division[rows] == division[models]) & (names.form[rows] == names.form[models])
    return names.put(rows[is_alike], names.take(models[is_alike]))


def coin_institutions(rng: np.random.Generator, n_each: int) -> Names:
    """Foundations, then academies."""
    head, _ = _heads(rng, 2 * n_each)
    tail = np.concatenate([tails().draw(rng, group, n_each) for group in ("foundation", "academy")])
    form = np.repeat([FOUNDATION, SCHOOL], n_each)
    return Names(head, tail, np.zeros(2 * n_each, bool), form)


def coin_shops(rng: np.random.Generator, n: int) -> Names:
    """Signs of sole proprietors: no legal form, no person's name."""
    head, _ = _heads(rng, n)
    behind, before = (tails().draw(rng, side, n) for side in ("behind", "before"))
    tail = np.where(rng.random(n) < 0.6, behind, before)
    return Names(head, tail, np.zeros(n, bool), np.full(n, SHOP))


def rename(rng: np.random.Generator, names: Names) -> Names:
    """Another head, and a trade that says less; the legal form stays."""
    n = len(names.head)
    head, _ = _heads(rng, n)
    return Names(head, tails().draw(rng, "renamed", n), np.zeros(n, bool), names.form)


def majors_of(names: Names, division: Ints, rng: np.random.Generator) -> Any:
    """The major group of each firm: that of its trade, or one of its division."""
    own = taken(tails().majors, names.tail)
    drawn = np.zeros(len(division), np.int64)
    for code, letter in enumerate(divisions()):
        rows = np.flatnonzero(division == code)
        drawn[rows] = tails().draw(rng, letter, len(rows))
    other = taken(tails().majors, drawn)
    # Welfare corporations run homes, medical ones clinics.
    own = pc.if_else(pa.array(names.form == WELFARE), "85", own)
    return pc.if_else(pc.equal(own, ""), other, own)
