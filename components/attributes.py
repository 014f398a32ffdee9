"""ARIA and data attributes of Dash's HTML components, whose names are no Python names."""

from __future__ import annotations

from typing import Any


def attributes(**values: str) -> dict[str, Any]:
    """``values`` with ``-`` for ``_``: ``aria_label="…"`` becomes ``{"aria-label": "…"}``."""
    return {name.replace("_", "-"): value for name, value in values.items()}
