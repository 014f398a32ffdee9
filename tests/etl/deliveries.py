"""Small invented deliveries, and a store of its own to take them in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from etl.folders import Folders
from etl.intake import take_in
from store.application import Delivery

SUBSIDY_HEADER = "corporate_number,name,subsidy_title,amount,date_of_approval"
REGISTER_COLUMNS = (
    "sequence", "number", "process", "correct", "update_date", "change_date", "name", "image",
    "kind", "prefecture", "city", "street", "address_image", "prefecture_code", "city_code",
    "post_code", "outside", "outside_image", "close_date", "close_cause", "successor", "cause",
    "assignment_date", "latest", "en_name", "en_prefecture", "en_city", "en_outside", "furigana",
    "hidden",
)  # fmt: skip


def number(base: int) -> str:
    """A corporate number with a sound check digit, made from an invented base."""
    digits = f"{base:012d}"
    weighed = sum(int(d) * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(digits)))
    return f"{9 - weighed % 9}{digits}"


def payment(
    base: int = 1,
    amount: str = "1000",
    day: str = "2024-05-01",
    title: str = "令和６年度試験補助金",
    name: str = "株式会社試験",
) -> str:
    """One line of a subsidy extract."""
    return f"{number(base)},{name},{title},{amount},{day}"


def subsidies(*lines: str, header: str = SUBSIDY_HEADER) -> str:
    return "\n".join([header, *lines, ""])


def registration(base: int = 1, **changed: str) -> str:
    """One line of the register, 30 columns; ``changed`` replaces columns by name."""
    columns = dict.fromkeys(REGISTER_COLUMNS, "") | {
        "sequence": "1",
        "number": number(base),
        "process": "01",
        "correct": "0",
        "update_date": "2024-04-01",
        "change_date": "2024-03-29",
        "name": "株式会社試験",
        "kind": "301",
        "prefecture": "福井県",
        "city": "鯖江市",
        "street": "試験町１丁目２番３号",
        "prefecture_code": "18",
        "city_code": "207",
        "post_code": "9160000",
        "assignment_date": "2024-03-29",
        "latest": "1",
        "hidden": "0",
    }
    return ",".join((columns | changed).values())


@dataclass(frozen=True)
class Desk:
    """An inbox and a store; what arrives is taken in by the real intake."""

    inbox: Path
    store_dir: Path
    engine: Engine

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def take_in(self, *, is_forced: bool = False) -> list[Delivery]:
        return take_in(self.inbox, self.store_dir, self.engine, is_forced=is_forced)

    def deliver(self, name: str, content: str | bytes) -> Delivery:
        """Put one file and take it in; returns its row of the ledger."""
        self.put(name, content)
        self.take_in()
        return self.find(name)

    def find(self, name: str) -> Delivery:
        with Session(self.engine) as session:
            return session.scalars(
                select(Delivery).where(Delivery.file == name).order_by(-Delivery.delivery_id)
            ).first() or _missing(name)

    def reasons(self, name: str) -> dict[str, int]:
        with Session(self.engine) as session:
            delivery = session.get_one(Delivery, self.find(name).delivery_id)
            return {r.reason_code: r.n_record for r in delivery.rejections}

    def flags(self, name: str) -> dict[str, int]:
        with Session(self.engine) as session:
            delivery = session.get_one(Delivery, self.find(name).delivery_id)
            return {f.flag_code: f.n_record for f in delivery.flags}

    def staged(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(Folders(self.store_dir).staged(self.find(name).content_hash))

    def quarantine(self, name: str) -> list[dict[str, object]]:
        path = Folders(self.store_dir).quarantine(self.find(name).content_hash)
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    def kept(self, name: str) -> bytes:
        return Folders(self.store_dir).delivery(self.find(name).content_hash).read_bytes()


def _missing(name: str) -> Delivery:
    raise LookupError(f"{name} is not in the ledger")


def counts(delivery: Delivery) -> tuple[int, int, int, int]:
    """In, accepted, rejected, duplicate."""
    return (delivery.records_in, delivery.accepted, delivery.rejected, delivery.duplicate)
