"""The bytes of a delivery: opened with a cap, cut into blocks of whole physical lines."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Literal, cast

import numpy as np
import numpy.typing as npt

Encoding = Literal["utf-8", "cp932"]
# Positions of lines in a block, or of bytes in its data.
Places = npt.NDArray[np.int64]

KIBI, MEBI, GIBI = 1 << 10, 1 << 20, 1 << 30
MAX_FILE = 8 * GIBI
MAX_UNPACKED = 4 * GIBI
MAX_LINE = MEBI
BLOCK = 24 * MEBI

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
# Python's cp932 gives these for the bytes 80, A0 and FD–FF, which Shift_JIS does not define.
_NOT_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
_NEWLINE = 10
_BLANK = b" \t\r\v\f"


class RefusedFileError(Exception):
    """A delivery is refused as a whole, for ``reason``; ``column`` names columns in question."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True)
class Block:
    """Whole physical lines of a file, with their newlines; the last of a file may lack its own.

    ``first_line`` counts from 1; ``offset`` is where the block starts in the (unpacked) content.
    A line longer than a block is cut short by ``n_skipped`` bytes; it is then the first.
    """

    data: bytes = field(repr=False)
    first_line: int
    offset: int
    n_skipped: int = 0
    is_last: bool = False

    @cached_property
    def bounds(self) -> Places:
        """Where each line starts in ``data``, and where the last one ends."""
        return line_bounds(self.data)

    @property
    def n_line(self) -> int:
        return len(self.bounds) - 1

    @cached_property
    def offsets(self) -> Places:
        """Where each line starts in the content."""
        offsets = self.bounds[:-1] + self.offset
        offsets[1:] += self.n_skipped
        return offsets

    @property
    def ends_with_newline(self) -> bool:
        return not self.data or self.data.endswith(b"\n")

    @property
    def lines(self) -> list[bytes]:
        """All lines without their newlines."""
        lines = self.data.split(b"\n")
        return lines if lines[-1] else lines[:-1]

    def line(self, i: int) -> bytes:
        """One line without its newline."""
        return self.data[self.bounds[i] : self.bounds[i + 1]].removesuffix(b"\n")

    def blank_lines(self) -> Places:
        """The lines with nothing on them."""
        first_bytes = np.frombuffer(self.data, np.uint8)[self.bounds[:-1]]
        maybe = np.flatnonzero(np.isin(first_bytes, np.frombuffer(_BLANK + b"\n", np.uint8)))
        return np.array([i for i in maybe.tolist() if is_blank(self.line(i))], np.int64)


def line_bounds(data: bytes) -> Places:
    """Where each line of ``data`` starts, and where the last one ends."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE) + 1
    tail = [] if not data or data.endswith(b"\n") else [len(data)]
    return np.concatenate([[0], ends, tail]).astype(np.int64)


def is_blank(line: bytes) -> bool:
    """A physical line with nothing on it; it is no record."""
    return not line.strip(_BLANK)


def decode(line: bytes, encoding: Encoding) -> str | None:
    """The text of one line, or None when it cannot be decoded."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if encoding == "cp932" and _NOT_IN_CP932.search(text) else text


class _Capped:
    """A binary stream that refuses to give more than ``limit`` bytes."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream = stream
        self._left = limit

    def read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size)
        except EOFError:
            raise RefusedFileError("cut_short") from None
        except (gzip.BadGzipFile, zlib.error):
            raise RefusedFileError("damaged_archive") from None
        self._left -= len(data)
        if self._left < 0:
            raise RefusedFileError("too_large")
        return data


def read_blocks(path: Path, max_unpacked: int = MAX_UNPACKED, size: int = BLOCK) -> Iterator[Block]:
    """The physical lines of ``path``, unpacked if it is a gzip file, in bounded blocks.

    A UTF-8 byte order mark is left out. Raises RefusedFileError (cut_short, damaged_archive,
    too_large).
    """
    with path.open("rb") as raw:
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if is_packed else raw
        yield from _cut(_Capped(stream, max_unpacked if is_packed else MAX_FILE), size)


def _cut(stream: _Capped, size: int) -> Iterator[Block]:
    pending, offset, first_line, n_skipped = b"", 0, 1, 0
    while chunk := stream.read(size):
        if offset == 0 and first_line == 1 and not pending and chunk.startswith(_BOM):
            chunk, offset = chunk[len(_BOM) :], len(_BOM)
        cut = chunk.rfind(b"\n") + 1
        if cut:
            block = Block(
                b"".join((pending, memoryview(chunk)[:cut])), first_line, offset, n_skipped
            )
            yield block
            first_line += block.n_line
            offset += len(block.data) + n_skipped
            pending, n_skipped = chunk[cut:], 0
            continue
        pending += chunk
        if len(pending) > MAX_LINE:
            # One line longer than a block: its beginning is enough to refuse it.
            n_skipped += len(pending) - MAX_LINE - 1
            pending = pending[: MAX_LINE + 1]
    yield Block(pending, first_line, offset, n_skipped, is_last=True)
