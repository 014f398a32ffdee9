"""``python -m etl link-quality``: the linkage measured on labelled names or on the demo world."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from etl.link_master import Master, find_master
from etl.link_quality import LabelError, read_labels, report
from etl.link_truth import TruthError, measure_truth, truth_report
from language import text
from store.application import open_application_database
from store.snapshot import current_snapshot
from store.vault import VaultError, vault_path

NAME = "link-quality"
EXIT_FAILED, EXIT_USAGE = 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, but for ``--store``."""
    parser.add_argument("csv", type=Path, nargs="?", help=text("etl.help.labelled"))
    for name in ("register", "history", "mergers"):
        parser.add_argument(
            f"--{name}", type=Path, nargs="+", action="extend", default=[],
            help=text(f"etl.help.{name}"),
        )  # fmt: skip
    parser.add_argument("--truth", type=Path, help=text("etl.help.truth"))


def measure_linkage(chosen: argparse.Namespace, database_url: str) -> int:
    """Print the tables and the last line; returns the exit code."""
    if (chosen.csv is None) == (chosen.truth is None):
        print(text("link_quality.one_way"), file=sys.stderr)
        return EXIT_USAGE
    try:
        if chosen.truth:
            engine = open_application_database(database_url)
            print(truth_report(measure_truth(chosen.truth, chosen.store, engine)))
        else:
            print(report(read_labels(chosen.csv), _master(chosen)))
    except (LabelError, TruthError, OSError, VaultError) as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED
    return 0


def _master(chosen: argparse.Namespace) -> Master:
    """What the arguments name; the rest is looked for."""
    snapshot = current_snapshot(chosen.store) if chosen.store.is_dir() else None
    vault = vault_path(chosen.store, snapshot) if snapshot else None
    found = Master() if chosen.register else find_master(chosen.csv, vault)
    return Master(
        tuple(chosen.register) or found.registers,
        tuple(chosen.history) or found.histories,
        tuple(chosen.mergers) or found.mergers,
        found.vault,
    )
