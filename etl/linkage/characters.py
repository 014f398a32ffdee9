"""How the characters of names and addresses are folded, so that two writings of one word meet.

Off-the-shelf normalisers turn a dash into a prolonged sound mark, so the rules are our own.
``fold`` is safe: what it equates is one spelling by the rules of the register itself (full and
half width, old and new forms of a character, small kana). ``fold_loosely`` also drops the
prolonged sound mark and equates signs that look alike; it is used only where more than the name
agrees, or nothing else comes near.
"""

from __future__ import annotations

import re
import unicodedata

# Old and variant forms → the form in use. NFKC does not touch these.
_VARIANTS = {
    "高": "髙", "崎": "﨑碕嵜", "辺": "邊邉", "沢": "澤", "斉": "齋斎齊", "浜": "濱濵",
    "島": "嶋嶌", "条": "條", "広": "廣", "国": "國", "瀬": "瀨", "徳": "德", "恵": "惠",
    "栄": "榮", "真": "眞", "医": "醫", "学": "學", "芸": "藝", "経": "經", "済": "濟",
    "鉄": "鐵鉃", "蔵": "藏", "応": "應", "寿": "壽", "与": "與", "宝": "寶", "円": "圓",
    "団": "團", "会": "會", "桜": "櫻", "渋": "澁", "弥": "彌", "塩": "鹽", "横": "橫",
    "黄": "黃", "黒": "黑", "静": "靜", "産": "產", "増": "增", "曽": "曾", "柳": "栁",
    "峰": "峯", "吉": "𠮷", "桑": "桒", "橋": "槗", "万": "萬", "関": "關", "駅": "驛",
    "竜": "龍", "滝": "瀧", "園": "薗", "総": "總", "県": "縣", "図": "圖", "声": "聲",
    "処": "處", "実": "實", "写": "寫", "協": "恊", "豊": "豐", "戸": "戶", "巣": "巢",
    "渕": "淵", "凜": "凛", "来": "來", "頼": "賴", "為": "爲", "内": "內", "説": "說",
    "児": "兒", "亜": "亞", "戦": "戰", "帯": "帶", "館": "舘", "富": "冨", "槙": "槇",
    "遥": "遙", "舗": "舖", "晃": "晄", "緑": "綠", "歴": "歷", "毎": "每", "梅": "楳",
    "剣": "劍劔", "祢": "禰", "尭": "堯", "桧": "檜", "灯": "燈", "穂": "穗", "仏": "佛",
    "麺": "麵", "麦": "麥", "気": "氣", "衛": "衞", "検": "檢", "験": "驗", "険": "險",
    "塗": "凃", "単": "單", "郷": "鄕", "聡": "聰", "礼": "禮", "旧": "舊", "称": "稱",
    "証": "證", "昼": "晝", "読": "讀", "売": "賣", "変": "變", "労": "勞", "画": "畫",
    "当": "當", "党": "黨", "発": "發", "台": "臺", "体": "體", "点": "點", "伝": "傳",
    "独": "獨", "弁": "辨辯瓣", "乗": "乘", "継": "繼", "釈": "釋", "択": "擇", "陥": "陷",
    "剤": "劑", "雑": "雜", "参": "參", "蚕": "蠶", "糸": "絲", "収": "收", "従": "從",
    "縦": "縱", "粛": "肅", "焼": "燒", "奨": "奬獎", "将": "將", "触": "觸", "嘱": "囑",
}  # fmt: skip
_SMALL_KANA = str.maketrans(
    "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ",
    "アイウエオツヤユヨワカケあいうえおつやゆよわかけ",
)
# Letters of other scripts that stand where a Latin one was meant (ТОPPAN).
_LOOK_ALIKE_LETTERS = str.maketrans(
    "АВЕКМНОРСТХУІЅЈ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "ABEKMHOPCTXYISJ" + "ABEZHIKMNOPTYX",
)
# Ideographs typed for kana and kana typed for one another (テク二タップ).
_LOOK_ALIKE_SIGNS = str.maketrans("二口力工夕卜八へべぺ", "ニロカエタトハヘベペ")
_DASHES = "-‐‑‒–—―−─━ｰ﹣－~〜～"
_SYMBOLS = (
    " \t\r\n\u00a0\u3000・･.．,，'’‘`´&＆/／_＿\"”“、。:：;；!！?？*＊+＋#＃@＠|·•‧" + _DASHES
)
# Marks that nobody sees: joiners, byte order marks, the selectors of a variant.
_INVISIBLE = [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xAD, *range(0xFE00, 0xFE10)]
_INVISIBLE += range(0xE0100, 0xE01F0)
# White space beyond the ordinary, and what separates records and lines.
_INVISIBLE += [*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x1680, 0x180E, 0x2028, 0x2029]

_STRICT: dict[int, str | int | None] = {
    **_SMALL_KANA,
    **_LOOK_ALIKE_LETTERS,
    **{ord(old): new for new, olds in _VARIANTS.items() for old in olds if old != new},
    **dict.fromkeys([*map(ord, _SYMBOLS), *_INVISIBLE], None),
}
# In places ヶ, ケ and が are one sign, and so are ノ, の and 之, つ and ツ.
_PLACE: dict[int, str | int | None] = {
    **_SMALL_KANA,
    **{ord(old): new for new, olds in _VARIANTS.items() for old in olds if old != new},
    **str.maketrans("がガのノ之つ", "ケケののノツ".replace("ノ", "の")),
    **dict.fromkeys(map(ord, " \t\r\n\u00a0\u3000"), None),
    **dict.fromkeys(_INVISIBLE),
}
_LOOSE: dict[int, str | int | None] = {**_LOOK_ALIKE_SIGNS, ord("ー"): None}
# After anything but kana the prolonged sound mark is a mistyped dash (Ｇーｎｅｔ).
_FALSE_SOUND_MARK = re.compile(r"(?<![ぁ-ゖァ-ヺー])ー+")


def compatible(text: str) -> str:
    """``text`` in NFKC and in capitals."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return plain.upper()


def fold(text: str) -> str:
    """``text``, already compatible, with variants equated and spaces and symbols dropped."""
    folded = text.translate(_STRICT)
    if "ー" in folded:
        folded = _FALSE_SOUND_MARK.sub("", folded)
    return folded


def fold_loosely(folded: str) -> str:
    """``folded`` without prolonged sound marks and with look-alike signs equated."""
    return folded.translate(_LOOSE)


def fold_place(text: str) -> str:
    """The text of an address, in NFKC, with variants equated and without spaces."""
    return text.translate(_PLACE)
