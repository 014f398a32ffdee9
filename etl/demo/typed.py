"""Parties as people type them: the register's name, address and number with measured errors."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Bools, Floats, Ints, choose, cumulative
from etl.demo.numbers import DUMMY_NUMBER, as_text, spoiled_numbers
from etl.demo.places import Places
from etl.demo.population import NO_NUMBER, Population
from etl.demo.rendering import replaced
from etl.demo.words import FULL_WIDTH, column, listed

# How a name differs from the register's, with the share of each among names that have a number.
IDENTICAL, WIDTH, SYMBOL, FORM, OLD, EXTRA, SEVERAL, PART, TYPO = range(9)
ERRORS = (
    "identical", "width", "symbol", "legal_form", "old_name", "extra", "several", "part", "typo",
)  # fmt: skip
# Few names have a symbol or a small letter to change, so more are drawn than are made.
_SHARES = np.array([0.797, 0.10, 0.045, 0.01, 0.0, 0.038, 0.003, 0.002, 0.005])
# Who changed the name is still called by the old one so often.
_OLD_NAME, _OLD_ADDRESS = 0.65, 0.2
_SHORT = {
    "株式会社": ("(株)", "㈱", "（株）"), "有限会社": ("(有)", "㈲", "（有）"),
    "合同会社": ("(同)",), "医療法人": ("(医)",), "社会福祉法人": ("(社福)",),
    "公益財団法人": ("(公財)",), "学校法人": ("(学)",),
}  # fmt: skip
_FORMS = (*_SHORT, "合資会社", "協同組合")
_LARGE_KANA = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
_BRANCHES = (
    "東北支店",
    "関西支店",
    "中部営業所",
    "九州支店",
    "第二工場",
    "本社",
    "本店",
    "東京営業所",
)
_OTHERS = ("ほか", "ほか２社", "外3名", "他１社")
# Characters that are mistaken for each other.
_ALIKE = {
    "髙": "高", "﨑": "崎", "嶺": "峯", "峰": "峯", "鋼": "綱", "凛": "凜", "穂": "徳", "晶": "昌",
    "織": "識", "泉": "原", "設": "説", "製": "制", "業": "棄", "工": "江", "商": "商工",
    "ア": "マ", "ソ": "ン", "ン": "ソ", "ノ": "メ", "リ": "ソ", "ル": "レ",
}  # fmt: skip


# The columns of text of a typed party.
TEXTS = ("number", "name", "address", "telephone", "gbizid", "truth")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a source is filled in: shares of what is missing or given."""

    no_number: float
    no_address: float = 0.02
    telephone: float = 0.0
    gbizid: float = 0.0


@dataclass(frozen=True, slots=True)
class Typed:
    """Parties in columns, and the truth: the corporate number meant, NULL if no one firm is."""

    number: Any
    name: Any
    address: Any
    telephone: Any
    gbizid: Any
    truth: Any
    error: Ints

    def take(self, rows: Ints) -> Typed:
        at = pa.array(rows)
        texts = {name: getattr(self, name).take(at) for name in TEXTS}
        return Typed(**texts, error=self.error[rows])


def type_parties(
    rng: np.random.Generator, people: Population, firm: Ints, when: Ints, habits: Habits
) -> Typed:
    """What is typed on day ``when`` about each ``firm``."""
    n = len(firm)
    name, error = _names(rng, people, firm, when)
    number = _numbers(rng, people, firm, habits.no_number)
    truth = people.number_texts.take(pa.array(firm))
    truth = pc.if_else(pa.array(error == SEVERAL), pa.scalar(None, pa.string()), truth)
    address = _addresses(rng, people, firm, when)
    address = replaced_by_empty(address, rng.random(n) < habits.no_address)
    phone = people.telephone_texts.take(pa.array(firm)) if habits.telephone else _empty(n)
    if habits.telephone:
        plain = pc.replace_substring(phone, "-", "")
        phone = pc.if_else(pa.array(rng.random(n) < 0.2), plain, phone)
        phone = replaced_by_empty(phone, rng.random(n) >= habits.telephone)
    gbizid = people.gbizid_texts.take(pa.array(firm)) if habits.gbizid else _empty(n)
    if habits.gbizid:
        gbizid = replaced_by_empty(gbizid, rng.random(n) >= habits.gbizid)
    return Typed(number, name, address, phone, gbizid, truth, error)


