"""How alike two names are that are not the same, for typing errors and abbreviations."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from etl.work import read_beside

BATCH = 200_000

# A name that stands whole in another must have so many characters to mean anything.
SHORTEST_PART = 2

# Names that differ in one of these are two names, however alike: 第一, 第二; 東, 西; A, B.
_TELLING = frozenset("0123456789一二三四五六七八九十東西南北上下前後左右新旧大小男女")
_TELLING_LIKENESS = 0.7


def likeness(one: list[str], two: list[str]) -> tuple[np.ndarray, list[bool]]:
    """Of each pair the likeness (0–1), and whether one name is part of the other.

    The likeness is one minus the share of characters to change, where exchanged neighbours count
    once; names that differ in a number or a direction are not alike.
    """
    alike = process.cpdist(one, two, scorer=OSA.normalized_similarity, dtype=np.float64)
    pairs = list(zip(one, two, strict=True))
    telling = [bool(_TELLING & (set(a) ^ set(b))) for a, b in pairs]
    part = [min(len(a), len(b)) >= SHORTEST_PART and (a in b or b in a) for a, b in pairs]
    return np.where(telling, np.minimum(alike, _TELLING_LIKENESS), alike), part


def measure(work: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Create ``table(one, two, similarity, is_part)`` for the distinct pairs ``query`` selects."""
    work.execute(
        f"CREATE TABLE {table} (one VARCHAR, two VARCHAR, similarity DOUBLE, is_part BOOLEAN)"
    )
    for batch in read_beside(work, query, BATCH):
        one, two = batch.column(0).to_pylist(), batch.column(1).to_pylist()
        if one:
            alike, part = likeness(one, two)
            columns = {"one": one, "two": two, "similarity": alike, "is_part": part}
            work.register("measured_batch", pa.table(columns))
            work.execute(f"INSERT INTO {table} FROM measured_batch")
            work.unregister("measured_batch")
