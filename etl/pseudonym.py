"""Keyed pseudonyms: what the snapshot knows instead of corporate numbers.

Corporate numbers are public and can be listed, so a plain hash would hide nothing. The key comes
from the environment; without one a random key is drawn for this snapshot alone, so that its
pseudonyms join nothing outside it. Each use of the key has a key of its own, derived from it
(HKDF, RFC 5869): what one release calls a firm says nothing about what another calls it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

import duckdb
import pyarrow as pa

from store.secret import SHORTEST_SECRET

# Bytes of a pseudonym: 128 bits, as a UUID has.
WIDTH = 16
_BLOCK = 64
_SALT = b"SME Lens pseudonyms"


class WeakKeyError(ValueError):
    """The pseudonym key given is too short to be used."""


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Turns a number or another key text into a UUID of 128 bits (HMAC-SHA-256, truncated).

    ``fingerprint`` is what may be written down of a lasting key: enough to see that another one
    was used, nothing to compute with. It is empty for a key of one snapshot.
    """

    key: bytes = field(repr=False)
    is_lasting: bool
    fingerprint: str

    @classmethod
    def from_setting(cls, setting: str, *purpose: str) -> Pseudonymiser:
        """Use the key of the environment for one purpose, the snapshots by default.

        Raises WeakKeyError under 32 characters; the doctor refuses simple ones as well.
        """
        if setting and len(setting) < SHORTEST_SECRET:
            raise WeakKeyError(f"LENS_PSEUDONYM_KEY は{SHORTEST_SECRET}文字以上にしてください。")
        root = setting.encode() if setting else secrets.token_bytes(32)
        return cls(
            derived_key(root, *(purpose or ("snapshot",))),
            bool(setting),
            derived_key(root, "fingerprint")[:8].hex() if setting else "",
        )

    @classmethod
    def for_release(cls, setting: str, release: str, recipient: str) -> Pseudonymiser:
        """The pseudonyms of one release to one recipient: two of them cannot join what they got."""
        return cls.from_setting(setting, "release", release, recipient)

    def digests(self, kind: str, texts: Iterable[str]) -> bytes:
        """The pseudonyms of ``texts`` as bytes, sixteen each; different ``kind``s share none.

        The two states of HMAC after the key are computed once and copied for each text.
        """
        block = self.key.ljust(_BLOCK, b"\0")
        inner = sha256(bytes(b ^ 0x36 for b in block) + kind.encode() + b"\x1f").copy
        outer = sha256(bytes(b ^ 0x5C for b in block)).copy
        found = bytearray()
        for text in texts:
            hashed = inner()
            hashed.update(text.encode())
            keyed = outer()
            keyed.update(hashed.digest())
            found += keyed.digest()[:WIDTH]
        return bytes(found)

    def pseudonyms(self, kind: str, texts: Iterable[str]) -> list[str]:
        """The pseudonyms of ``texts``, written as UUIDs."""
        found = self.digests(kind, texts)
        return [str(UUID(bytes=found[n : n + WIDTH])) for n in range(0, len(found), WIDTH)]


def make_pseudonyms(
    work: duckdb.DuckDBPyConnection,
    pseudonymiser: Pseudonymiser,
    kind: str,
    table: str,
    query: str,
) -> None:
    """Create ``table`` (text VARCHAR, id UUID) of the distinct texts that ``query`` selects.

    Four million take some seconds: texts pass through Python in batches, and bytes go back.
    """
    texts = work.execute(query).to_arrow_table().column(0)
    digests = [
        pa.Array.from_buffers(
            pa.binary(WIDTH),
            len(batch),
            [None, pa.py_buffer(pseudonymiser.digests(kind, batch.to_pylist()))],
        )
        for chunk in texts.chunks
        for batch in _batches(chunk)
    ]
    made = pa.table({"text": texts, "id": pa.chunked_array(digests, pa.binary(WIDTH))})
    work.register("pseudonymised", made)
    work.execute(f"CREATE TABLE {table} AS SELECT text, hex(id)::UUID AS id FROM pseudonymised")  # noqa: S608
    work.unregister("pseudonymised")


def _batches(chunk: pa.Array, size: int = 100_000) -> Iterable[pa.Array]:
    return (chunk.slice(start, size) for start in range(0, len(chunk), size))


def key_fingerprint(setting: str) -> str:
    """The fingerprint of the key of the environment; empty when none is set."""
    return Pseudonymiser.from_setting(setting).fingerprint


def derived_key(root: bytes, *purpose: str) -> bytes:
    """A key of 256 bits for one purpose."""
    # With their lengths, so that no two purposes can be written alike.
    info = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in purpose)
    return hkdf(root, _SALT, info, 32)


def hkdf(root: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA-256 of RFC 5869: extract, then expand to ``length`` bytes."""
    extracted = hmac.digest(salt, root, "sha256")
    found = part = b""
    for number in range(1, -(-length // 32) + 1):
        part = hmac.digest(extracted, part + info + bytes([number]), "sha256")
        found += part
    return found[:length]