def _empty(n: int) -> Any:
    return pa.array([""] * n, pa.string())


def replaced_by_empty(texts: Any, mask: Bools) -> Any:
    """The texts with nothing where ``mask`` is TRUE."""
    return pc.if_else(pa.array(mask), "", texts)


def _names(
    rng: np.random.Generator, people: Population, firm: Ints, when: Ints
) -> tuple[Any, Ints]:
    n = len(firm)
    rows = pa.array(firm)
    is_new = when >= people.renamed[firm]
    is_old = is_new & (rng.random(n) < _OLD_NAME)
    names = pc.if_else(
        pa.array(is_new & ~is_old), people.rewritten.take(rows), people.written.take(rows)
    )
    error = choose(rng, cumulative(_SHARES), n)
    # A shop's sign has no legal form and is typed with fewer additions.
    shop = ~people.is_corporate[firm]
    error = np.where(shop & (error > WIDTH), IDENTICAL, error)
    error = np.where(is_old, OLD, error)
    changed = np.flatnonzero((error != IDENTICAL) & (error != OLD))
    how, detail = error[changed], rng.integers(0, 10**6, len(changed))
    originals = names.take(pa.array(changed)).to_pylist()
    made = [
        _MISTYPE[kind](name, draw)
        for name, kind, draw in zip(originals, how.tolist(), detail.tolist(), strict=True)
    ]
    # What has nothing to change stays as it is.
    same = np.array([a == b for a, b in zip(made, originals, strict=True)], bool)
    error[changed[same]] = IDENTICAL
    mask = np.zeros(n, bool)
    mask[changed] = True
    return replaced(names, mask, made), error


def _split(name: str) -> tuple[str, str, bool]:
    """Legal form, the rest, and whether the form stands in front."""
    for form in _FORMS:
        if name.startswith(form):
            return form, name[len(form) :], True
        if name.endswith(form):
            return form, name[: -len(form)], False
    return "", name, True


