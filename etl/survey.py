"""One look over a whole file before it is read: its encoding, and how many records to expect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from etl.content import (
    MAX_UNPACKED,
    Block,
    Encoding,
    RefusedFileError,
    line_bounds,
    read_blocks,
)
from etl.suspect import is_utf8, to_utf8, undecodable_lines

_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look over a whole file tells: encoding, and how many lines are not blank."""

    encoding: Encoding
    n_line: int


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
        if block.first_line == 1 and block.data and _is_wide(block.line(0)):
            raise RefusedFileError("unreadable_encoding")
        n_bad += _count_undecodable(block, "utf-8")
        n_line += _count_filled(block)
        advance(len(block.data))
    if n_line == 0:
        raise RefusedFileError("empty_file")
    is_cp932 = n_bad > 0 and _has_fewer_undecodable(path, max_unpacked, "cp932", n_bad)
    return Survey("cp932" if is_cp932 else "utf-8", n_line)


def count_lines(path: Path, max_unpacked: int = MAX_UNPACKED) -> int:
    """How many lines of a file are not blank, as far as it can be read."""
    n_line = 0
    with suppress(RefusedFileError):
        for block in read_blocks(path, max_unpacked):
            n_line += _count_filled(block)
    return n_line


def _count_filled(block: Block) -> int:
    return block.n_line - len(block.blank_lines())


def _has_fewer_undecodable(path: Path, max_unpacked: int, encoding: Encoding, than: int) -> bool:
    n_bad = 0
    for block in read_blocks(path, max_unpacked):
        n_bad += _count_undecodable(block, encoding)
        if n_bad >= than:
            return False
    return True


def _count_undecodable(block: Block, encoding: Encoding) -> int:
    if block.data.isascii() or (encoding == "utf-8" and is_utf8(block.data)):
        return 0
    text = to_utf8(block.data, encoding)
    return len(undecodable_lines(text, line_bounds(text), encoding))


def _is_wide(line: bytes) -> bool:
    """UTF-16 or UTF-32, by its mark or by a zero in every second byte of the first line."""
    return line.startswith(_WIDE_BOMS) or (
        len(line) >= 4 and (not any(line[:64:2]) or not any(line[1:64:2]))
    )
