"""What a package is made of: snapshot, policy, questions, and the hash of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from gate.answer import Answer
from reports.package.document import Document

VERSION = 1


def manifest(
    document: Document, edition: str, answers: Sequence[Answer], files: Mapping[str, bytes]
) -> bytes:
    """JSON with sorted keys; the same package gives the same bytes."""
    first = answers[0]
    values = [value for table in document.tables for _, _, value in table.cells()]
    whole: dict[str, Any] = {
        "version": VERSION,
        "scope": {
            "key": document.scope.key,
            "region": document.scope.region,
            "industry": document.scope.industry,
            "field": document.scope.field,
        },
        "title": document.title.replace("|", ""),
        "edition": edition,
        "snapshot": first.snapshot,
        "published_at": first.published_at.isoformat(),
        "is_synthetic": first.is_synthetic,
        "policy_hash": document.policy_hash,
        "questions": [
            {"question": a.question, "query": dict(a.query), "n_row": a.n_row} for a in answers
        ],
        "tables": [
            {
                "key": table.key,
                "title": table.title.replace("|", ""),
                "n_row": len(table.rows),
                "n_column": len(table.columns),
            }
            for table in document.tables
        ],
        "n_cell": len(values),
        "n_hidden": sum(value.status == "x" for value in values),
        "files": {
            name: {"n_byte": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode()
