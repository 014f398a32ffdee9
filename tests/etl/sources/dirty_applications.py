"""Dirty applications: of subsidy schemes, and the six sets of サポイン."""

# One line per record reads better than many.
# ruff: noqa: E501

from __future__ import annotations

from tests.etl.deliveries import number
from tests.etl.sources.dirt import Accepted, Dirt, Refused

APPLICATION = Dirt(
    "subsidy_application",
    "application_thousand",
    {
        "受付番号": "R1-0001",
        "制度名": "ものづくり補助金",
        "公募回": "第3回",
        "申請日": "令和3年5月10日",
        "法人番号": number(1),
        "事業者名": "株式会社試験",
        "所在地": "福井県鯖江市試験町1",
        "電話番号": "0778-00-0000",
        "GビズID": "",
        "業種コード": "E",
        "資本金（千円）": "10,000",
        "従業員数": "12",
        "補助事業名": "試験機の導入",
        "補助金申請額（千円）": "7,500",
        "採否": "採択",
        "採否決定日": "R3.8.1",
        "交付決定額（千円）": "7000.5",
    },
    [
        (
            {},
            Accepted(
                {
                    "application_number": "R1-0001",
                    "call_number": 3,
                    "applied_date": "2021-05-10",
                    "number_as_written": number(1),
                    "corporate_number": number(1),
                    "number_status": "valid",
                    "industry_code": "E",
                    "capital_yen": 10_000_000,
                    "n_employee": 12,
                    "requested_yen": 7_500_000,
                    "decision": "adopted",
                    "decided_date": "2021-08-01",
                    "granted_yen": 7_000_500,
                }
            ),
        ),
        # The same application once more, with other wishes: one record.
        ({"補助金申請額（千円）": "1"}, Accepted()),
        ({"公募回": "４", "採否": "不採択", "交付決定額（千円）": ""}, Accepted({"call_number": 4, "decision": "rejected", "granted_yen": None})),
        ({"受付番号": "2", "採否": "取下げ", "交付決定額（千円）": "0"}, Accepted({"decision": "withdrawn"})),
        ({"受付番号": "3", "採否": "", "採否決定日": "", "交付決定額（千円）": ""}, Accepted({"decision": None})),
        ({"受付番号": "4", "法人番号": "９" * 13, "業種コード": "28"}, Accepted({"number_status": "dummy", "corporate_number": None, "number_as_written": "９" * 13, "industry_code": "28"})),
        ({"受付番号": "5", "法人番号": "5.83568E+12"}, Accepted({"number_status": "invalid", "corporate_number": None, "number_as_written": "5.83568E+12"})),
        ({"受付番号": "6", "法人番号": "", "GビズID": "a@example.jp"}, Accepted({"number_status": "missing", "number_as_written": None, "gbizid": "a@example.jp"})),
        ({"受付番号": "7", "法人番号": f"Ｔ{number(2)}", "事業者名": "　"}, Accepted({"number_status": "valid", "corporate_number": number(2), "name": None})),
        ({"受付番号": "8", "業種コード": "製造業"}, Accepted({"industry_code": None})),
        ({"受付番号": "9", "交付決定額（千円）": "8000"}, Accepted({"granted_yen": 8_000_000})),
        ({"受付番号": "10", "申請日": "", "公募回": ""}, Accepted({"applied_date": None, "call_number": None})),
        ({"受付番号": "11", "採否決定日": "2020-01-01"}, Accepted({"decided_date": "2020-01-01"})),
        ({"受付番号": ""}, Refused("missing_value", "application_number")),
        ({"制度名": ""}, Refused("missing_value", "programme_name")),
        ({"公募回": "初回"}, Refused("invalid_value", "call_number")),
        ({"申請日": "令和元年2月30日"}, Refused("invalid_date", "applied_date")),
        ({"申請日": "", "採否決定日": ""}, Refused("missing_value", "applied_date")),
        ({"採否": "保留"}, Refused("unknown_code", "decision")),
        ({"資本金（千円）": "1千万"}, Refused("invalid_amount", "capital_yen")),
        ({"従業員数": "-3"}, Refused("invalid_amount", "n_employee")),
        ({"補助金申請額（千円）": "1,2"}, Refused("invalid_amount", "requested_yen")),
        ({"交付決定額（千円）": "0.0001"}, Refused("invalid_amount", "granted_yen")),
    ],
    flags={
        "dummy_number": 1, "invalid_number": 1, "missing_number": 1, "missing_name": 1,
        "no_industry": 1, "undecided": 1, "granted_above_requested": 1,
        "decided_before_applied": 1,
    },
    n_duplicate=1,
)  # fmt: skip

