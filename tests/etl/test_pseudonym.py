"""Pseudonyms: steady under one key, unrelated under another, unknown to whoever lacks the key."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

import pytest

from etl.pseudonym import Pseudonymiser, WeakKeyError
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
    key = hashlib.sha256(KEY.encode()).digest()
    message = b"firm\x1f" + NUMBERS[0].encode()
    assert UUID(found).bytes == hmac.digest(key, message, "sha256")[:16]


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
    with pytest.raises(WeakKeyError):
        Pseudonymiser.from_setting("k" * 31)


def test_the_key_does_not_show_when_printed() -> None:
    pseudonymiser = Pseudonymiser.from_setting(KEY)
    assert pseudonymiser.key.hex() not in repr(pseudonymiser)
    assert repr(pseudonymiser.key) not in repr(pseudonymiser)
