"""Lines of any new source by canonical names, and the snapshot that the real ETL makes of them."""

from __future__ import annotations

from dataclasses import dataclass

from etl.contract import Contract
from etl.publish import publish_snapshot
from store.snapshot import LENS, open_read_only
from tests.etl.deliveries import Desk


@dataclass(frozen=True)
class Sheet:
    """One layout of a source; ``sound`` are the cells of a record unless a test says otherwise."""

    contract: Contract
    layout: str
    sound: dict[str, object]

    def of(self, *records: dict[str, object]) -> str:
        """The header and one line per record; cells by raw column name, others empty."""
        layout = next(a for a in self.contract.layouts if a.name == self.layout)
        raw = list(layout.columns.values())
        for record in records:
            assert set(record) <= set(raw), set(record) - set(raw)
        rows = [",".join(str({**self.sound, **r}.get(name, "")) for name in raw) for r in records]
        return "\n".join([",".join(layout.columns), *rows, ""])


def published(desk: Desk, query: str, file: str = LENS) -> list[tuple[object, ...]]:
    """Take in what lies in the inbox, publish, and ask the analysts' file or another."""
    desk.take_in()
    snapshot = publish_snapshot(desk.store_dir, desk.engine, "", lambda _: None).snapshot
    with open_read_only(desk.store_dir / snapshot / file, "500MB", 1) as lens:
        return lens.execute(query).fetchall()
