"""Blocks read at once against a slow twin that takes one line after the other in plain Python."""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from etl.content import Encoding, RefusedFileError, line_bounds
from etl.read import read_records
from etl.record import Form
from etl.survey import survey
from etl.suspect import is_utf8, suspect_lines, to_utf8, undecodable_lines

FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
NOT_SHIFT_JIS = re.compile("[\x80\uf8f0-\uf8f3]")

Record = tuple[int, int, str, tuple[str, ...]]
Refused = tuple[int, int, str, str, str]


def slow_read(
    content: bytes, encoding: Encoding, n_column: int, n_header: int
) -> tuple[list[Record], list[Refused], bool]:
    """Records, refusals, and whether the content ends inside a record."""
    records: list[Record] = []
    refused: list[Refused] = []
    offset = 3 * content.startswith(b"\xef\xbb\xbf")
    is_cut_short = False
    lines = content[offset:].split(b"\n")
    for number, line in enumerate(lines, start=1):
        start, offset = offset, offset + len(line) + 1
        if not line.strip(b" \t\r\v\f"):
            continue
        if n_header:
            n_header -= 1
            continue
        reason, cells = slow_cells(line, encoding, n_column)
        raw = line.decode(encoding, "backslashreplace").removesuffix("\r")
        if reason:
            refused.append((number, start, reason, "", raw))
            is_cut_short = number == len(lines) and (
                reason == "unclosed_quote"
                or (reason == "wrong_column_count" and len(cells) < n_column)
            )
        else:
            records.append((number, start, raw, tuple(cells)))
    return records, refused, is_cut_short


def slow_cells(line: bytes, encoding: Encoding, n_column: int) -> tuple[str, list[str]]:
    try:
        text = line.decode(encoding).removesuffix("\r")
    except UnicodeDecodeError:
        return "undecodable_bytes", []
    if encoding == "cp932" and NOT_SHIFT_JIS.search(text):
        return "undecodable_bytes", []
    if FORBIDDEN.search(text):
        return "control_character", []
    try:
        cells = next(csv.reader([text], strict=True))
    except csv.Error as error:
        is_open = "unexpected end" in str(error)
        return ("unclosed_quote" if is_open else "malformed_record"), []
    return ("" if len(cells) == n_column else "wrong_column_count"), cells


def fast_read(content: bytes, form: Form, size: int) -> tuple[list[Record], list[Refused], bool]:
    records: list[Record] = []
    refused: list[Refused] = []
    is_cut_short = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        for batch in read_records(path, form, size):
            columns = batch.cells.to_pydict().values()
            rows = zip(*([c or "" for c in column] for column in columns), strict=True)
            places = zip(batch.lines.tolist(), batch.offsets.tolist(), rows, strict=True)
            records += [
                (line, offset, batch.text_of(i), cells)
                for i, (line, offset, cells) in enumerate(places)
            ]
            refused += [astuple(refusal) for refusal in batch.refusals]
            is_cut_short = batch.is_cut_short
    return records, refused, is_cut_short


CELLS = st.sampled_from(
    [
        "", " ", "a", "株式会社", "㈱髙﨑①～", "ー－‐", "…", "“”", "１，２", '"a"', '""', '"a,b"',
        '"a""b"', '""""', 'a"b', '"a', 'a"', '"a"b', '"a" ', ' "a"', "'", "\\", "NULL", "nan",
        "\t", "\r", "\x0b", "\x7f", "\u200e", "\u2028", "\ufeff", "\u0085", "\u2066", "\u061c",
        "\uf8f0", "\uf8f1", "\ud7ff", "𠮷", "ﾊﾟ",
    ]
) | st.text(max_size=4)  # fmt: skip
LINES = st.lists(CELLS, min_size=1, max_size=4).map(",".join)
ODD = st.sampled_from(
    [
        b"", b" ", b"\r", b"\r\r", b"\x81", b"\x81,\x82", b"a\xff,b,c", b"\xa0,,", b"\x80,,",
        b"\xfd,,", b"\xed\xb2\x80,,", b"\xed\xa0\x80,,", b"\xc0\xaf,,", b"\xef\xa3\xb0,,",
        b"\xf4\x90\x80\x80,,", b'",,', b",,", b"\xef\xbb\xbf,,", b"\x82\x22,,", b"\x83\x5c,,",
        b'"\x83\x5c",,',
    ]
)  # fmt: skip


@st.composite
def contents(draw: st.DrawFn) -> bytes:
    encoding = draw(st.sampled_from(["utf-8", "cp932"]))
    texts = LINES.map(lambda line: line.encode(encoding, "ignore"))
    lines = draw(st.lists(texts | ODD | st.binary(max_size=8), max_size=14))
    newlines = draw(st.lists(st.sampled_from([b"\n", b"\r\n"]), min_size=14, max_size=14))
    body = b"".join(line + end for line, end in zip(lines, newlines, strict=False))
    tail = draw(st.sampled_from([b"", b"a,b,c", b'a,"b', b"a,b", b"a,b,c\r", b"\r", b'"a","b",""']))
    content = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + body + tail
    assume(not content.startswith(b"\x1f\x8b"))
    return content


@settings(max_examples=600, deadline=None)
@given(
    contents(),
    st.sampled_from(["utf-8", "cp932"]),
    st.integers(1, 4),
    st.integers(0, 2),
    st.integers(4, 60) | st.just(1 << 20),
)
def test_a_dirty_file_gives_the_records_and_refusals_of_the_slow_twin(
    content: bytes, encoding: Encoding, n_column: int, n_header: int, size: int
) -> None:
    form = Form(encoding, n_column, n_header)
    assert fast_read(content, form, size) == slow_read(content, encoding, n_column, n_header)


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_no_pair_of_bytes_moves_a_line_end(encoding: Encoding) -> None:
    for first in range(0x80, 0x100):
        content = b"".join(bytes([first]) + b"\n" + bytes([first, i]) for i in range(0x100))
        assert to_utf8(content, encoding).count(b"\n") == content.count(b"\n")
        for line in {bytes([first]), *(bytes([first, i]) for i in range(0x100) if i != 10)}:
            text = to_utf8(line, encoding)
            found = undecodable_lines(text, line_bounds(text), encoding)
            is_bad = slow_cells(line, encoding, 1)[0] == "undecodable_bytes"
            assert bool(len(found)) == is_bad, line


def test_every_forbidden_character_and_no_other_makes_a_line_suspect() -> None:
    signs = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000 and c != 10]
    text = "".join(f"a,{sign}b\n" for sign in signs).encode()
    found = suspect_lines(text, line_bounds(text), "utf-8")
    assert [signs[i] for i in found] == [s for s in signs if s == '"' or FORBIDDEN.match(s)]


@given(st.binary(max_size=12))
def test_utf8_is_what_python_strictly_decodes(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        assert not is_utf8(data)
    else:
        assert is_utf8(data)


@settings(deadline=None)
@given(contents())
def test_the_encoding_is_that_with_fewer_bad_lines(content: bytes) -> None:
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    n_bad = {
        encoding: sum(slow_cells(line, encoding, 1)[0] == "undecodable_bytes" for line in lines)
        for encoding in ("utf-8", "cp932")
    }
    if not any(line.strip(b" \t\r\v\f") for line in lines):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        try:
            looked = survey(path)
        except RefusedFileError as error:
            # Two short lines may look like UTF-16.
            event(error.reason)
            return
    assert looked.encoding == ("cp932" if n_bad["cp932"] < n_bad["utf-8"] else "utf-8")
    assert looked.n_line == sum(bool(line.strip(b" \t\r\v\f")) for line in lines)
