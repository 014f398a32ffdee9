"""Mapping profiles as files: TOML, one profile each, the name of the file its name."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from store.mapping_profile import MappingProfile, ProfileError, ProfileProblem, check_profile

_ENTRIES = {"title", "system", "source", "columns", "units", "words", "constants", "ignored"}


def parse_profile(name: str, text: str) -> MappingProfile:
    """The profile ``name`` from the text of its file; raises ProfileError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError((ProfileProblem("not_toml", str(error)),)) from None
    words = content.get("words", {})
    try:
        if not isinstance(words, dict):
            raise TypeError("words")
        profile = MappingProfile(
            name=name,
            title=_text(content, "title"),
            system=_text(content, "system"),
            source=_text(content, "source", "consultation"),
            columns=_table(content, "columns"),
            units=_table(content, "units"),
            words={item: _table(words, item) for item in words},
            constants=_table(content, "constants"),
            ignored=_list(content, "ignored"),
        )
    except TypeError as error:
        raise ProfileError((ProfileProblem("bad_form", str(error)),)) from None
    if unknown := sorted(content.keys() - _ENTRIES):
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


def _text(content: Mapping[str, Any], key: str, default: str = "") -> str:
    value = content.get(key, default)
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _table(content: Mapping[str, Any], key: str) -> dict[str, str]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise TypeError(key)
    for entry, value in table.items():
        if not isinstance(value, str):
            raise TypeError(f"{key}: {entry}")
    return dict(table)


def _list(content: Mapping[str, Any], key: str) -> tuple[str, ...]:
    entries = content.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise TypeError(key)
    return tuple(entries)


def _quoted(text: str) -> str:
    """A basic string of TOML: JSON's, but for the one character that JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
