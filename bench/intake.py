"""What the intake costs: one file of financial statements taken in, beside a bare COPY of it.

    python -m bench.intake --records 1000000 [--files 1] [--encoding cp932] [--dir FOLDER]

The files are made by rule, the same for the same arguments: a thousandth of their lines stand
twice, as many are refused for what they say, and one line in a hundred thousand cannot be read.
Each part is a process of its own. The baseline reads the same records with DuckDB's CSV reader
into one table of text; it checks nothing, keeps no balance and always reads UTF-8.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from etl.progress import Silence
from etl.sources.financial_statement import CONTRACT

MEMORY_LIMIT = "2GB"
CHUNK = 250_000
REPEATED, REFUSED, UNREADABLE = 1_000, 1_000, 100_000


@dataclass(slots=True)
class Cost:
    """What one part took: seconds by step, and what its process took in all: seconds of the
    processors, and peak memory in MB."""

    seconds: dict[str, float]
    cpu: float
    peak: float
    said: str = ""

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


class _Clock(Silence):
    """Hears the steps of the intake and how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = perf_counter()

    def step(self, code: str, **values: object) -> None:  # noqa: ARG002
        now = perf_counter()
        self.seconds[code] = now - self._since
        self._since = now


def write_statements(path: Path, n_record: int, year: int, encoding: str) -> None:
    """Write the statements of ``year`` in thousands of yen, one line each."""
    layout = next(x for x in CONTRACT.layouts if x.name == "statement_thousand")
    with path.open("wb") as stream:
        stream.write((",".join(layout.columns) + "\n").encode(encoding))
        for start in range(0, n_record, CHUNK):
            firms = np.arange(start, min(start + CHUNK, n_record))
            columns = _columns(firms, year, list(layout.columns.values()))
            lines = pc.binary_join_element_wise(*columns, ",").to_pylist()
            stream.write("".join(f"{line}\n" for line in _spoilt(lines)).encode(encoding))


def _columns(firms: npt.NDArray[np.int64], year: int, names: list[str]) -> list[Any]:
    rng = np.random.default_rng([year, int(firms[0])])
    n = len(firms)
    sales = rng.lognormal(11, 1.5, n)

    def chosen(words: list[str], shares: list[float] | None = None) -> Any:
        return pa.array(rng.choice(words, n, p=shares).tolist())

    def text(numbers: npt.NDArray[Any]) -> Any:
        return pa.array(numbers.astype(np.int64)).cast(pa.string())

    known = {
        "firm_code": pa.array([f"K{firm:09d}" for firm in firms.tolist()]),
        "corporate_number": pa.array([""] * n),
        "closing_date": chosen([f"{year}-{month:02d}" for month in range(1, 13)]),
        "n_month": chosen(["12", "6"], [0.99, 0.01]),
        "industry_code": chosen([f"{major:02d}" for major in range(1, 100)]),
        "prefecture_code": chosen([f"{code:02d}" for code in range(1, 48)]),
        "is_corporate": chosen(["法人", "個人"], [0.66, 0.34]),
        "founded_year": text(rng.integers(1950, 2010, n)),
        "n_employee": text(rng.integers(0, 200, n)),
        "default_code": chosen(["", "3"], [0.99, 0.01]),
        "default_date": chosen(["", f"{year}-05-03"], [0.99, 0.01]),
    }
    return [
        known[name] if name in known else text(sales * rng.normal(0.3, 0.2, n)) for name in names
    ]


def _spoilt(lines: list[str]) -> list[str]:
    for i in range(REPEATED // 2, len(lines), REPEATED):
        lines[i] = lines[i - 1]
    for i in range(REFUSED // 3, len(lines), REFUSED):
        lines[i] = lines[i].replace(",", ",x", 4)
    for i in range(UNREADABLE // 2, len(lines), UNREADABLE):
        lines[i] = '"' + lines[i]
    return lines


def take_in(inbox: Path, store_dir: Path) -> Cost:
    """The real intake of ``inbox`` into an empty store."""
    import etl.intake
    from store.application import open_application_database
    from store.migration import upgrade

    store_dir.mkdir()
    engine = open_application_database(f"sqlite:///{store_dir / 'application.db'}")
    upgrade(engine)
    clock = _Clock()
    deliveries = etl.intake.take_in(inbox, store_dir, engine, clock, memory_limit=MEMORY_LIMIT)
    balance = {
        name: sum(getattr(d, name) for d in deliveries)
        for name in ("records_in", "accepted", "rejected", "duplicate")
    }
    said = " ".join(f"{name} {n:,}" for name, n in balance.items())
    return Cost(clock.seconds, *_used(), said)


def copy(inbox: Path, database: Path) -> Cost:
    """All files of ``inbox`` copied into one table of text."""
    start = perf_counter()
    with duckdb.connect(str(database), config={"memory_limit": MEMORY_LIMIT}) as connection:
        columns = ", ".join(f"{name} VARCHAR" for name in CONTRACT.raw_columns if name != "unit")
        connection.execute(f"SET enable_progress_bar = FALSE; CREATE TABLE statement ({columns})")
        for path in sorted(inbox.glob("*.csv")):
            connection.execute(
                f"COPY statement FROM '{path}' (FORMAT csv, HEADER, DELIMITER ',', QUOTE '')"
            )
    return Cost({"copy": perf_counter() - start}, *_used())


def _used() -> tuple[float, float]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_000


def apart(part: Callable[[Path, Path], Cost], inbox: Path, target: Path) -> Cost:
    """``part`` in a process of its own, so that its peak memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(part, inbox, target).result()


def compare(n_record: int, n_file: int, encoding: str, folder: Path) -> None:
    """Make the files, take them in, copy them, and print what each took."""
    n_all = n_record * n_file
    for name, code in (("inbox", encoding), ("plain", "utf-8")):
        (folder / name).mkdir()
        for i in range(n_file):
            path = folder / name / f"crd_{2014 + i}.csv"
            if name == "inbox" or code != encoding:
                write_statements(path, n_record, 2014 + i, code)
            else:
                path.hardlink_to(folder / "inbox" / path.name)
    n_byte = sum(path.stat().st_size for path in (folder / "inbox").iterdir())
    print(f"{n_file} files, {n_all:,} records, {n_byte / 1e6:,.0f} MB, {encoding}")
    taken = apart(take_in, folder / "inbox", folder / "store")
    print(taken.said)
    for step, seconds in taken.seconds.items():
        print(f"  {step:8} {seconds:8.1f} s")
    work = taken.total - taken.seconds["receive"]
    staged = sum(path.stat().st_size for path in (folder / "store" / "staged").iterdir())
    bare = apart(copy, folder / "plain", folder / "copy.duckdb")
    print(f"{'':28}{'s':>8}{'records/s':>12}{'cpu s':>8}{'peak MB':>9}")
    for label, seconds, cost in (
        ("read, validate and stage", work, taken),
        ("with receiving", taken.total, taken),
        ("bare COPY", bare.total, bare),
    ):
        print(f"{label:28}{seconds:8.1f}{n_all / seconds:12,.0f}{cost.cpu:8.1f}{cost.peak:9,.0f}")
    ratios = f"{work / bare.total:.2f} on the clock, {taken.cpu / bare.cpu:.2f} of processors"
    print(f"ratio {ratios}; staged {staged / n_all:.0f} bytes a record")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="records of each file")
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--encoding", choices=("utf-8", "cp932"), default="utf-8")
    parser.add_argument("--dir", type=Path, help="where there is room for it all")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.dir) as folder:
        compare(chosen.records, chosen.files, chosen.encoding, Path(folder))


if __name__ == "__main__":
    main()