RESEARCH = Dirt(
    "sapoin_application",
    "sapoin_1",
    {
        "課題番号": "18-01-001",
        "申請年度": "平成18年度",
        "技術分類版": "平成18年版",
        "技術分野": "めっきに係る技術",
        "研究開発課題名": "試験めっきの開発",
        "事業管理機関名": "公益財団法人試験機構",
        "事業管理機関法人番号": number(90),
        "申請者名": "株式会社試験",
        "法人番号": number(1),
        "所在地": "福井県鯖江市試験町1",
        "電話番号": "",
        "業種コード": "24",
        "設立年": "昭和45年",
        "資本金(千円)": "10000",
        "従業員数": "31人",
        "研究開発費(千円)": "90,000",
        "補助金申請額(千円)": "45,000",
        "採否": "採択",
        "採択日": "平成18年7月1日",
    },
    [
        (
            {},
            Accepted(
                {
                    "fiscal_year": 2006,
                    "classification": 2006,
                    "technology_name": "めっき",
                    "manager_number": number(90),
                    "corporate_number": number(1),
                    "gbizid": None,
                    "industry_code": "24",
                    "founded_year": 1970,
                    "capital_yen": 10_000_000,
                    "n_employee": 31,
                    "research_cost_yen": 90_000_000,
                    "requested_yen": 45_000_000,
                    "decision": "adopted",
                    "decided_date": "2006-07-01",
                }
            ),
        ),
        ({}, Accepted()),
        ({"申請年度": "Ｈ26", "技術分類版": "平成26年版", "技術分野": "表面処理"}, Accepted({"fiscal_year": 2014, "classification": 2014})),
        ({"申請年度": "2019", "技術分類版": "", "採否": "不採択"}, Accepted({"fiscal_year": 2019, "classification": None, "decision": "rejected"})),
        ({"課題番号": "2", "事業管理機関法人番号": "9" * 13, "設立年": ""}, Accepted({"manager_number": None, "founded_year": None})),
        ({"課題番号": "3", "補助金申請額(千円)": "90,001", "業種コード": ""}, Accepted({"industry_code": None})),
        ({"課題番号": ""}, Refused("missing_value", "project_number")),
        ({"申請年度": ""}, Refused("missing_value", "fiscal_year")),
        ({"申請年度": "平成33年度"}, Refused("invalid_year", "fiscal_year")),
        ({"技術分類版": "平成20年版"}, Refused("unknown_code", "classification")),
        ({"採否": "○"}, Refused("unknown_code", "decision")),
        ({"設立年": "不明"}, Refused("invalid_year", "founded_year")),
        ({"研究開発費(千円)": "九千万"}, Refused("invalid_amount", "research_cost_yen")),
    ],
    flags={
        "no_industry": 1, "no_technology": 1, "requested_above_cost": 1,
    },
    n_duplicate=1,
    encoding="cp932",
)  # fmt: skip

MEMBER = Dirt(
    "sapoin_member",
    "sapoin_member",
    {
        "課題番号": "18-01-001",
        "役割": "主たる研究等実施機関",
        "機関名": "国立大学法人試験大学",
        "法人番号": "",
        "所在地": "",
    },
    [
        ({}, Accepted({"role": "lead", "name": "国立大学法人試験大学", "number_status": "missing"})),
        ({"役割": "事業管理機関", "法人番号": number(3)}, Accepted({"role": "manager", "corporate_number": number(3)})),
        ({"役割": "研究等実施機関", "機関名": ""}, Accepted({"role": "member", "telephone": None})),
        ({"役割": "アドバイザー"}, Accepted({"role": "adviser"})),
        ({"役割": ""}, Refused("missing_value", "role")),
        ({"役割": "オブザーバー"}, Refused("unknown_code", "role")),
        ({"課題番号": ""}, Refused("missing_value", "project_number")),
    ],
    flags={"missing_number": 3, "missing_name": 1},
)  # fmt: skip

SCORE = Dirt(
    "sapoin_score",
    "sapoin_2",
    {"課題番号": "1", "評価者番号": "A", "技術面": "72.5", "事業化面": "６０", "政策面": "100"},
    [
        ({}, Accepted({"technical_points": 72.5, "commercial_points": 60.0, "policy_points": 100.0})),
        ({}, Accepted()),
        ({"評価者番号": "B", "技術面": ""}, Accepted({"technical_points": None})),
        ({"評価者番号": ""}, Refused("missing_value", "evaluator_code")),
        ({"政策面": "100.5"}, Refused("out_of_range", "policy_points")),
        ({"事業化面": "-1"}, Refused("out_of_range", "commercial_points")),
        ({"技術面": "優"}, Refused("invalid_amount", "technical_points")),
    ],
    flags={"missing_points": 1},
    n_duplicate=1,
)  # fmt: skip

