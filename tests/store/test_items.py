"""The catalogue of items promises nothing that the store does not hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from language import LANGUAGES, Language, catalogue
from store.quantity import Unit
from store.tables import metadata

ITEM_FILE = Path(__file__).resolve().parents[2] / "data" / "reference" / "item.csv"
# Names, numbers and addresses lie apart from the snapshot, in the vault.
VAULT = {
    "identity.corporate_number",
    "identity.name",
    "identity.furigana",
    "identity.address",
    "name_history.name",
    "party.corporate_number",
    "party.name",
    "party.address",
    "party.telephone",
    "party.gbizid",
}
CONSENT_BASES = {"public", "policy", "contract", "opt_in"}
ITEMS = list(csv.DictReader(ITEM_FILE.read_text(encoding="utf-8").splitlines()))


def test_every_item_has_a_number_and_a_name_of_its_own() -> None:
    assert len(ITEMS) >= 250
    assert [item["item_code"] for item in ITEMS] == [f"D{i:03}" for i in range(1, len(ITEMS) + 1)]
    for column in ("name", "name_en"):
        names = [item[column] for item in ITEMS]
        assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["item_code"])
def test_an_item_stands_where_the_catalogue_says(item: dict[str, str]) -> None:
    if item["table_name"] == "vault":
        assert item["column_name"] in VAULT
        return
    column = metadata.tables[item["table_name"]].columns[item["column_name"]]
    assert item["unit"] == column.info.get("unit", "")


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["item_code"])
def test_an_item_rests_on_the_consent_of_its_table(item: dict[str, str]) -> None:
    assert item["consent_basis"] in CONSENT_BASES
    if item["table_name"] in metadata.tables:
        basis = metadata.tables[item["table_name"]].info.get("consent_basis")
        if basis and item["source"] != "derived":
            assert item["consent_basis"] == basis


def test_purposes_and_units_are_closed_lists() -> None:
    for item in ITEMS:
        assert set(item["purposes"].split(";")) <= {"1", "2", "3"}
        assert item["unit"] in {"", *(unit.value for unit in Unit)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_category_and_basis_has_a_name(language: Language) -> None:
    words = catalogue(language)
    for item in ITEMS:
        assert f"item_category.{item['category']}" in words
        assert f"consent_basis.{item['consent_basis']}" in words
