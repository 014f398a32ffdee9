"""The demo firms: invented names, impossible corporate numbers, places and industries in
the proportions of the real prefectures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from etl.demo.words import coined_head, street, words
from etl.reference import read_reference

# No registry office has a code that begins with 99: no such number can ever be assigned.
NUMBER_PREFIX = "99"
REGISTER_START = date(2015, 10, 5)

_ESTABLISHMENTS = "C2108"
# The divisions that the prefecture table counts, and national weights for the others.
_COUNTED = {"D": "36", "E": "37", "G": "39", "I": "41", "M": "47", "N": "48", "P": "50"}
_UNCOUNTED = {
    "A": 7, "B": 1, "C": 1, "F": 1, "H": 12, "J": 4, "K": 24, "L": 22, "O": 7, "Q": 1, "R": 20,
}  # fmt: skip
# Establishments count branches; firms of these divisions have fewer or more than their share.
_FIRM_FACTOR = {"E": 1.6, "D": 1.5, "G": 1.9, "I": 0.75, "M": 0.5, "N": 0.45, "P": 0.5}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a firm is registered; names as the register writes them."""

    prefecture_code: str
    prefecture: str
    municipality_code: str
    city: str
    street: str
    post_code: str

    @property
    def address(self) -> str:
        return f"{self.prefecture}{self.city}{self.street}"


@dataclass(frozen=True, slots=True)
class Firm:
    """A demo firm as first registered. ``role`` is firm, foundation or academy."""

    number: str
    kind: str
    role: str
    name: str
    furigana: str
    division: str
    major: str
    place: Place
    assigned: date


def check_digit(base: str) -> int:
    """The first digit of a corporate number, from its twelve base digits."""
    weighted = sum(int(d) * (1 + i % 2) for i, d in enumerate(reversed(base)))
    return 9 - weighted % 9


class Atlas:
    """Draws places: prefectures by their establishments, cities by their order in the code."""

    def __init__(self) -> None:
        size = read_reference("prefecture_size")
        amounts = {
            (row["prefecture_code"], row["item_code"]): int(row["amount"])
            for row in size.to_dict("records")
        }
        rows = read_reference("prefecture").to_dict("records")
        self.names: dict[str, str] = {row["prefecture_code"]: row["name"] for row in rows}
        self.bureaus: dict[str, str] = {row["prefecture_code"]: row["bureau_code"] for row in rows}
        self.codes = list(self.names)
        self._weights = list(accumulate(amounts[c, _ESTABLISHMENTS] for c in self.codes))
        self._cities = {code: self._cities_of(code) for code in self.codes}
        self._divisions = {code: _division_weights(amounts, code) for code in self.codes}

    @staticmethod
    def _cities_of(prefecture_code: str) -> tuple[list[tuple[str, str]], list[float]]:
        table = read_reference("municipality")
        table = table[(table["prefecture_code"] == prefecture_code) & (table["is_current"] == "1")]
        rows = [(r["municipality_code"], r["name"]) for r in table.to_dict("records")]
        # A city with wards registers nobody itself.
        names = [name for _, name in rows]
        rows = [
            (code, name)
            for code, name in rows
            if not any(other != name and other.startswith(name) for other in names)
        ]
        rows.sort(key=lambda row: (row[1][-1] in "町村", row[0]))
        return rows, list(accumulate(1 / (rank + 1.5) ** 0.9 for rank in range(len(rows))))

    def prefecture(self, rng: Random) -> str:
        return rng.choices(self.codes, cum_weights=self._weights)[0]

    def division(self, rng: Random, prefecture_code: str) -> str:
        divisions, weights = self._divisions[prefecture_code]
        return rng.choices(divisions, cum_weights=weights)[0]

    def place(self, rng: Random, prefecture_code: str) -> Place:
        rows, weights = self._cities[prefecture_code]
        code, city = rng.choices(rows, cum_weights=weights)[0]
        post_code = f"{100 + int(code) * 7 % 900:03d}{rng.randrange(400):04d}"
        return Place(
            prefecture_code,
            self.names[prefecture_code],
            code,
            city,
            street(rng, city[-1] in "町村"),
            post_code,
        )


