"""The kinds of delivery: one module each with its CONTRACT. A new module is found by itself."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from etl.contract import Contract
from etl.sources._profiles import known_profiles, with_profiles


def contracts(profiles_dir: Path | None = None) -> tuple[Contract, ...]:
    """The contracts of all sources, by name, with a layout for each mapping profile.

    The profiles are the shipped ones and those of ``profiles_dir``. Modules that begin with _ are
    templates and pieces.
    """
    profiles = known_profiles(profiles_dir)
    return tuple(with_profiles(contract, profiles) for contract in _written_down())


@cache
def _written_down() -> tuple[Contract, ...]:
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").CONTRACT for name in names)
