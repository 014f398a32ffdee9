"""隔離: duplicates told apart, guards asked, and the file put in its place with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.content import RefusedFileError
from etl.contract import Contract
from store.application import Delivery

# The median of a file's amounts against that of all files before it: thousands of yen for yen.
UNIT_FACTOR = 300
# Fewer amounts than this have no steady median.
UNIT_SAMPLE = 100


class BalanceError(RuntimeError):
    """Records in differ from accepted + rejected + duplicate: a defect, never the sender's."""


def mark_duplicates(
    work: duckdb.DuckDBPyConnection, contract: Contract, table: str, earlier: Sequence[Path]
) -> int:
    """Make ``mark``: for each row of ``table`` its occurrence and whether it is a duplicate.

    A record is a duplicate when an earlier file has it, or, in a register, when the same file has
    it before. Returns the number of duplicate records.
    """
    repetition = "row_number() OVER (PARTITION BY record_hash ORDER BY line, rowid)"
    occurrence = "1" if contract.repeats_are_duplicates else repetition
    is_repeat = f"{repetition} > 1" if contract.repeats_are_duplicates else "FALSE"
    known = (
        "SELECT DISTINCT record_hash, occurrence FROM read_parquet($earlier)"
        if earlier
        else "SELECT NULL::VARCHAR AS record_hash, NULL::INTEGER AS occurrence WHERE FALSE"
    )
    work.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE mark AS
        WITH counted AS (
            SELECT rowid AS row_number, line, record_hash,
                   ({occurrence})::INTEGER AS occurrence, {is_repeat} AS is_repeat
            FROM {table}
        ),
        known AS ({known})
        SELECT row_number, line, counted.occurrence, is_repeat,
               is_repeat OR known.record_hash IS NOT NULL AS is_duplicate
        FROM counted LEFT JOIN known USING (record_hash, occurrence)
        """,  # noqa: S608
        {"earlier": [str(path) for path in earlier]} if earlier else None,
    )
    # A wide record is a duplicate when all its rows are.
    row = work.execute(
        "SELECT count(*) FROM (SELECT line FROM mark GROUP BY line HAVING bool_and(is_duplicate))"
    ).fetchone()
    return int(row[0]) if row else 0


def write_staged(
    work: duckdb.DuckDBPyConnection, contract: Contract, table: str, path: Path
) -> None:
    """Write the valid records to ``path`` in the order of the file.

    The repeats in a register are left out.
    """
    columns = ", ".join(f"row.{name}" for name in contract.columns)
    target = str(path).replace("'", "''")
    work.execute(
        f"""
        COPY (
            SELECT {columns}, row.line, byte_offset, record_hash, occurrence
            FROM {table} AS row JOIN mark ON mark.row_number = row.rowid
            WHERE NOT is_repeat ORDER BY row.line, row.rowid
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
        """  # noqa: S608
    )


def count_flags(work: duckdb.DuckDBPyConnection, contract: Contract, table: str) -> dict[str, int]:
    """How many accepted records carry each flag of the contract."""
    if not contract.flags:
        return {}
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in contract.flags.values())
    row = work.execute(
        f"SELECT {counts} FROM {table} AS row JOIN mark ON mark.row_number = row.rowid "  # noqa: S608
        "WHERE NOT is_duplicate"
    ).fetchone()
    return dict(zip(contract.flags, row or (), strict=True))


def enter_period(
    work: duckdb.DuckDBPyConnection, contract: Contract, table: str, delivery: Delivery
) -> None:
    """Enter the first and the last day that the file's records speak of."""
    if contract.period is None:
        return
    first, last = contract.period
    row = work.execute(f"SELECT min({first}), max({last}) FROM {table}").fetchone()  # noqa: S608
    delivery.period_from, delivery.period_to = row or (None, None)


def check_balance(
    contract: Contract, n_line: int, n_valid: int, n_duplicate: int, refused: Counter[str]
) -> None:
    """Compare the records told apart with the lines counted beforehand; raises BalanceError."""
    total = n_valid + refused.total()
    if not 0 <= n_duplicate <= n_valid or (contract.max_lines == 1 and total != n_line):
        raise BalanceError(
            f"{n_line} lines; {n_valid} valid, {n_duplicate} of them duplicate; {dict(refused)}"
        )


def check_volume(contract: Contract, delivery: Delivery, earlier: Sequence[Delivery]) -> None:
    """Hold a full copy that is much smaller than the last one of the same layout and area."""
    if contract.volume_floor is None:
        return
    alike = [d for d in earlier if d.layout == delivery.layout and _area(d) == _area(delivery)]
    if alike and delivery.records_in < contract.volume_floor * alike[-1].records_in:
        raise RefusedFileError("volume_guard")


def _area(delivery: Delivery) -> tuple[object, object]:
    declared = delivery.declared
    return declared.get("prefecture_code"), declared.get("municipality_code")


def check_unit(
    work: duckdb.DuckDBPyConnection, contract: Contract, table: str, earlier: Sequence[Path]
) -> None:
    """Hold a file whose amounts are about a thousand times those before it, or a thousandth."""
    if not contract.unit_column or not earlier:
        return
    column = contract.unit_column
    typical = f"SELECT count({column}), median(abs({column})) FROM {{}} WHERE {column} <> 0"  # noqa: S608
    new = work.execute(typical.format(table)).fetchone()
    old = work.execute(
        typical.format("read_parquet($earlier)"), {"earlier": [str(path) for path in earlier]}
    ).fetchone()
    if not new or not old or min(new[0], old[0]) < UNIT_SAMPLE:
        return
    ratio = float(new[1]) / float(old[1])
    if not 1 / UNIT_FACTOR < ratio < UNIT_FACTOR:
        raise RefusedFileError("unit_guard", column)
