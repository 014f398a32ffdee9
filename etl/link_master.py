"""A register to measure the linkage against, put together from files or from a vault.

Everything becomes rows of ``staged_nta_register``, so that the linkage under measurement is the one
that runs in production.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from etl.linkage.addresses import parse_address
from etl.reference import read_reference
from etl.register import consolidate_register
from etl.staged import COLUMNS, PLACE_IN_FILE
from language import text

SAMPLE, HISTORY, MERGERS = (
    "nta_firms_sample.csv.gz",
    "nta_name_history.csv.gz",
    "nta_mergers.csv.gz",
)


@dataclass(frozen=True, slots=True)
class Master:
    """Where the register comes from; every part may be missing."""

    registers: tuple[Path, ...] = ()
    histories: tuple[Path, ...] = ()
    mergers: tuple[Path, ...] = ()
    vault: Path | None = None

    def described(self) -> str:
        """What the names are matched against, in words."""
        files = [path.name for path in (*self.registers, *self.histories, *self.mergers)]
        files += [text("link_quality.vault")] if self.vault else []
        return text("link_quality.master", files="、".join(files) or "—")


def find_master(csv: Path, vault: Path | None) -> Master:
    """The register files beside the labelled names, else beside the project, else the vault."""
    beside_project = Path(__file__).resolve().parents[2] / "shared" / "data" / "nta"
    for folder in (csv.resolve().parent.parent / "nta", beside_project):
        if (folder / SAMPLE).is_file():
            return Master(
                (folder / SAMPLE,),
                tuple(p for p in (folder / HISTORY,) if p.is_file()),
                tuple(p for p in (folder / MERGERS,) if p.is_file()),
            )
    return Master(vault=vault)


def load_master(work: duckdb.DuckDBPyConnection, master: Master, labelled: pd.DataFrame) -> None:
    """Make ``staged_nta_register``, ``registered`` and ``survivor`` from ``master`` and the
    registered names that stand in ``labelled`` (corporate_number, registered_name)."""
    work.execute(
        f"CREATE TABLE staged_nta_register ({COLUMNS['nta_register']}, {PLACE_IN_FILE}, "
        "content_hash VARCHAR)"
    )
    for path in master.registers:
        _insert(work, _register_rows(_read(path)))
    if master.vault:
        _insert(work, _vault_rows(master.vault))
    # Of these the number and the name are all that is known.
    pairs = labelled[["corporate_number", "registered_name"]].drop_duplicates()
    _insert(work, pairs.rename(columns={"registered_name": "name"}).assign(is_latest=True))
    known = {
        row[0]
        for row in work.execute(
            "SELECT DISTINCT corporate_number FROM staged_nta_register"
        ).fetchall()
    }
    for path in master.histories:
        rows = _history_rows(_read(path))
        _insert(work, rows[rows.corporate_number.isin(known)])
    for path in master.mergers:
        rows = _merger_rows(_read(path))
        _insert(work, rows[rows.corporate_number.isin(known)])
    consolidate_register(work)


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _insert(work: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> None:
    rows = rows if "process_code" in rows else rows.assign(process_code="01")
    work.register("rows_in", rows.replace("", None))
    names = ", ".join(rows.columns)
    work.execute(
        f"""
        INSERT INTO staged_nta_register BY NAME
        SELECT *, md5(concat_ws(chr(31), {names})) AS record_hash, FALSE AS is_correction
        FROM rows_in
        """  # noqa: S608
    )
    work.unregister("rows_in")


def _register_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(
        columns={
            "process": "process_code",
            "kind": "kind_code",
            "pref_name": "prefecture_name",
            "pref_code": "prefecture_code",
            "street": "street_number",
            "close_cause": "close_cause_code",
            "successor_cn": "successor_number",
        }
    )[
        [
            "corporate_number", "process_code", "update_date", "change_date", "name", "kind_code",
            "prefecture_name", "city_name", "street_number", "prefecture_code", "city_code",
            "close_date", "close_cause_code", "successor_number",
        ]
    ].assign(is_latest=True)  # fmt: skip


def _history_rows(table: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "corporate_number": table.corporate_number,
            "name": table.name,
            "update_date": pd.to_datetime(table.last_seen, format="%Y%m%d").dt.date,
            "is_latest": False,
        }
    )
    return pd.concat([rows, _codes_of_places(table.pref_name, table.city_name)], axis=1)


def _merger_rows(table: pd.DataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "corporate_number": table.closed_cn,
            "name": table.closed_name,
            "process_code": "21",
            "close_date": table.close_date,
            "close_cause_code": table.close_cause,
            "successor_number": table.successor_cn,
            "is_latest": True,
        }
    )
    return pd.concat([rows, _codes_of_places(table.closed_pref, table.closed_city)], axis=1)


def _codes_of_places(prefectures: pd.Series, cities: pd.Series) -> pd.DataFrame:
    table = read_reference("municipality").merge(
        read_reference("prefecture")[["prefecture_code", "name"]],
        on="prefecture_code",
        suffixes=("", "_of_prefecture"),
    )
    names = zip(table.name_of_prefecture, table.name, strict=True)
    codes: dict[tuple[str, str], str] = dict(zip(names, table.municipality_code, strict=True))
    found = [codes.get(place, "") for place in zip(prefectures, cities, strict=True)]
    return pd.DataFrame(
        {
            "prefecture_name": prefectures,
            "city_name": cities,
            "prefecture_code": [code[:2] for code in found],
            "city_code": [code[2:] for code in found],
        }
    )


def _vault_rows(path: Path) -> pd.DataFrame:
    with duckdb.connect(str(path), read_only=True) as vault:
        rows = vault.execute(
            """
            SELECT corporate_number, name_history.name, last_seen AS update_date,
                   identity.address AS street_number, name_history.name = identity.name AS is_latest
            FROM name_history JOIN identity USING (corporate_number)
            """
        ).df()
    addresses: Sequence[str] = rows.street_number.fillna("").tolist()
    places = [parse_address(address) for address in addresses]
    return rows.assign(
        prefecture_code=[place.prefecture_code for place in places],
        city_code=[place.municipality_code[2:] for place in places],
        street_number=[f"{place.town}{place.numbers}" for place in places],
    )
