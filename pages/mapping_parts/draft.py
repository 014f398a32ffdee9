"""What stands in the form of a mapping profile, read from what the browser sent.

Nothing of it is trusted: what has not the expected form is passed over, and the profile that comes
out is checked like any other.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import ALL, State

from store.mapping_profile import TARGETS, MappingProfile

SOURCE = "consultation"
TARGET = TARGETS[SOURCE]
NOTHING = "-"
CODED = (*TARGET.codes, *TARGET.open_codes)
# What a file may leave out because it is the same in every record.
CONSTANTS = ("organisation_name", "organisation_prefecture_code", "topic", "anonymity")

# The order in which the callbacks are handed the form.
FORM = (
    State("mapping-title", "value"),
    State("mapping-name", "value"),
    State("mapping-system", "value"),
    State("mapping-header", "data"),
    State({"type": "map-item", "column": ALL}, "value"),
    State("mapping-words", "data"),
    State({"type": "map-unit", "item": ALL}, "value"),
    State({"type": "map-unit", "item": ALL}, "id"),
    State({"type": "map-word", "item": ALL, "index": ALL}, "value"),
    State({"type": "map-word", "item": ALL, "index": ALL}, "id"),
    State({"type": "map-constant", "item": ALL}, "value"),
    State({"type": "map-constant", "item": ALL}, "id"),
    State("mapping-sample", "data"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The form: ``items`` stand beside ``header``, "-" where a column is not used."""

    title: str = ""
    name: str = ""
    system: str = ""
    header: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(item for item in self.items if item != NOTHING)

    def profile(self) -> MappingProfile:
        """The profile that the form describes; whether it can be used is for others to check."""
        pairs = list(zip(self.header, self.items, strict=False))
        return MappingProfile(
            name=self.name,
            title=self.title,
            system=self.system or self.name,
            source=SOURCE,
            columns={header: item for header, item in pairs if item != NOTHING},
            units={item: unit for item, unit in self.units.items() if item in self.used},
            words={
                item: {word: code for word, code in words.items() if code != NOTHING}
                for item, words in self.words.items()
                if item in self.used
            },
            constants={
                item: value
                for item, value in self.constants.items()
                if value and value != NOTHING and item not in self.used
            },
            ignored=tuple(header for header, item in pairs if item == NOTHING),
        )


def draft_of(profile: MappingProfile) -> Draft:
    """The form that shows a profile, without a sample."""
    return Draft(
        title=profile.title,
        name=profile.name,
        system=profile.system,
        header=(*profile.columns, *profile.ignored),
        items=(*profile.columns.values(), *(NOTHING for _ in profile.ignored)),
        units=profile.units,
        words=profile.words,
        constants=profile.constants,
    )


def read_draft(given: Sequence[Any]) -> Draft:
    """The form as the callbacks are handed it, in the order of FORM."""
    title, name, system, header, items, words, *values, sample = given
    units, unit_ids, codes, code_ids, constants, constant_ids = values
    known = {item: _texts(list_) for item, list_ in _table(words).items()}
    return Draft(
        title=_text(title),
        name=_text(name),
        system=_text(system),
        header=_texts(header),
        items=tuple(item if item in TARGET.items else NOTHING for item in _texts(items)),
        units=_by_item(units, unit_ids),
        words=_words(known, codes, code_ids),
        constants=_by_item(constants, constant_ids),
        content=sample_bytes(sample),
    )


def sample_bytes(sample: Any) -> bytes:
    """The part of a file that the browser sent, without a line that it cut off."""
    content = _text(_table(sample).get("content"))
    try:
        found = base64.b64decode(content, validate=True)
    except binascii.Error:
        return b""
    return found[: found.rfind(b"\n") + 1] if _table(sample).get("is_cut") else found


def _words(known: Mapping[str, tuple[str, ...]], codes: Any, ids: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for code, identity in zip(_list(codes), _list(ids), strict=False):
        item, index = _table(identity).get("item"), _table(identity).get("index")
        words = known.get(str(item), ())
        if isinstance(index, int) and 0 <= index < len(words):
            found.setdefault(str(item), {})[words[index]] = _text(code) or NOTHING
    return found


def _by_item(values: Any, ids: Any) -> dict[str, str]:
    pairs = zip(_list(values), _list(ids), strict=False)
    return {str(_table(identity).get("item")): _text(value) for value, identity in pairs}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(one) for one in _list(value))
