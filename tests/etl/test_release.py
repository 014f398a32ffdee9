"""What chambers may read gives no recipient away, alone or beside what else is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from etl.publish import publish_snapshot
from store.cursor import StoreCursor
from store.snapshot import LENS, RELEASED, current_snapshot, open_read_only
from store.tables import released_metadata
from tests.etl.deliveries import Desk, number

HEADER = "法人番号,商号または名称,登記住所,証明日,名称,金額,対象,発行元"
# Two prefectures of each of two bureaus.
PLACES = {"04": ("宮城県", "b02"), "05": ("秋田県", "b02"),
          "13": ("東京都", "b03"), "14": ("神奈川県", "b03")}  # fmt: skip
CANARY = 987_654_321

Cells = dict[tuple[str, str, int], tuple[int, int]]


def _year(first: int, recipients: dict[str, int], canary: str = "") -> list[str]:
    """Payments of a fiscal year: so many recipients of 1,000,000 yen in each prefecture, and one
    of the canary's amount in one of them."""
    lines = []
    for place, n in recipients.items():
        for i in range(n):
            amount = CANARY if place == canary and i == 0 else 1_000_000
            base = int(place) * 1000 + i + 1
            lines.append(
                f"{number(base)},株式会社試験{base},{PLACES[place][0]},{first}-06-01,"
                f"{first}年度試験補助金,{amount},,"
            )
    return lines


def _released(desk: Desk, lines: list[str]) -> Cells:
    desk.put("bulk.csv", "\n".join([HEADER, *lines, ""]))
    desk.take_in()
    snapshot = publish_snapshot(desk.store_dir, desk.engine, "", lambda _: None).snapshot
    with open_read_only(desk.store_dir / snapshot / RELEASED, "200MB", 1) as released:
        return _cells(released)


def _cells(released: duckdb.DuckDBPyConnection) -> Cells:
    rows = released.execute(
        "SELECT region_level, region_code, fiscal_year, amount_yen, n_firm "
        "FROM released_award_amount"
    ).fetchall()
    assert len(rows) == len({row[:3] for row in rows})
    return {(level, code, year): (amount, n) for level, code, year, amount, n in rows}


def _levels(cells: Cells) -> dict[int, set[str]]:
    levels: dict[int, set[str]] = {}
    for level, _, year in cells:
        levels.setdefault(year, set()).add(level)
    return levels


EVERYWHERE = dict.fromkeys(PLACES, 4)


def test_a_prefecture_of_two_recipients_makes_its_year_coarser_and_no_other(desk: Desk) -> None:
    cells = _released(
        desk,
        [
            *_year(2020, EVERYWHERE),
            *_year(2021, EVERYWHERE | {"04": 2}),
            *_year(2022, {"04": 1, "05": 1, "13": 4, "14": 4}),
            *_year(2023, {"04": 1, "13": 1}),
        ],
    )
    assert _levels(cells) == {2020: {"prefecture"}, 2021: {"bureau"}, 2022: {"nation"}}
    assert cells["bureau", "b02", 2021] == (6_000_000, 6)
    assert cells["nation", "", 2022] == (10_000_000, 10)


def test_one_recipient_among_many_small_ones_makes_its_year_coarser(desk: Desk) -> None:
    """The second largest could work the largest out to within ten per cent."""
    cells = _released(desk, [*_year(2020, EVERYWHERE, canary="13"), *_year(2021, EVERYWHERE)])
    assert _levels(cells) == {2021: {"prefecture"}}
    assert all(abs(amount - CANARY) > 0.1 * CANARY for amount, _ in cells.values())


def test_a_recipient_is_counted_once_however_its_money_is_parted(desk: Desk) -> None:
    """Three awards of two recipients are two contributions."""
    more = [line.replace("試験補助金", f"試験補助金第{i}回") for i in (2, 3)
            for line in _year(2021, {"04": 2})]  # fmt: skip
    cells = _released(desk, [*_year(2021, EVERYWHERE | {"04": 2}), *more])
    assert _levels(cells) == {2021: {"bureau"}}


