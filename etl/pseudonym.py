"""Keyed pseudonyms: what the snapshot knows instead of corporate numbers.

Corporate numbers are public and can be listed, so a plain hash would hide nothing. The key comes
from the environment; without one a random key is drawn for this snapshot alone, so that its
pseudonyms join nothing outside it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID


class WeakKeyError(ValueError):
    """The pseudonym key given is too short to be used."""


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Turns a number or another key text into a UUID of 128 bits (HMAC-SHA-256, truncated)."""

    key: bytes = field(repr=False)
    is_lasting: bool

    @classmethod
    def from_setting(cls, setting: str) -> Pseudonymiser:
        """Use the key of the environment; raises WeakKeyError under 32 characters."""
        if not setting:
            return cls(secrets.token_bytes(32), is_lasting=False)
        if len(setting) < 32:
            raise WeakKeyError("LENS_PSEUDONYM_KEY は32文字以上にしてください。")
        return cls(sha256(setting.encode()).digest(), is_lasting=True)

    @property
    def fingerprint(self) -> str:
        """What may be written down of a lasting key: enough to see that it is another one."""
        return _fingerprint(self.key) if self.is_lasting else ""

    def pseudonyms(self, kind: str, texts: Iterable[str]) -> list[str]:
        """The pseudonyms of ``texts``; different ``kind``s never share one."""
        start = hmac.new(self.key, kind.encode() + b"\x1f", sha256)
        found = []
        for text in texts:
            mac = start.copy()
            mac.update(text.encode())
            found.append(str(UUID(bytes=mac.digest()[:16])))
        return found


def key_fingerprint(setting: str) -> str:
    """The fingerprint of the key of the environment; empty when none is set."""
    return Pseudonymiser.from_setting(setting).fingerprint


def _fingerprint(key: bytes) -> str:
    return hmac.new(key, b"fingerprint", sha256).hexdigest()[:16]
