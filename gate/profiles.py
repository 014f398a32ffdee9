"""Mapping profiles for operators: look at them, try one on a sample, keep it.

The gate knows what a profile is (store.mapping_profile); what one makes of a file is the ETL's
business. app.py hands over that one function, so that the gate need not import the ETL.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import current_app

from gate.actor import Actor
from gate.errors import GateError, Refused
from gate.session import current_actor, gate_of_app
from store.mapping_profile import MappingProfile, ProfileProblem, ProfileTrial, check_profile
from store.profile_file import read_profiles, write_profile

PROFILE_EXTENSION = "lens_profiles"
SUBJECT = "mapping_profile"
FOLDER = "profiles"
# So much of a file is enough to try a profile on.
LARGEST_SAMPLE = 256_000
_N_EXAMPLE = 3
_MOST_COLUMNS = 500
_LONGEST_EXAMPLE = 60

Attempt = Callable[[MappingProfile, bytes], ProfileTrial]


class BadSample(GateError):
    """The sample cannot be read as a table."""

    status = 400
    key = "mapping.bad_sample"


@dataclass(frozen=True, slots=True)
class ProfileTools:
    """What app.py hands over: the folder of the shipped profiles, and how one is tried."""

    shipped_dir: Path
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles by name; own ones stand in the place of shipped ones of their name.

    ``broken`` holds what is wrong with own files that cannot be used.
    """

    shipped: Mapping[str, MappingProfile]
    own: Mapping[str, MappingProfile]
    broken: Mapping[str, tuple[ProfileProblem, ...]]

    def get(self, name: str) -> MappingProfile | None:
        return self.own.get(name) or self.shipped.get(name)


@dataclass(frozen=True, slots=True)
class Sample:
    """The header of a sample file, and of each column a few values and all that occur."""

    header: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...]


def all_profiles() -> Profiles:
    """The shipped profiles and those of this store. Raises Refused."""
    _operator()
    shipped, _ = read_profiles(_tools().shipped_dir)
    own, broken = read_profiles(_folder())
    return Profiles(shipped, own, broken)


def read_sample(content: bytes) -> Sample:
    """The columns of a sample: UTF-8 or Shift_JIS, commas. Raises Refused, BadSample.

    A last line that was cut off is left out by the reader of the browser's part of the file.
    """
    _operator()
    rows = _rows(content)
    if not rows or len(rows[0]) > _MOST_COLUMNS:
        raise BadSample
    header = tuple(name.strip() for name in rows[0])
    columns = [
        [row[i].strip() if i < len(row) else "" for row in rows[1:]] for i in range(len(header))
    ]
    values = tuple(tuple(dict.fromkeys(value for value in c if value)) for c in columns)
    examples = tuple(
        tuple(value[:_LONGEST_EXAMPLE] for value in found[:_N_EXAMPLE]) for found in values
    )
    return Sample(header, examples, values)


def attempt(profile: MappingProfile, content: bytes) -> ProfileTrial:
    """What the profile makes of the first records of a sample; nothing is kept.

    Raises Refused, BadSample, AuditFailed, and store.mapping_profile.ProfileError for a profile
    that cannot be used.
    """
    actor = _operator()
    if len(content) > LARGEST_SAMPLE:
        raise BadSample
    check_profile(profile)
    _note(actor, "trial", profile)
    return _tools().attempt(profile, content)


def save(profile: MappingProfile) -> None:
    """Keep a profile in the store; the next run reads files by it.

    Raises Refused, AuditFailed, and store.mapping_profile.ProfileError for one that cannot be used.
    """
    actor = _operator()
    check_profile(profile)
    _note(actor, "save", profile)
    write_profile(_folder(), profile)


def _rows(content: bytes) -> list[list[str]]:
    if not content or len(content) > LARGEST_SAMPLE:
        raise BadSample
    for encoding in ("utf-8-sig", "cp932"):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-16 and what is no text at all pass for Shift_JIS.
        if "\0" in words:
            break
        try:
            lines = csv.reader(words.splitlines(keepends=True))
            return [row for row in lines if any(cell.strip() for cell in row)]
        except csv.Error:
            break
    raise BadSample


def _tools() -> ProfileTools:
    tools: ProfileTools = current_app.extensions[PROFILE_EXTENSION]
    return tools


def _folder() -> Path:
    return gate_of_app().reader.store_dir / FOLDER


def _operator() -> Actor:
    """The signed-in operator; raises Refused for everyone else."""
    actor = current_actor()
    if not actor.can("operate"):
        gate_of_app().audit.write(actor.username, actor.role, "refusal", SUBJECT)
        raise Refused
    return actor


def _note(actor: Actor, action: str, profile: MappingProfile) -> None:
    detail = {
        "name": profile.name,
        "source": profile.source,
        "n_column": len(profile.columns),
    }
    gate_of_app().audit.write(actor.username, actor.role, action, SUBJECT, detail)
