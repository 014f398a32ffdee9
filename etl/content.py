"""The bytes of a delivery: opened with a cap, cut into physical lines, surveyed for encoding."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO, Literal, cast

Encoding = Literal["utf-8", "cp932"]

KIBI, MEBI, GIBI = 1 << 10, 1 << 20, 1 << 30
MAX_FILE = 8 * GIBI
MAX_UNPACKED = 4 * GIBI
MAX_LINE = MEBI
BLOCK = 8 * MEBI

_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_GZIP = b"\x1f\x8b"
# Python's cp932 gives these for the bytes 80, A0 and FD–FF, which Shift_JIS does not define.
_NOT_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")
_BLANK = b" \t\r\v\f"


class RefusedFileError(Exception):
    """A delivery is refused as a whole, for ``reason``; ``column`` names columns in question."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Block:
    """Whole physical lines of a file, without their newlines.

    ``offsets[i]`` is where ``lines[i]`` starts in the (unpacked) content; ``first_line`` counts
    from 1. A line longer than a block is cut short in ``lines``; ``offsets`` stay true.
    """

    first_line: int
    lines: list[bytes]
    offsets: list[int]
    is_last: bool
    ends_with_newline: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over a whole file tells: encoding, and how many lines are not blank."""

    encoding: Encoding
    n_line: int


def is_blank(line: bytes) -> bool:
    """A physical line with nothing on it; it is no record."""
    return not line.strip(_BLANK)


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
    pending, offset, first_line, skipped = b"", 0, 1, 0
    while chunk := stream.read(size):
        if offset == 0 and first_line == 1 and not pending and chunk.startswith(_BOM):
            chunk, offset = chunk[len(_BOM) :], len(_BOM)
        pending += chunk
        cut = pending.rfind(b"\n") + 1
        if cut:
            block = _block(pending[:cut], first_line, offset, skipped)
            yield block
            first_line += len(block.lines)
            offset += cut + skipped
            pending, skipped = pending[cut:], 0
        elif len(pending) > MAX_LINE:
            # One line longer than a block: its beginning is enough to refuse it.
            skipped += len(pending) - MAX_LINE - 1
            pending = pending[: MAX_LINE + 1]
    yield _block(pending, first_line, offset, skipped, is_last=True)


def _block(data: bytes, first_line: int, offset: int, skipped: int, is_last: bool = False) -> Block:
    lines = data.split(b"\n")
    ends_with_newline = not lines[-1]
    if ends_with_newline:
        lines.pop()
    steps = [len(line) + 1 for line in lines[:-1]]
    if steps:
        steps[0] += skipped
    offsets = list(accumulate(steps, initial=offset)) if lines else []
    return Block(first_line, lines, offsets, is_last, ends_with_newline)


def decode(line: bytes, encoding: Encoding) -> str | None:
    """The text of one line, or None when it cannot be decoded."""
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if encoding == "cp932" and _NOT_IN_CP932.search(text) else text


def survey(
    path: Path,
    max_unpacked: int = MAX_UNPACKED,
    advance: Callable[[int], object] = lambda _: None,
) -> Survey:
    """Look over the whole file and decide its encoding.

    UTF-8 if all of it is, else cp932 if all of it is, else the one with fewer bad lines.
    ``advance`` hears the number of bytes read. Raises RefusedFileError: empty_file,
    unreadable_encoding (UTF-16 and UTF-32), and those of read_blocks.
    """
    n_bad, n_line = 0, 0
    for block in read_blocks(path, max_unpacked):
        if block.first_line == 1 and block.lines and _is_wide(block.lines[0]):
            raise RefusedFileError("unreadable_encoding")
        n_bad += _count_undecodable(block, "utf-8")
        n_line += _count_filled(block)
        advance(sum(map(len, block.lines)))
    if n_line == 0:
        raise RefusedFileError("empty_file")
    encoding: Encoding = "utf-8"
    if n_bad and n_bad > sum(
        _count_undecodable(block, "cp932") for block in read_blocks(path, max_unpacked)
    ):
        encoding = "cp932"
    return Survey(encoding, n_line)


def count_lines(path: Path, max_unpacked: int = MAX_UNPACKED) -> int:
    """How many lines of a file are not blank, as far as it can be read."""
    n_line = 0
    with suppress(RefusedFileError):
        for block in read_blocks(path, max_unpacked):
            n_line += _count_filled(block)
    return n_line


def _count_filled(block: Block) -> int:
    return sum(not is_blank(line) for line in block.lines)


def _count_undecodable(block: Block, encoding: Encoding) -> int:
    if decode(b"\n".join(block.lines), encoding) is not None:
        return 0
    return sum(decode(line, encoding) is None for line in block.lines)


def _is_wide(line: bytes) -> bool:
    """UTF-16 or UTF-32, by its mark or by a zero in every second byte of the first line."""
    return line.startswith(_WIDE_BOMS) or (
        len(line) >= 4 and (not any(line[:64:2]) or not any(line[1:64:2]))
    )
