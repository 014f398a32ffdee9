"""How far a typed name or address agrees with a registered one, as SQL over table aliases.

Names: 5 the same key; 4 the same but for sound marks and look-alikes; 3 the legal form stands on
the other side, or is one often written for the registered; 2 one of the two has none; 1 another
legal form; 0 another name.
Places: 5 the same address; 4 the same town; 3 the same municipality; 2 the same prefecture;
1 nothing to compare; 0 elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from etl.linkage.legal_forms import READINGS, SYNONYMS

EXACT, LOOSE, POSITION, NO_FORM, OTHER_FORM, OTHER_NAME = 5, 4, 3, 2, 1, 0
ADDRESS, TOWN, MUNICIPALITY, PREFECTURE, UNKNOWN, ELSEWHERE = 5, 4, 3, 2, 1, 0

NAME_AGREEMENTS = ("other_name", "other_form", "no_form", "position", "loose", "exact")
PLACE_AGREEMENTS = ("elsewhere", "unknown", "prefecture", "municipality", "town", "address")


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(sorted(f"'{one}>{two}'" for one, two in pairs))


_SYNONYMS, _READINGS = _pairs(SYNONYMS), _pairs(SYNONYMS | READINGS)


def same_form(party: str, name: str, among: str = _READINGS) -> str:
    """Whether the two have the same legal form, or the one written is read as the registered."""
    return f"({party}.form = {name}.form OR {party}.form || '>' || {name}.form IN ({among}))"


def name_level(party: str, name: str) -> str:
    """The level of agreement of two names as a TINYINT."""
    same, read = same_form(party, name, _SYNONYMS), same_form(party, name)
    return f"""
        (CASE WHEN {party}.key = {name}.key THEN 5
              WHEN {party}.loose <> {name}.loose THEN 0
              WHEN {same} AND {party}.position = {name}.position THEN 4
              WHEN {read} THEN 3
              WHEN {party}.form = '' OR {name}.form = '' THEN 2
              ELSE 1 END)::TINYINT"""


def place_level(party: str, place: str) -> str:
    """The level of agreement of a typed address with one of a firm, as a TINYINT.

    A prefecture that is only hinted at speaks for a firm, never against one.
    """
    p, f = party, place
    return f"""
        (CASE WHEN {p}.prefecture_code = '' OR {f}.prefecture_code IS NULL THEN 1
              WHEN {p}.city_code = {f}.city_code
                   AND ({p}.municipality_code = {f}.municipality_code
                        OR {p}.municipality_code = {p}.city_code
                        OR {f}.municipality_code = {f}.city_code)
              THEN CASE WHEN {p}.numbers <> '' AND {p}.numbers = {f}.numbers
                             AND (contains({f}.town, {p}.town) OR contains({p}.town, {f}.town))
                        THEN 5
                        WHEN {p}.town = '' OR {p}.town <> {f}.town THEN 3
                        WHEN contains({p}.numbers, '-') AND contains({f}.numbers, '-')
                             AND (starts_with({p}.numbers, {f}.numbers || '-')
                                  OR starts_with({f}.numbers, {p}.numbers || '-'))
                        THEN 5
                        ELSE 4 END
              WHEN {p}.prefecture_code = {f}.prefecture_code THEN 2
              WHEN {p}.is_hinted THEN 1
              ELSE 0 END)::TINYINT"""
