"""What a sender declares beside a file, in ``<file>.delivery.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from etl.content import RefusedFileError

SUFFIX = ".delivery.toml"
_KINDS: dict[str, type] = {
    "sha256": str,
    "n_byte": int,
    "records": int,
    "prefecture_code": str,
    "municipality_code": str,
    "is_synthetic": bool,
    # What a linked system said it sends: its token may not let it send anything else.
    "source": str,
}
_CODES = {
    "prefecture_code": r"\d{2}",
    "municipality_code": r"\d{5}",
    "source": r"[a-z][a-z0-9_]{0,63}",
}
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declared values; empty when there is no sidecar."""

    values: dict[str, object]

    @property
    def is_synthetic(self) -> bool:
        return self.values.get("is_synthetic") is True

    def check_file(self, content_hash: str, n_byte: int) -> None:
        """Raises RefusedFileError when the sidecar cannot be read or names another content."""
        if UNREADABLE in self.values:
            raise RefusedFileError("manifest_unreadable", str(self.values[UNREADABLE]))
        declared_hash = str(self.values.get("sha256", content_hash)).lower()
        if declared_hash != content_hash:
            raise RefusedFileError("manifest_mismatch", "sha256")
        if self.values.get("n_byte", n_byte) != n_byte:
            raise RefusedFileError("manifest_mismatch", "n_byte")

    def check_source(self, source: str) -> None:
        """Raises RefusedFileError when the file is of another source than was declared."""
        if source and self.values.get("source", source) != source:
            raise RefusedFileError("other_source", source)

    def check_records(self, records_in: int) -> None:
        """Raises RefusedFileError when another number of records was declared."""
        if self.values.get("records", records_in) != records_in:
            raise RefusedFileError("manifest_mismatch", "records")


def read_declaration(file: Path) -> Declaration:
    """The declaration beside ``file``. One that cannot be read is kept as such, with the reason."""
    path = file.with_name(file.name + SUFFIX)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Declaration({})
    except (OSError, ValueError):
        return Declaration({UNREADABLE: path.name})
    wrong = [name for name, value in values.items() if not _is_usable(name, value)]
    if wrong:
        return Declaration({UNREADABLE: "、".join(wrong)})
    return Declaration(values)


def _is_usable(name: str, value: object) -> bool:
    kind = _KINDS.get(name)
    if kind is None or type(value) is not kind:
        return False
    return name not in _CODES or re.fullmatch(_CODES[name], str(value)) is not None
