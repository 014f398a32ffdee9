"""Which programme a title or a scheme's name belongs to, by the patterns of the code table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import duckdb


def programme_reader(work: duckdb.DuckDBPyConnection) -> Callable[[str], str]:
    """A function from a text to a programme code; the first pattern in order that is found wins."""
    patterns = [
        (code, re.compile(pattern))
        for code, pattern in work.execute(
            "SELECT programme_code, pattern FROM reference_programme ORDER BY position::INTEGER"
        ).fetchall()
    ]

    def programme_of(words: str) -> str:
        plain = unicodedata.normalize("NFKC", words)
        return next((code for code, pattern in patterns if pattern.search(plain)), "other")

    return programme_of
