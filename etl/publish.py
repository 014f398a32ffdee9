"""A new snapshot: built beside the old one, checked, then put in its place by the pointer."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from sqlalchemy import Engine, MetaData, Table, select
from sqlalchemy.orm import Session

from etl.assemble import assemble, assemble_followed
from etl.assemble_credit_map import assemble_credit_map
from etl.consent import consolidate_consent
from etl.consolidate import consolidate, content_hash
from etl.figure_changes import add_figure_changes
from etl.inputs import inputs_digest
from etl.provenance import add_changes, add_provenance
from etl.pseudonym import Pseudonymiser
from etl.publication import standing_file
from etl.purge import followed_tables, next_turn
from etl.sort_orders import SORTED_BY
from etl.work import UNLOGGED, StagedFile, open_work
from release.cubes import release_cubes
from release.effects import MatchedMeasure, match_users
from release.public import release_public
from store import tables
from store.application import Delivery
from store.consent_records import consent_entries
from store.credit_map_tables import MAP_TABLES
from store.credit_tables import MODEL_TABLES
from store.cursor import create_table_sql
from store.link_records import read_decisions
from store.prepared import ATTACHED_AS, PREPARED_TABLES, create_view_sql
from store.snapshot import (
    FILES,
    HELD,
    LENS,
    PREPARED,
    RELEASED,
    STANDING,
    Manifest,
    current_snapshot,
    file_hash,
    list_snapshots,
    open_read_only,
    point_to,
    quoted,
    read_manifest,
    sync_path,
    write_manifest,
)

KEPT_SNAPSHOTS = 5

# Counted from the statements when these have been written.
AFTER_STATEMENTS = (tables.industry_exit, tables.industry_outcome)
# Chambers filter by what occurs in published awards.
MADE_AS = {tables.released_dimension_member: "released_member"}


def publish_snapshot(
    store_dir: Path, engine: Engine, pseudonym_key: str, on_step: Callable[[str], None]
) -> Manifest:
    """Build a snapshot from all loaded deliveries and make it the serving one.

    The old snapshot serves until the last step. Anything raised before it leaves the store as it
    was. Returns the manifest of the new snapshot.
    """
    pseudonymiser = Pseudonymiser.from_setting(pseudonym_key)
    # The caller holds the lock of the store: what an interrupted run left belongs to nobody.
    for left in store_dir.glob(".build-*"):
        shutil.rmtree(left)
    # Where it is lost, that is said before the long work, not after.
    standing = standing_file(store_dir)
    build = store_dir / f".build-{secrets.token_hex(4)}"
    build.mkdir(parents=True)
    try:
        work = open_work(build / "work.duckdb")
        # Before anything is read: what is recorded while this run goes on is for the next one.
        inputs = inputs_digest(engine, pseudonymiser.fingerprint)
        files = _staged_files(store_dir, engine)
        entries = consent_entries(engine)
        consolidate(work, files, on_step, read_decisions(engine))
        consolidate_consent(work, entries)
        on_step("assemble")
        digest = content_hash(work)
        assemble(work, pseudonymiser)
        add_provenance(work, store_dir, engine)
        release_public(work)
        previous = current_snapshot(store_dir)
        add_figure_changes(work, store_dir / previous / LENS if previous else None)
        on_step("publish")
        manifest = replace(
            _write_files(work, build, store_dir, standing, digest, on_step),
            inputs=inputs,
            renew_on=str(next_turn(work) or ""),
            consent_entry=max((e.entry_id for e in entries), default=0),
            pseudonym_key=pseudonymiser.fingerprint,
        )
        work.close()
        (build / "work.duckdb").unlink()
        _put_in_place(build, store_dir, manifest)
    finally:
        shutil.rmtree(build, ignore_errors=True)
    _drop_old(store_dir)
    return manifest


def _staged_files(store_dir: Path, engine: Engine) -> list[StagedFile]:
    with Session(engine) as session:
        arrivals = session.scalars(
            select(Delivery)
            .where(Delivery.status.in_(("loaded", "duplicate")))
            .order_by(Delivery.content_hash)
        ).all()
    return [
        StagedFile(
            content_hash=d.content_hash,
            source=d.source,
            path=store_dir / "staged" / f"{d.content_hash}.parquet",
            prefecture_code=_declared(d, arrivals, "prefecture_code"),
            municipality_code=_declared(d, arrivals, "municipality_code"),
        )
        for d in arrivals
        if d.status == "loaded"
    ]


def _declared(loaded: Delivery, arrivals: Sequence[Delivery], name: str) -> str:
    """What the senders of this content declared, under whatever name it came and whichever came
    first; nothing where they contradict each other."""
    same = (d for d in arrivals if d.content_hash == loaded.content_hash)
    said = {str(d.declared[name]) for d in same if d.declared.get(name)}
    return said.pop() if len(said) == 1 else ""


def _write_files(
    work: duckdb.DuckDBPyConnection,
    build: Path,
    store_dir: Path,
    standing: Path | None,
    digest: str,
    on_step: Callable[[str], None],
) -> Manifest:
    previous = current_snapshot(store_dir)
    before = read_manifest(store_dir, previous).counts if previous else {}
    held = _export(work, build / HELD, tables.held_metadata)
    counts, matched = _write_lens(work, build, before, held)
    on_step("protect")
    now = datetime.now(UTC).replace(tzinfo=None)
    release_cubes(
        work,
        build / LENS,
        standing,
        matched=matched,
        into=build / STANDING,
        made_at=now.replace(microsecond=0),
    )
    counts |= {
        f"released.{name}": n
        for name, n in _export(work, build / RELEASED, tables.released_metadata).items()
    }
    _write_vault(work, build / "vault.duckdb")
    synthetic = work.execute(
        "SELECT coalesce(bool_or(is_synthetic), FALSE) FROM delivery WHERE status = 'loaded'"
    ).fetchone()
    manifest = Manifest(
        # Milliseconds, so that two publications of one second keep their order.
        snapshot=f"{now:%Y-%m-%d-%H%M%S}{now.microsecond // 1000:03}-{digest[:4]}",
        content_hash=digest,
        published_at=now.isoformat(timespec="seconds"),
        is_synthetic=bool(synthetic and synthetic[0]),
        previous=current_snapshot(store_dir) or "",
        files={name: file_hash(build / name) for name in FILES},
        counts=counts,
        withheld=_withheld(work),
    )
    for name in FILES:
        sync_path(build / name)
    return manifest


def _withheld(work: duckdb.DuckDBPyConnection) -> list[str]:
    rows = work.execute(
        "SELECT DISTINCT trim(concat_ws(' ', cube, fiscal_year, category_code)) FROM released_cube "
        "WHERE outcome = 'withheld' ORDER BY 1"
    ).fetchall()
    return [str(name) for (name,) in rows]


def _write_lens(
    work: duckdb.DuckDBPyConnection,
    build: Path,
    before: Mapping[str, int],
    beside: Mapping[str, int],
) -> tuple[dict[str, int], list[MatchedMeasure]]:
    """Write the analysts' file and that of the prepared tables: what follows applicants is made of
    the statements in it, and the changes count everything.

    ``before`` holds the rows per table of the previous snapshot, ``beside`` those of tables that
    are written elsewhere. Returns the rows per table, those included, and the measures whose users
    have been matched.
    """
    apart = (*PREPARED_TABLES, *MAP_TABLES, tables.snapshot_change)
    late = (*followed_tables(), *MODEL_TABLES, *AFTER_STATEMENTS)
    first = [t for t in tables.metadata.sorted_tables if t not in (*late, *apart)]
    with _attached(work, build / PREPARED, ATTACHED_AS), _attached(work, build / LENS):
        counts = {**beside, **_write(work, first)}
        assemble_followed(work, "target.financial_statement")
        matched = match_users(work)
        counts |= _write(work, [table for table in late if table not in apart])
        counts |= _write(work, PREPARED_TABLES, ATTACHED_AS)
        for table in PREPARED_TABLES:
            work.execute(create_view_sql(table, "target"))
        assemble_credit_map(work, "target.credit_score", "target.measure_use")
        counts |= _write(work, MAP_TABLES)
        add_changes(work, before, counts)
        return counts | _write(work, [tables.snapshot_change]), matched


def _export(work: duckdb.DuckDBPyConnection, path: Path, metadata: MetaData) -> dict[str, int]:
    """Write the tables of ``metadata`` to a file of their own; returns the rows per table."""
    with _attached(work, path):
        return _write(work, metadata.sorted_tables)


@contextmanager
def _attached(work: duckdb.DuckDBPyConnection, path: Path, name: str = "target") -> Iterator[None]:
    """A fresh DuckDB file as ``name``, complete on disk when the block ends."""
    work.execute(f"ATTACH '{quoted(path)}' AS {name} ({UNLOGGED})")
    yield
    work.execute(f"CHECKPOINT {name}")
    work.execute(f"DETACH {name}")


def _write(
    work: duckdb.DuckDBPyConnection, chosen: Iterable[Table], into: str = "target"
) -> dict[str, int]:
    """Write tables to a file attached as ``into`` exactly as declared, each in its order."""
    counts = {}
    for table in chosen:
        work.execute(create_table_sql(table, into))
        order = SORTED_BY.get(table.name)
        columns = ", ".join(column.name for column in table.columns)
        work.execute(
            f"INSERT INTO {into}.{table.name} ({columns}) SELECT {columns} "  # noqa: S608
            f"FROM main.{MADE_AS.get(table, table.name)}" + (f" ORDER BY {order}" if order else "")
        )
        row = work.execute(f"SELECT count(*) FROM {into}.{table.name}").fetchone()  # noqa: S608
        counts[table.name] = int(row[0]) if row else 0
    return counts


def _write_vault(work: duckdb.DuckDBPyConnection, path: Path) -> None:
    with _attached(work, path, "vault"):
        work.execute(
            """
            CREATE TABLE vault.identity AS FROM identity ORDER BY firm_id;
            CREATE TABLE vault.party_alias AS FROM party_alias ORDER BY party_key, corporate_number;
            CREATE TABLE vault.party AS FROM party ORDER BY party_hash;
            CREATE TABLE vault.party_link AS FROM party_link ORDER BY party_hash;
            CREATE TABLE vault.party_record AS
            SELECT party_hash, source, n_record FROM party_record ORDER BY party_hash, source;
            CREATE TABLE vault.name_history AS
            SELECT corporate_number, name,
                   min(update_date) AS first_seen, max(update_date) AS last_seen
            FROM staged_nta_register WHERE name IS NOT NULL GROUP BY corporate_number, name
            ORDER BY corporate_number, first_seen, name
            """
        )
    path.chmod(0o600)


def _put_in_place(build: Path, store_dir: Path, manifest: Manifest) -> None:
    for name in FILES:
        open_read_only(build / name, "1GB", 1).close()
    vault = store_dir / "vault"
    vault.mkdir(mode=0o700, exist_ok=True)
    (build / "vault.duckdb").replace(vault / f"{manifest.snapshot}.duckdb")
    sync_path(vault)
    write_manifest(build, manifest)
    build.rename(store_dir / manifest.snapshot)
    sync_path(store_dir)
    point_to(store_dir, manifest.snapshot)


def _drop_old(store_dir: Path) -> None:
    for snapshot in list_snapshots(store_dir)[:-KEPT_SNAPSHOTS]:
        if snapshot != current_snapshot(store_dir):
            shutil.rmtree(store_dir / snapshot)
            (store_dir / "vault" / f"{snapshot}.duckdb").unlink(missing_ok=True)
