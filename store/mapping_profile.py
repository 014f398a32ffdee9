"""Mapping profiles: which column of a system's file is which item, kept as one TOML file each.

Systems whose layouts are not public are read through a profile: header name → item, the unit of
each amount, the code for each word, what the file does not say, and what is not used. This module
knows the form of a profile and what may stand in it; etl.mapping turns one into a layout.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

UNITS = {"yen": 1, "thousand": 1_000, "million": 1_000_000}
_NAME = re.compile("[a-z][a-z0-9_]{0,39}")
_MAX_ENTRY, _MAX_TEXT = 500, 200
# What a text of a profile may not hold: control characters, and marks that turn its direction.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Target:
    """What a profile may fill for one source.

    ``items`` in the order in which a page offers them; one of each tuple in ``needed`` must be
    filled; ``money`` items need a unit; ``codes`` are the codes of the coded items, ``open_codes``
    items take words too, but every code is allowed.
    """

    items: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    money: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_codes: tuple[str, ...] = ()


TARGETS: Mapping[str, Target] = {
    "consultation": Target(
        items=(
            "record_number", "organisation_name", "organisation_prefecture_code", "adviser_code",
            "consulted_date", "topic", "measure", "number_as_written", "name", "address",
            "telephone", "gbizid", "industry_code", "sales_yen", "profit_yen", "n_employee",
            "anonymity",
        ),
        # Whether firms may be known is for the operator to say, never for us to assume.
        needed=(
            ("record_number",), ("consulted_date",), ("topic",), ("organisation_name",),
            ("anonymity",),
        ),
        money=("sales_yen", "profit_yen"),
        codes={
            "topic": (
                "finance", "sales", "succession", "startup", "labour", "it", "subsidy", "tax",
                "disaster", "other",
            ),
            "anonymity": ("named", "pseudonym", "anonymous"),
        },
        open_codes=("industry_code",),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProfileProblem:
    """One thing wrong with a profile: ``key`` names the kind, ``detail`` the place."""

    key: str
    detail: str = ""


class ProfileError(ValueError):
    """A profile that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[ProfileProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.key}: {p.detail}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class MappingProfile:
    """How the files of one system are read; ``name`` is the stem of its file.

    ``columns``: header name → item; ``units``: money item → yen, thousand or million; ``words``:
    coded item → word as sent → code; ``constants``: item → the text it has in every record;
    ``ignored``: header names that are known and not used.
    """

    name: str
    title: str
    system: str
    source: str = "consultation"
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def problems_of(profile: MappingProfile) -> tuple[ProfileProblem, ...]:
    """All that is wrong with ``profile``; empty when it can be used."""
    found = [
        *(ProfileProblem("bad_name", n) for n in (profile.name, profile.system) if not _is_name(n)),
        *(ProfileProblem("no_title") for _ in range(not profile.title.strip())),
        *(ProfileProblem("bad_text", text) for text in _texts(profile) if not _is_text(text)),
    ]
    target = TARGETS.get(profile.source)
    if target is None:
        return (*found, ProfileProblem("unknown_source", profile.source))
    return (*found, *_problems_of_columns(profile, target), *_problems_of_values(profile, target))


def check_profile(profile: MappingProfile) -> None:
    """Raises ProfileError when the profile cannot be used."""
    if problems := problems_of(profile):
        raise ProfileError(problems)


def _problems_of_columns(profile: MappingProfile, target: Target) -> list[ProfileProblem]:
    items = [*profile.columns.values(), *profile.constants]
    headers = [_plain(header) for header in (*profile.columns, *profile.ignored)]
    problems = [ProfileProblem("unknown_item", item) for item in items if item not in target.items]
    problems += [
        ProfileProblem("item_twice", item) for item in dict.fromkeys(items) if items.count(item) > 1
    ]
    problems += [
        ProfileProblem("header_twice", header)
        for header in dict.fromkeys(headers)
        if headers.count(header) > 1
    ]
    problems += [
        ProfileProblem("item_missing", " / ".join(choice))
        for choice in target.needed
        if not set(choice) & set(items)
    ]
    if len(headers) + len(profile.constants) > _MAX_ENTRY:
        problems.append(ProfileProblem("too_long", "columns"))
    return problems


