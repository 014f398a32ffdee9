"""Numbers that no real firm has: corporate numbers, codes of statements, GビズID, telephones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dice import Ints

# No registry office has a code that begins with 99: no such number can ever be assigned.
NUMBER_PREFIX = 99
DUMMY_NUMBER = "9" * 13
# Steps without a common divisor with the powers of ten walk through all positions once.
_NUMBER_STEP, _CODE_STEP, _GBIZ_STEP = 7_368_787, 889_782_587, 387_420_489
_PLACES = 10**8


def check_digits(bases: Ints) -> Ints:
    """The first digits of corporate numbers, from their twelve base digits."""
    total = np.zeros_like(bases)
    rest = bases.copy()
    for i in range(12):
        total += rest % 10 * (1 + i % 2)
        rest //= 10
    return 9 - total % 9


def corporate_numbers(prefectures: Ints, indices: Ints) -> Ints:
    """Thirteen-digit numbers: the impossible prefix, the prefecture and a place of its own.

    ``prefectures`` count from 0. Different ``indices`` below 10⁸ give different numbers.
    """
    places = (indices * _NUMBER_STEP + 31_415_926) % _PLACES
    bases = (NUMBER_PREFIX * 100 + prefectures + 1) * _PLACES + places
    return check_digits(bases) * 10**12 + bases


def spoiled_numbers(numbers: Ints) -> Ints:
    """The same numbers with another first digit: none passes the check."""
    first = numbers // 10**12
    return numbers + (first % 9 + 1 - first) * 10**12


def as_text(values: Ints, width: int = 0) -> Any:
    """Whole numbers as text, with leading zeros up to ``width``."""
    texts = pc.cast(pa.array(values), pa.string())
    return pc.utf8_lpad(texts, width, padding="0") if width else texts


def firm_codes(indices: Ints) -> Any:
    """The codes under which statements stand."""
    return _coded("K", indices * _CODE_STEP, 10**9, 9)


def gbizids(indices: Ints) -> Any:
    """Opaque accounts of GビズID."""
    return _coded("GB", indices * _GBIZ_STEP, 10**9, 9)


def _coded(letters: str, places: Ints, size: int, width: int) -> Any:
    return pc.binary_join_element_wise(letters, as_text(places % size, width), "")


def telephones(prefectures: Ints, draws: Ints) -> Any:
    """Ten digits with hyphens; the exchange begins with 0 or 1, which no real one does."""
    area = as_text(20 + prefectures % 79, 3)
    exchange = as_text(draws // 10_000 % 200, 3)
    line = as_text(draws % 10_000, 4)
    return pc.binary_join_element_wise(area, exchange, line, "-")
