"""The SQL of a contract: which check a record fails first, and what a valid one states."""

from __future__ import annotations

import re
from collections import Counter

from etl.contract import Contract
from etl.recognise import Recognition

# Neither sign can stand in a record, so no two records share a text by chance.
_SEPARATOR, _NOTHING = "chr(31)", "chr(30)"
_BLANKS = " \u3000"
# A macro of raw columns, as contracts write it: integer_of(amount), amount_of(sales_yen, unit).
_READING = re.compile(r"\b(?:\w+_of|is_\w+)\(\s*(\w+)(?:\s*,\s*(\w+))?\s*\)")


class Judgement:
    """The two statements for the records of one layout.

    ``failed`` reads ``batch`` (one VARCHAR column for each needed position, named by it, and
    ``line`` and ``byte_offset``) and adds the position of the first failed check, NULL where there
    is none. ``stated`` reads what ``failed`` gave, without the failed records. What both need is
    read once: readings that occur twice or more become columns.
    """

    def __init__(self, recognition: Recognition) -> None:
        self._recognition = recognition
        self._contract = recognition.contract
        self._readings = _repeated_readings(self._contract)

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions of the cells that the contract uses."""
        recognition = self._recognition
        rest = range(recognition.rest_from, recognition.n_column) if self._rest else ()
        return tuple(sorted({*recognition.positions.values(), *rest}))

    @property
    def _rest(self) -> str:
        return self._recognition.layout.rest

    def failed(self, is_padded: bool) -> str:
        """``is_padded``: cells may have spaces around them, which are then taken off."""
        contract = self._contract
        cases = " ".join(
            f"WHEN {self._with_readings(check.condition)} THEN {i}"
            for i, check in enumerate(contract.checks)
        )
        used = " ".join(map(self._with_readings, contract.columns.values()))
        names = (*contract.raw_columns, *contract.rest_columns, *self._readings.values())
        kept = [name for name in names if re.search(rf"\b{name}\b", used)]
        kept += ["line", "byte_offset"]
        readings = "".join(f", {reading} AS {name}" for reading, name in self._readings.items())
        derived = self._recognition.layout.with_derived()
        return (
            f"SELECT {', '.join(kept)}, CASE {cases} END AS failed FROM ("  # noqa: S608
            f"SELECT *{readings} FROM ("
            f"SELECT {derived} FROM ({self._delivered(is_padded)})))"
        )

    def stated(self) -> str:
        """The canonical columns, ``line``, ``byte_offset`` and ``record_hash``, the md5 of what
        identifies the record."""
        contract = self._contract
        names = contract.columns
        canonical = ", ".join(
            f"{self._with_readings(expression)} AS {name}" for name, expression in names.items()
        )
        content = ", ".join(
            f"coalesce(CAST({name} AS VARCHAR), {_NOTHING})" for name in contract.identity or names
        )
        return (
            f"SELECT *, unhex(md5(concat_ws({_SEPARATOR}, {content}))) AS record_hash FROM ("  # noqa: S608
            f"SELECT {canonical}, line, byte_offset FROM passed) WHERE {contract.keep}"
        )

    def _delivered(self, is_padded: bool) -> str:
        """The raw columns out of the cells."""
        positions = self._recognition.positions
        cells = [
            f"{self._cell(positions[name], is_padded)} AS {name}"
            if name in positions
            else f"NULL::VARCHAR AS {name}"
            for name in self._contract.raw_columns
        ]
        for name in self._contract.rest_columns:
            first = (
                self._recognition.rest_from if name == self._rest else self._recognition.n_column
            )
            rest = (self._cell(i, is_padded) for i in range(first, self._recognition.n_column))
            cells.append(f"[{', '.join(rest)}]::VARCHAR[] AS {name}")
        return f"SELECT {', '.join(cells)}, line, byte_offset FROM batch"  # noqa: S608

    def _cell(self, position: int, is_padded: bool) -> str:
        cell = f'"{position}"'
        if not is_padded:
            return cell
        # To look at both ends of a cell costs a fifth of trimming it.
        ends = " OR ".join(f"{cell} LIKE '{b}%' OR {cell} LIKE '%{b}'" for b in _BLANKS)
        return f"CASE WHEN {ends} THEN nullif(trim({cell}, '{_BLANKS}'), '') ELSE {cell} END"

    def _with_readings(self, expression: str) -> str:
        return _READING.sub(lambda m: self._readings.get(m[0], m[0]), expression)


def _repeated_readings(contract: Contract) -> dict[str, str]:
    """The readings of raw columns that stand in the contract more than once, and their names."""
    expressions = [*contract.columns.values(), *(check.condition for check in contract.checks)]
    raw = {*contract.raw_columns, None}
    found = Counter(
        m[0] for e in expressions for m in _READING.finditer(e) if m[1] in raw and m[2] in raw
    )
    repeated = [reading for reading, n in found.items() if n > 1]
    return {reading: f"reading_{i}" for i, reading in enumerate(repeated)}
