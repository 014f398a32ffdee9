"""Legal forms of firms and bodies: how they are abbreviated, and which may be meant by which."""

from __future__ import annotations

import re

# Bracketed short forms, as they stand after NFKC (㈱ becomes (株)).
SHORT_FORMS = {
    "株": "株式会社",
    "有": "有限会社",
    "同": "合同会社",
    "資": "合資会社",
    "名": "合名会社",
    "相": "相互会社",
    "一社": "一般社団法人",
    "一財": "一般財団法人",
    "公社": "公益社団法人",
    "公財": "公益財団法人",
    "社": "社団法人",
    "財": "財団法人",
    "社福": "社会福祉法人",
    "福": "社会福祉法人",
    "医": "医療法人",
    "医社": "医療法人社団",
    "医財": "医療法人財団",
    "社医": "社会医療法人",
    "学": "学校法人",
    "宗": "宗教法人",
    "独": "独立行政法人",
    "国研": "国立研究開発法人",
    "地独": "地方独立行政法人",
    "特非": "特定非営利活動法人",
    "特": "特定非営利活動法人",
    "NPO": "特定非営利活動法人",
    "農": "農事組合法人",
    "企": "企業組合",
}
# May be any of several forms: nothing but the rest of the name and the place can tell.
AMBIGUOUS_SHORT = {"合": "(合)"}

COMPANIES = ("株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "相互会社")
_OTHERS = (
    "一般社団法人", "一般財団法人", "公益社団法人", "公益財団法人", "社会福祉法人",
    "社会医療法人社団", "社会医療法人財団", "社会医療法人", "特定医療法人社団",
    "特定医療法人財団", "特定医療法人", "医療法人社団", "医療法人財団", "医療法人", "学校法人",
    "宗教法人", "認定特定非営利活動法人", "特定非営利活動法人", "認定NPO法人", "NPO法人",
    "地方独立行政法人", "独立行政法人", "国立研究開発法人", "国立大学法人", "公立大学法人",
    "大学共同利用機関法人", "農事組合法人", "弁護士法人", "外国法事務弁護士法人", "税理士法人",
    "司法書士法人", "行政書士法人", "弁理士法人", "社会保険労務士法人", "土地家屋調査士法人",
    "有限責任監査法人", "監査法人", "特許業務法人", "更生保護法人", "職業訓練法人",
    "管理組合法人", "投資法人", "特定目的会社", "企業組合", "協業組合", "社団法人", "財団法人",
)  # fmt: skip
FORMS = COMPANIES + _OTHERS

_NPO = ("特定非営利活動法人", "認定特定非営利活動法人", "NPO法人", "認定NPO法人")
# Writings of one form.
SYNONYMS = frozenset((one, two) for one in _NPO for two in _NPO if one != two)
# Forms that are often written for others: of former times, or less than the whole.
_OTHER_WRITINGS = {
    "(合)": ("合同会社", "合資会社", "合名会社"),
    "社団法人": ("一般社団法人", "公益社団法人"),
    "財団法人": ("一般財団法人", "公益財団法人"),
    "医療法人": ("医療法人社団", "医療法人財団"),
    "医療法人社団": ("医療法人",),
    "医療法人財団": ("医療法人",),
}
READINGS = frozenset(
    (written, form) for written, forms in _OTHER_WRITINGS.items() for form in forms
)

_SHORT = re.compile(
    "[(（〔\\[]("
    + "|".join(sorted({*SHORT_FORMS, *AMBIGUOUS_SHORT}, key=len, reverse=True))
    + ")[)）〕\\]]"
)
FORM = re.compile("|".join(sorted((*map(re.escape, FORMS), r"\(合\)"), key=len, reverse=True)))


def expand(text: str) -> str:
    """``text``, in NFKC and capitals, with bracketed short forms written out; (合) stays."""
    if "(" not in text and "[" not in text and "〔" not in text:
        return text
    return _SHORT.sub(lambda m: SHORT_FORMS.get(m[1], AMBIGUOUS_SHORT.get(m[1], m[0])), text)
