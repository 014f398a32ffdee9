"""A written name taken apart: legal form and where it stands, core, branch, and whether it is one.

``key`` is the whole name folded, ``core`` the name without its legal form, ``loose`` the core as
it is compared when more than the name agrees. The raw name is kept elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from etl.linkage.characters import compatible, fold, fold_loosely
from etl.linkage.legal_forms import AMBIGUOUS_SHORT, COMPANIES, FORM, FORMS, expand

# A branch or an office of a firm; the boundary to the name before it may be unknown.
_UNITS = (
    "支店|支社|営業所|出張所|事業所|工場|製作所|事業部|事業本部|本店|本社|支部|支局|支所|製造所|製油所"
    "|店|部|課|局|室|本部|オフィス|センター|研究所|病院|医院|クリニック|診療所|大学|学校|高校|学園|園"
    "|博物館|美術館|図書館|会館|ホーム|荘|苑|青年部|女性部|委員会"
)
# Those that no firm's own name ends in; the others may belong to a corporation (学校法人) or be
# part of a company's name.
_SURE_UNIT = re.compile(
    r"(?:支店|支社|営業所|出張所|事業所|工場|事業部|事業本部|本店|本社|支部|支局|支所)$"
)
_UNIT = re.compile(f"(?:{'|'.join(map(fold, _UNITS.split('|')))})$")
_OFFICER = re.compile(r"^(.+?)\s*(?:代表取締役|代表社員|代表理事|代表者|理事長|取締役社長).*$")
_BRACKETED_END = re.compile(r"^(.+?)\s*[(〔\[【<«]([^()〔〕\[\]【】<>]*)[)〕\]】>»]$")
_COUNTED = r"(?:\s*(?:\d+|数|複数|多数)\s*(?:社|者|名|件|団体|法人|企業|店|組合|町村|市町村|人)?)"
_OTHERS = re.compile(
    rf"^(?P<first>.*?[^\s、,・])[\s、,・(]*(?:(?:ほか|外|他){_COUNTED}|ほか|他|等{_COUNTED}|等|など)\)?$"
)
_JOINT = re.compile(
    rf"(?:{FORM.pattern}).*[・、,/&]\s*(?:{FORM.pattern})"
    r"|共同企業体|共同事業体|共同体|コンソーシアム|共同提案体|(?<![A-Z])J\.?V(?:$|[(])|グループ代表"
)
# What a name must hold to be looked at for others, officers, brackets or a joint undertaking.
_MARKED = re.compile(r"[他外等と共コJ(〔\[【<«・、,/&]|ほか|など|代表|理事長|取締役")
# No name is so long; what is, is not searched for its parts.
_LONGEST = 200
# Not a firm at all: the rest of a list, persons, aggregates.
_AGGREGATE = re.compile(
    rf"^(?:その他|そのほか|他|ほか|外)(?:{_COUNTED}|の.*|\s*[(].*[)])?$"
    r"|^(?:個人|個人事業主|個人事業者|法人|民間企業|民間事業者|事業者|企業|団体|市町村|間接補助事業者|一般|匿名"
    r"|会社|A社|B社|C社)(?:名)?\s*(?:[A-Z]|\d+\s*(?:社|者|名|件|人|団体)?|[(][^()]*[)]|等|ほか|他)*$"
    r"|^(?:[A-Z]|[甲乙丙丁])社$|^(?:非公表|非公開|匿名希望?|該当なし|未定|不明|なし|無し|-+|―+|\*+)$"
)


@dataclass(frozen=True, slots=True)
class WrittenName:
    """What a name says.

    ``stems`` are the cores, loosely folded, that may stand before a branch or another addition, the
    longest first, ``is_sure`` if the addition can be nothing else. ``kind`` is firm, several (a
    firm and others, a joint undertaking) or nobody (an aggregate, persons).
    """

    key: str
    form: str
    position: str
    core: str
    loose: str
    kind: str
    addition: str
    stems: tuple[str, ...]
    is_sure: bool


@lru_cache(maxsize=4_096)
def parse_name(written: str) -> WrittenName:
    """Take one written name apart; never fails, an empty name has an empty key."""
    text = expand(compatible(written)).strip()
    key = _key(text)
    form, position, core, addition = without_form(key)
    loose = fold_loosely(core)
    kind, is_sure = "nobody" if _AGGREGATE.match(text) else "firm", True
    stems: list[str] = []
    if position == "middle":
        stems.append(fold_loosely(core.removesuffix(addition)))
    if _MARKED.search(text) and len(text) <= _LONGEST:
        kind, found, bracketed = _marked(text, key, kind)
        stems += found
        addition = addition or bracketed
    if not stems and kind == "firm" and len(text) <= _LONGEST and (unit := _UNIT.search(core)):
        stems = [loose[:end] for end in range(len(loose) - len(unit[0]), 1, -1)]
        addition = unit[0]
        is_sure = bool(_SURE_UNIT.search(core)) or (bool(form) and form not in COMPANIES)
    return WrittenName(
        key, form, side(position), core, loose, kind, addition,
        tuple(dict.fromkeys(stem for stem in stems if stem and stem != loose)), is_sure,
    )  # fmt: skip


def _marked(text: str, key: str, kind: str) -> tuple[str, list[str], str]:
    """Kind, stems and what stood in a bracket at the end, of a name that has one of the marks."""
    if kind == "firm" and (_JOINT.search(text) or sum(map(key.count, COMPANIES)) > 1):
        return "several", [], ""
    if kind == "firm" and (others := _OTHERS.match(text)):
        return "several", [_stem(others["first"])], ""
    if officer := _OFFICER.match(text):
        return kind, [_stem(officer[1])], ""
    bracketed = _BRACKETED_END.match(text)
    if bracketed and bracketed[2] not in AMBIGUOUS_SHORT:
        return kind, [_stem(bracketed[1])], bracketed[2]
    return kind, [], ""


def name_key(name: str) -> str:
    """The key of a name; equal keys do not prove equal firms, a place must agree as well."""
    return _key(expand(compatible(name)))


def side(position: str) -> str:
    """The side of a position: a form in the middle stands behind the name."""
    return "back" if position == "middle" else position


def _key(text: str) -> str:
    key = fold(text)
    # What a symbol kept apart may be one sign or a short form, now that the parts have met.
    while "(" in key or not unicodedata.is_normalized("NFKC", key):
        again = fold(expand(compatible(key)))
        if again == key:
            break
        key = again
    return key


def without_form(key: str) -> tuple[str, str, str, str]:
    """Form, position (front, back, middle or empty), the rest of the key, what follows a middle
    form."""
    if key.startswith((*FORMS, *AMBIGUOUS_SHORT.values())):
        found = FORM.match(key)
        if found and len(found[0]) < len(key):
            return found[0], "front", key[found.end() :], ""
    for found in FORM.finditer(key):
        if found.start() == 0:
            continue
        before, after = key[: found.start()], key[found.end() :]
        if not after:
            return found[0], "back", before, ""
        if found[0] in COMPANIES:
            return found[0], "middle", before + after, after
    return "", "", key, ""


def _stem(text: str) -> str:
    return fold_loosely(without_form(fold(text))[2])
