"""The kinds of delivery: one module each with its CONTRACT. A new module is found by itself."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from etl.contract import Contract


@cache
def contracts() -> tuple[Contract, ...]:
    """The contracts of all sources, by name. Modules that begin with _ are templates."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return tuple(import_module(f"{__name__}.{name}").CONTRACT for name in names)
