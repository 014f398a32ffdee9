"""Pseudonyms: steady under one key, unrelated under another, unknown to whoever lacks the key."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

import duckdb
import pytest

from etl.pseudonym import (
    Pseudonymiser,
    WeakKeyError,
    derived_key,
    hkdf,
    key_fingerprint,
    make_pseudonyms,
)
from tests.etl.deliveries import number

KEY = "a key of thirty-two characters.."
NUMBERS = [number(base) for base in range(1, 2_000)]


def test_one_key_gives_the_same_pseudonyms_in_any_order() -> None:
    one, two = Pseudonymiser.from_setting(KEY), Pseudonymiser.from_setting(KEY)
    backwards = two.pseudonyms("firm", reversed(NUMBERS))
    assert one.pseudonyms("firm", NUMBERS) == list(reversed(backwards))
    assert one.is_lasting


def test_pseudonyms_differ_by_number_by_kind_and_by_key() -> None:
    found = [
        Pseudonymiser.from_setting(key).pseudonyms(kind, NUMBERS)
        for key in (KEY, KEY + "x")
        for kind in ("firm", "award", "project")
    ]
    everything = [pseudonym for pseudonyms in found for pseudonym in pseudonyms]
    assert len(set(everything)) == len(everything) == 6 * len(NUMBERS)


def test_a_kind_and_a_text_cannot_be_shifted_into_one_another() -> None:
    pseudonymiser = Pseudonymiser.from_setting(KEY)
    assert pseudonymiser.pseudonyms("fir", ["m1"]) != pseudonymiser.pseudonyms("firm", ["1"])


def test_a_pseudonym_is_a_keyed_hash_of_128_bits() -> None:
    [found] = Pseudonymiser.from_setting(KEY).pseudonyms("firm", [NUMBERS[0]])
    message = b"firm\x1f" + NUMBERS[0].encode()
    key = derived_key(KEY.encode(), "snapshot")
    assert UUID(found).bytes == hmac.digest(key, message, "sha256")[:16]


def test_keys_are_derived_as_rfc_5869_says() -> None:
    """Its first test case."""
    found = hkdf(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    assert found.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def test_no_release_joins_another_nor_the_snapshots() -> None:
    makers = [
        Pseudonymiser.from_setting(KEY),
        *(
            Pseudonymiser.for_release(KEY, release, recipient)
            for release, recipient in (("r1", "a"), ("r1", "b"), ("r2", "a"), ("r1a", ""))
        ),
    ]
    found = [name for maker in makers for name in maker.pseudonyms("firm", NUMBERS[:50])]
    assert len(set(found)) == len(found)
    again = Pseudonymiser.for_release(KEY, "r1", "a").pseudonyms("firm", NUMBERS[:50])
    assert again == found[50:100]


def test_the_fingerprint_tells_keys_apart_and_nothing_more() -> None:
    one, two = Pseudonymiser.from_setting(KEY), Pseudonymiser.from_setting(KEY + "x")
    assert one.fingerprint == key_fingerprint(KEY) != two.fingerprint
    assert one.fingerprint not in (one.key + KEY.encode()).hex()
    assert Pseudonymiser.from_setting("").fingerprint == ""


def test_a_table_of_pseudonyms_holds_those_of_its_texts() -> None:
    pseudonymiser = Pseudonymiser.from_setting(KEY)
    texts = [*NUMBERS, "g:agri@example.jp", "株式会社レンズ"]
    with duckdb.connect() as work:
        work.execute("CREATE TABLE number AS SELECT unnest(?::VARCHAR[]) AS text", [texts])
        query = "SELECT text FROM number WHERE text NOT LIKE '%9' ORDER BY 1"
        make_pseudonyms(work, pseudonymiser, "firm", "named", query)
        make_pseudonyms(work, pseudonymiser, "firm", "empty", "SELECT text FROM number LIMIT 0")
        found = dict(work.execute("SELECT text, id::VARCHAR FROM named").fetchall())
        kind = work.execute("SELECT typeof(id) FROM named LIMIT 1").fetchone()
        assert work.execute("SELECT count(*) FROM empty").fetchone() == (0,)
    wanted = [text for text in texts if not text.endswith("9")]
    assert found == dict(zip(wanted, pseudonymiser.pseudonyms("firm", wanted), strict=True))
    assert kind == ("UUID",)


def test_a_list_of_all_numbers_finds_none_without_the_key() -> None:
    """Corporate numbers can be listed; hashed plainly or under a guess they must not meet."""
    [pseudonym] = Pseudonymiser.from_setting(KEY).pseudonyms("firm", [NUMBERS[5]])
    wanted = UUID(pseudonym).bytes
    for key in (b"", b"firm", b"\x00" * 32, KEY.encode()):
        for text in NUMBERS:
            for message in (text.encode(), b"firm\x1f" + text.encode()):
                assert hmac.digest(key, message, "sha256")[:16] != wanted
    assert all(hashlib.sha256(text.encode()).digest()[:16] != wanted for text in NUMBERS)


def test_without_a_key_each_snapshot_has_its_own() -> None:
    one, two = Pseudonymiser.from_setting(""), Pseudonymiser.from_setting("")
    assert one.pseudonyms("firm", NUMBERS[:1]) != two.pseudonyms("firm", NUMBERS[:1])
    assert not one.is_lasting


def test_a_short_key_is_refused() -> None:
    with pytest.raises(WeakKeyError, match="32文字以上"):
        Pseudonymiser.from_setting("0123456789abcdef0123456789abcde")


def test_the_key_does_not_show_when_printed() -> None:
    pseudonymiser = Pseudonymiser.from_setting(KEY)
    assert pseudonymiser.key.hex() not in repr(pseudonymiser)
    assert repr(pseudonymiser.key) not in repr(pseudonymiser)
