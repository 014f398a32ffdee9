"""A written address taken apart: prefecture, municipality, town and numbers; the building is cut.

The form is that of the register, whatever dashes, old or small characters, 大字 or 番地 it was
written with: 東京都千代田区霞が関一丁目２番地の３ 霞ビル９階 → 13101, 霞ケ関, 1-2-3.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from etl.linkage.characters import fold_place
from etl.reference import read_reference

_DASH = "-‐‑‒–—―−─ー~〜"
_KANJI = "一二三四五六七八九十百千〇"
_VALUES = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
_POST_CODE = re.compile(rf"^〒?\s*\d{{3}}[{_DASH}]?\d{{4}}(?!\d)\s*|^〒\s*")
# Ideographs are numbers before a unit or beside a dash; 一番町 and 三条通 are names.
_KANJI_NUMBER = re.compile(
    rf"[{_KANJI}]+(?=丁目?|番(?![町丁])|号|地割|条|線)"
    rf"|(?<=[{_DASH}])[{_KANJI}]+|(?<![{_KANJI}])[{_KANJI}]+(?=[{_DASH}][{_KANJI}\d])"
    rf"|(?<=番地の)[{_KANJI}]+|(?<=番地)[{_KANJI}]+|(?<=番)[{_KANJI}]+(?=号)"
)
_BETWEEN = rf"(?:丁目|丁|番地割?の?|番の?|地割|号の?|の|ノ|[{_DASH}])"
# 8番町, 4条, 5線 belong to the name of the town.
_NUMBERS = re.compile(rf"第?(\d+(?!\d|番[町丁]|条|線|区|町|組)(?:{_BETWEEN}\s*第?\d+)*)")
_DIGITS = re.compile(r"\d+")
_AREA = re.compile(r"大字|小字|字")


@dataclass(frozen=True, slots=True)
class WrittenAddress:
    """Codes are empty where the address does not tell; ``numbers`` are joined by dashes."""

    prefecture_code: str
    municipality_code: str
    town: str
    numbers: str


@lru_cache(maxsize=4_096)
def parse_address(written: str, hint: str = "") -> WrittenAddress:
    """Take one written address apart; never fails.

    ``hint`` is the prefecture (code) to look in when the address names none and its municipality
    is not one alone; where the address is empty, all that is known.
    """
    text = fold_place(_POST_CODE.sub("", unicodedata.normalize("NFKC", written).strip()))
    prefecture, rest = _prefecture_of(text)
    municipality, rest = _municipality_of(prefecture, rest)
    if not prefecture and not municipality and hint:
        prefecture = hint
        municipality, rest = _municipality_of(prefecture, text)
    town, numbers = parse_street(rest) if municipality else ("", "")
    return WrittenAddress(prefecture or municipality[:2], municipality, town, numbers)


def parse_street(written: str) -> tuple[str, str]:
    """Town and numbers of what stands after the municipality."""
    text = fold_place(unicodedata.normalize("NFKC", written))
    text = _KANJI_NUMBER.sub(lambda m: str(_number(m[0])), text)
    found = _NUMBERS.search(text)
    town = text[: found.start()] if found else text
    numbers = _DIGITS.findall(found[1]) if found else []
    return _AREA.sub("", town), "-".join(str(int(number)) for number in numbers)


def _number(kanji: str) -> int:
    """二十三, 百五, 二三 and 一〇 as numbers."""
    if not any(sign in kanji for sign in "十百千"):
        return int("".join(str(_VALUES[sign]) for sign in kanji))
    total = digit = 0
    for sign in kanji:
        if sign in _VALUES:
            digit = digit * 10 + _VALUES[sign]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
    return total + digit


def _prefecture_of(text: str) -> tuple[str, str]:
    for length in (3, 4):
        if code := _prefectures().get(text[:length]):
            return code, text[length:]
    return "", text


def _municipality_of(prefecture: str, text: str) -> tuple[str, str]:
    """The municipality by the longest name that fits; none where that is not one alone."""
    names = _municipalities()
    for length in range(min(_longest_name(), len(text)), 1, -1):
        named = names.get(text[:length], ())
        codes = [code for code in named if code.startswith(prefecture)]
        if codes:
            return (codes[0], text[length:]) if len(codes) == 1 else ("", text)
    return "", text


@cache
def _prefectures() -> dict[str, str]:
    table = read_reference("prefecture")
    return dict(zip(table.name, table.prefecture_code, strict=True))


@cache
def _municipalities() -> dict[str, tuple[str, ...]]:
    """Codes by name, with and without the district (郡); present ones beat former ones."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    table = read_reference("municipality")
    for code, name, current in zip(
        table.municipality_code, table.name, table.is_current, strict=True
    ):
        for short in {name, re.sub(r"^.+?郡(?=.+[町村]$)", "", name)}:
            found[fold_place(short)][code] = current == "1"
    return {
        name: tuple(code for code, present in codes.items() if present == any(codes.values()))
        for name, codes in found.items()
    }


@cache
def _longest_name() -> int:
    return max(map(len, _municipalities()))


@cache
def city_codes() -> dict[str, str]:
    """The city of each municipality: a ward's designated city, any other its own."""
    table = read_reference("municipality")
    cities = {
        (code[:2], name): code
        for code, name in zip(table.municipality_code, table.name, strict=True)
    }
    return {
        code: cities.get((code[:2], name.partition("市")[0] + "市"), code)
        if name.endswith("区") and "市" in name
        else code
        for code, name in zip(table.municipality_code, table.name, strict=True)
    }
