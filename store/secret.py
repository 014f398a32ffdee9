"""What makes a secret weak, for the doctor and for the ETL alike."""

from __future__ import annotations

SHORTEST_SECRET = 32
_FEWEST_CHARACTERS = 10


def is_weak(secret: str) -> bool:
    """Whether a secret is short or made of few characters."""
    return len(secret) < SHORTEST_SECRET or len(set(secret)) < _FEWEST_CHARACTERS
