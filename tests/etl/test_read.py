"""Records out of lines: what is read, what is refused, and that one bad line costs one line."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from etl.content import MAX_LINE, RefusedFileError, read_blocks
from etl.read import read_records
from etl.record import Form, Refusal
from etl.survey import survey

BLOCK = 8 * MAX_LINE


@dataclass
class Whole:
    """All batches of a file as one."""

    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    is_cut_short: bool = False


def read(path: Path, content: bytes, n_column: int = 3, max_lines: int = 1) -> Whole:
    path.write_bytes(content)
    whole = Whole()
    for batch in read_records(path, Form(survey(path).encoding, n_column, 0, max_lines), BLOCK):
        columns = [[cell or "" for cell in column] for column in batch.cells.to_pydict().values()]
        whole.rows += map(list, zip(*columns, strict=True))
        whole.lines += batch.lines.tolist()
        whole.offsets += batch.offsets.tolist()
        whole.texts += map(batch.text_of, range(len(batch.lines)))
        whole.refusals += batch.refusals
        whole.is_cut_short = batch.is_cut_short
    return whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "delivery.csv"


def test_a_cp932_file_keeps_the_signs_that_shift_jis_lacks(file: Path) -> None:
    text = "①,㈱髙﨑,10～20\n"
    assert read(file, text.encode("cp932")).rows == [["①", "㈱髙﨑", "10～20"]]
    assert survey(file).encoding == "cp932"


def test_a_utf8_file_loses_its_byte_order_mark_and_nothing_else(file: Path) -> None:
    batch = read(file, "\ufeffあ,い,う\r\nえ,お,か\r\n".encode())
    assert batch.rows == [["あ", "い", "う"], ["え", "お", "か"]]
    assert batch.offsets == [3, 3 + len("あ,い,う\r\n".encode())]


def test_an_unclosed_quote_costs_one_record_and_not_those_behind_it(file: Path) -> None:
    batch = read(file, b'a,b,c\nd,"e,f\ng,h,i\n"j",k,l\n')
    assert batch.rows == [["a", "b", "c"], ["g", "h", "i"], ["j", "k", "l"]]
    assert [(r.line, r.byte_offset, r.reason, r.raw) for r in batch.refusals] == [
        (2, 6, "unclosed_quote", 'd,"e,f')
    ]


def test_text_behind_a_closing_quote_is_malformed(file: Path) -> None:
    batch = read(file, b'a,"b"x,c\nd,e,f\n')
    assert [r.reason for r in batch.refusals] == ["malformed_record"]
    assert batch.rows == [["d", "e", "f"]]


@pytest.mark.parametrize("line", [b"a,b", b"a,b,c,d", b"   "])
def test_a_line_with_other_columns_is_refused_and_a_blank_one_is_no_record(
    file: Path, line: bytes
) -> None:
    batch = read(file, b"a,b,c\n" + line + b"\n\nd,e,f\n")
    assert batch.lines == [1, 4]
    assert [r.reason for r in batch.refusals] == ["wrong_column_count"] * bool(line.strip())


def test_the_fewer_bad_lines_decide_the_encoding_and_are_refused(file: Path) -> None:
    good = "東京,大阪,名古屋\n".encode()
    batch = read(file, good * 3 + b"\xff\xfe,b,c\n" + good)
    assert survey(file).encoding == "utf-8"
    assert [(r.line, r.reason, r.raw) for r in batch.refusals] == [
        (4, "undecodable_bytes", "\\xff\\xfe,b,c")
    ]
    assert len(batch.rows) == 4


def test_bytes_that_only_python_takes_for_cp932_are_refused(file: Path) -> None:
    batch = read(file, "東京,大阪,名古屋\n".encode("cp932") * 2 + b"a\xa0,b,c\n")
    assert [(r.line, r.reason) for r in batch.refusals] == [(3, "undecodable_bytes")]


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\t", "\u202e", "\u2066", "\u2028", "\x85", "\ufeff", "\r"]
)
def test_controls_and_direction_marks_are_refused(file: Path, sign: str) -> None:
    batch = read(file, f"a,b,c\nd,e{sign}e,f\ng,h,i\n".encode())
    assert [(r.line, r.reason) for r in batch.refusals] == [(2, "control_character")]
    assert batch.lines == [1, 3]


def test_a_line_over_a_mebibyte_is_refused_by_its_beginning(file: Path) -> None:
    long = b"a," + b"x" * MAX_LINE + b",c\n"
    batch = read(file, b"a,b,c\n" + long + b"d,e,f\n")
    assert [(r.line, r.byte_offset, r.reason) for r in batch.refusals] == [(2, 6, "line_too_long")]
    assert batch.refusals[0].raw.startswith("a,xxx")
    assert batch.offsets == [0, 6 + len(long)]


def test_offsets_stay_true_behind_a_line_longer_than_a_block(file: Path) -> None:
    head = "あ,b,c\n".encode()
    long = b"y" * (3 * MAX_LINE) + b"\n"
    file.write_bytes(head + long + b"d,e,f\ng,h,i")
    blocks = list(read_blocks(file, size=MAX_LINE // 2))
    placed = [
        (b.first_line + i, offset, line[:9])
        for b in blocks
        for i, (offset, line) in enumerate(zip(b.offsets, b.lines, strict=True))
    ]
    assert placed == [
        (1, 0, head[:9].rstrip()),
        (2, len(head), b"y" * 9),
        (3, len(head + long), b"d,e,f"),
        (4, len(head + long) + 6, b"g,h,i"),
    ]
    assert not blocks[-1].ends_with_newline


@pytest.mark.parametrize("tail", [b"d,e", b'd,e,"f'])
def test_a_file_that_ends_inside_a_record_is_cut_short(file: Path, tail: bytes) -> None:
    assert read(file, b"a,b,c\n" + tail).is_cut_short
    assert not read(file, b"a,b,c\n" + tail + b"\n").is_cut_short


def test_a_complete_last_line_needs_no_newline(file: Path) -> None:
    batch = read(file, b"a,b,c\nd,e,f")
    assert not batch.is_cut_short
    assert len(batch.rows) == 2


def test_a_record_may_span_the_lines_that_its_contract_allows(file: Path) -> None:
    content = b'a,"b\r\nb\r\n\r\nb",c\r\nd,e,f\r\n'
    batch = read(file, content, max_lines=4)
    assert batch.rows == [["a", "b\nb\n\nb", "c"], ["d", "e", "f"]]
    assert batch.lines == [1, 5]
    assert content.decode().startswith(batch.texts[0])
    short = read(file, content, max_lines=3)
    assert short.refusals[0].reason == "unclosed_quote"
    assert short.rows[-1] == ["d", "e", "f"]


def test_an_unclosed_quote_in_a_file_of_long_records_is_rewound(file: Path) -> None:
    batch = read(file, b'a,"b,c\nd,e,f\ng,"h\nh",i\n', max_lines=5)
    assert [(r.line, r.reason) for r in batch.refusals] == [(1, "malformed_record")]
    assert batch.rows == [["d", "e", "f"], ["g", "h\nh", "i"]]


def test_a_long_record_may_cross_from_one_block_to_the_next(file: Path) -> None:
    filler = b"a,b," + b"c" * 1000 + b"\n"
    n = 9000
    batch = read(file, filler * n + b'x,"y\ny",z\n' + filler, max_lines=3)
    assert len(batch.rows) == n + 2
    assert batch.rows[n] == ["x", "y\ny", "z"]
    assert not batch.refusals


def test_a_packed_file_is_read_and_a_broken_one_refused(file: Path) -> None:
    packed = gzip.compress(b"a,b,c\n" * 2000)
    assert len(read(file, packed).rows) == 2000
    file.write_bytes(packed[:-12])
    with pytest.raises(RefusedFileError, match="cut_short"):
        survey(file)
    file.write_bytes(packed[:12] + b"\xff" * 9 + packed[21:])
    with pytest.raises(RefusedFileError, match="damaged_archive"):
        survey(file)


def test_a_packed_file_may_not_unpack_beyond_the_cap(file: Path) -> None:
    file.write_bytes(gzip.compress(b"a,b,c\n" * 2000))
    with pytest.raises(RefusedFileError, match="too_large"):
        survey(file, max_unpacked=5000)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_refused_with_or_without_its_mark(file: Path, encoding: str) -> None:
    file.write_bytes("a,b,c\nd,e,f\n".encode(encoding))
    with pytest.raises(RefusedFileError, match="unreadable_encoding"):
        survey(file)