def _width(name: str, draw: int) -> str:
    form, core, is_front = _split(name)
    how = draw % 5
    if how <= 2 and form in _SHORT:
        short = _SHORT[form][draw // 5 % len(_SHORT[form])]
        return f"{short}{core}" if is_front else f"{core}{short}"
    if how == 3 and form:
        blank = " " if draw // 5 % 2 else "　"
        return f"{form}{blank}{core}" if is_front else f"{core}{blank}{form}"
    narrow = unicodedata.normalize("NFKC", name)
    return narrow if narrow != name else f"{name[:2]} {name[2:]}" if how == 4 else f"{name} "


def _symbol(name: str, draw: int) -> str:
    if "・" in name:
        return name.replace("・", "" if draw % 2 else " ")
    return name.translate(_LARGE_KANA)


def _form(name: str, draw: int) -> str:
    form, core, is_front = _split(name)
    if not form or draw % 5 < 3:
        return core
    return f"{core}{form}" if is_front else f"{form}{core}"


def _extra(name: str, draw: int) -> str:
    blank = ("", "　", " ")[draw % 3]
    return f"{name}{blank}{_BRANCHES[draw // 3 % len(_BRANCHES)]}"


def _several(name: str, draw: int) -> str:
    return f"{name}{_OTHERS[draw % len(_OTHERS)]}"


def _part(name: str, draw: int) -> str:
    form, core, is_front = _split(name)
    cut = core[: max(2, len(core) - 1 - draw % 2)]
    return f"{form}{cut}" if is_front else cut


def _typo(name: str, draw: int) -> str:
    form, core, is_front = _split(name)
    places = [i for i, character in enumerate(core) if character in _ALIKE]
    if places and draw % 3:
        i = places[draw // 3 % len(places)]
        core = core[:i] + _ALIKE[core[i]] + core[i + 1 :]
    elif len(core) > 3:
        i = draw // 3 % (len(core) - 1)
        core = core[:i] + core[i + 1] + core[i] + core[i + 2 :]
    return f"{form}{core}" if is_front else f"{core}{form}"


_MISTYPE = {
    WIDTH: _width, SYMBOL: _symbol, FORM: _form, EXTRA: _extra, SEVERAL: _several, PART: _part,
    TYPO: _typo,
}  # fmt: skip


def _numbers(rng: np.random.Generator, people: Population, firm: Ints, no_number: float) -> Any:
    """Numbers as typed: some missing, dummies, wrong ones; a few with a T or in full width."""
    n = len(firm)
    number = people.number[firm]
    has = (number != NO_NUMBER) & (rng.random(n) >= no_number)
    draw = rng.random(n)
    others = people.number[rng.integers(0, people.n, n)]
    number = np.where((draw < 0.005) & (others != NO_NUMBER), others, number)
    number = np.where((draw >= 0.005) & (draw < 0.010), spoiled_numbers(number), number)
    text = as_text(np.where(has, number, 0))
    is_dummy = ((draw >= 0.010) & (draw < 0.016) & has) | (
        ~people.is_corporate[firm] & (draw < 0.02)
    )
    text = pc.if_else(pa.array(has), text, "")
    text = pc.if_else(pa.array(is_dummy), DUMMY_NUMBER, text)
    text = pc.if_else(
        pa.array(has & (draw > 0.99)), pc.binary_join_element_wise("T", text, ""), text
    )
    wide = np.flatnonzero(has & (draw > 0.98) & (draw <= 0.99))
    mask = np.zeros(n, bool)
    mask[wide] = True
    made = [t.translate(FULL_WIDTH) for t in text.take(pa.array(wide)).to_pylist()]
    return replaced(text, mask, made)


_STREET_SHARES = np.array([0.36, 0.24, 0.25, 0.10, 0.05])
_NO_PREFECTURE, _NO_BUILDING, _MORE_BUILDING = 0.25, 0.4, 0.04


def _addresses(rng: np.random.Generator, people: Population, firm: Ints, when: Ints) -> Any:
    n = len(firm)
    is_new = (when >= people.moved[firm]) & (rng.random(n) >= _OLD_ADDRESS)
    moved = np.flatnonzero(is_new)
    place = people.places.take(firm).put(moved, people.new_places.take(firm[moved]))
    place = place.without_building(rng.random(n) < _NO_BUILDING)
    street = place.typed_streets(choose(rng, cumulative(_STREET_SHARES), n))
    more = pc.binary_join_element_wise(
        listed(("　", " ", ""), rng.integers(0, 3, n)),
        column("towns", "buildings").take(pa.array(rng.integers(0, 10, n))),
        as_text(rng.integers(2, 9, n)),
        listed(("F", "階"), rng.integers(0, 2, n)),
        "",
    )
    street = pc.if_else(
        pa.array(rng.random(n) < _MORE_BUILDING),
        pc.binary_join_element_wise(street, more, ""),
        street,
    )
    return addressed(place, street, rng.random(n) < _NO_PREFECTURE)


def addressed(place: Places, street: Any, is_without_prefecture: Bools) -> Any:
    """Prefecture, municipality and street in one text."""
    prefecture = replaced_by_empty(place.prefecture_names(), is_without_prefecture)
    return pc.binary_join_element_wise(prefecture, place.city_names(), street, "")


def slip_digits(rng: np.random.Generator, values: Ints, share: float) -> tuple[Ints, Bools]:
    """Figures, a share typed tenfold or with two digits exchanged, and which of them these are."""
    slipped = (rng.random(len(values)) < share) & (values > 99)
    tenfold = rng.random(len(values)) < 0.6
    width: Floats = np.floor(np.log10(np.maximum(values, 1)))
    high = 10 ** width.astype(np.int64)
    first, second = values // high, values // (high // 10).clip(1) % 10
    exchanged = values + (second - first) * high + (first - second) * (high // 10)
    is_plain = tenfold | (first == second) | (second == 0)
    made = np.where(is_plain, values * 10, exchanged)
    return np.where(slipped, made, values), slipped
