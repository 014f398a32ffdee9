"""What a column of a system's file is likely to be: by the profiles that are known, then by words
in its name. A suggestion only; the operator decides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from store.mapping_profile import MappingProfile, Target

# The first pattern that is found in a header names its item.
_WORDS: tuple[tuple[str, str], ...] = (
    ("number_as_written", "法人番号|corporate.?number"),
    ("gbizid", "gビズ|gbiz"),
    ("telephone", "電話|tel|phone"),
    ("anonymity", "匿名|開示|公開|consent|anonym"),
    ("organisation_prefecture_code", "都道府県|prefecture"),
    ("organisation_name", "商工会|会議所|支援機関|organi[sz]ation"),
    ("adviser_code", "指導員|担当|advis"),
    ("record_number", "カルテ|相談id|記録番号|相談番号|record"),
    ("consulted_date", "年月日|相談日|受付日|対応日|date"),
    ("topic", "区分|分類|相談内容|category|topic"),
    ("measure", "施策|メニュー|支援策|program|measure"),
    ("name", "企業名|事業所名|事業者名|会社名|屋号|company|client"),
    ("address", "所在地|住所|address"),
    ("industry_code", "業種|industry"),
    ("sales_yen", "売上|sales|revenue"),
    ("profit_yen", "利益|profit"),
    ("n_employee", "従業員|employee|staff"),
)
_CODE_OF_INDUSTRY = re.compile("[A-T]|[0-9]{2,4}")


def plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip().casefold()


def suggested_items(
    header: Sequence[str], profiles: Iterable[MappingProfile], target: Target
) -> list[str]:
    """An item for each column of ``header``, or ""; none is suggested twice."""
    known: dict[str, str] = {}
    for profile in profiles:
        for name, item in profile.columns.items():
            known.setdefault(plain(name), item)
    found: list[str] = []
    for name in header:
        item = known.get(plain(name)) or _by_words(name)
        found.append(item if item in target.items and item not in found else "")
    return found


def _by_words(name: str) -> str:
    words = plain(name)
    return next((item for item, pattern in _WORDS if re.search(pattern, words)), "")


def suggested_unit(name: str) -> str:
    """The unit that a header states: 売上高（千円） is in thousands."""
    words = plain(name)
    if "百万円" in words:
        return "million"
    return "thousand" if "千円" in words else "yen"


def suggested_code(
    item: str, word: str, profiles: Iterable[MappingProfile], codes: Mapping[str, str]
) -> str:
    """The code for a word of a coded item: as another profile reads it, or as it is named.

    ``codes`` are the codes with their names. Empty where nothing fits.
    """
    for profile in profiles:
        for known, code in profile.words.get(item, {}).items():
            if plain(known) == plain(word) and code in codes:
                return code
    wanted = plain(word)
    for code, name in codes.items():
        if wanted in (plain(code), plain(name)):
            return code
    # 資金繰り is a part of 金融・資金繰り; one letter is a part of too much.
    near = [code for code, name in codes.items() if len(wanted) > 1 and wanted in plain(name)]
    return near[0] if len(near) == 1 else ""


def is_code_already(item: str, word: str) -> bool:
    """Whether a word needs no translation: it is a code of the industrial classification."""
    return item == "industry_code" and _CODE_OF_INDUSTRY.fullmatch(word) is not None
