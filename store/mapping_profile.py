"""Mapping profiles: which column of a system's file is which item, kept as one TOML file each.

Systems whose layouts are not public are read through a profile: header name → item, the unit of
each amount, the code for each word, what the file does not say, and what is not used. This module
knows what a profile is and what may stand in it; store.profile_file reads and writes its file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

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


@dataclass(frozen=True, slots=True)
class TrialRefusal:
    """A record of a trial that was refused; ``column`` is an item, ``raw`` the record as sent."""

    line: int
    reason: str
    column: str
    raw: str


@dataclass(frozen=True, slots=True)
class ProfileTrial:
    """What a profile makes of the first records of a file.

    ``frame`` holds the canonical columns of the records that were accepted, and ``line``.
    ``reason`` is filled where the file as a whole is refused: missing_column names in
    ``missing_columns`` the headers that the profile wants and the file lacks. Headers of the file
    that the profile does not mention are ``unknown_columns``. Reasons are those of the intake.
    """

    encoding: str = ""
    header: tuple[str, ...] = ()
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    refused: tuple[TrialRefusal, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    reason: str = ""


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
    problems += [
        ProfileProblem("unknown_code", f"{item}: {text}")
        for item, text in profile.constants.items()
        if item in target.codes and text not in target.codes[item]
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