def _problems_of_values(profile: MappingProfile, target: Target) -> list[ProfileProblem]:
    items = {*profile.columns.values(), *profile.constants}
    problems = []
    for item, unit in profile.units.items():
        if item not in target.money:
            problems.append(ProfileProblem("unit_without_amount", item))
        elif unit not in UNITS:
            problems.append(ProfileProblem("unknown_unit", f"{item}: {unit}"))
    problems += [
        ProfileProblem("unit_missing", item)
        for item in target.money
        if item in items and item not in profile.units
    ]
    for item, words in profile.words.items():
        if item not in target.codes and item not in target.open_codes:
            problems.append(ProfileProblem("words_without_codes", item))
            continue
        codes = target.codes.get(item)
        problems += [
            ProfileProblem("unknown_code", f"{item}: {word} → {code}")
            for word, code in words.items()
            if codes is not None and code not in codes
        ]
        if len(words) > _MAX_ENTRY:
            problems.append(ProfileProblem("too_long", item))
    return problems


def parse_profile(name: str, text: str) -> MappingProfile:
    """The profile ``name`` from the text of its file; raises ProfileError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError((ProfileProblem("not_toml", str(error)),)) from None
    try:
        profile = MappingProfile(
            name=name,
            title=_text(content, "title"),
            system=_text(content, "system"),
            source=_text(content, "source"),
            columns=_table(content, "columns"),
            units=_table(content, "units"),
            words={item: _table(content["words"], item) for item in content.get("words", {})},
            constants=_table(content, "constants"),
            ignored=tuple(
                _table({"ignored": dict.fromkeys(content.get("ignored", ()), "")}, "ignored")
            ),
        )
    except (TypeError, AttributeError) as error:
        raise ProfileError((ProfileProblem("bad_form", str(error)),)) from None
    known = {"title", "system", "source", "columns", "units", "words", "constants", "ignored"}
    if unknown := sorted(content.keys() - known):
        raise ProfileError(tuple(ProfileProblem("unknown_entry", entry) for entry in unknown))
    check_profile(profile)
    return profile


def read_profile(path: Path) -> MappingProfile:
    """The profile of a file; raises ProfileError, and OSError when it cannot be read."""
    try:
        return parse_profile(path.stem, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ProfileError((ProfileProblem("not_toml", path.name),)) from None


def read_profiles(
    folder: Path,
) -> tuple[dict[str, MappingProfile], dict[str, tuple[ProfileProblem, ...]]]:
    """The profiles of ``folder`` by name, and what is wrong with those that cannot be used."""
    sound: dict[str, MappingProfile] = {}
    broken: dict[str, tuple[ProfileProblem, ...]] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            sound[path.stem] = read_profile(path)
        except ProfileError as error:
            broken[path.stem] = error.problems
        except OSError:
            broken[path.stem] = (ProfileProblem("not_readable", path.name),)
    return sound, broken


def write_profile(folder: Path, profile: MappingProfile) -> Path:
    """Keep ``profile`` as a file of ``folder``, in the place of one of that name.

    Raises ProfileError when it cannot be used; nothing is written then.
    """
    check_profile(profile)
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / f"{profile.name}.toml", folder / f".{profile.name}.toml.part"
    part.write_text(profile_text(profile), encoding="utf-8")
    part.replace(path)
    return path


def profile_text(profile: MappingProfile) -> str:
    """The text of the profile's file; parse_profile gives the same profile back."""
    lines = [
        f"title = {_quoted(profile.title)}",
        f"system = {_quoted(profile.system)}",
        f"source = {_quoted(profile.source)}",
        f"ignored = [{', '.join(map(_quoted, profile.ignored))}]",
    ]
    tables = {
        "columns": profile.columns,
        "units": profile.units,
        "constants": profile.constants,
        **{f"words.{_quoted(item)}": words for item, words in profile.words.items()},
    }
    for name, entries in tables.items():
        lines += ["", f"[{name}]"]
        lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items()]
    return "\n".join([*lines, ""])


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key, "")
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _table(content: Mapping[str, Any], key: str) -> dict[str, str]:
    table = content.get(key, {})
    for entry in table:
        if not isinstance(entry, str) or not isinstance(table[entry], str):
            raise TypeError(f"{key}: {entry}")
    return dict(table)


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but for the one character that JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _plain(header: str) -> str:
    return unicodedata.normalize("NFKC", header).strip()


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _is_text(text: str) -> bool:
    return len(text) <= _MAX_TEXT and not _FORBIDDEN.search(text)


def _texts(profile: MappingProfile) -> list[str]:
    pairs = [profile.columns, profile.constants, *profile.words.values()]
    return [
        profile.title,
        *profile.ignored,
        *(text for pair in pairs for text in (*pair.keys(), *pair.values())),
    ]
