"""The contract of the tables is complete, and the dictionary in the documentation is current."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Table

from store.consent_terms import SCOPES
from store.dictionary import dictionary
from store.metadata import consent_scopes
from store.tables import held_metadata, metadata, released_metadata

TABLES = [
    *metadata.tables.values(),
    *released_metadata.tables.values(),
    *held_metadata.tables.values(),
]
PERMISSIONS = {"open", "provenance", "aggregate", "firm", "operate", "released", "gate"}
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "dictionary.md"


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_table_states_grain_permission_scope_and_consent(table: Table) -> None:
    assert table.info["grain"].startswith("one row per")
    assert table.info["permission"] in PERMISSIONS
    assert {"scope", "consent"} <= set(table.info)
    if table.info["permission"] == "firm":
        assert table.info["scope"]
        assert table.info["consent"]
        assert set(table.info["scope"].values()) <= set(table.c.keys())
        assert "firm_id" in table.c


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_a_table_names_scopes_of_consent_that_there_are_and_a_fine_column_it_has(
    table: Table,
) -> None:
    scopes = consent_scopes(table.info)
    assert set(scopes) <= set(SCOPES)
    assert bool(scopes) == (table.info.get("consent_basis", "public") != "public")
    if scopes:
        assert "firm_id" in table.c
    if fine := table.info.get("fine_column"):
        assert {fine, "prefecture_code", "programme_code"} <= set(table.c.keys())


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_column_says_what_it_means(table: Table) -> None:
    assert [column.name for column in table.columns if not column.comment] == []


def test_no_snapshot_table_can_hold_a_name_or_a_corporate_number() -> None:
    forbidden = {"corporate_number", "firm_name", "name_kana", "address", "telephone"}
    assert [f"{t.name}.{c.name}" for t in TABLES for c in t.columns if c.name in forbidden] == []


def test_the_dictionary_is_the_one_built_from_the_contract() -> None:
    assert DOCUMENTATION.read_text(encoding="utf-8") == dictionary()
