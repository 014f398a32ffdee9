"""A telephone number as it is compared: national, digits only."""

from __future__ import annotations

import re
import unicodedata

_EXTENSION = re.compile(r"(?:内線|代表|\(代\)|ext|EXT|[;,/、]).*$")
_NOT_DIGIT = re.compile(r"\D")


def telephone_key(written: str) -> str:
    """Ten or eleven digits beginning with 0; empty for anything else and for dummies."""
    text = _EXTENSION.sub("", unicodedata.normalize("NFKC", written))
    digits = _NOT_DIGIT.sub("", text)
    if text.strip().startswith("+81") or (digits.startswith("81") and len(digits) in (11, 12)):
        digits = "0" + digits[2:].removeprefix("0")
    # A spreadsheet takes the leading zero away.
    if len(digits) in (9, 10) and not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) not in (10, 11) or not digits.startswith("0"):
        return ""
    # 0000000000, 0311111111, 0312345678: nobody's.
    rest = digits[2:]
    return "" if len(set(rest)) == 1 or rest.startswith(("12345678", "00000000")) else digits
