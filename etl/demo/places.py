"""Where the demo firms are: prefectures by their establishments, cities by their order, streets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Bools, Floats, Ints, choose, cumulative
from etl.demo.words import column, divisions, numerals, taken
from etl.reference import read_reference

_ESTABLISHMENTS = "C2108"
# The divisions that the prefecture table counts, and national weights for the others.
_COUNTED = {"D": "36", "E": "37", "G": "39", "I": "41", "M": "47", "N": "48", "P": "50"}
_UNCOUNTED = {
    "A": 7, "B": 1, "C": 1, "F": 1, "H": 12, "J": 4, "K": 24, "L": 22, "O": 7, "Q": 1, "R": 20,
}  # fmt: skip
# Establishments count branches; firms of these divisions have fewer or more than their share.
_FIRM_FACTOR = {"E": 1.6, "D": 1.5, "G": 1.9, "I": 0.75, "M": 0.5, "N": 0.45, "P": 0.5}
# Address forms: 番地; 番地 and a figure; 番 and 号; 番 and a figure; a building; a room.
_FIELD, _FIELD_SUB, _BLOCK, _BLOCK_SUB, _BUILDING, _ROOM = range(6)


@dataclass(frozen=True, slots=True)
class Atlas:
    """Prefectures and municipalities with their weights; positions count from 0."""

    codes: list[str]
    names: list[str]
    short_names: list[str]
    bureaus: Ints
    prefecture_shares: Floats
    division_shares: Floats
    city_codes: Any
    city_names: Any
    is_rural: Bools
    _city_shares: Floats

    def prefectures(self, rng: np.random.Generator, n: int) -> Ints:
        return choose(rng, self.prefecture_shares, n)

    def divisions(self, rng: np.random.Generator, prefectures: Ints) -> Ints:
        """A division for each firm, by the weights of its prefecture."""
        n_division = len(divisions())
        draws = prefectures + rng.random(len(prefectures))
        return np.searchsorted(self.division_shares, draws, "right") - prefectures * n_division

    def cities(self, rng: np.random.Generator, prefectures: Ints) -> Ints:
        draws = prefectures + rng.random(len(prefectures))
        found = np.searchsorted(self._city_shares, draws, "right")
        return found.clip(max=len(self._city_shares) - 1)


@cache
def atlas() -> Atlas:
    """The reference tables as one atlas."""
    rows = read_reference("prefecture").to_dict("records")
    codes = [row["prefecture_code"] for row in rows]
    bureaus = [row["bureau_code"] for row in rows]
    amounts = {
        (row["prefecture_code"], row["item_code"]): int(row["amount"])
        for row in read_reference("prefecture_size").to_dict("records")
    }
    by_prefecture = [
        cumulative(_division_weights(amounts, code)) + i for i, code in enumerate(codes)
    ]
    cities, city_shares = [], []
    for i, code in enumerate(codes):
        found = _cities_of(code)
        cities += found
        city_shares.append(cumulative(1 / (np.arange(len(found)) + 1.5) ** 0.9) + i)
    return Atlas(
        codes,
        [row["name"] for row in rows],
        [row["short_name"] for row in rows],
        np.array([sorted(set(bureaus)).index(bureau) for bureau in bureaus]),
        cumulative(np.array([float(amounts[code, _ESTABLISHMENTS]) for code in codes])),
        np.concatenate(by_prefecture),
        pa.array([code for code, _ in cities]),
        pa.array([name for _, name in cities]),
        np.array([name[-1] in "町村" for _, name in cities]),
        np.concatenate(city_shares),
    )


def _division_weights(amounts: dict[tuple[str, str], int], code: str) -> Floats:
    counted = {d: amounts[code, _ESTABLISHMENTS + c] for d, c in _COUNTED.items()}
    rest = amounts[code, _ESTABLISHMENTS] - sum(counted.values())
    total = sum(_UNCOUNTED.values())
    weights = {d: n * _FIRM_FACTOR[d] for d, n in counted.items()}
    weights |= {d: rest * w / total for d, w in _UNCOUNTED.items()}
    return np.array([weights[d] for d in divisions()])


def _cities_of(prefecture_code: str) -> list[tuple[str, str]]:
    table = read_reference("municipality")
    table = table[(table["prefecture_code"] == prefecture_code) & (table["is_current"] == "1")]
    names = list(table["name"])
    # A city with wards registers nobody itself.
    rows = [
        (code, name)
        for code, name in zip(table["municipality_code"], names, strict=True)
        if not any(other != name and other.startswith(name) for other in names)
    ]
    return sorted(rows, key=lambda row: (row[1][-1] in "町村", row[0]))


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses in their parts, one position per firm."""

    prefecture: Ints
    city: Ints
    form: Ints
    town: Ints
    first: Ints
    second: Ints
    third: Ints
    building: Ints
    floor: Ints

    def take(self, rows: Ints) -> Places:
        return Places(*(getattr(self, name)[rows] for name in self.__slots__))

    def put(self, rows: Ints, other: Places) -> Places:
        """These places with those of ``rows`` replaced."""
        parts = {name: getattr(self, name).copy() for name in self.__slots__}
        for name, part in parts.items():
            part[rows] = getattr(other, name)
        return Places(**parts)

    def without_building(self, mask: Bools) -> Places:
        """The same places, those of ``mask`` without the name of a building."""
        form = np.where(mask & (self.form == _BUILDING), _BLOCK, self.form)
        return replace(self, form=form)

    def prefecture_names(self) -> Any:
        return taken(pa.array(atlas().names), self.prefecture)

    def city_names(self) -> Any:
        return taken(atlas().city_names, self.city)

    def post_codes(self) -> Any:
        city = pc.cast(taken(atlas().city_codes, self.city), pa.int64()).to_numpy()
        area = taken(numerals(), 100 + city * 7 % 900)
        return pc.binary_join_element_wise(
            area, pc.utf8_lpad(taken(numerals(), self.third * 13 % 400), 4, padding="0"), ""
        )

    def _town(self) -> Any:
        return taken(
            pa.concat_arrays([column("towns", "plain"), column("towns", "rural")]), self.town
        )

    def streets(self) -> Any:
        """As the register writes them: full-width figures, 丁目, 番, 号."""
        return _joined(self, self._town(), numerals(is_wide=True), _REGISTERED)

    def typed_streets(self, style: Ints) -> Any:
        """As people write them; ``style`` counts into STREET_STYLES."""
        town = self._town()
        made = self.streets()
        for code, (is_wide, words) in enumerate(STREET_STYLES, start=1):
            mask = style == code
            if mask.any():
                typed = _joined(self, town, numerals(is_wide), words)
                made = pc.if_else(pa.array(mask), typed, made)
        return made


