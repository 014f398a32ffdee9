"""Deliveries in any order give the same facts, and the facts are those a slow reader finds."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from etl.consolidate import consolidate
from etl.demo.generate import generate
from etl.demo.subsidy_files import FIRST_BULK
from etl.folders import Folders
from etl.publish import publish_snapshot
from etl.work import StagedFile, open_work
from store.application import Delivery, open_application_database
from store.migration import upgrade
from store.snapshot import LENS, open_read_only
from tests.etl.deliveries import Desk, number, payment, registration, subsidies

BULK_HEADER = "法人番号,商号または名称,登記住所,証明日,名称,金額,対象,発行元"
SAPOIN = "戦略的基盤技術高度化支援事業"
FULL_REGISTER = "00_zenkoku_all_20231229.csv"
Row = tuple[object, ...]


# --- the same content hash, whatever the order -----------------------------------------------


@pytest.fixture(scope="module")
def demo_inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inbox = tmp_path_factory.mktemp("demo-inbox")
    generate(inbox, firms=300, seed=11)
    return inbox


@pytest.fixture(scope="module")
def reference(demo_inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that has taken in the demo deliveries all at once."""
    root = tmp_path_factory.mktemp("reference")
    (root / "inbox").mkdir()
    with _desk(root) as desk:
        for path in _deliveries(demo_inbox):
            _copy(path, desk)
        desk.take_in()
        yield desk


@pytest.fixture(scope="module")
def expected_hash(reference: Desk) -> str:
    """The content hash of the demo deliveries taken in all at once."""
    return _published(reference, "first key, long enough to be taken")


@contextmanager
def _desk(root: Path) -> Iterator[Desk]:
    engine = open_application_database(f"sqlite:///{root / 'store' / 'application.db'}")
    upgrade(engine)
    yield Desk(root / "inbox", root / "store", engine)
    engine.dispose()


def _deliveries(inbox: Path) -> list[Path]:
    return sorted(inbox.glob("*.csv"))


def _copy(path: Path, desk: Desk, name: str = "") -> None:
    """Put the file and its sidecar into the inbox, under another name where one is given."""
    target = name or path.name
    desk.put(target, path.read_bytes())
    sidecar = path.with_name(f"{path.name}.delivery.toml")
    desk.put(f"{target}.delivery.toml", sidecar.read_bytes())


def _published(desk: Desk, key: str) -> str:
    desk.take_in()
    return publish_snapshot(desk.store_dir, desk.engine, key, lambda _: None).content_hash


def test_any_order_and_repetition_gives_the_same_content_under_any_key(
    demo_inbox: Path, expected_hash: str, desk: Desk
) -> None:
    rng = random.Random(1)
    arrivals = [*_deliveries(demo_inbox), *rng.sample(_deliveries(demo_inbox), 3)]
    rng.shuffle(arrivals)
    for position, path in enumerate(arrivals):
        _copy(path, desk, f"{position:02}-{path.name}")
        # Some arrive alone, most together.
        if rng.random() < 0.3:
            desk.take_in()
    assert _published(desk, "another key of thirty-two characters") == expected_hash


def test_files_cut_in_pieces_give_the_same_content(
    demo_inbox: Path, expected_hash: str, desk: Desk
) -> None:
    for path in reversed(_deliveries(demo_inbox)):
        if path.name not in (FULL_REGISTER, FIRST_BULK):
            _copy(path, desk)
            continue
        lines = path.read_bytes().splitlines(keepends=True)
        header, body = (lines[:1], lines[1:]) if path.name == FIRST_BULK else ([], lines)
        for part in (0, 1, 2):
            # The payments of one firm stay together: equal ones are counted within a file.
            kept = [line for line in body if sum(line[:40].split(b",")[path.name != FIRST_BULK])
                    % 3 == part]  # fmt: skip
            desk.put(f"part{part}-{path.name}", b"".join(header + kept))
            desk.take_in()
    assert _published(desk, "a key of more than thirty-two characters") == expected_hash


def test_one_record_more_changes_the_content(reference: Desk, expected_hash: str) -> None:
    reference.put("more.csv", subsidies(payment(1)))
    assert _published(reference, "a key of more than thirty-two characters") != expected_hash


