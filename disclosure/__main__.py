"""Disclosure control on the command line, for any table.

    python -m disclosure protect CELLS RELATIONS --out PATTERN --certificate CERT
                                 [--insiders OWNERS] [--previous PATTERN] [--seconds N]
    python -m disclosure check CELLS RELATIONS PATTERN CERT [--insiders OWNERS]
    python -m disclosure attack FILE… [--truth CELLS] [--insiders OWNERS] [--rounding UNIT]
                                 [--negative] [--intervals OUT]
    python -m disclosure table AGGREGATE [HIERARCHY…] --cells CELLS --relations RELATIONS

Exit codes: 0 done and safe, 1 not safe or no proof (nothing is written), 2 not understood.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from disclosure.commands import attack, check, make_table, protect
from disclosure.delivered import DeliveredError
from disclosure.table import TableError
from language import LANGUAGES, speaking, text

EXIT_UNSAFE, EXIT_USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    asked = _parser().parse_args(arguments)
    with speaking(asked.language):
        try:
            is_safe = asked.run(asked)
        except (TableError, DeliveredError) as error:
            print(text("disclosure.error.input", detail=error), file=sys.stderr)
            return EXIT_USAGE
        except OSError as error:
            detail = f"{error.filename}: {error.strerror}"
            print(text("disclosure.error.file", detail=detail), file=sys.stderr)
            return EXIT_USAGE
        return 0 if is_safe else EXIT_UNSAFE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m disclosure", description=text("disclosure.cli.about")
    )
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--language", choices=LANGUAGES, default="ja")

    def add(name: str, *places: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text(f"disclosure.cli.{name}"), parents=[common])
        for place in places:
            command.add_argument(place, type=Path, metavar=place.upper())
        return command

    command = add("protect", "cells", "relations")
    command.add_argument("--out", type=Path, required=True, metavar="PATTERN")
    command.add_argument("--certificate", type=Path, required=True, metavar="CERT")
    command.add_argument("--insiders", type=Path, metavar="OWNERS")
    command.add_argument("--previous", type=Path, metavar="PATTERN")
    command.add_argument("--seconds", type=_seconds, default=60.0)
    command.set_defaults(run=protect)

    command = add("check", "cells", "relations", "pattern", "certificate")
    command.add_argument("--insiders", type=Path, metavar="OWNERS")
    command.set_defaults(run=check)

    command = add("attack")
    command.add_argument("paths", type=Path, nargs="+", metavar="FILE")
    command.add_argument("--truth", type=Path, metavar="CELLS")
    command.add_argument("--insiders", type=Path, metavar="OWNERS")
    command.add_argument("--rounding", type=float, metavar="UNIT")
    command.add_argument("--negative", action="store_true")
    command.add_argument("--intervals", type=Path, metavar="OUT")
    command.set_defaults(run=attack)

    command = add("table", "aggregate")
    command.add_argument("hierarchies", type=Path, nargs="*", metavar="HIERARCHY")
    command.add_argument("--cells", type=Path, required=True)
    command.add_argument("--relations", type=Path, required=True)
    command.set_defaults(run=make_table)
    return parser


def _seconds(written: str) -> float:
    seconds = float(written)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(written)
    return seconds


if __name__ == "__main__":
    sys.exit(main())
