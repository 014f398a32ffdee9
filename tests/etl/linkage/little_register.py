"""A small register and a few parties, linked by the real step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import md5
from pathlib import Path
from typing import Any

import pandas as pd

from etl.linkage import Decision, link_parties
from etl.parties import PARTY_HASH
from etl.register import consolidate_register
from etl.staged import COLUMNS, PLACE_IN_FILE
from etl.work import open_work
from tests.etl.deliveries import number

SABAE = ("福井県", "鯖江市", "18", "207")
FUKUI = ("福井県", "福井市", "18", "201")
CHIYODA = ("東京都", "千代田区", "13", "101")


@dataclass(frozen=True)
class Firm:
    """A registered firm; ``old`` are its former (name, place, street)."""

    base: int
    name: str = "株式会社試験"
    place: tuple[str, str, str, str] = SABAE
    street: str = "本町１丁目２番３号"
    old: tuple[tuple[str, tuple[str, str, str, str], str], ...] = ()
    close_date: date | None = None
    successor: int | None = None

    @property
    def number(self) -> str:
        return number(self.base)

    def rows(self) -> list[dict[str, object]]:
        """Its rows in the register, the former ones first."""
        states = [*self.old, (self.name, self.place, self.street)]
        return [
            {
                "corporate_number": self.number,
                "process_code": "01",
                "update_date": date(2020 + year, 4, 1),
                "name": name,
                "prefecture_name": place[0],
                "city_name": place[1],
                "prefecture_code": place[2],
                "city_code": place[3],
                "street_number": street,
                "is_latest": year == len(states) - 1,
                "close_date": self.close_date,
                "successor_number": number(self.successor) if self.successor else None,
                "record_hash": md5(f"{self.base}{year}".encode()).hexdigest(),  # noqa: S324
            }
            for year, (name, place, street) in enumerate(states)
        ]


@dataclass(frozen=True)
class Party:
    """What somebody typed."""

    name: str | None = None
    address: str | None = None
    number: str | None = None
    status: str = "valid"
    telephone: str | None = None
    gbizid: str | None = None
    hint: str | None = None

    def row(self) -> dict[str, object]:
        status = self.status if self.number else "missing"
        return {
            "number_as_written": self.number,
            "corporate_number": self.number if status == "valid" else None,
            "number_status": status,
            "name": self.name,
            "address": self.address,
            "telephone": self.telephone,
            "gbizid": self.gbizid,
            "prefecture_hint": self.hint,
        }

    @property
    def hash(self) -> str:
        typed = (self.number, self.name, self.address, self.telephone, self.gbizid)
        return md5(chr(31).join(part or "" for part in typed).encode()).hexdigest()  # noqa: S324


@dataclass(frozen=True)
class Link:
    """What the linkage made of a party."""

    status: str
    corporate_number: str | None
    candidate_number: str | None
    rule: str
    score: float
    evidence: dict[str, Any] = field(hash=False)


def link(
    tmp_path: Path,
    firms: Sequence[Firm],
    parties: Sequence[Party],
    decisions: Sequence[Decision] = (),
) -> list[Link]:
    """The links of ``parties``, in their order."""
    path = tmp_path / "work.duckdb"
    path.unlink(missing_ok=True)
    work = open_work(path, "1GB")
    try:
        work.execute(
            f"CREATE TABLE staged_nta_register ({COLUMNS['nta_register']}, {PLACE_IN_FILE}, "
            "content_hash VARCHAR)"
        )
        rows = pd.DataFrame([row for firm in firms for row in firm.rows()])
        if len(rows):
            work.register("rows_in", rows.assign(is_correction=False).astype(object))
            work.execute("INSERT INTO staged_nta_register BY NAME FROM rows_in")
        consolidate_register(work)
        work.register("typed", pd.DataFrame([party.row() for party in parties]).astype(object))
        columns = ", ".join(f"{name}::VARCHAR AS {name}" for name in Party().row())
        work.execute(
            f"CREATE TABLE party AS SELECT DISTINCT {PARTY_HASH} AS party_hash, "  # noqa: S608
            f"{columns} FROM typed"
        )
        link_parties(work, decisions)
        assert not work.execute(
            "SELECT * FROM information_schema.schemata WHERE schema_name = 'linkage'"
        ).fetchall()
        found = {
            row[0]: Link(row[1], row[2], row[3], row[4], row[5], json.loads(row[6]))
            for row in work.execute(
                """SELECT party_hash, status, corporate_number, candidate_number, rule, score,
                          evidence FROM party_link"""
            ).fetchall()
        }
    finally:
        work.close()
    assert len(found) == len({party.hash for party in parties})
    return [found[party.hash] for party in parties]
