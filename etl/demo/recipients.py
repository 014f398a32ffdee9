"""Demo recipients of the SME Agency's budget, in the layout of the review sheets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from etl.demo.calendar_days import day
from etl.demo.delivery import Delivery
from etl.demo.dice import dice
from etl.demo.numbers import DUMMY_NUMBER
from etl.demo.population import NO_NUMBER, Population
from etl.demo.rendering import csv_lines
from etl.demo.truth import Truth
from etl.demo.typed import Habits, Typed, type_parties

HEADER = (
    "sheet_year", "project_id", "project_name", "ministry", "bureau", "block",
    "recipient_name_as_written", "corporate_number", "amount_yen", "role", "contract_summary",
    "depth", "chain", "has_redelegation", "repo_status",
)  # fmt: skip
FILE = "rs_recipients_2024_2025.csv"
N_RECORD = 600
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


def write_recipients(out: Path, people: Population, truth: Truth) -> None:
    """Header and 600 records: names as typed, dummy numbers, aggregates, missing amounts."""
    rng = dice(people.course.plan.seed, "recipients")
    bodies = np.flatnonzero(people.is_institution)
    able = np.flatnonzero(people.number != NO_NUMBER)
    rows: list[tuple[object, ...]] = []
    blocks = np.array(list("AABBCCDF"))[rng.integers(0, 8, N_RECORD)]
    firm = np.where(blocks == "A", rng.choice(bodies, N_RECORD), rng.choice(able, N_RECORD))
    years, projects = rng.integers(2024, 2026, N_RECORD), rng.integers(0, len(_PROJECTS), N_RECORD)
    order = np.lexsort((blocks, projects, years))
    blocks, firm, years, projects = blocks[order], firm[order], years[order], projects[order]
    typed = type_parties(rng, people, firm, np.full(N_RECORD, day(2025, 6, 1)), Habits(0.06))
    names, numbers = typed.name.to_pylist(), typed.number.to_pylist()
    meant = typed.truth.to_pylist()
    for i in range(N_RECORD):
        draw = rng.random()
        if draw < 0.05:
            names[i], numbers[i], meant[i] = (
                f"個人{'ABCDEFGH'[int(draw * 160)]}",
                DUMMY_NUMBER,
                None,
            )
        elif draw < 0.11:
            names[i], numbers[i], meant[i] = "その他", "", None
        elif draw < 0.13:
            names[i], numbers[i], meant[i] = f"{names[i]}ほか", "", None
        amount = str(round(rng.lognormal(16.5, 1.6) / 1_000) * 1_000)
        project, name, role = _PROJECTS[projects[i]]
        is_direct = blocks[i] == "A"
        rows.append(
            (
                years[i],
                project,
                name,
                "経済産業省",
                "中小企業庁",
                blocks[i],
                names[i],
                numbers[i],
                "" if rng.random() < 0.03 else amount,
                role,
                role if rng.random() < 0.7 else "その他",
                0 if is_direct else 1,
                "組織→A" if is_direct else f"組織→A→{blocks[i]}",
                is_direct,
                "valid" if numbers[i] and numbers[i] != DUMMY_NUMBER else "invalid",
            )
        )
    # The sheets are exported with carriage returns.
    file = Delivery(out, FILE)
    file.write("".join(csv_lines([HEADER, *rows], "\r\n")))
    file.close()
    told = Typed(
        typed.number, typed.name, typed.address, typed.telephone, typed.gbizid,
        pa.array(meant, pa.string()), typed.error,
    )  # fmt: skip
    truth.link("rs_recipient", FILE, 2 + np.arange(N_RECORD), told, people.index[firm])
