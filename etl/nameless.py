"""Free texts of records without the names of organisations that senders write into them.

The snapshot knows pseudonyms only, so a title such as …補助金（株式会社試験）must not undo them.
Two rules: brackets and tails that hold a name with its legal form go, and the recipient's own
names, with or without the legal form, are blanked out wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BLANK = "○○"

# A core of one or two characters would blank out ordinary words.
SHORTEST_CORE = 3

_COMPANY = r"(?:株式|有限|合同|合資|合名|相互)会社|\((?:株|有|同|資|名)\)"
_CORPORATION = (
    r"(?:一般社団|一般財団|公益社団|公益財団|社会福祉|特定非営利活動|宗教|医療|学校|国立大学|公立大学"
    r"|独立行政|国立研究開発|農事組合|社団|財団)法人"
)
_COOPERATIVE = r"協同組合(?:連合会)?|振興組合|企業組合|協業組合"
_FORM = re.compile(rf"{_COMPANY}|{_CORPORATION}|{_COOPERATIVE}")
# 特定非営利活動法人等 and the like name a kind of recipient, not one.
_NAMED = re.compile(rf"{_COMPANY}|(?:{_CORPORATION}|{_COOPERATIVE})(?!等|向け|の)")
_PAIRS = {"(": ")", "【": "】", "「": "」", "『": "』", "[": "]", "〔": "〕"}
_TAIL = re.compile(rf"[_＿][^_＿]*(?:{_NAMED.pattern})[^_＿]*$")


def nameless(words: str, own_names: Iterable[str] = ()) -> str:
    """``words`` in NFKC without names of organisations; ``own_names`` are the recipient's."""
    left = _TAIL.sub("", _without_named_brackets(unicodedata.normalize("NFKC", words)))
    for name in sorted(_forms_of(own_names), key=len, reverse=True):
        left = left.replace(name, BLANK)
    return left.strip()


def _forms_of(names: Iterable[str]) -> set[str]:
    """The names as a title may hold them: in full and without the legal form, spaced or not."""
    found: set[str] = set()
    for name in names:
        full = unicodedata.normalize("NFKC", name).strip()
        core = _FORM.sub("", full).strip()
        spellings = {full, core, full.replace(" ", ""), core.replace(" ", "")}
        found |= {spelling for spelling in spellings if len(spelling) >= SHORTEST_CORE}
    return found


def _without_named_brackets(words: str) -> str:
    """``words`` without each innermost-complete bracket whose content holds a legal form.

    A bracket around a bracketed form, ((株)試験), goes as a whole; one around a scheme and a
    bracketed name loses the inner bracket only.
    """
    kept: list[str] = []
    position = 0
    while position < len(words):
        end = _closing(words, position)
        if end is None:
            kept.append(words[position])
            position += 1
            continue
        content = words[position + 1 : end]
        if _NAMED.search(_outer_level(content)):
            position = end + 1
            continue
        kept += [words[position], _without_named_brackets(content), words[end]]
        position = end + 1
    return "".join(kept)


def _outer_level(content: str) -> str:
    """``content`` without the brackets in it, but with the bracketed short forms: (株), (有)."""
    level: list[str] = []
    position = 0
    while position < len(content):
        short = re.match(r"\((?:株|有|同|資|名)\)", content[position:])
        end = None if short else _closing(content, position)
        if end is None:
            length = len(short[0]) if short else 1
            level.append(content[position : position + length])
            position += length
        else:
            position = end + 1
    return "".join(level)


def _closing(words: str, start: int) -> int | None:
    """Where the bracket that opens at ``start`` closes; None if none opens or it stays open."""
    closing = _PAIRS.get(words[start])
    if closing is None or re.match(r"\((?:株|有|同|資|名)\)", words[start:]):
        return None
    depth = 0
    for position in range(start, len(words)):
        depth += (words[position] == words[start]) - (words[position] == closing)
        if depth == 0:
            return position
    return None