# For each address form the words after its figures: town, first, second, third, building, floor.
_Words = dict[int, tuple[str, ...]]
_REGISTERED: _Words = {
    _FIELD: ("番地", "", "", ""),
    _FIELD_SUB: ("番地", "", "", ""),
    _BLOCK: ("丁目", "番", "号", ""),
    _BLOCK_SUB: ("丁目", "番", "", ""),
    _BUILDING: ("丁目", "番", "号", "階"),
    _ROOM: ("丁目", "番", "－", "号"),
}


def _hyphenated(hyphen: str, floor: str) -> _Words:
    return {
        _FIELD: ("", "", "", ""),
        _FIELD_SUB: (hyphen, "", "", ""),
        _BLOCK: (hyphen, hyphen, "", ""),
        _BLOCK_SUB: (hyphen, hyphen, "", ""),
        _BUILDING: (hyphen, hyphen, "", floor),
        _ROOM: (hyphen, hyphen, hyphen, ""),
    }


# Style 0 is the register's own. Then half-width figures; hyphens in half and in full width.
STREET_STYLES: tuple[tuple[bool, _Words], ...] = (
    (False, _REGISTERED | {_ROOM: ("丁目", "番", "-", "号")}),
    (False, _hyphenated("-", "F")),
    (True, _hyphenated("－", "Ｆ")),
    (False, _hyphenated("の", "階")),
)


def _joined(places: Places, town: Any, figures: Any, words: _Words) -> Any:
    """The street part of each address, by its form."""
    made = pa.nulls(len(places.form), pa.string())
    first, second, third = (
        taken(figures, part) for part in (places.first, places.second, places.third)
    )
    building = taken(column("towns", "buildings"), places.building)
    floor = taken(figures, places.floor)
    for form, (a, b, c, d) in words.items():
        mask = places.form == form
        if not mask.any():
            continue
        if form == _FIELD:
            parts = [town, first, a]
        elif form == _FIELD_SUB:
            parts = [town, first, a, second]
        elif form in (_BLOCK, _BLOCK_SUB):
            parts = [town, first, a, second, b, third, c]
        elif form == _BUILDING:
            parts = [town, first, a, second, b, third, c, building, floor, d]
        else:
            parts = [town, first, a, second, b, third, c, floor, d]
        made = pc.if_else(pa.array(mask), pc.binary_join_element_wise(*parts, ""), made)
    return made


def draw_places(rng: np.random.Generator, prefectures: Ints) -> Places:
    """A city, a street and a house number in each of ``prefectures``."""
    n = len(prefectures)
    cities = atlas().cities(rng, prefectures)
    n_town, n_rural = len(column("towns", "plain")), len(column("towns", "rural"))
    is_field = atlas().is_rural[cities] | (rng.random(n) < 0.25)
    draw = rng.random(n)
    block = np.select(
        [draw < 0.05, draw < 0.20, draw < 0.28], [_BLOCK_SUB, _BUILDING, _ROOM], _BLOCK
    )
    form = np.where(is_field, np.where(draw < 0.45, _FIELD_SUB, _FIELD), block)
    town = np.where(is_field, n_town + rng.integers(0, n_rural, n), rng.integers(0, n_town, n))
    first = np.where(is_field, rng.integers(1, 1_900, n), rng.integers(1, 7, n))
    second = np.where(is_field, rng.integers(1, 21, n), rng.integers(1, 31, n))
    floor = np.where(form == _ROOM, rng.integers(101, 1_209, n), rng.integers(2, 13, n))
    building = rng.integers(0, len(column("towns", "buildings")), n)
    third = rng.integers(1, 31, n)
    return Places(prefectures, cities, form, town, first, second, third, building, floor)
