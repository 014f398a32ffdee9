"""隔離: duplicates told apart, guards asked, and what the accepted records of a file show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import log2
from pathlib import Path

import duckdb

from etl.content import RefusedFileError
from etl.contract import Contract, literal
from store.application import Delivery

# The median of a file's amounts against that of all files before it: thousands of yen for yen.
UNIT_FACTOR = 300
# Magnitudes go by the sixteenth root of two.
STEPS = 16
# Fewer amounts than this have no steady median.
UNIT_SAMPLE = 100


class BalanceError(RuntimeError):
    """Records in differ from accepted + rejected + duplicate: a defect, never the sender's."""


def mark_duplicates(
    work: duckdb.DuckDBPyConnection, staged: Path, earlier: Sequence[Path], n_stating: int
) -> int:
    """Make ``fresh``: the records of ``staged`` that no ``earlier`` file has.

    A record is a duplicate when an earlier file has it, or, in a register, when the same file has
    it before; the latter are not in ``staged`` any more. ``n_stating`` is the number of records
    told before they were left out. Returns the number of duplicate records.
    """
    # The few records of the new file are kept in memory, those of all earlier ones pass by.
    known = (
        f"SELECT place FROM read_parquet({_listed(earlier)}) "  # noqa: S608
        "JOIN own USING (record_hash, occurrence)"
        if earlier
        else "SELECT NULL::BIGINT AS place WHERE FALSE"
    )
    own = f"read_parquet({_listed([staged])}, file_row_number = TRUE)"
    work.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE own AS
        SELECT record_hash, occurrence, file_row_number AS place FROM {own};
        CREATE OR REPLACE TEMP TABLE known AS {known};
        DROP TABLE own;
        CREATE OR REPLACE TEMP VIEW fresh AS
        SELECT * FROM {own} WHERE file_row_number NOT IN (SELECT place FROM known)
        """  # noqa: S608
    )
    # A wide record is a duplicate when all its rows are.
    row = work.execute("SELECT count(DISTINCT line) FROM fresh").fetchone()
    return n_stating - (int(row[0]) if row else 0)


def count_flags(work: duckdb.DuckDBPyConnection, contract: Contract) -> dict[str, int]:
    """How many accepted records, those of ``fresh``, carry each flag of the contract."""
    if not contract.flags:
        return {}
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in contract.flags.values())
    row = work.execute(f"SELECT {counts} FROM fresh").fetchone()  # noqa: S608
    return dict(zip(contract.flags, row or (), strict=True))


def enter_period(
    work: duckdb.DuckDBPyConnection, contract: Contract, staged: Path, delivery: Delivery
) -> None:
    """Enter the first and the last day that the file's records speak of."""
    if contract.period is None:
        return
    first, last = contract.period
    row = work.execute(
        f"SELECT min({first}), max({last}) FROM read_parquet({_listed([staged])})"  # noqa: S608
    ).fetchone()
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
    work: duckdb.DuckDBPyConnection, contract: Contract, staged: Path, earlier: Sequence[Path]
) -> None:
    """Hold a file whose amounts are about a thousand times those before it, or a thousandth."""
    if not contract.unit_column or not earlier:
        return
    new = _magnitudes(work, contract.unit_column, [staged])
    old = _magnitudes(work, contract.unit_column, earlier)
    if min(new.total(), old.total()) < UNIT_SAMPLE:
        return
    if abs(_median(new) - _median(old)) > STEPS * log2(UNIT_FACTOR):
        raise RefusedFileError("unit_guard", contract.unit_column)


def _magnitudes(
    work: duckdb.DuckDBPyConnection, column: str, paths: Sequence[Path]
) -> Counter[int]:
    """How many amounts there are of each magnitude: counted, for tens of millions of them are too
    many to sort for a median."""
    rows = work.execute(
        f"SELECT floor({STEPS} * log2(abs({column})))::INTEGER, count(*) "  # noqa: S608
        f"FROM read_parquet({_listed(paths)}) WHERE {column} <> 0 GROUP BY ALL"
    ).fetchall()
    return Counter(dict(rows))


def _median(magnitudes: Counter[int]) -> int:
    passed = 0
    for magnitude in sorted(magnitudes):
        passed += magnitudes[magnitude]
        if 2 * passed >= magnitudes.total():
            return magnitude
    raise ValueError("nothing was counted")


def _listed(paths: Sequence[Path]) -> str:
    """``paths`` as an SQL list."""
    return f"[{', '.join(literal(str(path)) for path in paths)}]"