def _division_weights(
    amounts: dict[tuple[str, str], int], prefecture_code: str
) -> tuple[list[str], list[float]]:
    counted = {d: amounts[prefecture_code, _ESTABLISHMENTS + c] for d, c in _COUNTED.items()}
    rest = amounts[prefecture_code, _ESTABLISHMENTS] - sum(counted.values())
    total = sum(_UNCOUNTED.values())
    weights = {d: n * _FIRM_FACTOR[d] for d, n in counted.items()}
    weights |= {d: rest * w / total for d, w in _UNCOUNTED.items()}
    return list(weights), list(accumulate(weights.values()))


def draw_firms(n: int, seed: int) -> list[Firm]:
    """``n`` firms in order of their numbers; one foundation and one academy per 300 firms.

    About 3 % share their name with another firm, as names in a register do.
    """
    rng = Random(f"{seed}:firms")
    atlas = Atlas()
    n_institution = max(12, n // 300)
    roles = ["foundation"] * n_institution + ["academy"] * n_institution
    roles += ["firm"] * max(0, n - len(roles))
    taken: set[str] = set()
    firms: list[Firm] = []
    for index, role in enumerate(roles[:n]):
        prefecture_code = (
            atlas.codes[index % n_institution % 47] if role != "firm" else atlas.prefecture(rng)
        )
        division = atlas.division(rng, prefecture_code) if role == "firm" else _HOME[role][0]
        assigned = REGISTER_START
        if role == "firm" and rng.random() < 0.38:
            assigned += timedelta(days=int(3_950 * rng.random() ** 0.85))
        kind, name, furigana, major = _name(rng, role, division, assigned)
        while name in taken:
            kind, name, furigana, major = _name(rng, role, division, assigned)
        if role == "firm" and rng.random() < 0.024:
            twin = rng.choice(firms)
            if twin.role == "firm" and twin.kind == kind:
                name, furigana, major, division = (
                    twin.name,
                    twin.furigana,
                    twin.major,
                    twin.division,
                )
        taken.add(name)
        place = atlas.place(rng, prefecture_code)
        number = _number(prefecture_code, kind, index)
        firms.append(Firm(number, kind, role, name, furigana, division, major, place, assigned))
    return sorted(firms, key=lambda firm: firm.number)


_HOME = {"foundation": ("L", "71"), "academy": ("O", "81")}
_OFFICE_KIND = {"301": "01", "302": "02", "303": "03", "304": "03", "305": "03", "399": "05"}


def _number(prefecture_code: str, kind: str, index: int) -> str:
    base = f"{NUMBER_PREFIX}{prefecture_code}{_OFFICE_KIND[kind]}{index + 1:06d}"
    return f"{check_digit(base)}{base}"


def _name(rng: Random, role: str, division: str, assigned: date) -> tuple[str, str, str, str]:
    """Kind, registered name, reading without the legal form, and major group."""
    head, kana = coined_head(rng)
    lists = words()
    if role != "firm":
        writing, reading = rng.choice(lists.institutions[role])
        form = "公益財団法人" if role == "foundation" else "学校法人"
        return "399", f"{form}{head}{writing}", kana + reading, _HOME[role][1]
    if division == "P" and rng.random() < 0.3:
        writing, reading = rng.choice(lists.institutions["medical"])
        form, major = rng.choice((("医療法人", "83"), ("社会福祉法人", "85")))
        return "399", f"{form}{head}{writing}", kana + reading, major
    if rng.random() < 0.015:
        writing, reading = rng.choice(lists.institutions["cooperative"])
        major = rng.choice(lists.tails[division])[2]
        return "399", f"{head}{writing}協同組合", f"{kana}{reading}", major
    writing, reading, major = rng.choice(lists.tails[division])
    is_katakana = all("ァ" <= text[0] <= "ヺ" for text in (head, writing))
    separator = "・" if is_katakana and rng.random() < 0.3 else ""
    core, kana = f"{head}{separator}{writing}", kana + reading
    draw = rng.random()
    if assigned == REGISTER_START and draw < 0.3:
        return "302", f"有限会社{core}" if rng.random() < 0.9 else f"{core}有限会社", kana, major
    if assigned > REGISTER_START and draw < 0.25:
        return "305", f"合同会社{core}" if rng.random() < 0.7 else f"{core}合同会社", kana, major
    if draw > 0.99:
        return "304", f"合資会社{core}", kana, major
    return "301", f"株式会社{core}" if rng.random() < 0.62 else f"{core}株式会社", kana, major
