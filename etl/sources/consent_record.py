"""同意: one record per consent of a firm, with purposes, scope, users, period and withdrawal."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, corporate_number, day, decoded, one_of, required

# How each of the purposes ①②③ is written; a cell names one or several.
_PURPOSES = {
    "once_only": ("①", "1", "once_only", "ワンスオンリー", "手続の簡素化"),
    "recommendation": ("②", "2", "recommendation", "レコメンド", "プッシュ型支援"),
    "ebpm": ("③", "3", "ebpm", "EBPM", "政策立案"),
}
_ALL = ("すべて", "全て", "all")
_ANY = "|".join(("[①②③]+", *_ALL, *(word for words in _PURPOSES.values() for word in words)))
# Circled figures may stand side by side; 12 is no list.
_LIST_OF_PURPOSES = f"({_ANY})( *[、,;；・/ ] *({_ANY}))*"
_PURPOSE_LIST = ", ".join(
    f"CASE WHEN regexp_matches(narrow(purposes), '{'|'.join((*_ALL, *words))}') THEN '{code}' END"
    for code, words in _PURPOSES.items()
)
SCOPES = {
    "申請": "application", "決算": "statement", "財務": "statement", "支援": "support",
    "相談": "consultation", "診断": "diagnosis", "すべて": "all", "全て": "all",
    "application": "application", "statement": "statement", "support": "support",
    "consultation": "consultation", "diagnosis": "diagnosis", "all": "all",
}  # fmt: skip
USER_CLASSES = {
    "行政機関": "government", "国": "government", "実施機関": "agency", "独立行政法人": "agency",
    "研究機関": "research", "大学・研究機関": "research", "支援機関": "support_body",
    "すべて": "all", "全て": "all", "government": "government", "agency": "agency",
    "research": "research", "support_body": "support_body", "all": "all",
}  # fmt: skip

CONTRACT = Contract(
    name="consent_record",
    layouts=(
        Layout(
            "consent",
            {
                "同意番号": "consent_number",
                "法人番号": "corporate_number",
                "GビズID": "gbizid",
                "事業者名": "name",
                "利用目的": "purposes",
                "データの範囲": "scope",
                "利用者区分": "user_class",
                "開始日": "valid_from",
                "終了日": "valid_to",
                "同意日": "agreed_date",
                "撤回日": "withdrawn_date",
                "根拠": "evidence",
            },
        ),
    ),
    # A consent that is not understood to the letter permits nothing: it is refused.
    checks=(
        required("consent_number"),
        *corporate_number("corporate_number"),
        Check("missing_value", "corporate_number", "corporate_number IS NULL AND gbizid IS NULL"),
        required("purposes"),
        Check(
            "unknown_code",
            "purposes",
            f"NOT regexp_full_match(narrow(purposes), '{_LIST_OF_PURPOSES}')",
        ),
        required("scope"),
        one_of("scope", tuple(SCOPES)),
        required("user_class"),
        one_of("user_class", tuple(USER_CLASSES)),
        *(day(column) for column in ("valid_from", "valid_to", "agreed_date", "withdrawn_date")),
        Check("missing_value", "valid_from", "coalesce(valid_from, agreed_date) IS NULL"),
        Check(
            "invalid_period",
            "valid_to",
            "date_of(valid_to) < coalesce(date_of(valid_from), date_of(agreed_date))",
        ),
    ),
    columns={
        "consent_number": "consent_number",
        "corporate_number": "corporate_number_of(corporate_number)",
        "gbizid": "gbizid",
        "name": "name",
        "purposes": f"""array_to_string(list_filter(
            [{_PURPOSE_LIST}], lambda p: p IS NOT NULL), ';')""",
        "scope": decoded("scope", SCOPES),
        "user_class": decoded("user_class", USER_CLASSES),
        "valid_from": "coalesce(date_of(valid_from), date_of(agreed_date))",
        "valid_to": "date_of(valid_to)",
        "agreed_date": "date_of(agreed_date)",
        "withdrawn_date": "date_of(withdrawn_date)",
        "evidence": "evidence",
    },
    flags={
        "missing_evidence": "evidence IS NULL",
        "withdrawn": "withdrawn_date IS NOT NULL",
        "withdrawn_before_agreed": "withdrawn_date < agreed_date",
    },
    repeats_are_duplicates=True,
    period=("valid_from", "coalesce(valid_to, valid_from)"),
)
