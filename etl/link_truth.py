"""How good the links of a loaded demo world are: ``python -m etl link-quality --truth DIR``.

The truth says which firm stands behind each line of each delivery; the vault of the serving
snapshot says what the linkage made of it. Precision is taken over all records that were linked,
recall over the records behind which there is a registered firm. Clients who asked to stay
anonymous are linked to nobody and do not count.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from etl.console import aligned, source_name
from etl.folders import Folders
from etl.link_quality import share
from etl.parties import PARTY_HASH, RECIPIENT_HASH
from language import text
from store.application import Delivery
from store.snapshot import current_snapshot
from store.vault import open_vault

LINKS = "links.parquet"
_COUNTS = ("n", "n_true", "n_linked", "n_right", "n_wrong")


class TruthError(RuntimeError):
    """The truth and the store do not belong together; the message says why."""


def measure_truth(truth_dir: Path, store_dir: Path, engine: Engine) -> pd.DataFrame:
    """One row per record with a typed identity: source, file, line, its true number (None if there
    is no registered firm), status, rule, and the number it was linked to.

    Raises TruthError where there is nothing to compare.
    """
    links = truth_dir / LINKS
    if not links.is_file():
        raise TruthError(text("link_quality.no_file", file=links))
    snapshot = current_snapshot(store_dir)
    if snapshot is None:
        raise TruthError(text("etl.message.no_store", store=store_dir))
    with duckdb.connect() as work:
        work.execute("CREATE TABLE truth AS FROM read_parquet(?)", [str(links)])
        work.execute(
            "CREATE TABLE typed (file VARCHAR, line BIGINT, source VARCHAR, party_hash VARCHAR)"
        )
        _read_records(work, store_dir, engine)
        with open_vault(store_dir, snapshot) as vault:
            made = vault.execute(
                "SELECT party_hash, status, corporate_number AS found, rule FROM party_link"
            ).to_arrow_table()
        work.register("made", made)
        records = work.execute(
            """
            SELECT typed.source, file, line, truth.corporate_number,
                   coalesce(status, 'unlinked') AS status, rule, found
            FROM typed JOIN truth USING (file, line) LEFT JOIN made USING (party_hash)
            ORDER BY typed.source, file, line
            """
        ).df()
    if records.empty:
        raise TruthError(text("link_quality.no_links", file=links, store=store_dir))
    return records


def _read_records(work: duckdb.DuckDBPyConnection, store_dir: Path, engine: Engine) -> None:
    """Fill ``typed`` from the staged records of every loaded file that the truth knows."""
    with Session(engine) as session:
        loaded = session.scalars(select(Delivery).where(Delivery.status == "loaded")).all()
    known = {row[0] for row in work.execute("SELECT DISTINCT file FROM truth").fetchall()}
    for delivery in loaded:
        if delivery.file not in known:
            continue
        path = str(Folders(store_dir).staged(delivery.content_hash))
        work.execute("CREATE OR REPLACE TEMP VIEW staged AS FROM read_parquet($p)".replace(
            "$p", "'" + path.replace("'", "''") + "'"))  # fmt: skip
        columns = {row[0] for row in work.execute("DESCRIBE staged").fetchall()}
        party = PARTY_HASH if "number_as_written" in columns else RECIPIENT_HASH
        named = " WHERE anonymity IS DISTINCT FROM 'anonymous'" if "anonymity" in columns else ""
        work.execute(
            f"INSERT INTO typed SELECT ?, line, ?, {party} FROM staged{named}",  # noqa: S608
            [delivery.file, delivery.source],
        )


def truth_report(records: pd.DataFrame) -> str:
    """A table per source, a table per rule, and the line for machines."""
    heads = ("n", "n_true", "linked", "right", "wrong", "precision", "recall")
    rows = [[text("link_quality.source"), *(text(f"link_quality.{name}") for name in heads)]]
    for source, group in records.groupby("source"):
        rows.append([source_name(str(source)), *_cells(group)])
    rows.append([text("link_quality.all"), *_cells(records)])
    made = counts(records)
    return "\n".join(
        [
            text("link_quality.by_source"),
            aligned(rows, right=range(1, 8)),
            f"overall precision={share(made['n_right'], made['n_linked'])} "
            f"recall={share(made['n_right'], made['n_true'])}",
        ]
    )


def counts(records: pd.DataFrame) -> dict[str, int]:
    """n, n_true (records with a registered firm), n_linked, n_right, n_wrong."""
    is_linked = records.found.notna()
    is_right = is_linked & (records.found == records.corporate_number)
    n_linked, n_right = int(is_linked.sum()), int(is_right.sum())
    n_true = int(records.corporate_number.notna().sum())
    return dict(
        zip(_COUNTS, (len(records), n_true, n_linked, n_right, n_linked - n_right), strict=True)
    )


def _cells(group: pd.DataFrame) -> list[str]:
    made = counts(group)
    return [
        *(f"{made[name]:,}" for name in _COUNTS),
        share(made["n_right"], made["n_linked"]),
        share(made["n_right"], made["n_true"]),
    ]
