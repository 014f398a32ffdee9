"""The words of the screen: one catalogue per language, Japanese by default.

A leaf of the house: every room may take its words from here, and it takes nothing from them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")

_current: ContextVar[Language] = ContextVar("language", default="ja")


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All texts of one language as ``{"section.key": text}``, merged from its TOML files."""
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.toml")):
        _flatten(tomllib.loads(path.read_text(encoding="utf-8")), "", texts)
    return texts


def _flatten(node: dict[str, object], prefix: str, into: dict[str, str]) -> None:
    for key, value in node.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _flatten(value, f"{name}.", into)
        elif name in into:
            raise ValueError(f"the text {name} is defined twice")
        else:
            into[name] = str(value)


def current_language() -> Language:
    return _current.get()


def set_language(language: Language) -> None:
    """Set the language of the running request."""
    _current.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Use ``language`` inside the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def text(key: str, **values: object) -> str:
    """The text of ``key`` in the current language, with ``{name}`` filled from ``values``.

    Raises KeyError for an unknown key: a missing word is a defect, never an English fallback.
    """
    return catalogue(_current.get())[key].format(**values)


def has_text(key: str) -> bool:
    return key in catalogue(_current.get())
