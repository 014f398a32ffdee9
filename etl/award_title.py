"""What the title of an award says: year, scheme, new or continued, project.

Titles of the research schemes name the project, which is the only key that joins the members of
its consortium and its successive years. Other titles carry no project: what stands in their
brackets is a place, a sub-scheme or a budget.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from etl.fiscal_year import FISCAL_YEAR, fiscal_year_in

_BRACKETS = {"(": ")", "「": "」", "『": "』", "【": "】", "[": "]", "〔": "〕"}
_LEADING_BRACKET = re.compile(r"[【(\[〔]([^】)\]〕]*)[】)\]〕]\s*")
_CARRIED_OVER = re.compile(r"\([^()]*繰\s*り?越[^()]*\)\s*")
_RESEARCH_SCHEME = re.compile(
    r"戦略的基盤技術高度化(?:・連携)?支援事業|成長型中小企業等研究開発支援事業"
)
_CONTINUATION = re.compile(r"\s*\((新規|継続)(?:事業|分)?\)")
_ORGANISATION = re.compile(r"\s*【[^】]*】\s*$")
# Typists take any of these for one another; in a key they are one sign.
_DASHES = re.compile("[-‐‑‒–—―−─━ー]")


@dataclass(frozen=True, slots=True)
class AwardTitle:
    """The parts of one title, in NFKC; None where the title does not say."""

    title_fiscal_year: int | None
    scheme_name: str
    is_continued: bool | None
    project_name: str | None


def parse_title(title: str) -> AwardTitle:
    """Read a title such as 令和元年度…補助金（戦略的基盤技術高度化支援事業）（継続事業）（課題名）.

    The year is read at the front only, also inside or behind one leading bracket. The project
    name is as written within its outer brackets: compare projects by project_key.
    """
    text = unicodedata.normalize("NFKC", title).strip()
    fiscal_year, text = _take_year(text)
    scheme = _RESEARCH_SCHEME.search(text)
    if scheme is None:
        return AwardTitle(fiscal_year, text, None, None)
    before, after = text[: scheme.end()], text[scheme.end() :]
    if before.count("(") > before.count(")"):
        # The bracket around the scheme is sometimes left open.
        before, after = f"{before})", after.removeprefix(")")
    continuation = _CONTINUATION.match(after)
    if continuation:
        after = after[continuation.end() :]
    return AwardTitle(
        title_fiscal_year=fiscal_year,
        scheme_name=before,
        is_continued=continuation[1] == "継続" if continuation else None,
        project_name=_inside(_ORGANISATION.sub("", after).strip()) or None,
    )


def project_key(project_name: str) -> str:
    """The form in which two spellings of one project name are equal: NFKC, lower case, without
    spaces, all dashes and the long vowel sign as one sign.
    """
    folded = unicodedata.normalize("NFKC", project_name).casefold()
    return _DASHES.sub("-", re.sub(r"\s", "", folded))


def _take_year(text: str) -> tuple[int | None, str]:
    """The fiscal year at the front, and the text without it and without carry-over remarks."""
    bracket = _LEADING_BRACKET.match(text)
    if bracket and (inside := FISCAL_YEAR.match(bracket[1].strip())):
        return fiscal_year_in(inside), text[bracket.end() :]
    start = bracket.end() if bracket else 0
    year = FISCAL_YEAR.match(text, start)
    if year is None:
        return None, text
    rest = text[year.end() :].strip()
    carried = _CARRIED_OVER.match(rest)
    return fiscal_year_in(year), text[:start] + (rest[carried.end() :] if carried else rest)


def _inside(text: str) -> str:
    """``text`` without the one pair of brackets around it; brackets within it stay."""
    closing = _BRACKETS.get(text[:1])
    if closing is None:
        return text
    depth = 0
    for position, character in enumerate(text):
        depth += (character == text[0]) - (character == closing)
        if depth == 0:
            return text[1:position] if position == len(text) - 1 else text
    return text[1:]
