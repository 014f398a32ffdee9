"""The packages for chambers from the command line.

    python -m reports build [--edition 2026-11] [--region 04 …]   build and check an edition
    python -m reports status                                      editions and their states
    python -m reports demo                                        one prefecture, made public

Exit codes: 0 done, 1 refused or not proved safe, 2 not understood, 75 another build is running.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from components.eras import tokyo_time
from gate.actor import Actor
from gate.edition_state import State, Step, StepRefused
from gate.editions import EditionNote, all_editions
from gate.errors import GateError, NoSnapshot
from gate.package_audit import AuditFault
from gate.package_files import BuildRuns, DamagedFile
from gate.package_words import edition_name
from gate.workshop import Workshop, open_workshop
from language import text
from queries.catalogue import QUESTIONS as QUERIES
from reports.edition import NATION, NoScope, build_edition, check_edition, in_regions
from settings import SettingError, Settings, application_database_url, load_settings
from stats.catalogue import QUESTIONS as STATISTICS

EXIT_LOCKED = 75
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
# What the demo publishes: the demo chamber's prefecture and the areas around it.
DEMO_REGIONS = ("04", "b02", NATION)
DEMO_AUTHOR, DEMO_APPROVER = "analyst", "ministry"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    asked = _parser().parse_args(arguments)
    # What is made from here on belongs to this user alone.
    os.umask(0o077)
    try:
        settings = load_settings()
    except SettingError as error:
        return _refuse(str(error))
    url = application_database_url(settings.store_dir, settings.database_url)
    workshop = open_workshop(
        settings.store_dir,
        settings.releases_dir,
        url,
        [*QUERIES, *STATISTICS],
        settings.memory_limit,
        settings.threads,
    )
    try:
        if asked.command == "status":
            return _status(workshop)
        if asked.command == "demo":
            return _demo(workshop, settings)
        if not _MONTH.fullmatch(asked.edition):
            return _refuse(text("release.command.bad_month", month=asked.edition), 2)
        return _build(workshop, asked.edition, asked.region)[0]
    finally:
        workshop.close()


def _build(
    workshop: Workshop, month: str, regions: Sequence[str]
) -> tuple[int, EditionNote | None]:
    """Build and check; the exit code, and the edition where it is checked."""
    try:
        built = build_edition(workshop, month, in_regions(regions))
        edition = built.edition
        print(
            text(
                "release.command.built",
                edition=edition_name(edition),
                n=edition.n_package,
                n_new=built.n_new,
                n_kept=built.n_kept,
            ),
            flush=True,
        )
        statement = check_edition(workshop, edition)
    except BuildRuns:
        return _refuse(text("release.command.taken"), EXIT_LOCKED), None
    except NoScope:
        return _refuse(text("release.command.no_scope", regions=", ".join(regions))), None
    except NoSnapshot:
        return _refuse(text("release.command.no_snapshot")), None
    except AuditFault as fault:
        words = text(f"release.fault.{fault.code}", what=fault.what)
        return _refuse(f"{text('release.command.unsafe')}\n{words}"), None
    except StepRefused as error:
        key = "standing" if error.code == "state" else error.code
        return _refuse(
            text("release.command.standing", edition=month) if key == "standing" else str(error)
        ), None
    except GateError as error:
        return _refuse(str(error)), None
    print(
        text(
            "release.command.checked",
            **{name: f"{statement[name]:,}" for name in ("n_cell", "n_hidden", "n_attacked")},
        )
    )
    return 0, workshop.releases.edition(edition.name)


def _status(workshop: Workshop) -> int:
    """A line an edition: name, state, packages, snapshot, who, and whether its files are sound."""
    known = all_editions(workshop.releases.audit.engine)
    if not known:
        print(text("release.command.no_edition"))
    is_sound = True
    for edition in known:
        sound = _is_sound(workshop, edition)
        is_sound &= sound
        words = [
            edition.name,
            text(f"release.state.{edition.state}"),
            str(edition.n_package),
            edition.snapshot,
            edition.author or "-",
            edition.approver or "-",
            text(f"release.command.{'sound' if sound else 'broken'}"),
            edition.course.reason,
        ]
        print("\t".join(words).rstrip())
    return 0 if is_sound else 1


def _is_sound(workshop: Workshop, edition: EditionNote) -> bool:
    try:
        workshop.releases.check_sound(edition)
    except DamagedFile:
        return False
    return True


def _demo(workshop: Workshop, settings: Settings) -> int:
    """Build the demo chamber's area and let two of the demo accounts release it."""
    is_local = settings.is_loopback and not settings.is_behind_tls
    if not workshop.is_demo(settings.demo_password, is_local):
        return _refuse(text("release.command.demo_off"))
    if any(e.state is not State.BUILT for e in all_editions(workshop.releases.audit.engine)):
        print(text("release.command.demo_there"))
        return 0
    code, edition = _build(workshop, this_month(), DEMO_REGIONS)
    if edition is None:
        return code
    for step, person in ((Step.REVIEW, DEMO_AUTHOR), (Step.APPROVE, DEMO_APPROVER)):
        actor: Actor = workshop.person(person)
        edition = workshop.releases.decide(edition.name, step, actor)
    print(text("release.command.demo_done", edition=edition_name(edition)))
    return 0


def this_month() -> str:
    """The month in Japan, as editions are named: 2026-11."""
    return tokyo_time(datetime.now(UTC)).strftime("%Y-%m")


def _refuse(message: str, code: int = 1) -> int:
    print(message, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reports", description=text("release.command.about")
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help=text("release.command.build"))
    build.add_argument("--edition", default=this_month(), help=text("release.command.edition_help"))
    build.add_argument(
        "--region", action="append", default=[], help=text("release.command.region_help")
    )
    for name in ("status", "demo"):
        commands.add_parser(name, help=text(f"release.command.{name}"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