# --- the released file of the demo store ------------------------------------------------------


@pytest.fixture(scope="module")
def released(demo_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    store = demo_dir / "store"
    snapshot = current_snapshot(store)
    assert snapshot is not None
    with open_read_only(store / snapshot / RELEASED, "4GB", 2) as connection:
        yield connection


@pytest.fixture(scope="module")
def awards(demo_dir: Path) -> list[tuple[str, str, str, int, int]]:
    """(prefecture, bureau, firm, year, amount) of every award of the demo store."""
    store = demo_dir / "store"
    with open_read_only(store / str(current_snapshot(store)) / LENS, "4GB", 2) as lens:
        return lens.execute(
            "SELECT prefecture_code, parent_code, firm_id::VARCHAR, fiscal_year, amount_yen "
            "FROM award LEFT JOIN dimension_member ON domain = 'region' AND code = prefecture_code"
        ).fetchall()


def test_no_released_cell_is_sensitive(
    released: duckdb.DuckDBPyConnection, awards: list[tuple[str, str, str, int, int]]
) -> None:
    cells = _cells(released)
    assert len(cells) > 20
    for (level, code, year), (published, n) in cells.items():
        by_firm: dict[str, int] = {}
        for prefecture, bureau, firm, fiscal_year, amount in awards:
            place = {"nation": "", "bureau": bureau, "prefecture": prefecture}[level]
            if (place, fiscal_year) == (code, year):
                by_firm[firm] = by_firm.get(firm, 0) + amount
        sizes = sorted((abs(amount) for amount in by_firm.values()), reverse=True)
        assert (sum(by_firm.values()), len(by_firm)) == (published, n)
        assert n >= 3
        assert sum(sizes[2:]) >= 0.1 * sizes[0], (level, code, year)


def test_each_year_has_amounts_of_one_level_only(released: duckdb.DuckDBPyConnection) -> None:
    levels = _levels(_cells(released))
    assert all(len(found) == 1 for found in levels.values())
    # The demo world holds both kinds of year, so this can fail.
    assert len({level for found in levels.values() for level in found}) > 1


def test_the_released_file_holds_the_contract_and_nothing_of_single_firms(
    released: duckdb.DuckDBPyConnection, demo_dir: Path
) -> None:
    rows = released.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
    ).fetchall()
    declared = {
        (table.name, column.name)
        for table in released_metadata.tables.values()
        for column in table.columns
    }
    assert set(rows) == declared
    store = demo_dir / "store"
    snapshot = str(current_snapshot(store))
    content = (store / snapshot / RELEASED).read_bytes()
    [vault] = (store / "vault").glob(f"{snapshot}.duckdb")
    with duckdb.connect(str(vault), read_only=True) as connection:
        people = connection.execute("SELECT corporate_number, firm_id, name FROM identity"
                                    ).fetchall()  # fmt: skip
    assert len(people) > 2_000
    for corporate_number, firm_id, name in people:
        assert corporate_number is None or corporate_number.encode() not in content
        assert firm_id.bytes not in content
        assert name is None or name.encode() not in content


def test_no_text_of_the_lens_holds_a_name_or_a_number(demo_dir: Path, lens: StoreCursor) -> None:
    del lens
    store = demo_dir / "store"
    snapshot = str(current_snapshot(store))
    with duckdb.connect(str(store / "vault" / f"{snapshot}.duckdb"), read_only=True) as vault:
        people = vault.execute(
            "SELECT corporate_number, name FROM identity "
            "WHERE substr(corporate_number, 2, 4) <> '0000'"
        ).fetchall()
    known = {word for person in people for word in person if word and len(word) > 3}
    with open_read_only(store / snapshot / LENS, "4GB", 2) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE data_type = 'VARCHAR' AND table_schema = 'main'"
        ).fetchall()
        for table, column in columns:
            cells = connection.execute(
                f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL'  # noqa: S608
            ).fetchall()
            everything = "\n".join(cell for (cell,) in cells)
            found = [word for word in known if word in everything]
            assert not found, (table, column, found[:5])
