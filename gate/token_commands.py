"""Tokens of linked systems from the command line.

python -m gate token add NAME --source S [--source S] [--status] | revoke NAME | list
"""

from __future__ import annotations

import argparse

from sqlalchemy import Engine

from gate.audit import AuditLog
from gate.tokens import add_token, list_tokens, revoke_token
from language import text
from store.intake_token import IntakeToken


def run(asked: argparse.Namespace, engine: Engine, by: str) -> int:
    """Run one command for whoever is named ``by`` and return 0. Raises TokenError."""
    audit = AuditLog(engine)
    match asked.act:
        case "add":
            token = add_token(audit, asked.name, asked.source, asked.status, by)
            print(text("token.done.add", name=asked.name))
            print(token)
        case "revoke":
            revoke_token(audit, asked.name, by)
            print(text("token.done.revoke", name=asked.name))
        case _:
            for token_row in list_tokens(engine):
                print(_line(token_row))
    return 0


def _line(token: IntakeToken) -> str:
    state = "in_force" if token.revoked_at is None else "revoked"
    may = [*token.sources, *(["/status"] if token.may_read_status else [])]
    return "\t".join([token.name, " ".join(may), text(f"token.state.{state}")])


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    token = commands.add_parser("token", help=text("token.cli.about"))
    acts = token.add_subparsers(dest="act", required=True)
    for name in ("add", "revoke", "list"):
        act = acts.add_parser(name, help=text(f"token.cli.{name}"))
        act.add_argument("--by", default="", help=text("consent.cli.by"))
        if name == "list":
            continue
        act.add_argument("name")
        if name == "add":
            act.add_argument("--source", action="append", default=[], help=text("token.cli.source"))
            act.add_argument("--status", action="store_true", help=text("token.cli.status"))
