"""Words inside charts: made safe for Plotly's markup, measured and broken into lines."""

from __future__ import annotations

import html
import re
import unicodedata

# After a joint, or before an opening bracket.
_BREAKS = re.compile(r"(?<=[・、，,／/\s])|(?=[（(])")
_NEVER_FIRST = "）)、，,。・ー"


def safe(words: str) -> str:
    """``words`` without a meaning for Plotly, which reads a subset of HTML in labels."""
    return html.escape(words, quote=False)


def text_width(words: str, size: float = 13) -> float:
    """The width of one line in pixels: wide characters one em, narrow ones a little over half."""
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in words)
    return size * (wide + 0.56 * (len(words) - wide))


def wrapped(words: str, most_px: float, size: float = 13) -> str:
    """``words`` (made safe) with ``<br>`` where a line would exceed ``most_px``.

    Breaks at ・ 、 / ( and blanks where it can, else inside the word, never before ）.
    """
    lines: list[str] = [""]
    for piece in _BREAKS.split(words):
        if lines[-1] and text_width(lines[-1] + piece.rstrip(), size) > most_px:
            lines.append("")
        for character in piece:
            is_full = bool(lines[-1]) and text_width(lines[-1] + character, size) > most_px
            if is_full and character not in _NEVER_FIRST:
                lines.append("")
            lines[-1] += character
    return "<br>".join(safe(line.strip()) for line in lines if line.strip())
