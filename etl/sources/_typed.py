"""Who a record is about, as somebody typed it: pieces of the contracts whose firms must be linked.

A wrong number is a remark, never a refusal: the record still counts, and 名寄せ has the name.
"""

from __future__ import annotations

from collections.abc import Iterable

# Raw columns, the first of them the number as it was typed.
TYPED = ("number_as_written", "name", "address", "telephone", "gbizid")

TYPED_COLUMNS = {
    "number_as_written": "number_as_written",
    "corporate_number": """CASE
        WHEN is_corporate_number(number_as_written) AND NOT is_dummy_number(number_as_written)
        THEN corporate_number_of(number_as_written) END""",
    "number_status": """CASE
        WHEN number_as_written IS NULL THEN 'missing'
        WHEN is_dummy_number(number_as_written) THEN 'dummy'
        WHEN is_corporate_number(number_as_written) THEN 'valid'
        ELSE 'invalid' END""",
    "name": "name",
    "address": "address",
    "telephone": "telephone",
    "gbizid": "gbizid",
}

TYPED_FLAGS = {
    "dummy_number": "number_status = 'dummy'",
    "invalid_number": "number_status = 'invalid'",
    "missing_number": "number_status = 'missing'",
    "missing_name": "name IS NULL",
}


def absent_but(*given: str, also: Iterable[str] = ()) -> tuple[str, ...]:
    """The raw columns of TYPED that a layout does not have, and ``also``."""
    return (*(name for name in TYPED if name not in given), *also)
