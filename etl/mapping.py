"""Mapping profiles tried: what one makes of the first records of a file, before it is kept."""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb

from etl.content import (
    MEBI,
    Encoding,
    RefusedFileError,
    decode,
    is_blank,
)
from etl.contract import plain
from etl.macro import install_macros
from etl.recognise import Recognition, recognise
from etl.record import Refusal
from etl.sources import contracts
from etl.sources._profiles import layout_of
from etl.survey import Survey, survey
from etl.validate import validate
from store.mapping_profile import MappingProfile, ProfileTrial, TrialRefusal

# A trial needs the beginning of a file only.
MAX_TRIAL = 64 * MEBI


def try_profile(profile: MappingProfile, content: bytes, n_rows: int = 20) -> ProfileTrial:
    """Read the first ``n_rows`` records of ``content`` by ``profile``, with the real reader.

    Nothing is kept. Raises ProfileError for a profile that cannot be used.
    """
    layout = layout_of(profile)
    contract = next(c for c in contracts() if c.name == profile.source)
    with _as_file(content) as (path, head):
        try:
            encoding, header = _beginning(path, head, n_rows)
        except RefusedFileError as error:
            return ProfileTrial(reason=error.reason)
        trial = ProfileTrial(encoding=encoding, header=header)
        try:
            recognition = recognise(head, encoding, [replace(contract, layouts=(layout,))])
            return _judge(trial, head, encoding, recognition)
        except RefusedFileError as error:
            lacking = tuple(name for name in layout.columns if name not in header)
            reason = "missing_column" if lacking else error.reason
            return replace(trial, reason=reason, missing_columns=lacking)


@contextmanager
def _as_file(content: bytes) -> Iterator[tuple[Path, Path]]:
    """``content`` as a file, and a place for its beginning; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "content")
        path.write_bytes(content)
        yield path, Path(folder, "head")


def _beginning(path: Path, head: Path, n_rows: int) -> tuple[Encoding, tuple[str, ...]]:
    """Copy the header and ``n_rows`` lines of ``path`` to ``head``; its encoding and header."""
    encoding = survey(path, MAX_TRIAL).encoding
    lines: list[bytes] = []
    n_filled = 0
    for line in _lines(path.read_bytes()):
        if n_filled > n_rows:
            break
        lines.append(line)
        n_filled += not is_blank(line)
    head.write_bytes(b"\n".join([*lines, b""]))
    header = decode(next(line for line in lines if not is_blank(line)), encoding)
    with suppress(csv.Error):
        names = next(csv.reader([(header or "").removesuffix("\r")], strict=True), [])
        return encoding, tuple(plain(name) for name in names)
    raise RefusedFileError("unknown_layout")


def _lines(content: bytes) -> list[bytes]:
    """The lines of a file that was surveyed, and so is neither damaged nor too large."""
    unpacked = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    return unpacked.removeprefix(b"\xef\xbb\xbf").split(b"\n")


def _judge(
    trial: ProfileTrial, head: Path, encoding: Encoding, recognition: Recognition
) -> ProfileTrial:
    refused: list[Refusal] = []
    with duckdb.connect(config={"memory_limit": "512MB", "threads": 1}) as work:
        install_macros(work)
        looked = Survey(encoding, n_line=0)
        staged = head.with_suffix(".parquet")
        validate(work, head, looked, recognition, staged, refused.append)
        columns = ", ".join(recognition.contract.columns)
        frame = work.execute(
            f"SELECT {columns}, line FROM read_parquet(?) ORDER BY line",  # noqa: S608
            [str(staged)],
        ).df()
    return replace(
        trial,
        frame=frame,
        refused=tuple(TrialRefusal(r.line, r.reason, r.column, r.raw) for r in refused),
        unknown_columns=recognition.unknown_columns,
    )
