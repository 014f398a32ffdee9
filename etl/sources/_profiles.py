"""Mapping profiles as layouts: a file of a system is recognised by its header like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from etl.contract import Contract, Layout, decoded, literal, plain
from store.mapping_profile import TARGETS, UNITS, MappingProfile, check_profile
from store.profile_file import read_profiles

SHIPPED_DIR = Path(__file__).parents[1] / "profiles"


def known_profiles(profiles_dir: Path | None = None) -> tuple[MappingProfile, ...]:
    """The shipped profiles and those of ``profiles_dir``, which replace shipped ones by name.

    A profile that cannot be used is left out: the page of profiles says what is wrong with it.
    """
    profiles, _ = read_profiles(SHIPPED_DIR)
    if profiles_dir is not None:
        profiles |= read_profiles(profiles_dir)[0]
    return tuple(profiles[name] for name in sorted(profiles))


def with_profiles(contract: Contract, profiles: tuple[MappingProfile, ...]) -> Contract:
    """``contract`` with one more layout for each profile that is made for it."""
    own = tuple(layout_of(profile) for profile in profiles if profile.source == contract.name)
    return replace(contract, layouts=(*contract.layouts, *own)) if own else contract


def layout_of(profile: MappingProfile) -> Layout:
    """The layout that ``profile`` describes; raises ProfileError when it cannot be used."""
    check_profile(profile)
    target = TARGETS[profile.source]
    columns = {plain(header): item for header, item in profile.columns.items()}
    derived = {"system": literal(profile.system)}
    derived |= {item: literal(text) for item, text in profile.constants.items()}
    derived |= {
        item: f"coalesce({decoded(item, words)}, {item})"
        for item, words in profile.words.items()
        if item in columns.values() and words
    }
    derived |= {f"{item}_unit": str(UNITS[profile.units.get(item, "yen")]) for item in target.money}
    return Layout(
        profile.name,
        columns,
        ignored=frozenset(map(plain, profile.ignored)),
        absent=tuple(item for item in target.items if item not in columns.values()),
        derived=derived,
    )
