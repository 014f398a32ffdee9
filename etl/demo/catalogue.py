"""Invented support programmes in the layout of ミラサポ: JSON and line breaks inside the cells."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from etl.demo.delivery import Delivery
from etl.demo.dice import dice
from etl.demo.places import atlas
from etl.demo.words import divisions
from etl.reference import read_reference

FILE = "mirasapo_supports_demo.csv"
N_PROGRAMME = 160
HEADER = (
    "id", "mng_groups", "catalogs", "publish_date", "unpublish_date", "language", "update_info",
    "has_case_studies", "title", "subtitle", "competent_authorities", "number", "business_scales",
    "target", "prefectures", "summary", "body", "usage", "reception_start_date",
    "reception_end_date", "related_supports", "inquiry", "industry_categories",
    "stage_categories", "service_categories", "purpose_categories", "life_stage_categories",
    "personal_service_categories", "personal_purpose_categories", "disasters", "keywords",
    "refernece", "support_organization", "application_target", "area", "reception_remarks",
    "special_measure", "application_url", "governing_law", "base_id", "base_number", "base_title",
    "max_employees_count", "base_override",
)  # fmt: skip
_WHAT = (
    "設備導入",
    "販路開拓",
    "IT化",
    "事業承継",
    "研究開発",
    "人材育成",
    "省エネ",
    "創業",
    "海外展開",
    "防災",
)
_HOW = ("補助金", "助成金", "支援事業", "専門家派遣", "低利融資", "相談会")
_PURPOSES = (
    "販路開拓",
    "設備投資",
    "IT化",
    "事業承継",
    "研究開発",
    "人材育成",
    "省エネ",
    "創業",
    "海外展開",
    "災害対応",
)
_AUTHORITIES = ("中小企業庁", "経済産業省", "厚生労働省", "農林水産省", "国税庁")


def write_catalogue(out: Path, seed: int) -> None:
    """160 programmes, a third of the whole country, the others of one prefecture each."""
    rng = dice(seed, "catalogue")
    table = read_reference("industry")
    table = table[(table["revision"] == "14") & (table["level"] == "division")]
    industries = dict(zip(table["code"], table["name"], strict=True))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, HEADER, restval="", lineterminator="\r\n")
    writer.writeheader()
    for i in range(N_PROGRAMME):
        what = int(rng.integers(len(_WHAT)))
        how = _HOW[int(rng.integers(len(_HOW)))]
        prefecture = int(rng.integers(47))
        is_national = rng.random() < 0.35
        place = "" if is_national else atlas().names[prefecture]
        year = int(rng.integers(2021, 2026))
        month = int(rng.integers(1, 10))
        chosen = sorted(set(rng.choice(list(divisions()), 2)))
        ceiling, rate = int(rng.integers(1, 40)) * 50, int(rng.integers(2, 4))
        writer.writerow(
            {
                "id": 9_000 + i,
                "mng_groups": "[]",
                "catalogs": "[]",
                "publish_date": f"{year}-{month:02d}-01",
                "unpublish_date": f"{year}-12-28" if rng.random() < 0.4 else "",
                "language": "日本語",
                "update_info": json.dumps({"created_at": f"{year}-{month:02d}-01T00:00:00Z"}),
                "has_case_studies": "false",
                "title": f"{place}{_WHAT[what]}{how}（架空{i + 1}）",
                "subtitle": f"{_WHAT[what]}を進める中小企業のために" if rng.random() < 0.5 else "",
                "competent_authorities": _objects(
                    [place or _AUTHORITIES[int(rng.integers(len(_AUTHORITIES)))]]
                ),
                "number": f"00000-0000-{9_000 + i}",
                "business_scales": '["1","2"]',
                "target": "中小企業者\n・小規模事業者を含む",
                "prefectures": "[]" if is_national else _objects([place]),
                "summary": f"{_WHAT[what]}に取り組む中小企業を支える、架空の制度です。",
                "body": f"【対象】\n　{_WHAT[what]}に要する経費\n【補助率】{rate - 1}/{rate}\n"
                f'【上限】{ceiling}万円\n※"架空"の制度です。',
                "usage": "窓口に申し込みます。\n",
                "reception_start_date": f"{year}-{month:02d}-10",
                "reception_end_date": f"{year}-12-20" if rng.random() < 0.7 else "",
                "related_supports": "[]",
                "industry_categories": _objects([industries[code] for code in chosen])
                if rng.random() < 0.5
                else "[]",
                "stage_categories": "[]",
                "service_categories": "[]",
                "purpose_categories": _objects([_PURPOSES[what]]),
                "keywords": json.dumps([_WHAT[what], how], ensure_ascii=False),
            }
        )
    file = Delivery(out, FILE, "utf-8-sig")
    file.write(buffer.getvalue())
    file.close()


def _objects(names: list[str]) -> str:
    objects = [{"id": str(i + 1), "name": name} for i, name in enumerate(names)]
    return json.dumps(objects, ensure_ascii=False)
