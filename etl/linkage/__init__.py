"""名寄せ: which registered firm each typed party is, by what rule, how surely, on what evidence."""

from __future__ import annotations

from etl.linkage.link import link_parties
from store.link_records import Decision

__all__ = ["Decision", "link_parties"]
