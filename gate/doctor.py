"""What would make this server unsafe to start, each as a sentence that says what to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from gate.accounts import list_accounts
from language import text
from store.secret import SHORTEST_SECRET, is_weak
from store.snapshot import SnapshotError, current_snapshot, read_manifest
from store.vault import VAULT

_TRUE = frozenset({"1", "true", "yes", "on"})
_DEBUG_VARIABLES = ("FLASK_DEBUG", "DASH_DEBUG", "DASH_HOT_RELOAD", "DASH_UI")


class Deployment(Protocol):
    """What the doctor looks at; settings.Settings is one."""

    @property
    def host(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def pseudonym_key(self) -> str: ...
    @property
    def demo_password(self) -> str: ...
    @property
    def store_dir(self) -> Path: ...
    @property
    def is_loopback(self) -> bool: ...
    @property
    def is_behind_tls(self) -> bool: ...


def is_demo(deployment: Deployment) -> bool:
    """Whether demo accounts would be on: loopback, and synthetic data or a demo password."""
    if not deployment.is_loopback or deployment.is_behind_tls:
        return False
    return bool(deployment.demo_password) or _is_synthetic(deployment.store_dir)


def find_faults(deployment: Deployment, engine: Engine, environ: Mapping[str, str]) -> list[str]:
    """Every reason not to start, as sentences for whoever starts the server; empty if none."""
    return list(_faults(deployment, engine, environ))


def _faults(deployment: Deployment, engine: Engine, environ: Mapping[str, str]) -> Iterator[str]:
    for name in _DEBUG_VARIABLES:
        if environ.get(name, "").strip().lower() in _TRUE:
            yield text("gate.doctor.debug", name=name)
    if environ.get("DASH_MCP_ENABLED", "").strip().lower() in _TRUE:
        yield text("gate.doctor.mcp")
    # A demo on loopback guards nothing: it may do without a secret, so a weak one is no worse.
    if not is_demo(deployment):
        if not deployment.secret_key:
            yield text("gate.doctor.secret_missing", n=SHORTEST_SECRET)
        elif is_weak(deployment.secret_key):
            yield text("gate.doctor.secret_weak", n=SHORTEST_SECRET)
    if not deployment.is_loopback:
        if not deployment.is_behind_tls:
            yield text("gate.doctor.open_bind", host=deployment.host)
        if deployment.demo_password:
            yield text("gate.doctor.demo_password", host=deployment.host)
        yield from _open_demo_accounts(deployment, engine)
    for path in _private_files(deployment.store_dir, engine):
        if is_open_to_others(path):
            yield text("gate.doctor.readable", path=path)
    for path in _vault(deployment.store_dir):
        if path.stat().st_mode & 0o077:
            yield text("gate.doctor.vault", path=path, mode="700" if path.is_dir() else "600")
    if deployment.pseudonym_key and is_weak(deployment.pseudonym_key):
        yield text("gate.doctor.pseudonym_key_weak", n=SHORTEST_SECRET)
    if deployment.pseudonym_key and deployment.pseudonym_key == deployment.secret_key:
        yield text("gate.doctor.one_key_for_two")


def _open_demo_accounts(deployment: Deployment, engine: Engine) -> Iterator[str]:
    try:
        accounts = list_accounts(engine)
    except SQLAlchemyError:
        # No database yet, so no accounts in it.
        return
    names = [a.username for a in accounts if a.is_demo and a.is_enabled]
    if names:
        joined = text("gate.export.separator").join(names)
        yield text("gate.doctor.demo_accounts", host=deployment.host, names=joined)


def _is_synthetic(store_dir: Path) -> bool:
    current = current_snapshot(store_dir)
    if current is None:
        return False
    try:
        return read_manifest(store_dir, current).is_synthetic
    except SnapshotError:
        return False


def _private_files(store_dir: Path, engine: Engine) -> Iterator[Path]:
    """The application database, and the snapshots unless they are synthetic."""
    database = make_url(str(engine.url)).database if engine.dialect.name == "sqlite" else None
    if database:
        yield Path(database)
    if not _is_synthetic(store_dir):
        vault = store_dir / VAULT
        yield from (p for p in sorted(store_dir.glob("*/*.duckdb")) if p.parent != vault)


def _vault(store_dir: Path) -> Iterator[Path]:
    """The folder that ties pseudonyms to names, and what lies in it: for its owner alone."""
    vault = store_dir / VAULT
    if vault.is_dir():
        yield vault
        yield from sorted(vault.glob("*.duckdb"))


def is_open_to_others(path: Path) -> bool:
    """Whether any user of this machine could read ``path``: it and every folder above it."""
    if not path.exists() or not path.stat().st_mode & 0o004:
        return False
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)
