"""The catalogue of items: what is gathered, from where, for which purpose, under which consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, func, or_, select

from queries.deliveries import SOURCE
from queries.parameters import Parameters, code, one_of, search_words
from queries.question import Question
from store.cursor import Cursor
from store.quantity import Quantity, Unit
from store.tables import data_item

PURPOSES = ("1", "2", "3")
CONSENT_BASES = ("public", "policy", "contract", "opt_in")
_SEARCHED = ("item_code", "name", "name_en", "delivered_as", "table_name", "column_name", "note")


@dataclass(frozen=True, slots=True)
class ItemParameters(Parameters):
    """The filter of the catalogue. ``words`` must each occur in an item, in any of its texts."""

    words: str = search_words()
    source: str = code()
    purpose: str = one_of("", *PURPOSES)
    category: str = code()
    consent_basis: str = one_of("", *CONSENT_BASES)
    table_name: str = code()


def data_items(cursor: Cursor, parameters: ItemParameters) -> pd.DataFrame:
    """One row per item, in the order of the catalogue."""
    row = data_item.c
    return cursor.fetch(
        select(*(row[column.name] for column in COLUMNS))
        .where(*_chosen(parameters))
        .order_by(row.item_code)
    )


def _chosen(parameters: ItemParameters) -> list[ColumnElement[bool]]:
    row = data_item.c
    chosen = [
        row[name] == value
        for name in ("source", "category", "consent_basis", "table_name")
        if (value := getattr(parameters, name))
    ]
    if parameters.purpose:
        chosen.append(row.purposes.contains(parameters.purpose, autoescape=True))
    for word in parameters.words.lower().split():
        texts = [func.lower(row[name]).contains(word, autoescape=True) for name in _SEARCHED]
        chosen.append(or_(*texts))
    return chosen


def item_counts(cursor: Cursor, parameters: ItemParameters) -> pd.DataFrame:
    """One row: how many items the filter leaves, and how many of them serve each purpose."""
    row = data_item.c
    serves = [
        func.count().filter(row.purposes.contains(purpose)).label(f"n_purpose_{purpose}")
        for purpose in PURPOSES
    ]
    return cursor.fetch(
        select(func.count().label("n_item"), *serves)
        .select_from(data_item)
        .where(*_chosen(parameters))
    )


COLUMNS = (
    Quantity("item_code"),
    Quantity("name", definition_of="item_name"),
    Quantity("name_en", definition_of="item_name_en"),
    Quantity("category"),
    SOURCE,
    Quantity("purposes"),
    Quantity("unit"),
    Quantity("consent_basis"),
    Quantity("delivered_as"),
    Quantity("table_name"),
    Quantity("column_name", definition_of="stored_column"),
    Quantity("note"),
)
QUESTIONS: tuple[Question[Any], ...] = (
    Question("data_items", data_items, ItemParameters, COLUMNS, ()),
    Question(
        "item_counts",
        item_counts,
        ItemParameters,
        (
            Quantity("n_item", Unit.ITEM),
            *(Quantity(f"n_purpose_{purpose}", Unit.ITEM) for purpose in PURPOSES),
        ),
        (),
    ),
)
