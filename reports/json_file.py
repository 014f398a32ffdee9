"""An answer as JSON: what was asked, of which data, and every value, for a program to read."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from gate.answer import Answer, rows_of
from language import text

# The page whose whole state the query of a question is.
PAGE_OF_QUESTION = {"matched_loss": "/matching"}


def render(answer: Answer) -> bytes:
    """The choices, snapshot and sources of one answer, the meaning of its columns, and its rows.

    Times in UTC and ISO; a missing value is null. ``link`` is the address of the page that shows
    the same, without the server's name: every choice is written out, so that it stays.
    """
    page = PAGE_OF_QUESTION.get(answer.question)
    whole = {
        "question": answer.question,
        "title": text(f"question.{answer.question}"),
        "choices": dict(answer.query),
        "link": f"{page}?{urlencode(answer.query)}" if page else None,
        "snapshot": answer.snapshot,
        "published_at": answer.published_at.isoformat(),
        "is_synthetic": answer.is_synthetic,
        "sources": [
            {
                "source": note.source,
                "received_at": note.received_at.isoformat() if note.received_at else None,
                "period_to": note.period_to.isoformat() if note.period_to else None,
                "n_file": note.n_file,
            }
            for note in answer.sources
        ],
        "columns": [
            {
                "name": column.name,
                "label": text(f"quantity.{column.key}.label"),
                "unit": str(column.unit) if column.unit else None,
                "definition": text(f"quantity.{column.key}.definition"),
            }
            for column in answer.columns
        ],
        "rows": [{name: _plain(value) for name, value in row.items()} for row in rows_of(answer)],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode()


def _plain(value: Any) -> Any:
    """A value as JSON knows it; NaN, NaT and NA are null."""
    if value is None or value != value:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    return value if isinstance(value, bool | int | float | str) else str(value)
