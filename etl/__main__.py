"""The ETL on the command line: ``python -m etl run | status | rollback | demo | link-quality``.

Exit codes: 0 published or nothing new, 1 failed (the old snapshot serves on), 2 wrong usage,
75 another run holds the lock.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine
from tqdm import tqdm

from etl import link_command
from etl.console import Console, deliveries_table
from etl.inputs import inputs_digest
from etl.intake import take_in
from etl.ledger import all_deliveries, end_run, loaded_hashes, record_intake, start_run, status
from etl.lock import EXIT_LOCKED, LockedError, store_lock
from etl.pseudonym import key_fingerprint
from etl.publication import StandingLostError, is_published, roll_back
from language import text
from settings import SettingError, Settings, application_database_url, load_settings
from store.application import open_application_database
from store.migration import upgrade
from store.snapshot import SnapshotError, current_snapshot

EXIT_FAILED, EXIT_USAGE = 1, 2


class NothingLoadedError(RuntimeError):
    """No file was ever loaded, so there is nothing to publish."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        settings = load_settings()
    except SettingError as error:
        print(error, file=sys.stderr)
        return EXIT_USAGE
    chosen = _parser(settings).parse_args(arguments)
    try:
        match chosen.command:
            case "run":
                return run(chosen.inbox, chosen.store, settings, chosen.force_volume)
            case "status":
                return show_status(chosen.store, settings, chosen.json)
            case "rollback":
                return go_back(chosen.store)
            case link_command.NAME:
                url = application_database_url(chosen.store, settings.database_url)
                return link_command.measure_linkage(chosen, url)
            case _:
                return make_demo(chosen.out, chosen.firms, chosen.seed, chosen.truth)
    except LockedError:
        print(text("etl.message.locked", store=chosen.store), file=sys.stderr)
        return EXIT_LOCKED


def run(inbox: Path, store_dir: Path, settings: Settings, is_forced: bool = False) -> int:
    """Take in what lies in ``inbox`` and publish a snapshot if that changed anything."""
    if not inbox.is_dir():
        print(text("etl.message.no_inbox", inbox=inbox), file=sys.stderr)
        return EXIT_USAGE
    with store_lock(store_dir):
        engine = _open_database(store_dir, settings)
        run_id = start_run(engine)
        try:
            outcome = _take_in_and_publish(inbox, store_dir, engine, settings, run_id, is_forced)
        except NothingLoadedError:
            return _fail(engine, run_id, store_dir, text("etl.message.nothing_loaded"))
        except StandingLostError as error:
            return _fail(engine, run_id, store_dir, text("etl.message.standing_lost", path=error))
        except (Exception, KeyboardInterrupt) as error:
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}"
            return _fail(engine, run_id, store_dir, text("etl.message.failed", reason=reason))
        end_run(engine, run_id, outcome, current_snapshot(store_dir) or "")
    return 0


def _take_in_and_publish(
    inbox: Path, store_dir: Path, engine: Engine, settings: Settings, run_id: int, is_forced: bool
) -> str:
    console = Console()
    deliveries = take_in(
        inbox,
        store_dir,
        engine,
        console,
        is_forced=is_forced,
        memory_limit=settings.memory_limit,
    )
    record_intake(engine, run_id, deliveries)
    try:
        return _publish(store_dir, engine, settings, console)
    finally:
        if deliveries:
            print(deliveries_table(deliveries))


def _publish(store_dir: Path, engine: Engine, settings: Settings, console: Console) -> str:
    if not loaded_hashes(engine):
        raise NothingLoadedError
    if is_published(store_dir, inputs_digest(engine, key_fingerprint(settings.pseudonym_key))):
        console.step("unchanged", snapshot=current_snapshot(store_dir))
        return "unchanged"
    # Taken in here, so that the intake stands without it.
    from etl.publish import publish_snapshot

    manifest = publish_snapshot(store_dir, engine, settings.pseudonym_key, console.publishing_step)
    console.step("published", snapshot=manifest.snapshot)
    return "published"


def _fail(engine: Engine, run_id: int, store_dir: Path, message: str) -> int:
    serving = current_snapshot(store_dir)
    end_run(engine, run_id, "failed", serving or "", message)
    print(message, file=sys.stderr)
    if serving:
        print(text("etl.message.still_serving", snapshot=serving), file=sys.stderr)
    return EXIT_FAILED


def show_status(store_dir: Path, settings: Settings, is_json: bool) -> int:
    """Print the serving snapshot and all deliveries."""
    if not store_dir.is_dir():
        print(text("etl.message.no_store", store=store_dir), file=sys.stderr)
        return EXIT_USAGE
    engine = _open_database(store_dir, settings)
    found = status(store_dir, engine)
    if is_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    print(text("etl.message.serving", snapshot=found["snapshot"] or "—"))
    print(text("etl.message.content_hash", content_hash=found["content_hash"] or "—"))
    print(deliveries_table(all_deliveries(engine)))
    return 0


def go_back(store_dir: Path) -> int:
    """Let the previous sound snapshot serve."""
    with store_lock(store_dir):
        before = current_snapshot(store_dir)
        try:
            snapshot = roll_back(store_dir)
        except SnapshotError:
            print(text("etl.message.no_earlier"), file=sys.stderr)
            return EXIT_FAILED
    print(text("etl.message.rolled_back", before=before, snapshot=snapshot))
    return 0


def make_demo(out: Path, firms: int, seed: int, truth: Path | None = None) -> int:
    """Write synthetic deliveries to ``out``, and what is true of them to ``truth``."""
    from etl.demo.generate import generate

    with tqdm(desc=text("etl.bar.demo"), leave=False, file=sys.stderr) as bar:

        def show(done: int, total: int, label: str) -> None:
            bar.total = total
            bar.set_postfix_str(label)
            bar.update(done - bar.n)

        generate(out, firms, seed, show, truth=truth)
    print(text("etl.message.demo_written", out=out))
    return 0


def _open_database(store_dir: Path, settings: Settings) -> Engine:
    engine = open_application_database(application_database_url(store_dir, settings.database_url))
    upgrade(engine)
    return engine


def _parser(settings: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description=text("etl.help.etl"))
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, key: str = "") -> argparse.ArgumentParser:
        words = text(f"etl.help.{key or name}")
        return commands.add_parser(name, help=words, description=words)

    def add_store(to: argparse.ArgumentParser) -> None:
        to.add_argument(
            "--store", type=Path, default=settings.store_dir, help=text("etl.help.store")
        )

    to_run = command("run")
    to_run.add_argument(
        "--inbox", type=Path, default=settings.inbox_dir, help=text("etl.help.inbox")
    )
    add_store(to_run)
    to_run.add_argument("--force-volume", action="store_true", help=text("etl.help.force_volume"))
    to_show = command("status")
    add_store(to_show)
    to_show.add_argument("--json", action="store_true", help=text("etl.help.json"))
    add_store(command("rollback"))
    to_measure = command(link_command.NAME, "link_quality")
    link_command.add_arguments(to_measure)
    add_store(to_measure)
    to_make = command("demo")
    to_make.add_argument("--firms", type=int, default=2000, help=text("etl.help.firms"))
    to_make.add_argument("--seed", type=int, default=1, help=text("etl.help.seed"))
    to_make.add_argument("--out", type=Path, required=True, help=text("etl.help.out"))
    to_make.add_argument("--truth", type=Path, help=text("etl.help.demo_truth"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
