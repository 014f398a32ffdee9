"""Written texts parsed once each, in batches, into tables of the work database."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from etl.linkage.addresses import parse_address, parse_street
from etl.linkage.characters import fold_loosely
from etl.linkage.names import name_key, parse_name, side, without_form
from etl.linkage.telephones import telephone_key
from etl.work import read_beside

BATCH = 100_000

NAME = pa.schema(
    [
        ("text", pa.string()),
        *((name, pa.string()) for name in ("key", "form", "position", "loose", "kind")),
        ("addition", pa.string()),
        ("stems", pa.list_(pa.string())),
        ("is_sure", pa.bool_()),
    ]
)
# Of a registered name: nothing is added to it, and it is one firm's.
REGISTERED = pa.schema(
    [(name, pa.string()) for name in ("text", "key", "form", "position", "loose")]
)
ADDRESS = pa.schema(
    [
        (name, pa.string())
        for name in ("text", "prefecture_code", "municipality_code", "town", "numbers")
    ]
)
STREET = pa.schema([(name, pa.string()) for name in ("text", "town", "numbers")])
TELEPHONE = pa.schema([(name, pa.string()) for name in ("text", "key")])

# Parts the prefecture that is hinted at from the address.
HINT = "\x1f"


def parse_texts(
    work: duckdb.DuckDBPyConnection,
    table: str,
    query: str,
    schema: pa.Schema,
    parse: Callable[[str], Sequence[object]],
) -> None:
    """Create ``table``: the texts that ``query`` selects, each once, beside what ``parse`` finds.

    Python sees each distinct text once; memory is bounded by the batch.
    """
    work.register("parsed_batch", schema.empty_table())
    work.execute(f"CREATE TABLE {table} AS FROM parsed_batch")
    work.unregister("parsed_batch")
    for batch in read_beside(work, query, BATCH):
        rows = [(text, *parse(text)) for text in batch.column(0).to_pylist()]
        arrays = [
            pa.array(column, field.type)
            for column, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        if rows:
            work.register("parsed_batch", pa.Table.from_arrays(arrays, schema=schema))
            work.execute(f"INSERT INTO {table} FROM parsed_batch")
            work.unregister("parsed_batch")


def name_columns(text: str) -> Sequence[object]:
    """The columns of NAME after the text."""
    name = parse_name.__wrapped__(text)
    return (
        name.key, name.form, name.position, name.loose, name.kind, name.addition, name.stems,
        name.is_sure,
    )  # fmt: skip


def registered_columns(text: str) -> Sequence[object]:
    """The columns of REGISTERED after the text."""
    key = name_key(text)
    form, position, core, _ = without_form(key)
    return (key, form, side(position), fold_loosely(core))


def address_columns(text: str) -> Sequence[object]:
    """The columns of ADDRESS after the text, which may carry a hint."""
    address, _, hint = text.partition(HINT)
    found = parse_address.__wrapped__(address, hint)
    return (found.prefecture_code, found.municipality_code, found.town, found.numbers)


def street_columns(text: str) -> Sequence[object]:
    """The columns of STREET after the text."""
    return parse_street(text)


def telephone_columns(text: str) -> Sequence[object]:
    """The columns of TELEPHONE after the text."""
    return (telephone_key(text),)
