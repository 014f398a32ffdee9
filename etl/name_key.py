"""A key under which two writings of one firm's name meet.

Off-the-shelf normalisers turn a dash into a prolonged sound mark, so the rules are our own:
NFKC, the abbreviated legal forms written out, old forms of characters and small kana folded,
spaces and symbols dropped. The raw name is kept elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LEGAL_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
    "(一社)": "一般社団法人",
    "(一財)": "一般財団法人",
    "(公社)": "公益社団法人",
    "(公財)": "公益財団法人",
    "(社福)": "社会福祉法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
    "(独)": "独立行政法人",
}
_FOLD = str.maketrans(
    "髙﨑邊邉澤齋斎濱嶋條廣國瀨德惠榮眞ァィゥェォッャュョヮ",
    "高崎辺辺沢斉斉浜島条広国瀬徳恵栄真アイウエオツヤユヨワ",
)
_SYMBOLS = re.compile(r"[\s・.,'&\-‐‑‒–—―−_/]+")


@lru_cache(maxsize=200_000)
def name_key(name: str) -> str:
    """The key of a name; equal keys do not prove equal firms, a place must agree as well."""
    folded = unicodedata.normalize("NFKC", name).upper()
    for short, full in _LEGAL_FORMS.items():
        folded = folded.replace(short, full)
    # What stood beside a symbol may compose now that they have met.
    return unicodedata.normalize("NFKC", _SYMBOLS.sub("", folded.translate(_FOLD)))
