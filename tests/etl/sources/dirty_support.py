"""Dirty records of support bodies, of consent, and of the key of firm codes."""

# One line per record reads better than many.
# ruff: noqa: E501

from __future__ import annotations

from tests.etl.deliveries import number
from tests.etl.sources.dirt import Accepted, Dirt, Refused

RECORD = Dirt(
    "support_record",
    "support_record",
    {
        "支援機関種別": "よろず支援拠点",
        "支援機関名": "福井県よろず支援拠点",
        "都道府県": "福井県",
        "支援番号": "Y-1",
        "事業者名": "試験商店",
        "法人番号": "",
        "GビズID": "a@example.jp",
        "所在地": "福井県鯖江市試験町1",
        "電話番号": "0778000000",
        "支援開始日": "R4.4.1",
        "支援終了日": "令和4年9月30日",
        "支援内容": "売上拡大",
        "支援結果": "完了",
    },
    [
        ({}, Accepted({"organisation_kind": "yorozu", "prefecture_code": "18", "started_date": "2022-04-01", "ended_date": "2022-09-30", "gbizid": "a@example.jp", "number_status": "missing"})),
        ({}, Accepted()),
        ({"支援機関種別": "中小企業再生支援協議会", "都道府県": "18"}, Accepted({"organisation_kind": "turnaround", "prefecture_code": "18"})),
        ({"支援機関種別": "事業承継・引継ぎ支援センター", "都道府県": "福井"}, Accepted({"organisation_kind": "succession", "prefecture_code": "18"})),
        ({"支援機関種別": "金融機関", "支援終了日": "", "都道府県": "全国"}, Accepted({"organisation_kind": "other", "ended_date": None, "prefecture_code": None})),
        ({"法人番号": number(4), "支援番号": "Y-2"}, Accepted({"corporate_number": number(4)})),
        ({"支援機関種別": ""}, Refused("missing_value", "organisation_kind")),
        ({"支援番号": ""}, Refused("missing_value", "record_number")),
        ({"支援開始日": ""}, Refused("missing_value", "started_date")),
        ({"支援開始日": "春頃"}, Refused("invalid_date", "started_date")),
        ({"支援終了日": "2022-03-31"}, Refused("invalid_period", "ended_date")),
    ],
    flags={
        "missing_number": 4,
        "other_organisation": 1, "no_prefecture": 1, "not_ended": 1,
    },
    n_duplicate=1,
    encoding="cp932",
)  # fmt: skip

CONSENT = Dirt(
    "consent_record",
    "consent",
    {
        "同意番号": "C-1",
        "法人番号": number(1),
        "GビズID": "",
        "事業者名": "株式会社試験",
        "利用目的": "①③",
        "データの範囲": "申請",
        "利用者区分": "研究機関",
        "開始日": "2024-04-01",
        "終了日": "",
        "同意日": "令和6年3月1日",
        "撤回日": "",
        "根拠": "同意書",
    },
    [
        ({}, Accepted({"purposes": "once_only;ebpm", "scope": "application", "user_class": "research", "valid_from": "2024-04-01", "valid_to": None, "agreed_date": "2024-03-01"})),
        ({"利用目的": "3、2", "データの範囲": "すべて", "利用者区分": "支援機関"}, Accepted({"purposes": "recommendation;ebpm", "scope": "all", "user_class": "support_body"})),
        ({"利用目的": "EBPM", "開始日": ""}, Accepted({"purposes": "ebpm", "valid_from": "2024-03-01"})),
        ({"利用目的": "すべて", "法人番号": "", "GビズID": "a@example.jp"}, Accepted({"purposes": "once_only;recommendation;ebpm", "corporate_number": None})),
        ({"撤回日": "2024-06-01", "根拠": ""}, Accepted({"withdrawn_date": "2024-06-01"})),
        ({"撤回日": "2024-02-01"}, Accepted()),
        # What is not understood to the letter permits nothing.
        ({"利用目的": "１，③ ・ ②", "終了日": "2024-04-01"}, Accepted({"purposes": "once_only;recommendation;ebpm", "valid_to": "2024-04-01"})),
        ({"利用目的": "12"}, Refused("unknown_code", "purposes")),
        ({"利用目的": "③以外"}, Refused("unknown_code", "purposes")),
        ({"利用目的": "統計"}, Refused("unknown_code", "purposes")),
        ({"利用目的": ""}, Refused("missing_value", "purposes")),
        ({"データの範囲": "全部"}, Refused("unknown_code", "scope")),
        ({"利用者区分": "誰でも"}, Refused("unknown_code", "user_class")),
        ({"法人番号": ""}, Refused("missing_value", "corporate_number")),
        ({"法人番号": "1000000000022"}, Refused("invalid_corporate_number", "corporate_number")),
        ({"法人番号": "9999999999999"}, Refused("dummy_number", "corporate_number")),
        ({"開始日": "", "同意日": ""}, Refused("missing_value", "valid_from")),
        ({"終了日": "2024-03-31"}, Refused("invalid_period", "valid_to")),
        ({"開始日": "", "終了日": "2024-02-29"}, Refused("invalid_period", "valid_to")),
        ({"撤回日": "13月"}, Refused("invalid_date", "withdrawn_date")),
    ],
    flags={"missing_evidence": 1, "withdrawn": 2, "withdrawn_before_agreed": 1},
)  # fmt: skip

KEY = Dirt(
    "firm_key",
    "firm_key",
    {"企業コード": "F0001", "法人番号": number(1), "GビズID": ""},
    [
        ({}, Accepted({"firm_code": "F0001", "corporate_number": number(1), "gbizid": None})),
        ({}, Accepted()),
        ({"企業コード": "F0002", "法人番号": "", "GビズID": "a@example.jp"}, Accepted({"corporate_number": None, "gbizid": "a@example.jp"})),
        ({"企業コード": ""}, Refused("missing_value", "firm_code")),
        ({"法人番号": ""}, Refused("missing_value", "corporate_number")),
        ({"法人番号": "123"}, Refused("invalid_corporate_number", "corporate_number")),
    ],
    n_duplicate=1,
)  # fmt: skip

SUPPORT = [RECORD, CONSENT, KEY]
