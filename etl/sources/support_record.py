"""支援記録: one record per case of a support body (再生支援, よろず支援拠点, 事業承継)."""

from __future__ import annotations

from etl.contract import Check, Contract, Layout, day, decoded, required
from etl.sources._typed import TYPED_COLUMNS, TYPED_FLAGS

ORGANISATIONS = {
    "中小企業再生支援協議会": "turnaround",
    "中小企業活性化協議会": "turnaround",
    "よろず支援拠点": "yorozu",
    "事業承継・引継ぎ支援センター": "succession",
    "事業引継ぎ支援センター": "succession",
}

CONTRACT = Contract(
    name="support_record",
    layouts=(
        Layout(
            "support_record",
            {
                "支援機関種別": "organisation_kind",
                "支援機関名": "organisation_name",
                "都道府県": "prefecture_code",
                "支援番号": "record_number",
                "事業者名": "name",
                "法人番号": "number_as_written",
                "GビズID": "gbizid",
                "所在地": "address",
                "電話番号": "telephone",
                "支援開始日": "started_date",
                "支援終了日": "ended_date",
                "支援内容": "topic",
                "支援結果": "result",
            },
        ),
    ),
    checks=(
        required("organisation_kind"),
        required("record_number"),
        required("started_date"),
        day("started_date"),
        day("ended_date"),
        Check("invalid_period", "ended_date", "date_of(ended_date) < date_of(started_date)"),
    ),
    columns={
        "organisation_kind": f"coalesce({decoded('organisation_kind', ORGANISATIONS)}, 'other')",
        "organisation_name": "organisation_name",
        "prefecture_code": "prefecture_code_of(prefecture_code)",
        "record_number": "record_number",
        **TYPED_COLUMNS,
        "started_date": "date_of(started_date)",
        "ended_date": "date_of(ended_date)",
        "topic": "topic",
        "result": "result",
    },
    flags={
        **TYPED_FLAGS,
        "other_organisation": "organisation_kind = 'other'",
        "no_prefecture": "prefecture_code IS NULL",
        "not_ended": "ended_date IS NULL",
    },
    repeats_are_duplicates=True,
    period=("started_date", "coalesce(ended_date, started_date)"),
)