def test_a_declaration_counts_whichever_copy_of_the_file_carries_it(
    make_desk: Callable[[], Desk],
) -> None:
    rows = subsidies(payment(900_000_000_001))
    places = []
    for order in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        desk = make_desk()
        for name in order:
            desk.put(name, rows)
            if name == "b.csv":
                desk.put("b.csv.delivery.toml", 'prefecture_code = "18"\n')
            desk.take_in()
        manifest = publish_snapshot(desk.store_dir, desk.engine, "", lambda _: None)
        with open_read_only(desk.store_dir / manifest.snapshot / LENS, "200MB", 1) as lens:
            places.append(lens.execute("SELECT prefecture_code, location_basis FROM award"
                                       ).fetchall())  # fmt: skip
    assert places == [[("18", "declared")]] * 2


# --- slow twins ------------------------------------------------------------------------------


def _facts(desk: Desk, query: str) -> list[Row]:
    """The rows of ``query`` over the consolidated deliveries of ``desk``."""
    with Session(desk.engine) as session:
        loaded = session.scalars(select(Delivery).where(Delivery.status == "loaded")).all()
    files = [
        StagedFile(
            d.content_hash,
            d.source,
            Folders(desk.store_dir).staged(d.content_hash),
            str(d.declared.get("prefecture_code", "")),
            str(d.declared.get("municipality_code", "")),
        )
        for d in loaded
    ]
    work: duckdb.DuckDBPyConnection = open_work(desk.store_dir / "facts.duckdb", "1GB")
    try:
        consolidate(work, files, lambda _: None)
        return work.execute(query).fetchall()
    finally:
        work.close()


def _deliver(desk: Desk, files: Sequence[tuple[str, str]]) -> None:
    for name, content in files:
        delivery = desk.deliver(name, content)
        assert (delivery.status, delivery.rejected) == ("loaded", 0)


@pytest.mark.parametrize("seed", range(3))
def test_the_present_state_is_the_newest_row_that_is_not_history(seed: int, desk: Desk) -> None:
    rng = random.Random(seed)
    rows: dict[tuple[int, str, str, str], dict[str, str]] = {}
    for _ in range(150):
        day = str(date(2024, 1, 1) + timedelta(days=rng.randrange(12)))
        firm, latest = rng.randrange(1, 16), rng.choice("1110")
        process = rng.choice(["01", "11", "12", "21", "22", "71", "99"])
        row = {"process": process, "update_date": day, "change_date": day, "latest": latest,
               "correct": rng.choice("01"), "name": f"株式会社{len(rows)}",
               "street": f"{len(rows)}", "close_date": day if process == "21" else ""}  # fmt: skip
        rows.setdefault((firm, day, process, latest), row)
    lines = [registration(firm, **row) for (firm, *_), row in rows.items()]
    rng.shuffle(lines)
    _deliver(desk, [(f"{i}.csv", "\n".join(lines[i::3]) + "\n") for i in range(3)])

    expected = {}
    for firm in {firm for firm, *_ in rows}:
        own = [row for (one, *_), row in rows.items() if one == firm]
        newest = max(
            own,
            key=lambda row: (
                row["latest"] == "1" or row["process"] == "99",
                row["update_date"],
                row["process"],
                # Equal but for the mark: the test makes the two rows differ in nothing that counts.
                row["latest"],
            ),
        )
        if newest["process"] != "99":
            expected[number(firm)] = (newest["process"], newest["update_date"],
                                      newest["close_date"] or None)  # fmt: skip
    found = _facts(desk, "SELECT corporate_number, process_code, update_date::VARCHAR, "
                         "close_date::VARCHAR FROM registered_state")  # fmt: skip
    assert {n: (p, u, c) for n, p, u, c in found} == expected


def test_a_superseded_row_republished_late_does_not_bring_the_past_back(desk: Desk) -> None:
    _deliver(desk, [
        ("a.csv", registration(1, process="12", update_date="2024-05-01", city="福井市") + "\n"),
        ("b.csv", registration(1, process="01", update_date="2024-09-01", latest="0",
                               correct="1") + "\n"),
    ])  # fmt: skip
    assert _facts(desk, "SELECT city_name FROM registered") == [("福井市",)]


