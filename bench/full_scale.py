"""Time and memory of the whole way at any size: demo, load, publish, beside a bare DuckDB COPY.

    python -m bench.full_scale --firms 3560000 --dir /somewhere/with/60/GB

Each part is a process of its own, measured by the operating system. The baseline reads the same
files with DuckDB's CSV reader into tables of text: it checks nothing, links nothing and keeps no
balance, so a ratio says what all that costs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import duckdb

PARTS = ("demo", "load", "publish", "copy")
MEMORY_LIMIT = "6GB"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one part took: seconds on the clock, seconds of the processors, peak memory in GB."""

    wall: float
    cpu: float
    peak: float


def measure(part: str, firms: int, folder: Path) -> Cost:
    """Run one part in a process of its own. Raises RuntimeError when it fails."""
    words = [sys.executable, "-m", "bench.full_scale", "--firms", str(firms), "--dir", str(folder)]
    start = monotonic()
    process = os.posix_spawn(sys.executable, [*words, "--part", part], os.environ)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise RuntimeError(f"{part} failed with status {status}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(monotonic() - start, cpu, usage.ru_maxrss / 1e6)


def run_part(part: str, firms: int, folder: Path) -> None:
    inbox, store_dir = folder / "inbox", folder / "store"
    if part == "demo":
        from etl.demo.generate import generate

        generate(inbox, firms)
    elif part == "copy":
        copy(inbox, folder / "copy.duckdb")
    else:
        load_or_publish(part, inbox, store_dir)


def load_or_publish(part: str, inbox: Path, store_dir: Path) -> None:
    from etl.intake import take_in
    from etl.publish import publish_snapshot
    from settings import application_database_url
    from store.application import open_application_database
    from store.migration import upgrade

    engine = open_application_database(application_database_url(store_dir))
    upgrade(engine)
    if part == "load":
        take_in(inbox, store_dir, engine, memory_limit=MEMORY_LIMIT)
    else:
        publish_snapshot(store_dir, engine, "", lambda _: None)


def copy(inbox: Path, database: Path) -> None:
    """Read every UTF-8 file into a table of its own, all columns text; prints the bytes it read.

    The bare reader knows no cp932, and gives up on some dirty files.
    """
    database.unlink(missing_ok=True)
    n_read, n_all = 0, 0
    with duckdb.connect(str(database), config={"memory_limit": MEMORY_LIMIT}) as connection:
        for i, path in enumerate(sorted(inbox.glob("*.csv"))):
            n_all += path.stat().st_size
            if not is_utf8(path):
                continue
            try:
                connection.execute(
                    f"CREATE TABLE file_{i} AS FROM read_csv(?, all_varchar = TRUE, delim = ',', "
                    "quote = '\"', strict_mode = FALSE, ignore_errors = TRUE, header = TRUE)",
                    [str(path)],
                )
                n_read += path.stat().st_size
            except duckdb.Error as error:
                print(f"{path.name}: {str(error).splitlines()[0]}", file=sys.stderr)
    print(f"copy read {n_read / 1e9:.2f} of {n_all / 1e9:.2f} GB")


def is_utf8(path: Path) -> bool:
    with path.open("rb") as stream:
        data = stream.read(1 << 20)
    try:
        data[: data.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, default=200_000)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--keep-inbox", action="store_true", help="the demo is there already")
    chosen = parser.parse_args(arguments)
    chosen.dir.mkdir(parents=True, exist_ok=True)
    if chosen.part:
        run_part(chosen.part, chosen.firms, chosen.dir)
        return 0
    parts = PARTS[1:] if chosen.keep_inbox else PARTS
    costs = {part: measure(part, chosen.firms, chosen.dir) for part in parts}
    baseline = costs["copy"]
    print(
        f"{'part':<10}{'wall s':>10}{'cpu s':>10}{'peak GB':>10}{'wall/copy':>11}{'cpu/copy':>10}"
    )
    for part, cost in costs.items():
        print(
            f"{part:<10}{cost.wall:>11.1f}{cost.cpu:>11.1f}{cost.peak:>11.2f}"
            f"{cost.wall / baseline.wall:>11.2f}{cost.cpu / baseline.cpu:>11.2f}"
        )
    for path in sorted(max((chosen.dir / "store").glob("*/manifest.json")).parent.glob("*.duckdb")):
        print(f"{path.name}: {path.stat().st_size / 1e9:.2f} GB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
