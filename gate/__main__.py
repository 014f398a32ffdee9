"""Accounts, consents, tokens, the audit chain and the safety check from the command line.

    python -m gate adduser NAME --role bureau --region b03
    python -m gate passwd NAME | disable NAME | list | verify-audit | doctor
    python -m gate consent … | token … (see gate.consent_commands, gate.token_commands)

A new password is asked for, or taken from LENS_NEW_PASSWORD.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence

from sqlalchemy import Engine

from gate import accounts, consent_commands, token_commands
from gate.actor import Role
from gate.audit import verify_chain
from gate.consent_ledger import ConsentError
from gate.doctor import find_faults
from gate.tokens import TokenError
from language import text
from settings import SettingError, application_database_url, load_settings
from store.application import open_application_database
from store.migration import upgrade


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code (0 done, 1 refused, 2 not understood)."""
    asked = _parser().parse_args(arguments)
    # What is made from here on belongs to this user alone.
    os.umask(0o077)
    try:
        settings = load_settings()
    except SettingError as error:
        return _refuse(str(error))
    url = application_database_url(settings.store_dir, settings.database_url)
    engine = open_application_database(url)
    try:
        upgrade(engine)
        if asked.command == "doctor":
            faults = find_faults(settings, engine, os.environ)
            print("\n".join(faults) or text("gate.doctor.sound"))
            return 1 if faults else 0
        return _run(asked, engine)
    except accounts.AccountError as error:
        return _refuse(text(error.key, username=asked.username, n=accounts.SHORTEST_PASSWORD))
    except ConsentError as error:
        return _refuse(text(error.key))
    except TokenError as error:
        return _refuse(text(error.key, **error.values))
    except FileExistsError as error:
        return _refuse(text("consent.error.file_exists", file=error.filename))
    finally:
        engine.dispose()


def _run(asked: argparse.Namespace, engine: Engine) -> int:
    match asked.command:
        case "adduser":
            accounts.add_account(
                engine,
                asked.username,
                _new_password(),
                Role(asked.role),
                tuple(asked.region),
                tuple(asked.programme),
            )
        case "passwd":
            accounts.set_password(engine, asked.username, _new_password())
        case "disable":
            accounts.disable_account(engine, asked.username)
        case "consent":
            return consent_commands.run(asked, engine, asked.by or getpass.getuser())
        case "token":
            return token_commands.run(asked, engine, asked.by or getpass.getuser())
        case "list":
            _list(engine)
            return 0
        case "verify-audit":
            return _verify(engine)
    print(text(f"gate.account.done_{asked.command}", username=asked.username))
    return 0


def _list(engine: Engine) -> None:
    for account in accounts.list_accounts(engine):
        state = "enabled" if account.is_enabled else "disabled"
        words = [
            account.username,
            text(f"gate.role.{account.role}"),
            " ".join([*account.regions, *account.programmes]),
            text(f"gate.account.{state}"),
            text("gate.account.demo") if account.is_demo else "",
        ]
        print("\t".join(words).rstrip())


def _verify(engine: Engine) -> int:
    chain = verify_chain(engine)
    if chain.first_broken is not None:
        return _refuse(text("gate.audit.broken", audit_id=chain.first_broken))
    print(text("gate.audit.sound", n=chain.n_record))
    return 0


def _new_password() -> str:
    given = os.environ.get("LENS_NEW_PASSWORD")
    return getpass.getpass(text("gate.account.ask_password")) if given is None else given


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m gate", description=text("gate.cli.about"))
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("adduser", "passwd", "disable"):
        command = commands.add_parser(name, help=text(f"gate.cli.{name}"))
        command.add_argument("username")
        if name == "adduser":
            command.add_argument("--role", required=True, choices=[role.value for role in Role])
            command.add_argument("--region", action="append", default=[])
            command.add_argument("--programme", action="append", default=[])
    for name in ("list", "verify-audit", "doctor"):
        commands.add_parser(name, help=text(f"gate.cli.{name}"))
    consent_commands.add_parser(commands)
    token_commands.add_parser(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