def test_a_correction_is_no_event_and_a_deleted_number_has_none(desk: Desk) -> None:
    _deliver(desk, [
        ("a.csv", "\n".join([
            registration(1, furigana=""),
            registration(2),
            registration(3, process="21", close_date="2024-05-01", change_date="2024-05-01"),
        ]) + "\n"),
        ("b.csv", "\n".join([
            registration(1, furigana="シケン", correct="1", update_date="2024-06-01"),
            registration(2, process="99", update_date="2024-06-01"),
            registration(3, process="22", change_date="2024-06-01", update_date="2024-06-01"),
        ]) + "\n"),
    ])  # fmt: skip
    events = _facts(desk, "SELECT corporate_number, process_code, is_correction "
                          "FROM registered_event ORDER BY ALL")  # fmt: skip
    one, three = number(1), number(3)
    assert sorted(events) == sorted(
        [(one, "01", False), (three, "21", False), (three, "22", False)]
    )
    (desk.store_dir / "facts.duckdb").unlink()
    states = _facts(desk, "SELECT corporate_number, close_date FROM registered_state")
    assert sorted(states, key=str) == sorted([(one, None), (three, None)], key=str)


@pytest.mark.parametrize("seed", range(3))
def test_a_survivor_is_where_the_chain_ends_and_a_circle_has_none(seed: int, desk: Desk) -> None:
    rng = random.Random(seed)
    # A chain longer than any seen, one circle with a tail, and forty that point anywhere.
    follows = {n: n + 1 for n in range(100, 130)} | {201: 202, 202: 203, 203: 201, 204: 201}
    follows |= {n: rng.randrange(1, 61) for n in rng.sample(range(1, 61), 40)}
    firms = {*follows, *follows.values()} - {7}
    lines = [
        registration(n, process="21", close_date="2024-04-01", street=f"{n}",
                     successor=number(follows[n]) if n in follows else "")
        for n in firms
    ]  # fmt: skip
    _deliver(desk, [("a.csv", "\n".join(lines[::2]) + "\n"),
                    ("b.csv", "\n".join(lines[1::2]) + "\n")])  # fmt: skip

    known = {n: heir for n, heir in follows.items() if n in firms and heir != n}
    expected = {}
    for n in known:
        passed, here = {n}, known[n]
        while here in known and here not in passed:
            passed.add(here)
            here = known[here]
        if here not in known:
            expected[number(n)] = number(here)
    assert dict(_facts(desk, "FROM survivor")) == expected  # type: ignore[arg-type]
    assert expected[number(100)] == number(130)
    assert number(204) not in expected


