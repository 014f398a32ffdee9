"""CRD statements: units, closings, defaults, and who a statement is of."""

# One line per record reads better than many.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.macro import install_macros
from etl.recognise import recognise
from etl.sources import contracts
from etl.sources._money import UNITS
from etl.sources.financial_statement import CONTRACT
from etl.survey import survey
from etl.validate import validate
from tests.etl.deliveries import Desk, counts, number
from tests.etl.sources.dirt import Accepted, Dirt, Refused, check, sheet

ITEMS = [name for name in CONTRACT.columns if name.endswith("_yen")]


def header(unit: str) -> list[str]:
    return next(
        list(layout.columns) for layout in CONTRACT.layouts if layout.name == f"statement_{unit}"
    )


def statement(unit: str = "yen", **changed: str) -> dict[str, str]:
    """A sound statement by header name; ``changed`` replaces cells by canonical name."""
    raw = dict(zip(CONTRACT.columns, header(unit), strict=True))
    amounts = dict.fromkeys(ITEMS, "100") | {"total_assets_yen": "200"}
    cells = {
        "firm_code": "F0001", "corporate_number": "", "closing_date": "2019-03", "n_month": "12",
        "industry_code": "28", "prefecture_code": "18", "is_corporate": "法人",
        "founded_year": "1970", **amounts, "n_employee": "12", "default_code": "",
        "default_date": "",
    }  # fmt: skip
    return {raw[name]: value for name, value in (cells | changed).items()}


def lines(*changes: tuple[dict[str, str], Refused | Accepted], unit: str = "yen") -> Dirt:
    raw = dict(zip(CONTRACT.columns, header(unit), strict=True))
    named = [({raw[n]: v for n, v in changed.items()}, fate) for changed, fate in changes]
    return Dirt("financial_statement", f"statement_{unit}", statement(unit), named)


def test_a_dirty_file_of_statements_is_judged(desk: Desk) -> None:
    dirt = lines(
        ({}, Accepted({"closing_date": "2019-03-31", "n_month": 12, "sales_yen": 100, "industry_code": "28", "prefecture_code": "18", "is_corporate": True, "founded_year": 1970, "default_code": None})),
        ({}, Accepted()),
        # The same closing delivered with another figure is another record.
        ({"sales_yen": "101"}, Accepted({"sales_yen": 101})),
        ({"n_month": "6", "is_corporate": "個人"}, Accepted({"n_month": 6, "is_corporate": False})),
        ({"total_assets_yen": "202"}, Accepted({"total_assets_yen": 202})),
        ({"total_assets_yen": "203"}, Accepted({"total_assets_yen": 203})),
        ({"sales_yen": "0"}, Accepted({"sales_yen": 0})),
        ({"sales_yen": "", "industry_code": "", "prefecture_code": ""}, Accepted({"sales_yen": None})),
        ({"default_code": "4", "default_date": "R1.5.7"}, Accepted({"default_code": "subrogation", "default_date": "2019-05-07"})),
        ({"default_code": "実質破綻先"}, Accepted({"default_code": "effectively_bankrupt", "default_date": None})),
        ({"firm_code": "", "corporate_number": number(1)}, Accepted({"firm_code": None, "corporate_number": number(1)})),
        ({"corporate_number": number(2)}, Accepted({"firm_code": "F0001", "corporate_number": number(2)})),
        ({"corporate_number": "1000000000022", "sales_yen": "7"}, Accepted({"corporate_number": None})),
        ({"firm_code": ""}, Refused("missing_value", "firm_code")),
        ({"firm_code": "", "corporate_number": "1000000000022"}, Refused("invalid_corporate_number", "corporate_number")),
        ({"firm_code": "", "corporate_number": "9999999999999"}, Refused("dummy_number", "corporate_number")),
        ({"closing_date": ""}, Refused("missing_value", "closing_date")),
        ({"closing_date": "平成31年5月"}, Refused("invalid_date", "closing_date")),
        ({"n_month": "0"}, Refused("invalid_months", "n_month")),
        ({"n_month": ""}, Refused("invalid_months", "n_month")),
        ({"is_corporate": "組合"}, Refused("unknown_code", "is_corporate")),
        ({"net_assets_yen": "n/a"}, Refused("invalid_amount", "net_assets_yen")),
        ({"cash_yen": "0.5"}, Refused("invalid_amount", "cash_yen")),
        ({"default_code": "5"}, Refused("unknown_code", "default_code")),
        ({"default_date": "20190230"}, Refused("invalid_date", "default_date")),
    )  # fmt: skip
    flags = {
        "short_year": 1, "unbalanced": 1, "zero_sales": 1, "no_industry": 1, "no_prefecture": 1,
        "default_without_date": 1,
    }  # fmt: skip
    check(desk, replace(dirt, flags=flags, n_duplicate=1))


