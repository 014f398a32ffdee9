"""The name of a downloaded file: what it is about, what was chosen, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

from gate.answer import Answer
from language import current_language, has_text, text
from store.members import Members

_JAPAN = timezone(timedelta(hours=9))
# Windows of rows, moments and hashes say nothing to the reader of a name.
_UNSAID = frozenset({"start", "rows", "since", "delivery_id"})
# How the rows stand, or what hardly anybody changes: said where it is not as usual.
_USUAL_UNSAID = frozenset(
    {
        "adjust",
        "after",
        "against",
        "alive",
        "caliper",
        "caliper_on",
        "controls",
        "covariates",
        "decision",
        "group",
        "growth_of",
        "horizon",
        "later",
        "listed",
        "nearest",
        "order",
        "reuse",
        "scale",
        "sort",
        "span",
        "strata",
        "used_from",
        "used_to",
        "users",
        "who",
    }
)
# A parameter whose values are members of another domain than its own name.
_DOMAINS = {"versus": "region", "versus_industry": "industry", "versus_measure": "measure"}
# A parameter whose values other parts of the catalogue name.
_WORDS = {
    "category": "item_category.{}",
    "consent_basis": "consent_basis.{}",
    "sort": "quantity.{}.label",
    "source": "source.{}",
    "status": "delivery_status.{}",
    "table_name": "store_table.{}",
}
_NOT_IN_A_NAME = frozenset('\\/:*?"<>|')
# File systems take 255 bytes; the browser may add a number, the reader a word.
_LONGEST_BYTES = 200


def content_disposition(
    answer: Answer, extension: str, members: Members, usual: Mapping[str, str]
) -> str:
    """The header that names the file, in the reader's language (RFC 5987) and, for old programs,
    in ASCII. ``usual`` is the query of a reader who chooses nothing."""
    day = datetime.now(UTC).astimezone(_JAPAN).strftime("%Y%m%d")
    name = file_name(answer, day, members, usual)
    pattern = f"file_name.ending.{extension}"
    whole = text(pattern, name=name) if has_text(pattern) else f"{name}.{extension}"
    return (
        f'attachment; filename="{answer.question}_{day}.{extension}"; '
        f"filename*=UTF-8''{quote(whole, safe='')}"
    )


def file_name(answer: Answer, day: str, members: Members, usual: Mapping[str, str]) -> str:
    """``採択の推移_宮城県_2024年度_20261126``; one that is too long loses its last conditions."""
    words = [text(f"question.{answer.question}")]
    words += [
        word
        for name, value in answer.query.items()
        if _is_said(name, value, usual) and (word := value_word(name, value, members))
    ]
    kept = [_safe(word) for word in words]
    while len(kept) > 1 and len("_".join([*kept, day]).encode()) > _LONGEST_BYTES:
        kept.pop()
    return "_".join([*kept, day])


def value_word(name: str, value: str, members: Members) -> str:
    """A value of the address as one word: a member's name, a word of the catalogue, or itself."""
    if name == "year":
        return text("file_name.all_years") if value == "0" else text("file_name.year", value=value)
    member = members.get(_DOMAINS.get(name, name), value)
    if member is not None:
        is_english = current_language() == "en" and member.name_en
        value = member.name_en if is_english else member.name
    for key in (f"file_name.{name}.{value}", _WORDS.get(name, "").format(value)):
        if has_text(key):
            value = text(key)
            break
    pattern = f"file_name.{name}"
    return text(pattern, value=value) if has_text(pattern) else value


def _is_said(name: str, value: str, usual: Mapping[str, str]) -> bool:
    if name in _UNSAID:
        return False
    return name not in _USUAL_UNSAID or value != usual.get(name)


def _safe(word: str) -> str:
    kept = (c if c.isprintable() and c not in _NOT_IN_A_NAME else "-" for c in word)
    return "".join(kept).replace(" ", "-").replace("_", "-")
