"""Into the inbox: a body streamed to a hidden file, and from there to its place in one step.

The intake of the ETL passes hidden files over, so it never meets half a delivery.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import IO

from werkzeug.exceptions import RequestEntityTooLarge

from store.snapshot import sync_path

PARTS = ".parts"
SIDECAR = ".delivery.toml"
# What must stay free on the disk besides the delivery itself.
RESERVE = 64 << 20
# A part that nobody has finished within a day was left by a worker that died.
ABANDONED_AFTER = 86_400
_BLOCK = 1 << 20


class BrokenUploadError(Exception):
    """The sender stopped, or the connection broke, before the end."""


class StalledUploadError(BrokenUploadError):
    """The sender keeps the connection open and sends nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A body as received: on disk under a hidden name, not yet in the inbox."""

    path: Path
    content_hash: str
    n_byte: int
    n_line: int


@contextmanager
def receive_part(body: IO[bytes], inbox: Path, n_expected: int | None) -> Iterator[Part]:
    """Stream ``body`` to a hidden file, which is gone after the block unless it was put in place.

    ``n_expected`` is the length that was announced. Raises BrokenUploadError,
    RequestEntityTooLarge for a body over its cap, and OSError when it cannot be written.
    """
    folder = inbox / PARTS
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    path = folder / secrets.token_hex(16)
    try:
        part = _write(body, path)
        if n_expected is not None and part.n_byte != n_expected:
            raise BrokenUploadError
        yield part
    finally:
        path.unlink(missing_ok=True)


def _write(body: IO[bytes], path: Path) -> Part:
    digest, n_byte, n_line, last = hashlib.sha256(), 0, 0, b""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as sink:
        while data := _read(body):
            sink.write(data)
            digest.update(data)
            n_byte += len(data)
            n_line += data.count(b"\n")
            last = data[-1:]
        sink.flush()
        os.fsync(sink.fileno())
    # A last line may lack its newline.
    n_line += last not in (b"", b"\n")
    return Part(path, digest.hexdigest(), n_byte, n_line)


def _read(body: IO[bytes]) -> bytes:
    try:
        return body.read(_BLOCK)
    except RequestEntityTooLarge:
        raise
    except Exception as error:
        # What a server raises here depends on the server; nothing of ours is in between. Werkzeug
        # hides what it was behind a disconnection of its own.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise StalledUploadError from error
        raise BrokenUploadError from error


def has_room(inbox: Path, n_byte: int) -> bool:
    """Whether a delivery of this size can be written and the disk is not full after it."""
    inbox.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(inbox).free - n_byte > RESERVE


def put_in_inbox(part: Part, inbox: Path, file: str, source: str) -> None:
    """Move a part to its place, its delivery note first: the file never lies there without it.

    Raises OSError, in which case neither lies there.
    """
    note, place = inbox / f"{file}{SIDECAR}", inbox / file
    hidden = part.path.with_suffix(".note")
    put: list[Path] = [hidden]
    try:
        hidden.write_text(
            f'source = "{source}"\nsha256 = "{part.content_hash}"\nn_byte = {part.n_byte}\n',
            encoding="ascii",
        )
        sync_path(hidden)
        for path, target in ((hidden, note), (part.path, place)):
            path.replace(target)
            put.append(target)
        sync_path(inbox)
    except OSError:
        # The file first: it must not lie there without its note.
        for path in reversed(put):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Remove the parts that dead workers left."""
    for path in folder.iterdir():
        with suppress(OSError):
            if time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()
