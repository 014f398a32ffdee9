"""How good the linkage is on labelled names: ``python -m etl link-quality CSV``.

The typed name (and the address, where the file has one) is all that the linkage gets; the
corporate number is the label. Precision counts every link made, recall the links that should have
been made in the classes 0 to 4 (the written name is the firm's, now or formerly).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pandas as pd

from etl.console import aligned
from etl.link_master import Master, load_master
from etl.linkage import link_parties
from etl.linkage.names import name_key
from etl.parties import PARTY_HASH
from etl.work import open_work
from language import text

NEEDED = ("corporate_number", "written_name", "registered_name", "mismatch_class")
# The classes whose written name is one of the firm's.
RECALLED = frozenset("01234")


class LabelError(ValueError):
    """The file is not one of labelled names; the message says what is missing."""


def read_labels(path: Path) -> pd.DataFrame:
    """The labelled names, all columns text; raises LabelError where a column is missing."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="cp932")
    missing = [name for name in NEEDED if name not in table.columns]
    if missing:
        raise LabelError(text("link_quality.missing_column", names="、".join(missing)))
    return table


def measure_links(labels: pd.DataFrame, master: Master) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The labels with what the linkage made of them: without the number, and with it.

    Adds status, corporate_number_found, rule, score, and for the two baselines raw_found and
    key_found (the one firm whose present name is the same, raw or as a key).
    """
    with tempfile.TemporaryDirectory() as folder:
        work = open_work(Path(folder) / "work.duckdb")
        load_master(work, master, labels)
        alone = _linked(work, labels, is_numbered=False)
        numbered = _linked(work, labels, is_numbered=True)
        alone = _add_baselines(work, alone)
        work.close()
    return alone, numbered


def _linked(
    work: duckdb.DuckDBPyConnection, labels: pd.DataFrame, is_numbered: bool
) -> pd.DataFrame:
    number = "corporate_number" if is_numbered else "NULL::VARCHAR"
    address = "nullif(address, '')" if "address" in labels else "NULL::VARCHAR"
    work.register("labels_in", labels)
    work.execute(
        f"""
        CREATE OR REPLACE TABLE label AS
        WITH typed AS (
            SELECT row_number() OVER () AS label_id, corporate_number AS label_number,
                   {number} AS number_as_written, nullif(written_name, '') AS name,
                   {address} AS address, NULL::VARCHAR AS telephone, NULL::VARCHAR AS gbizid
            FROM labels_in
        )
        SELECT *, number_as_written AS corporate_number,
               CASE WHEN number_as_written IS NULL THEN 'missing' ELSE 'valid' END AS number_status,
               NULL::VARCHAR AS prefecture_hint, {PARTY_HASH} AS party_hash
        FROM typed;
        DROP TABLE IF EXISTS party;
        DROP TABLE IF EXISTS party_link;
        CREATE TABLE party AS
        SELECT DISTINCT ON (party_hash) * EXCLUDE (label_id, label_number) FROM label
        """  # noqa: S608
    )
    work.unregister("labels_in")
    link_parties(work)
    found = work.execute(
        """
        SELECT status, party_link.corporate_number AS found, candidate_number, rule, score, evidence
        FROM label JOIN party_link USING (party_hash) ORDER BY label_id
        """
    ).df()
    return pd.concat([labels.reset_index(drop=True), found], axis=1)


def _add_baselines(work: duckdb.DuckDBPyConnection, labels: pd.DataFrame) -> pd.DataFrame:
    """What joining on the present name alone finds, where just one firm bears it."""
    present = work.execute("SELECT corporate_number, name FROM registered ORDER BY ALL").df()
    present["key"] = [name_key(name) for name in present.name.fillna("")]
    found = labels.assign(key=[name_key(name) for name in labels.written_name])
    for column, ours, theirs in (
        ("raw_found", "written_name", "name"),
        ("key_found", "key", "key"),
    ):
        alone = present.drop_duplicates(theirs, keep=False).set_index(theirs).corporate_number
        found[column] = found[ours].map(alone)
    return found.drop(columns="key")


def quality(labels: pd.DataFrame, found: str = "found") -> dict[str, float]:
    """n, n_linked, n_right, n_wrong, precision (of all links) and recall (over classes 0–4)."""
    is_linked = labels[found].notna()
    is_right = labels[found] == labels.corporate_number
    is_recalled = labels.mismatch_class.str[:1].isin(RECALLED)
    n_linked, n_right = int(is_linked.sum()), int(is_right.sum())
    n_recalled = int(is_recalled.sum())
    return {
        "n": len(labels),
        "n_linked": n_linked,
        "n_right": n_right,
        "n_wrong": n_linked - n_right,
        "precision": n_right / n_linked if n_linked else float("nan"),
        "recall": int((is_right & is_recalled).sum()) / n_recalled if n_recalled else float("nan"),
    }


def share(n: float, of: float) -> str:
    """A share with four places; a dash where there is nothing to share."""
    return f"{n / of:.4f}" if of else "—"


def class_table(labels: pd.DataFrame) -> str:
    """One line per mismatch class: the linkage, and beside it the two baselines."""
    names = ("n", "linked", "right", "wrong", "precision", "recall")
    baselines = [
        f"{text(f'link_quality.{base}')} {text(f'link_quality.{name}')}"
        for base in ("raw", "key")
        for name in ("precision", "recall")
    ]
    rows = [
        [text("link_quality.class"), *(text(f"link_quality.{name}") for name in names), *baselines]
    ]
    if "raw_found" not in labels:
        del rows[0][len(names) + 1 :]
    for name, group in sorted(labels.groupby("mismatch_class"), key=lambda item: str(item[0])):
        rows.append([str(name), *_counts(group)])
    rows.append([text("link_quality.all"), *_counts(labels)])
    return aligned(rows, right=range(1, len(rows[0])))


def _counts(group: pd.DataFrame) -> list[str]:
    made = quality(group)
    cells = [f"{made[name]:,}" for name in ("n", "n_linked", "n_right", "n_wrong")]
    cells += [share(made["n_right"], made["n_linked"]), share(made["n_right"], made["n"])]
    for column in ("raw_found", "key_found"):
        if column in group:
            base = quality(group, column)
            cells += [share(base["n_right"], base["n_linked"]), share(base["n_right"], base["n"])]
    return cells


def rule_table(labels: pd.DataFrame) -> str:
    """One line per rule: how many it decided and, of its links, how many are right."""
    rows = [[text(f"link_quality.{n}") for n in ("rule", "status", "n", "right", "precision")]]
    for (rule, status), group in labels.groupby(["rule", "status"]):
        made = quality(group)
        precision = share(made["n_right"], made["n_linked"])
        right = f"{made['n_right']:,}" if made["n_linked"] else "—"
        names = [text(f"link_rule.{rule}"), text(f"link_status.{status}")]
        rows.append([*names, f"{len(group):,}", right, precision])
    return aligned(rows, right=range(2, 5))


def report(labels: pd.DataFrame, master: Master) -> str:
    """Everything the command prints; the last line is for machines."""
    alone, numbered = measure_links(labels, master)
    overall = quality(alone)
    sections: Sequence[str] = (
        master.described(), "",
        text("link_quality.by_class"), class_table(alone), "",
        text("link_quality.by_rule"), rule_table(alone), "",
        text("link_quality.with_number"), class_table(numbered), "",
        rule_table(numbered), "",
        f"overall precision={overall['precision']:.4f} recall={overall['recall']:.4f}",
    )  # fmt: skip
    return "\n".join(sections)
