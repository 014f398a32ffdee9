"""Which source and layout a file is: told by its header or its shape, never by its name."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from etl.content import (
    MAX_LINE,
    MAX_UNPACKED,
    Encoding,
    RefusedFileError,
    decode,
    is_blank,
    read_blocks,
)
from etl.contract import Contract, Head, Layout, plain

MAX_COLUMN = 512
HEAD_LINES = 50
# A header with so large a share of a layout's columns is that layout with columns missing.
NEARLY = 0.6


@dataclass(frozen=True, slots=True)
class Recognition:
    """A file's contract and layout, and where its columns are.

    ``positions`` maps raw column names to positions. ``rest_from`` is where the cells of
    ``layout.rest`` begin, and ``header`` holds the header rows. ``unknown_columns`` are named in
    the header and not in the contract.
    """

    contract: Contract
    layout: Layout
    n_column: int
    positions: dict[str, int]
    header: tuple[tuple[str, ...], ...] = ()
    unknown_columns: tuple[str, ...] = ()

    @property
    def rest_from(self) -> int:
        return len(self.layout.columns)


def recognise(
    path: Path,
    encoding: Encoding,
    contracts: Iterable[Contract],
    max_unpacked: int = MAX_UNPACKED,
) -> Recognition:
    """The contract and layout of a file.

    Raises RefusedFileError: unknown_layout, missing_column (a known header with columns missing;
    they are named), repeated_column, too_many_columns.
    """
    head = _read_head(path, encoding, max_unpacked)
    choices = [(contract, layout) for contract in contracts for layout in contract.layouts]
    for contract, layout in choices:
        if layout.recognises is not None and layout.recognises(head):
            return _by_position(contract, layout, head)
    header = head[0] if head else None
    if header is None:
        raise RefusedFileError("unknown_layout")
    if len(header) > MAX_COLUMN:
        raise RefusedFileError("too_many_columns")
    return _by_name(choices, [plain(name) for name in header])


def _read_head(path: Path, encoding: Encoding, max_unpacked: int) -> Head:
    lines = chain.from_iterable(block.lines for block in read_blocks(path, max_unpacked))
    filled = (line for line in lines if not is_blank(line))
    return [_parse(line, encoding) for line in islice(filled, HEAD_LINES)]


def _parse(line: bytes, encoding: Encoding) -> Sequence[str] | None:
    text = decode(line, encoding)
    if text is None or len(line) > MAX_LINE:
        return None
    try:
        return next(csv.reader((text,), strict=True))
    except csv.Error:
        return None


def _by_position(contract: Contract, layout: Layout, head: Head) -> Recognition:
    n_line = layout.n_header if layout.find_header is None else layout.find_header(head)
    header = tuple(tuple(row or ()) for row in head[n_line - layout.n_header : n_line])
    layout = replace(layout, n_header=n_line)
    return Recognition(
        contract=contract,
        layout=layout,
        n_column=len(header[-1]) if layout.rest else len(layout.columns),
        positions={name: i for i, name in enumerate(layout.columns.values())},
        header=header,
    )


def _by_name(choices: Sequence[tuple[Contract, Layout]], names: Sequence[str]) -> Recognition:
    named = [(c, layout) for c, layout in choices if layout.recognises is None]
    missing = [set(layout.columns).difference(names) for _, layout in named]
    complete = [choice for choice, lacking in zip(named, missing, strict=True) if not lacking]
    if not complete:
        raise _nearest(named, missing)
    contract, layout = max(complete, key=lambda choice: len(choice[1].columns))
    repeated = [name for name in layout.columns if names.count(name) > 1]
    if repeated:
        raise RefusedFileError("repeated_column", "、".join(repeated))
    known = set(layout.columns) | layout.ignored
    return Recognition(
        contract=contract,
        layout=layout,
        n_column=len(names),
        positions={raw: names.index(name) for name, raw in layout.columns.items()},
        header=(tuple(names),),
        unknown_columns=tuple(name for name in names if name not in known),
    )


def _nearest(
    named: Sequence[tuple[Contract, Layout]], missing: Sequence[set[str]]
) -> RefusedFileError:
    """The refusal that helps the sender most: which columns are missing, if the layout is clear."""
    for (_, layout), lacking in sorted(
        zip(named, missing, strict=True), key=lambda pair: len(pair[1]) / len(pair[0][1].columns)
    ):
        if 1 - len(lacking) / len(layout.columns) >= NEARLY:
            in_order = [name for name in layout.columns if name in lacking]
            return RefusedFileError("missing_column", "、".join(in_order))
        break
    return RefusedFileError("unknown_layout")
