"""A little store: five firms in two regions, one of them not to be shown, and its questions."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from dash import ALL, MATCH, Input, Output, State, dcc, html
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Table, func, select

from app import LensDash
from gate.actor import Actor, Role
from gate.asking import Gate
from gate.session import GATE_EXTENSION, csrf_token, is_signed_in
from queries.parameters import AwardParameters, NoParameters
from queries.question import Question
from settings import Settings
from store import tables
from store.cursor import Cursor, create_table_sql
from store.prepared import ATTACHED_AS, PREPARED_TABLES, create_view_sql
from store.quantity import Quantity, Unit
from store.snapshot import (
    FILES,
    HELD,
    LENS,
    PREPARED,
    RELEASED,
    STANDING,
    Manifest,
    file_hash,
    quoted,
    write_manifest,
)
from store.vault import vault_path

# Two in Tokyo (bureau b03), two in Miyagi (b02), one in Tokyo that is not to be shown.
TOKYO, MIYAGI = "13", "04"
FIRMS = [
    (uuid.UUID(int=1), TOKYO),
    (uuid.UUID(int=2), TOKYO),
    (uuid.UUID(int=3), MIYAGI),
    (uuid.UUID(int=4), MIYAGI),
    (uuid.UUID(int=5), TOKYO),
]
WITHHELD = uuid.UUID(int=5)
# The corporate number of each, as the vault has it; the last one is known by a GビズID.
NUMBERS = {
    "4000012090001": uuid.UUID(int=1),
    "7000012050002": uuid.UUID(int=2),
    "8000020130001": uuid.UUID(int=3),
    "8000020040002": uuid.UUID(int=4),
    "g:gb5": uuid.UUID(int=5),
}
FIRST, SECOND, THIRD, FOURTH, FIFTH = NUMBERS
# (award, firm, programme, amount): the amounts tell whose row is seen.
AWARDS = [
    (1, 1, "sapoin", 1_000),
    (2, 2, "gotech", 2_000),
    (3, 3, "sapoin", 4_000),
    (4, 4, "monodukuri", 8_000),
    (5, 5, "sapoin", 16_000),
]
# (firm, scope, class of users, whether it is a refusal, last day), all from 2020 on.
EVER = date(9999, 12, 31)
CONSENTS = [
    (1, "all", "all", False, EVER),
    (2, "consultation", "government", False, EVER),
    (2, "application", "research", True, EVER),
    (3, "consultation", "all", False, date(2030, 3, 31)),
    (4, "application", "all", True, EVER),
    (3, "statement", "agency", True, EVER),
]
# Applications by place and programme; the last one's place is not known.
CELLS = [
    (TOKYO, "13101", "sapoin", 1),
    (TOKYO, "13101", "monodukuri", 2),
    (MIYAGI, "04101", "sapoin", 4),
    (MIYAGI, "04101", "monodukuri", 8),
    (None, None, "sapoin", 16),
]
MEMBERS = [
    ("region", "b02", "東北経済産業局", "bureau", "", 1, False),
    ("region", "b03", "関東経済産業局", "bureau", "", 2, False),
    ("region", MIYAGI, "宮城県", "prefecture", "b02", 3, False),
    ("region", TOKYO, "東京都", "prefecture", "b03", 4, False),
    ("region", "13101", "千代田区", "municipality", TOKYO, 5, False),
    ("industry", "E", "製造業", "division", "", 1, False),
    ("year", "0", "全年度", "all", "", 1, True),
    ("year", "2024", "2024", "year", "", 2, False),
    ("programme", "sapoin", "サポイン事業", "programme", "", 1, False),
    ("programme", "gotech", "Go-Tech事業", "programme", "", 2, False),
    ("programme", "monodukuri", "ものづくり補助金", "programme", "", 3, False),
]
PASSWORD = "correct-horse-battery"


def _fill(connection: duckdb.DuckDBPyConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    connection.execute(create_table_sql(table, "main"))
    for row in rows:
        marks = ", ".join("?" for _ in row)
        columns = ", ".join(row)
        connection.execute(
            f"INSERT INTO {table.name} ({columns}) VALUES ({marks})",  # noqa: S608
            list(row.values()),
        )


def _members() -> list[dict[str, Any]]:
    names = ("domain", "code", "name", "level", "parent_code", "position", "is_default")
    return [dict(zip(names, member, strict=True), name_en=member[2]) for member in MEMBERS]


def _lens_rows(extra_amount: int) -> dict[str, list[dict[str, Any]]]:
    place = {firm.int: prefecture for firm, prefecture in FIRMS}
    return {
        "firm": [
            {"firm_id": firm, "prefecture_code": prefecture, "is_closed": False}
            for firm, prefecture in FIRMS
        ],
        "award": [
            {
                "award_id": uuid.UUID(int=100 + number),
                "firm_id": uuid.UUID(int=firm),
                "prefecture_code": place[firm],
                "programme_code": programme,
                "fiscal_year": 2024,
                "amount_yen": amount + extra_amount,
                "project_name": "=HYPERLINK(1)",
            }
            for number, firm, programme, amount in AWARDS
        ],
        # Each firm has applied and has been advised: rows that depend on its consent.
        **{
            name: [
                {
                    "firm_id": firm,
                    "prefecture_code": prefecture,
                    "fiscal_year": 2024,
                    column: firm.int,
                    **({"programme_code": "sapoin"} if name == "application" else {}),
                }
                for firm, prefecture in FIRMS
            ]
            for name, column in (("application", "n_employee"), ("consultation", "n_employee"))
        },
        # What became of each: rows that nobody sees, and that both consents are needed for.
        "application_outcome": [
            {
                "firm_id": firm,
                "prefecture_code": prefecture,
                "municipality_code": f"{prefecture}101",
                "programme_code": "sapoin" if prefecture == TOKYO else "monodukuri",
                "base_sales_kyen": firm.int,
            }
            for firm, prefecture in FIRMS
        ],
        # Each has been adopted and supported: a consent of its own is needed for either.
        "measure_use": [
            {"firm_id": firm, "measure_code": kind, "kind": kind, "first_year": 2024}
            for firm, _ in FIRMS
            for kind in ("subsidy", "support")
        ],
        "application_cell": [
            {
                "fiscal_year": 2024,
                "prefecture_code": prefecture,
                "municipality_code": municipality,
                "programme_code": programme,
                "n_application": n,
            }
            for prefecture, municipality, programme, n in CELLS
        ],
        # What was told by somebody who gave no name.
        "support_record": [{"prefecture_code": TOKYO, "topic": "anonymous"}],
        "consent_period": [
            {
                "firm_id": uuid.UUID(int=firm),
                "purpose": "ebpm",
                "scope": scope,
                "user_class": user_class,
                "is_refusal": is_refusal,
                "valid_from": date(2020, 1, 1),
                "valid_to": valid_to,
            }
            for firm, scope, user_class, is_refusal, valid_to in CONSENTS
        ],
        # A recipient that is no firm of the register.
        "programme_recipient": [{"prefecture_code": TOKYO, "amount_yen": 64_000}],
        "withheld_firm": [{"firm_id": WITHHELD, "purpose": "display"}],
        "award_cube": [
            {
                "region_level": "nation",
                "region_code": "",
                "fiscal_year": 0,
                "programme_code": "",
                "division_code": "",
                "n_award": 5,
                "n_firm": 5,
                "amount_yen": 31_000 + extra_amount,
            }
        ],
        "dimension_member": _members(),
        "delivery": [
            {
                "delivery_id": "a",
                "source": "gbiz_subsidy",
                "file": "a.csv",
                "received_at": datetime(2025, 4, day, 9, 0),  # noqa: DTZ001
                "status": status,
                "period_to": date(2025, 3, 31),
            }
            for day, status in ((1, "loaded"), (2, "loaded"), (3, "refused"))
        ],
        "rejected_record": [{"delivery_id": "a", "source": "gbiz_subsidy", "raw_text": "secret"}],
    }


def build_snapshot(
    store_dir: Path, snapshot: str, extra_amount: int = 0, is_synthetic: bool = True
) -> None:
    """One snapshot with the firms above; ``extra_amount`` marks it in every amount."""
    folder = store_dir / snapshot
    folder.mkdir(parents=True)
    lens_rows = _lens_rows(extra_amount)
    with duckdb.connect(str(folder / LENS)) as lens:
        lens.execute(f"ATTACH '{quoted(folder / PREPARED)}' AS {ATTACHED_AS}")
        for table in PREPARED_TABLES:
            lens.execute(create_table_sql(table, ATTACHED_AS))
            lens.execute(create_view_sql(table, "main"))
        for table in tables.metadata.tables.values():
            if table not in PREPARED_TABLES:
                _fill(lens, table, lens_rows.get(table.name, []))
    released_rows = {
        "dimension_member": _members(),
        "released_award_count": [
            {
                "region_level": "prefecture",
                "region_code": MIYAGI,
                "fiscal_year": 2024,
                "n_award": 2,
                "n_firm": 2,
            }
        ],
        "released_office": [
            {
                "level": "office",
                "prefecture_code": prefecture,
                "organisation_name": f"office of {prefecture}",
                "fiscal_year": 0,
                "category_code": "",
                "n_year": None,
                "value": 12,
                "status": "",
            }
            for prefecture in (MIYAGI, TOKYO)
        ],
        "released_delivery": [
            {
                "source": "gbiz_subsidy",
                "n_file": 2,
                "received_at": datetime(2025, 4, 2, 9, 0),  # noqa: DTZ001
                "period_to": date(2025, 3, 31),
            }
        ],
    }
    with duckdb.connect(str(folder / RELEASED)) as released:
        for table in tables.released_metadata.tables.values():
            _fill(released, table, released_rows.get(table.name, []))
    with duckdb.connect(str(folder / HELD)) as held:
        for table in tables.held_metadata.tables.values():
            _fill(held, table, lens_rows.get(table.name, []))
    # Publication alone reads it.
    duckdb.connect(str(folder / STANDING)).close()
    _build_vault(store_dir, snapshot)
    write_manifest(
        folder,
        Manifest(
            snapshot=snapshot,
            content_hash=snapshot,
            published_at=datetime.now(UTC).isoformat(timespec="seconds"),
            is_synthetic=is_synthetic,
            previous="",
            files={name: file_hash(folder / name) for name in FILES},
            counts={},
        ),
    )


def _build_vault(store_dir: Path, snapshot: str) -> None:
    path = vault_path(store_dir, snapshot)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with duckdb.connect(str(path)) as vault:
        vault.execute("CREATE TABLE identity (party_key VARCHAR, firm_id UUID)")
        vault.executemany("INSERT INTO identity VALUES (?, ?)", list(NUMBERS.items()))
        vault.execute("CREATE TABLE party_alias (party_key VARCHAR, corporate_number VARCHAR)")
        vault.execute("INSERT INTO party_alias VALUES ('g:gb1', ?)", [FIRST])
    path.chmod(0o600)


def actor(role: Role) -> Actor:
    """An actor of ``role`` with a scope that fits it."""
    regions = {Role.BUREAU: ("b03",), Role.CHAMBER: (MIYAGI,)}.get(role, ())
    programmes = ("sapoin", "gotech") if role is Role.AGENCY else ()
    return Actor(role.value, role, regions, programmes)


AMOUNT = Quantity("amount_yen", Unit.YEN)
N_AWARD = Quantity("n_award", Unit.AWARD)


def _award_rows(cursor: Cursor, parameters: AwardParameters) -> pd.DataFrame:
    """Every award of a prefecture, as a page with a tampered address would ask for it."""
    award = tables.award.c
    statement = select(award.amount_yen, award.project_name).order_by(award.amount_yen)
    if parameters.region:
        statement = statement.where(award.prefecture_code == parameters.region)
    return cursor.fetch(statement)


def _counts(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    released = tables.released_award_count.c
    return cursor.fetch(select(released.n_award))


def _total(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    cube = tables.award_cube.c
    return cursor.fetch(select(func.sum(cube.amount_yen).label("amount_yen")))


def _refused_rows(cursor: Cursor, _parameters: NoParameters) -> pd.DataFrame:
    return cursor.fetch(select(tables.rejected_record.c.raw_text))


QUESTIONS: tuple[Question[Any], ...] = (
    Question(
        "award_rows",
        _award_rows,
        AwardParameters,
        (AMOUNT, Quantity("project_name")),
        ("gbiz_subsidy", "prefecture_statistic"),
    ),
    Question("award_total", _total, NoParameters, (AMOUNT,), ("gbiz_subsidy",)),
    Question(
        "refused_rows", _refused_rows, NoParameters, (Quantity("raw_text"),), (), database="held"
    ),
    Question(
        "award_counts", _counts, NoParameters, (N_AWARD,), ("gbiz_subsidy",), database="released"
    ),
)


class Application:
    """The whole application over the little store, with clients for it."""

    def __init__(self, dash: LensDash) -> None:
        self.dash = dash
        self.server: Flask = dash.server

    @property
    def gate(self) -> Gate:
        found: Gate = self.server.extensions[GATE_EXTENSION]
        return found

    @property
    def engine(self) -> Engine:
        return self.gate.audit.engine

    def client(self, username: str = "") -> FlaskClient:
        """A browser on this machine, signed in by the demo button if a name is given."""
        client = self.server.test_client()
        if username:
            response = client.post("/login/demo", data={"username": username})
            assert response.status_code == 303, response.text
        return client


def settings_for(tmp_path: Path, **changes: Any) -> Settings:
    usual: dict[str, Any] = {"data_dir": tmp_path, "memory_limit": "200MB", "threads": 1}
    return Settings(**{**usual, **changes})


def layout() -> html.Div:
    """A page with a sign-out token and the places of the callbacks below."""
    token = dcc.Store(id="form", data={"token": csrf_token()} if is_signed_in() else None)
    places = [dcc.Location(id="address"), dcc.Input(id="name"), html.P(id="greeting")]
    return html.Div([token, *places])


def greet(name: str, search: str) -> str:
    if name == "fail":
        raise RuntimeError("a secret of the server")
    return f"{name}{search}"


def describe(name: str) -> tuple[str, str]:
    return name, "ja"


def mark(n_clicks: int, titles: list[str]) -> str:
    return f"{n_clicks}{len(titles)}"


def add_callbacks(dash: LensDash) -> None:
    """One of each shape: plain, with several outputs, with patterns."""
    row = {"type": "row", "index": MATCH}
    dash.callback(
        Output("greeting", "children"), Input("name", "value"), State("address", "search")
    )(greet)
    dash.callback(Output("greeting", "title"), Output("greeting", "lang"), Input("name", "value"))(
        describe
    )
    dash.callback(
        Output(row, "children"), Input(row, "n_clicks"), State({**row, "index": ALL}, "title")
    )(mark)
