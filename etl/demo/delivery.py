"""Files of the inbox, written piece by piece, each with the declaration of its sender beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from etl.demo.rendering import text_of

_BOM = b"\xef\xbb\xbf"


class Delivery:
    """One file that grows by lines; ``encoding`` may be utf-8, utf-8-sig or cp932."""

    def __init__(
        self, out: Path, name: str, encoding: str = "utf-8", first: str = "",
        prefecture_code: str = "",
    ) -> None:  # fmt: skip
        self.name = name
        self.n_line = 0
        self._path = out / name
        self._encoding = encoding
        self._prefecture_code = prefecture_code
        self._hash = hashlib.sha256()
        self._n_byte = 0
        self._stream = self._path.open("wb")
        if encoding == "utf-8-sig":
            self._put(_BOM)
        self.write(first)

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self._n_byte += len(data)

    def write(self, text: str) -> None:
        """Add text of whole lines."""
        self.n_line += text.count("\n")
        self._put(text.encode("cp932" if self._encoding == "cp932" else "utf-8"))

    def append(self, lines: Any) -> int:
        """Add lines of one physical line each; returns the number of the first, from 1."""
        first = self.n_line + 1
        data = text_of(lines)
        if self._encoding == "cp932":
            data = data.decode().encode("cp932")
        self._put(data)
        self.n_line += len(lines)
        return first

    def close(self) -> None:
        """Write the declaration: hash, size, that it is synthetic, the area it covers."""
        self._stream.close()
        declared = [
            f'sha256 = "{self._hash.hexdigest()}"',
            f"n_byte = {self._n_byte}",
            "is_synthetic = true",
        ]
        if self._prefecture_code:
            declared.append(f'prefecture_code = "{self._prefecture_code}"')
        sidecar = self._path.with_name(f"{self.name}.delivery.toml")
        sidecar.write_text("\n".join(declared) + "\n", encoding="utf-8")