EXECUTION = Dirt(
    "sapoin_execution",
    "sapoin_3",
    {
        "課題番号": "1",
        "年度": "令和元年度",
        "機関名": "株式会社試験",
        "法人番号": number(1),
        "交付決定額（円）": "30,000,000",
        "確定額（円）": "29,999,999",
        "支払額（円）": "10,000,000",
        "返還額（円）": "0",
    },
    [
        ({}, Accepted({"fiscal_year": 2019, "decided_yen": 30_000_000, "settled_yen": 29_999_999, "paid_yen": 10_000_000})),
        # Two equal instalments are two payments.
        ({}, Accepted({"paid_yen": 10_000_000})),
        ({"確定額（円）": "30,000,001"}, Accepted()),
        ({"支払額（円）": "29,999,999", "返還額（円）": "1"}, Accepted()),
        ({"支払額（円）": "30,000,000"}, Accepted()),
        ({"年度": "R1", "機関名": "個人1"}, Accepted({"fiscal_year": 2019, "name": "個人1"})),
        ({"年度": "元年"}, Refused("invalid_year", "fiscal_year")),
        ({"支払額（円）": "1.5"}, Refused("invalid_amount", "paid_yen")),
    ],
    flags={
        "settled_above_decided": 1, "paid_above_settled": 1, "returned_money": 1,
    },
)  # fmt: skip

EVALUATION = Dirt(
    "sapoin_evaluation",
    "sapoin_4",
    {"課題番号": "1", "評価区分": "中間", "評価年度": "2020年度", "評点": "3.5", "総合評価": "Ａ"},
    [
        ({}, Accepted({"evaluation_kind": "interim", "fiscal_year": 2020, "points": 3.5, "grade": "A"})),
        ({"評価区分": "最終", "総合評価": "S"}, Accepted({"evaluation_kind": "final", "grade": "S"})),
        ({"評点": "", "総合評価": ""}, Accepted({"points": None, "grade": None})),
        ({"評価区分": "事後"}, Refused("unknown_code", "evaluation_kind")),
        ({"総合評価": "D"}, Refused("unknown_code", "grade")),
        ({"評価年度": "20"}, Refused("invalid_year", "fiscal_year")),
    ],
    flags={"missing_points": 1, "missing_grade": 1},
)  # fmt: skip

COMMERCIALISATION = Dirt(
    "sapoin_commercialisation",
    "sapoin_5",
    {
        "課題番号": "1",
        "報告年度": "H30",
        "機関名": "株式会社試験",
        "法人番号": number(1),
        "事業化段階": "第3段階",
        "売上高(円)": "1,000",
        "収益(円)": "▲500",
        "収益納付額(円)": "",
        "特許出願数": "2",
        "特許登録数": "0",
    },
    [
        ({}, Accepted({"fiscal_year": 2018, "stage": 3, "sales_yen": 1000, "income_yen": -500, "payback_yen": None, "n_patent_applied": 2})),
        ({"事業化段階": "未着手"}, Accepted({"stage": 0})),
        ({"事業化段階": "第５段階", "収益納付額(円)": "1"}, Accepted({"stage": 5})),
        ({"事業化段階": "", "法人番号": "1"}, Accepted({"stage": None, "number_status": "invalid"})),
        ({"事業化段階": "第6段階"}, Refused("unknown_code", "stage")),
        ({"特許出願数": "数件"}, Refused("invalid_amount", "n_patent_applied")),
    ],
    flags={
        "invalid_number": 1,
        "missing_stage": 1, "sales_before_stage": 1, "payback_above_income": 1,
    },
)  # fmt: skip

FOLLOWUP = Dirt(
    "sapoin_followup",
    "sapoin_6",
    {
        "課題番号": "1",
        "調査年度": "2021",
        "事業化の有無": "有",
        "特許等取得の有無": "無",
        "事業化売上(千円)": "1.5",
        "課題": "",
    },
    [
        ({"課題": "販路, 人材"}, Accepted({"is_commercialised": True, "has_patent": False, "sales_yen": 1500, "obstacle": "販路, 人材"})),
        ({"事業化の有無": "無"}, Accepted({"is_commercialised": False, "obstacle": None})),
        ({"事業化の有無": ""}, Accepted({"is_commercialised": None})),
        ({"特許等取得の有無": "出願中"}, Refused("unknown_code", "has_patent")),
        ({"調査年度": ""}, Refused("missing_value", "fiscal_year")),
    ],
    flags={"no_answer": 1, "sales_without_commercialisation": 1},
)  # fmt: skip

APPLICATIONS = [
    APPLICATION, RESEARCH, MEMBER, SCORE, EXECUTION, EVALUATION, COMMERCIALISATION, FOLLOWUP,
]  # fmt: skip