@pytest.mark.parametrize(
    "written",
    ["2019-03", "201903", "2019/3", "2019年3月", "2019年3月期", "平成31年3月", "H31.3", "Ｈ３１．３",
     "H31/03", "2019-03-31", "平成31年3月31日"],
)  # fmt: skip
def test_a_closing_is_read_in_every_form(written: str) -> None:
    with duckdb.connect() as work:
        install_macros(work)
        found = work.execute("SELECT closing_date_of(?)::VARCHAR", [written]).fetchone()
    assert found == ("2019-03-31",)


def test_the_same_statement_in_another_unit_is_a_duplicate(desk: Desk) -> None:
    for name, unit, zeros in (("a.csv", "yen", "000000"), ("b.csv", "thousand", "000")):
        cells = statement(unit, **dict.fromkeys(ITEMS, f"7{zeros}"))
        desk.deliver(name, sheet(list(cells), [list(cells.values())]))
    million = statement("million", **dict.fromkeys(ITEMS, "7.0"))
    desk.deliver("c.csv", sheet(list(million), [list(million.values())]))
    assert [counts(desk.find(name)) for name in ("a.csv", "b.csv", "c.csv")] == [
        (1, 1, 0, 0), (1, 0, 0, 1), (1, 0, 0, 1),
    ]  # fmt: skip


MONEY = st.integers(-(10**13), 10**13)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.lists(MONEY, min_size=21, max_size=21), min_size=1, max_size=40),
    st.sampled_from(["", ","]),
)
def test_amounts_stage_to_the_same_yen_in_every_unit(
    amounts: list[list[int]], grouping: str
) -> None:
    staged = []
    for unit, (_, worth) in UNITS.items():
        records = [
            statement(
                unit,
                **dict(zip(ITEMS, [figure(a, worth, grouping) for a in record], strict=True)),
            )
            for record in amounts
        ]
        content = sheet(header(unit), [list(record.values()) for record in records])
        staged.append(staged_amounts(content.encode("cp932")))
    assert staged == [[tuple(record) for record in amounts]] * len(UNITS)


def figure(amount: int, worth: int, grouping: str) -> str:
    """An amount of yen as written in a unit: 1,234.5 thousand."""
    return format(Decimal(amount) / worth, f"{grouping}f")


def staged_amounts(content: bytes) -> list[tuple[int, ...]]:
    with TemporaryDirectory() as folder, duckdb.connect() as work:
        path = Path(folder) / "a.csv"
        path.write_bytes(content)
        install_macros(work)
        looked = survey(path)
        recognition = recognise(path, looked.encoding, contracts())
        refused: list[object] = []
        staged = Path(folder) / "a.parquet"
        validate(work, path, looked, recognition, staged, refused.append)
        assert refused == []
        return work.execute(
            f"SELECT {', '.join(ITEMS)} FROM read_parquet('{staged}') ORDER BY line"  # noqa: S608
        ).fetchall()
