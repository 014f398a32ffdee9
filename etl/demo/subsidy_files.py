"""The demo payments in the two layouts of gBizINFO: the national bulk file and an extract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from etl.demo.awards import Payment
from etl.demo.inbox import csv_lines, deliver, spoil
from etl.demo.words import FULL_WIDTH

BULK_HEADER = ("法人番号", "商号または名称", "登記住所", "証明日", "名称", "金額", "対象", "発行元")
EXTRACT_HEADER = ("", "corporate_number", "name", "subsidy_title", "amount", "date_of_approval")
FIRST_BULK, SECOND_BULK = "Hojokinjoho_20250930.csv", "Hojokinjoho_20261031.csv"
EXTRACT = "miyagi_subsidies.csv"
EXTRACT_PREFECTURE = "04"
# The extract alone holds the prefecture's older records and shares some years with the bulk file.
_BULK_BEGINS, _EXTRACT_ENDS = date(2018, 4, 1), date(2024, 3, 31)
_BULK_CUT = date(2025, 9, 30)
_REDELIVERED, _DIRTY_AMOUNT = 0.05, 0.005


def deliver_subsidies(out: Path, payments: Sequence[Payment], seed: int) -> None:
    """Write the three files; the second bulk file brings one in twenty earlier records again."""
    rng = Random(f"{seed}:subsidy_files")
    national = [p for p in payments if not (_is_local(p) and p.approved < _BULK_BEGINS)]
    lines = csv_lines(_bulk_row(rng, payment) for payment in national)
    approved = [payment.approved for payment in national]
    first = [line for line, day in zip(lines, approved, strict=True) if day <= _BULK_CUT]
    second = [
        line
        for line, day in zip(lines, approved, strict=True)
        if day > _BULK_CUT or rng.random() < _REDELIVERED
    ]
    header = csv_lines([BULK_HEADER])
    for name, body, n in ((FIRST_BULK, first, 21), (SECOND_BULK, second, 7)):
        if body:
            body = spoil(rng, body, n, number=0, day=3, title=4)
        deliver(out, name, "".join(header + body).encode())
    local = [p for p in payments if _is_local(p) and p.approved <= _EXTRACT_ENDS]
    body = csv_lines(
        (
            i,
            payment.life.firm.number,
            payment.life.firm.name,
            payment.title,
            payment.amount_yen,
            payment.approved.isoformat(),
        )
        for i, payment in enumerate(local)
    )
    if body:
        body = spoil(rng, body, 6, number=1, day=5, title=3)
    content = "".join(csv_lines([EXTRACT_HEADER]) + body).encode()
    deliver(out, EXTRACT, content, prefecture_code=EXTRACT_PREFECTURE)


def _is_local(payment: Payment) -> bool:
    return payment.life.firm.place.prefecture_code == EXTRACT_PREFECTURE


def _bulk_row(rng: Random, payment: Payment) -> tuple[str, ...]:
    amount = str(payment.amount_yen)
    if rng.random() < _DIRTY_AMOUNT:
        grouped = f"{payment.amount_yen:,}"
        amount = rng.choice((grouped, amount.translate(FULL_WIDTH), f"{grouped}円"))
    return (
        payment.life.firm.number,
        payment.life.last.name,
        payment.life.last.place.address,
        payment.approved.isoformat(),
        payment.title,
        amount,
        "",
        payment.issuer,
    )