@pytest.mark.parametrize("seed", range(3))
def test_awards_sum_each_payment_once_however_many_files_repeat_it(seed: int, desk: Desk) -> None:
    rng = random.Random(seed)
    titles = {
        "令和５年度試験補助金": None,
        "令和６年度試験補助金": None,
        f"令和５年度補助金（{SAPOIN}）（装置の開発）": "装置の開発",
        f"令和５年度補助金（{SAPOIN}）（継続事業）（装置の開発）": "装置の開発",
    }
    files: list[Counter[tuple[int, str, int, str]]] = []
    for _ in range(3):
        drawn: Counter[tuple[int, str, int, str]] = Counter()
        for _ in range(120):
            day = rng.choice(["2024-03-31", "2024-04-01", "2024-05-01"])
            amount = rng.choice([-300, 0, 1000, 2000])
            drawn[(rng.randrange(1, 5), rng.choice(list(titles)), amount, day)] += 1
        files.append(drawn)
    for i, drawn in enumerate(files):
        lines = [
            payment(firm, str(amount), day, title) for firm, title, amount, day in drawn.elements()
        ]
        rng.shuffle(lines)
        _deliver(desk, [(f"{i}.csv", subsidies(*lines))])

    united = files[0] | files[1] | files[2]
    expected: dict[Row, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for (firm, title, amount, day), n in united.items():
        year = 2023 if day < "2024-04-01" else 2024
        sums = expected[(number(firm), year, titles[title] or title)]
        sums[0] += n
        sums[1] += n * (amount < 0)
        sums[2] += n * (amount == 0)
        sums[3] += n * amount
        sums[4] += n * max(-amount, 0)
    found = _facts(
        desk,
        """
        SELECT corporate_number, fiscal_year,
               coalesce(project_name, split_part(project_text, ':', 5)),
               n_payment, n_return, n_withdrawal, amount_yen, returned_yen FROM grant_award""",
    )
    assert {row[:3]: list(row[3:]) for row in found} == dict(expected)
    assert len(found) == len(expected)


def _bulk(*rows: str) -> str:
    return "\n".join([BULK_HEADER, *rows, ""])


def _bulk_payment(base: int, address: str, amount: int = 1000, day: str = "2024-05-01") -> str:
    return f"{number(base)},株式会社試験,{address},{day},令和６年度試験補助金,{amount},,"


def test_a_place_is_known_by_the_surest_of_five_ways(desk: Desk) -> None:
    # A company's number begins with its registry office (07 is Gunma); 7001 50 has no register.
    gunma, nowhere, unregistered = 70_001_000_001, 900_000_000_009, 700_150_000_007
    desk.put("declared.csv.delivery.toml", 'prefecture_code = "18"\n')
    _deliver(desk, [
        ("register.csv", registration(1) + "\n" + registration(2, prefecture_code="13",
                                                               city_code="101") + "\n"),
        # The address of the record beats the register.
        ("bulk.csv", _bulk(_bulk_payment(1, "宮城県仙台市青葉区本町３丁目"),
                           _bulk_payment(nowhere, "所在地不明"))),
        ("declared.csv", subsidies(payment(2, title="申告"))),
        ("extract.csv", subsidies(payment(1, title="あ"), payment(2, title="い"))),
        # All that can be located lie in one prefecture, so the third does, too.
        ("one_place.csv", subsidies(payment(2, title="う"), payment(unregistered, title="え"))),
        ("by_number.csv", subsidies(payment(gunma, title="お"), payment(1, title="か"))),
    ])  # fmt: skip
    found = _facts(
        desk,
        """
        SELECT title, prefecture_code, municipality_code, location_basis FROM payment""",
    )
    by_title = {title: tuple(rest) for title, *rest in found if title != "令和６年度試験補助金"}
    assert by_title == {
        "申告": ("18", None, "declared"),
        "あ": ("18", "18207", "register"),
        "い": ("13", "13101", "register"),
        "う": ("13", "13101", "extract"),
        "え": ("13", None, "extract"),
        "お": ("10", None, "number"),
        "か": ("18", "18207", "register"),
    }
    others = {rest for title, *rest_ in found if title == "令和６年度試験補助金"
              for rest in [tuple(rest_)]}  # fmt: skip
    assert others == {("04", "04101", "address"), (None, None, "unknown")}


def test_the_place_of_an_award_is_that_of_one_payment(desk: Desk) -> None:
    desk.put("declared.csv.delivery.toml", 'prefecture_code = "18"\n')
    _deliver(desk, [
        ("declared.csv", subsidies(payment(1, "500", "2024-04-02"))),
        ("bulk.csv", _bulk(_bulk_payment(1, "東京都千代田区霞が関１丁目", 700, "2024-05-02"))),
        ("bulk2.csv", _bulk(_bulk_payment(1, "宮城県", 800, "2024-05-01"))),
    ])  # fmt: skip
    found = _facts(desk, "SELECT prefecture_code, municipality_code, location_basis, amount_yen "
                         "FROM grant_award")  # fmt: skip
    assert found == [("04", None, "address", 2000)]


def test_an_industry_is_joined_where_a_name_means_one_firm(desk: Desk) -> None:
    sabae, elsewhere = {"city_code": "207"}, {"city_code": "201"}
    desk.put("b.csv.delivery.toml", 'municipality_code = "18207"\n')
    _deliver(desk, [
        ("register.csv", "\n".join([
            registration(1, name="株式会社ひとつ", **sabae),
            registration(2, name="株式会社ふたつ", street="1", **sabae),
            registration(3, name="株式会社ふたつ", street="2", **sabae),
            registration(4, name="株式会社よそ", **elsewhere),
            registration(5, name="八幡神社", **sabae),
            registration(6, name="㈱タカハシ髙橋", **sabae),
            registration(7, name="株式会社りょうほう", street="1", **sabae),
            registration(8, name="株式会社りょうほう", street="2", **elsewhere),
        ]) + "\n"),
        ("b.csv", "\n".join([
            "company,business_codes,business_items",
            "株式会社ひとつ,\"E,R,32,95\",",
            "株式会社ふたつ,\"D,06\",",
            "株式会社よそ,\"D,06\",",
            "八幡神社,\"R,94\",",
            "八幡神社,\"R,92\",",
            "株式会社タカハシ高橋,E,",
            "株式会社りょうほう,\"G,39\",",
        ]) + "\n"),
    ])  # fmt: skip
    found = _facts(desk, "SELECT corporate_number, position, division_code, major_code "
                         "FROM industry_of_number")  # fmt: skip
    assert sorted(found, key=str) == sorted(
        [
            (number(1), 1, "E", "32"),
            (number(1), 2, "R", "95"),
            (number(6), 1, "E", None),
            (number(7), 1, "G", "39"),
        ],
        key=str,
    )
