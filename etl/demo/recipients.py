"""Demo recipients of the SME Agency's budget, in the layout of the review sheets."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from etl.demo.inbox import csv_lines
from etl.demo.life import Life

HEADER = (
    "sheet_year", "project_id", "project_name", "ministry", "bureau", "block",
    "recipient_name_as_written", "corporate_number", "amount_yen", "role", "contract_summary",
    "depth", "chain", "has_redelegation", "repo_status",
)  # fmt: skip
FILE = "rs_recipients_2024_2025.csv"
N_RECORD = 600
DUMMY_NUMBER = "9" * 13

# Budget projects of the review sheets, each with the role its recipients have.
_PROJECTS = (
    ("3649", "中小企業生産性革命推進事業", "補助事業の実施"),
    ("3624", "中小企業支援事業（うち小規模事業対策推進等事業）", "伴走型小規模事業者支援推進事業"),
    ("5999", "事業環境変化対応型支援事業", "各種相談窓口の体制強化"),
    (
        "3627",
        "成長型中小企業等研究開発支援事業（Ｇｏ－Ｔｅｃｈ事業）",
        "研究開発計画の実施と事業管理",
    ),
    ("3952", "中小企業支援事業（うち経営力強化支援事業）", "専門家の派遣"),
    ("3632", "中小企業等グループ補助金", "被災した施設・設備の復旧"),
)
_SHORT_FORMS = {"株式会社": "(株)", "有限会社": "(有)", "合同会社": "(同)"}


def recipient_lines(lives: Sequence[Life], seed: int) -> list[str]:
    """Header and 600 records: names as typed, dummy numbers, aggregates, missing amounts."""
    rng = Random(f"{seed}:recipients")
    bodies = [life for life in lives if life.firm.role == "foundation"]
    rows = []
    for _ in range(N_RECORD):
        year = rng.choice((2024, 2025))
        project, name, role = rng.choice(_PROJECTS)
        block = rng.choice("AABBCCDF")
        life = rng.choice(bodies if block == "A" and bodies else lives)
        written, number = _written(rng, life), life.firm.number
        draw = rng.random()
        if draw < 0.05:
            written, number = f"個人{rng.choice('ABCDEFGH')}", DUMMY_NUMBER
        elif draw < 0.11:
            written, number = "その他", ""
        elif draw < 0.13:
            written, number = f"{written}ほか", ""
        elif draw < 0.145:
            number = f"{int(number[0]) % 9 + 1}{number[1:]}"
        elif draw < 0.19:
            number = ""
        amount = str(round(rng.lognormvariate(16.5, 1.6) / 1_000) * 1_000)
        if rng.random() < 0.03:
            amount = ""
        is_direct = block == "A"
        rows.append(
            (
                year,
                project,
                name,
                "経済産業省",
                "中小企業庁",
                block,
                written,
                number,
                amount,
                role,
                role if rng.random() < 0.7 else "その他",
                0 if is_direct else 1,
                "組織→A" if is_direct else f"組織→A→{block}",
                is_direct,
                "valid" if number and number != DUMMY_NUMBER else "invalid",
            )
        )
    # The sheets are exported with carriage returns.
    return csv_lines([HEADER, *sorted(rows, key=lambda row: (row[0], row[1], row[5]))], "\r\n")


def _written(rng: Random, life: Life) -> str:
    """The name as an official types it: short legal forms, old names, a branch behind it."""
    name = life.last.name if rng.random() < 0.9 else life.firm.name
    draw = rng.random()
    if draw < 0.1:
        for form, short in _SHORT_FORMS.items():
            name = name.replace(form, short)
    elif draw < 0.14:
        name = name.replace("株式会社", "㈱")
    elif draw < 0.17:
        name = f"{name}　{rng.choice(('東北', '関西', '中部', '九州'))}支店"
    return name
