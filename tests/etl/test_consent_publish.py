"""From a delivered file to the snapshot and back out of it: consent, names and numbers."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from etl.__main__ import main as etl
from gate.__main__ import main as gate
from store.snapshot import LENS, RELEASED, current_snapshot, read_manifest
from store.vault import vault_path
from tests.etl.deliveries import number, payment, registration, subsidies

FIRMS = {
    1: "株式会社青葉精密",
    2: "有限会社みちのく食品",
    3: "合同会社ひろせ川ワークス",
}
TITLE = "令和元年度試験費補助金（戦略的基盤技術高度化支援事業）（継続事業）（試験装置の開発）"
APPLICATIONS = (
    "受付番号,制度名,公募回,申請日,法人番号,事業者名,所在地,電話番号,GビズID,業種コード,資本金(円),"
    "従業員数,補助事業名,補助金申請額(円),採否,採否決定日,交付決定額(円)"
)
SUPPORTS = (
    "支援機関種別,支援機関名,都道府県,支援番号,事業者名,法人番号,GビズID,所在地,電話番号,"
    "支援開始日,支援終了日,支援内容,支援結果"
)
CONSENTS = (
    "同意番号,法人番号,GビズID,事業者名,利用目的,データの範囲,利用者区分,開始日,終了日,同意日,"
    "撤回日,根拠"
)


class Site:
    """An inbox and a store with three firms: registered, paid, applicants, advised."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.store = root / "inbox", root / "store"
        self.inbox.mkdir()
        self.put("register.csv", "\n".join(registration(n, name=w) for n, w in FIRMS.items()))
        # The last line is refused, and lies in the quarantine as it came.
        paid = [payment(n, title=TITLE, name=w) for n, w in FIRMS.items()]
        self.put("awards.csv", subsidies(*paid, payment(1, "x", title=TITLE, name=FIRMS[1])))
        self.put(
            "applications.csv",
            *(
                f"A{n},ものづくり補助金,1,2024-04-0{n},{number(n)},{w},福井県鯖江市試験町１丁目２番３号,"
                f"0778-51-000{n},,28,10000000,12,{w}の新しい装置,5000000,採択,2024-06-01,4000000"
                for n, w in FIRMS.items()
            ),
            header=APPLICATIONS,
        )
        self.put(
            "supports.csv",
            *(
                f"よろず支援拠点,福井県よろず支援拠点,福井県,S{n},{w},{number(n)},,"
                f"福井県鯖江市試験町１丁目２番３号,,2024-05-0{n},2024-06-01,{w}の販路,改善"
                for n, w in FIRMS.items()
            ),
            header=SUPPORTS,
        )
        self.put(
            "consents.csv",
            *(
                f"C{n},{number(n)},,{FIRMS[n]},①;③,すべて,すべて,2024-04-01,,2024-04-01,,書面"
                for n in (1, 2)
            ),
            header=CONSENTS,
        )

    def put(self, name: str, *lines: str, header: str = "") -> None:
        words = "\n".join([*([header] if header else []), *lines, ""])
        (self.inbox / name).write_text(words, encoding="utf-8")

    def run(self) -> str:
        """Run the ETL and return the serving snapshot."""
        serving = current_snapshot(self.store)
        while serving and serving[:17] >= f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}":
            time.sleep(0.05)
        assert etl(["run", "--inbox", str(self.inbox), "--store", str(self.store)]) == 0
        found = current_snapshot(self.store)
        assert found is not None
        return found

    def firms(self, table: str) -> set[int]:
        """The firms that have rows in a table of the serving snapshot."""
        snapshot = current_snapshot(self.store)
        assert snapshot is not None
        with duckdb.connect(str(vault_path(self.store, snapshot)), read_only=True) as vault:
            named = dict(vault.execute("SELECT firm_id, party_key FROM identity").fetchall())
        with duckdb.connect(str(self.store / snapshot / LENS), read_only=True) as lens:
            rows = lens.execute(f"SELECT DISTINCT firm_id FROM {table}").fetchall()  # noqa: S608
        numbers = {number(n): n for n in FIRMS}
        return {numbers[named[row[0]]] for row in rows}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    for name in [name for name in os.environ if name.startswith("LENS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LENS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LENS_PSEUDONYM_KEY", "0123456789abcdef0123456789abcdef")
    return Site(tmp_path)


def _withdraw(n: int, *more: str) -> None:
    said = ["consent", "withdraw", "--number", number(n), "--purpose", "ebpm"]
    assert gate([*said, "--evidence", "届", *more]) == 0


def test_a_snapshot_holds_whom_consent_allows_and_the_next_one_nobody_who_withdrew(
    site: Site,
) -> None:
    first = site.run()
    assert site.firms("application") == {1, 2, 3}
    assert site.firms("support_record") == {1, 2}
    assert read_manifest(site.store, first).consent_entry == 0
    _withdraw(1)
    second = site.run()
    assert second != first
    assert read_manifest(site.store, second).consent_entry == 1
    assert site.firms("application") == {2, 3}
    assert site.firms("support_record") == {2}
    assert site.firms("award") == {1, 2, 3}
    # The same facts were consolidated; only what is shown of them has changed.
    manifests = [read_manifest(site.store, s) for s in (first, second)]
    assert manifests[0].content_hash == manifests[1].content_hash


def test_without_a_new_statement_nothing_is_published(site: Site) -> None:
    first = site.run()
    assert site.run() == first
    _withdraw(3, "--scope", "support")
    assert site.run() != first


def test_a_delivered_withdrawal_reaches_the_snapshot(site: Site) -> None:
    site.run()
    withdrawn = f"C9,{number(2)},,{FIRMS[2]},③,すべて,すべて,2024-04-01,,2024-04-01,2025-01-01,書面"
    site.put("more.csv", withdrawn, header=CONSENTS)
    site.run()
    assert site.firms("application") == {1, 3}
    assert site.firms("support_record") == {1}


def test_no_byte_of_a_snapshot_names_a_firm_or_its_number(site: Site, tmp_path: Path) -> None:
    """Also unpacked: DuckDB packs texts, and a name in pieces would not be found."""
    snapshot = site.run()
    words = [*FIRMS.values(), *(number(n) for n in FIRMS), "鯖江市試験町", "0778-51"]
    # What is searched for is there to be found: in the vault, and in the deliveries.
    assert _found(vault_path(site.store, snapshot), words, tmp_path) >= set(words[:6])
    for name in (LENS, RELEASED):
        assert _found(site.store / snapshot / name, words, tmp_path) == set()


def _found(path: Path, words: list[str], scratch: Path) -> set[str]:
    plain = scratch / f"{path.stem}.plain"
    with duckdb.connect() as work:
        work.execute("SET force_compression = 'uncompressed'")
        work.execute(f"ATTACH '{path}' AS packed (READ_ONLY)")
        work.execute(f"ATTACH '{plain}' AS plain")
        work.execute("COPY FROM DATABASE packed TO plain")
        work.execute("CHECKPOINT plain")
    content = path.read_bytes() + plain.read_bytes()
    plain.unlink()
    return {
        word
        for word in words
        for encoding in ("utf-8", "cp932", "utf-16-le")
        if word.encode(encoding) in content
    }


def test_the_vault_is_for_its_owner_alone(site: Site) -> None:
    snapshot = site.run()
    path = vault_path(site.store, snapshot)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_manifest_names_the_key_and_does_not_hold_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "0123456789abcdef0123456789abcdef"
    first = site.run()
    fingerprint = read_manifest(site.store, first).pseudonym_key
    assert len(fingerprint) == 16
    for path in site.store.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes()
    # Another key is another snapshot of the same facts.
    monkeypatch.setenv("LENS_PSEUDONYM_KEY", key[::-1])
    second = site.run()
    assert read_manifest(site.store, second).pseudonym_key != fingerprint
    assert site.firms("application") == {1, 2, 3}
