"""Every question of the real catalogue, asked by every role: what it is granted, and no more."""

from __future__ import annotations

import csv
import io
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import duckdb
import pytest

from app import join
from gate.accounts import actor_of, find_account
from gate.actor import Actor
from queries.catalogue import QUESTIONS as QUERIES
from stats.catalogue import QUESTIONS as STATISTICS
from store.snapshot import HELD, LENS, current_snapshot, file_hash, read_manifest, write_manifest
from tests.gate.little_store import PASSWORD, Application, layout, settings_for

CATALOGUE = [*QUERIES, *STATISTICS]
NAMES = [question.name for question in CATALOGUE]

MINISTRY, BUREAU, AGENCY, ANALYST = "ministry", "bureau-kanto", "agency", "analyst"
CHAMBER, OPERATOR, ADMIN = "chamber-miyagi", "operator", "admin"
READERS = {MINISTRY, BUREAU, AGENCY, ANALYST}
ROLES = [*sorted(READERS), CHAMBER, OPERATOR, ADMIN]
INSIDE = READERS | {OPERATOR, ADMIN}

# Who may ask what. A new question must be entered here, on purpose.
GRANTED: dict[str, set[str]] = {
    "award_key_figures": READERS,
    "award_by_prefecture": READERS,
    "award_by_area": READERS,
    "award_trend": READERS,
    "award_by_programme": READERS,
    "award_by_industry": READERS,
    "recipient_rate": READERS,
    "award_list": READERS,
    "award_list_size": READERS,
    "application_totals": READERS,
    "application_trend": READERS,
    "application_breakdown": READERS,
    "application_list": READERS,
    "application_list_size": READERS,
    "growth_summary": READERS,
    "growth_relation": READERS,
    "growth_correlation": READERS,
    "growth_bins": READERS,
    "research_counts": READERS,
    "research_rate": READERS,
    "research_breakdown": READERS,
    "research_score": READERS,
    "research_path": READERS,
    "research_difference": READERS,
    "research_funnel": READERS,
    **dict.fromkeys(
        (
            *("credit_density", "credit_users", "credit_quadrants"),
            *("credit_movement", "credit_transition", "credit_comparison"),
            *("credit_model_quality", "credit_model_calibration", "credit_model_terms"),
        ),
        READERS,
    ),
    # Firms of the register have no programme, so an agency sees none of them.
    "credit_list": READERS - {AGENCY},
    "credit_list_size": READERS - {AGENCY},
    "monitoring_path": READERS,
    "monitoring_exit": READERS,
    "monitoring_cohort": READERS,
    **dict.fromkeys(
        (
            *("matched_balance", "matched_loss", "matched_path", "matched_exit", "matched_check"),
            "matched_groups",
        ),
        READERS,
    ),
    # Rows of firms, half of them without any programme: not for whom programmes limit.
    "matched_table": READERS - {AGENCY},
    "establishments": INSIDE,
    "released_award": READERS | {CHAMBER},
    "released_cells": READERS | {CHAMBER},
    "released_cubes": READERS | {CHAMBER},
    "released_whole": READERS | {CHAMBER},
    "released_effect": READERS | {CHAMBER},
    "released_area": READERS | {CHAMBER},
    "released_member": READERS | {CHAMBER},
    "chamber_consultation": READERS | {CHAMBER},
    "released_freshness": READERS | {CHAMBER},
    "delivery_balance": INSIDE,
    "source_freshness": INSIDE,
    "rejection_reasons": INSIDE,
    "record_remarks": INSIDE,
    "snapshot_changes": INSIDE,
    "figure_changes": READERS,
    "new_files": INSIDE,
    "data_items": INSIDE,
    "item_counts": INSIDE,
    "link_quality": INSIDE,
    "link_rules": INSIDE,
    "table_sources": INSIDE,
    "table_files": INSIDE,
    "rejected_records": {OPERATOR},
    "rejected_size": {OPERATOR},
}

KANTO = {"茨城県", "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県",
         "山梨県", "長野県", "静岡県"}  # fmt: skip

# (prefecture, programme) of awards with a mark in their project name, and who may see the mark.
MARKS: dict[str, tuple[str, str, set[str]]] = {
    "CANARY-OSAKA": ("27", "monodzukuri", {MINISTRY, ANALYST}),
    "CANARY-TOKYO": ("13", "monodzukuri", {MINISTRY, ANALYST, BUREAU}),
    "CANARY-OSAKA-GOTECH": ("27", "gotech", {MINISTRY, ANALYST, AGENCY}),
    "CANARY-NOWHERE": ("", "monodzukuri", {MINISTRY, ANALYST}),
    "CANARY-WITHHELD": ("13", "gotech", set()),
}
RAW_MARK = "CANARY-RAW-TEXT"

TAMPERED: list[dict[str, str]] = [
    {"year": "0"},
    {"year": "0", "region": "27"},
    {"year": "0", "region": "b05"},
    {"year": "0", "region": "b05", "regions": "b05", "role": "ministry", "actor": "ministry"},
    {"year": "0", "region": "13"},
    {"year": "0", "programme": "monodzukuri"},
    {"year": "0", "programme": "gotech", "region": "27"},
    {"year": "0", "industry": "?"},
    {"year": "0", "order": "date_asc", "start": "0", "rows": "100000"},
    {"year": "0", "region": ""},
    {"year": "", "region": "", "programme": "", "industry": ""},
    {"region": "b05' OR '1'='1"},
    {"region": "27\x00"},
    {"region[]": "27", "year[$ne]": "0"},
    {"rows": "100001"},
    {"start": "-1"},
    {"rows": "٣"},
    {"year": "0", "order": "firm_id; DROP TABLE award"},
]


# Columns that carry what was written about single awards, projects and records.
WORDS = {"scheme_name", "project_name", "raw_text", "firm_id", "role", "words"}


def _plant(lens: Path) -> None:
    """Add the marked awards and a marked refused record to a snapshot file."""
    with duckdb.connect(str(lens)) as connection:
        for i, (mark, (prefecture, programme, _)) in enumerate(MARKS.items()):
            firm, award = str(uuid.UUID(int=i + 1)), str(uuid.UUID(int=1000 + i))
            connection.execute(
                "INSERT INTO award (award_id, project_id, firm_id, prefecture_code, "
                "programme_code, fiscal_year, project_name, scheme_name, first_approval_date, "
                "n_payment, amount_yen, returned_yen) "
                "VALUES (?, ?, ?, ?, ?, 2024, ?, ?, DATE '2024-06-01', 1, 1, 0)",
                [award, award, firm, prefecture or None, programme, mark, f"scheme {mark}."],
            )
            if mark == "CANARY-WITHHELD":
                connection.execute("INSERT INTO withheld_firm VALUES (?, 'display')", [firm])
    with duckdb.connect(str(lens.with_name(HELD))) as connection:
        connection.execute(
            "INSERT INTO rejected_record VALUES ('d', 'gbiz_subsidy', 'f', 1, 0, 'r', 'c', ?)",
            [f"=cmd|' /C calc'!A0 {RAW_MARK}"],
        )


@pytest.fixture(scope="module")
def real(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The application with the real questions over a marked copy of the demo store."""
    folder = tmp_path_factory.mktemp("roles")
    snapshot = str(current_snapshot(demo_dir / "store"))
    store = folder / "store"
    shutil.copytree(demo_dir / "store" / snapshot, store / snapshot)
    _plant(store / snapshot / LENS)
    manifest = read_manifest(store, snapshot)
    files = {name: file_hash(store / snapshot / name) for name in manifest.files}
    write_manifest(store / snapshot, replace(manifest, files=files))
    (store / "current").write_text(snapshot, encoding="ascii")
    settings = settings_for(folder, demo_password=PASSWORD)
    built = Application(join(settings, CATALOGUE, layout, ""))
    yield built
    built.gate.reader.close()
    built.engine.dispose()


def _get(application: Application, role: str, path: str) -> tuple[int, str]:
    response = application.client(role).get(path)
    return response.status_code, response.get_data().decode("utf-8-sig", "replace")


def test_every_question_has_its_row_in_the_table_of_grants() -> None:
    assert set(GRANTED) == set(NAMES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_answered_what_it_is_granted_and_nothing_else(
    real: Application, role: str
) -> None:
    client = real.client(role)
    for name in NAMES:
        for query, extension in (({}, "csv"), ({}, "variables.csv"), ({"year": "0"}, "csv")):
            response = client.get(f"/export/{name}.{extension}?{urlencode(query)}")
            expected = 200 if role in GRANTED[name] else 403
            assert response.status_code == expected, (name, query, extension)


@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_a_role_a_row_that_is_not_its_own(real: Application, role: str) -> None:
    client = real.client(role)
    seen: set[str] = set()
    # The marks stand in words of single rows: a question that has such words is asked in every
    # way, the others in two. The other kinds of file hold no row; once is enough.
    asked = [
        (question.name, query, "csv")
        for question in CATALOGUE
        for query in (TAMPERED if WORDS & {c.name for c in question.columns} else TAMPERED[1:3])
    ]
    asked += [(name, TAMPERED[0], other) for name in NAMES for other in ("exe", "variables.csv")]
    for name, query, extension in asked:
        response = client.get(f"/export/{name}.{extension}?{urlencode(query)}")
        assert response.status_code in (200, 400, 403, 404), (name, query, response.status_code)
        body = response.get_data().decode("utf-8-sig", "replace")
        # 400 is the answer to a value that no filter has, whoever asks.
        assert role in GRANTED[name] or response.status_code != 200, (name, query)
        seen |= {mark for mark in (*MARKS, RAW_MARK) if f"scheme {mark}." in body
                 or (mark == RAW_MARK and mark in body)}  # fmt: skip
    allowed = {mark for mark, (_, _, who) in MARKS.items() if role in who}
    # What is allowed is seen, too: the marks would be found where they leak.
    assert seen == allowed | ({RAW_MARK} if role == OPERATOR else set())


def _column(content: str, word: str) -> set[str]:
    rows = list(csv.DictReader(io.StringIO(content)))
    [header] = [name for name in rows[0] if word in name] if rows else [""]
    return {row[header] for row in rows}


def test_a_bureau_lists_its_own_prefectures_whatever_it_asks(real: Application) -> None:
    found: set[str] = set()
    for query in TAMPERED:
        status, content = _get(real, BUREAU, f"/export/award_list.csv?{urlencode(query)}")
        if status == 200:
            places = _column(content, "都道府県")
            assert places <= KANTO, query
            found |= places
    assert len(found) > 5
    _, everyone = _get(real, MINISTRY, "/export/award_list.csv?year=0")
    assert len(_column(everyone, "都道府県")) > len(KANTO)


def test_a_bureau_lists_users_of_its_own_prefectures_only(real: Application) -> None:
    path = "/export/credit_list.csv?measure=sapoin"
    own, every = (_column(_get(real, role, path)[1], "都道府県") for role in (BUREAU, MINISTRY))
    assert own
    assert own <= KANTO
    assert every > own


def test_an_agency_lists_its_own_programmes_whatever_it_asks(real: Application) -> None:
    members = real.gate.members(_actor(real, AGENCY))
    own = {members.of("programme")[code].name for code in ("sapoin", "gotech")}
    found: set[str] = set()
    for query in TAMPERED:
        status, content = _get(real, AGENCY, f"/export/award_list.csv?{urlencode(query)}")
        if status == 200:
            programmes = _column(content, "制度")
            assert programmes <= own, query
            found |= programmes
    assert found == own


def _actor(application: Application, role: str) -> Actor:
    account = find_account(application.engine, role)
    assert account is not None
    return actor_of(account)


def test_the_size_of_a_list_is_that_of_its_rows(real: Application) -> None:
    """A count over other regions would tell of their firms as well."""
    asked = [(role, "award_list") for role in sorted(READERS)]
    asked += [(role, "credit_list") for role in sorted(GRANTED["credit_list"])]
    queries = [(role, name, "year=0&measure=sapoin") for role, name in asked]
    queries += [
        (role, "credit_list", "year=0&industry=E&listed=everyone")
        for role in sorted(GRANTED["credit_list"])
    ]
    for role, name, query in queries:
        _, rows = _get(real, role, f"/export/{name}.csv?{query}")
        _, size = _get(real, role, f"/export/{name}_size.csv?{query}")
        [counted] = csv.DictReader(io.StringIO(size))
        n = len(list(csv.DictReader(io.StringIO(rows))))
        assert next(iter(counted.values())) == str(n), role


def test_one_readers_answer_never_serves_another(real: Application) -> None:
    """Frames are kept: a bureau asks after the ministry, and the other way round."""
    path = "/export/award_list.csv?year=0&region="
    lengths = {
        (i, role): len(_get(real, role, path)[1])
        for i, role in enumerate([MINISTRY, BUREAU, AGENCY, BUREAU, MINISTRY, AGENCY])
    }
    by_role = {role: {n for (_, who), n in lengths.items() if who == role}
               for role in (MINISTRY, BUREAU, AGENCY)}  # fmt: skip
    assert all(len(found) == 1 for found in by_role.values())
    assert len(set.union(*by_role.values())) == 3


def test_a_text_that_would_run_as_a_formula_does_not(real: Application) -> None:
    _, content = _get(real, OPERATOR, "/export/rejected_records.csv")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    [mark] = [cell for cell in cells if RAW_MARK in cell]
    assert mark.startswith("'=cmd")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def _areas(real: Application, role: str, region: str, programme: str = "") -> set[str]:
    query = urlencode({"region": region, "year": "0", "programme": programme})
    text = real.client(role).get(f"/export/award_by_area.csv?{query}").text
    return {row["地域コード"] for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))}


@pytest.mark.parametrize(
    ("role", "status"), [(BUREAU, 403), (AGENCY, 403), (MINISTRY, 200), (ANALYST, 200)]
)
def test_a_municipality_outside_its_scope_is_refused_not_shown_as_nothing(
    real: Application, role: str, status: int
) -> None:
    municipality = min(_areas(real, MINISTRY, "27"))
    for question in ("award_trend", "award_key_figures", "award_list"):
        path = f"/export/{question}.csv?region={municipality}&year=0"
        assert real.client(role).get(path).status_code == status
    for question in ("application_totals", "application_trend", "application_list"):
        path = f"/export/{question}.csv?region={municipality}&year=0"
        assert real.client(role).get(path).status_code == status
    for question in ("application_totals", "application_trend"):
        path = f"/export/{question}.csv?region=13&versus={municipality}&year=0"
        assert real.client(role).get(path).status_code == status


def _parts(real: Application, role: str, region: str, programme: str = "") -> set[str]:
    query = urlencode({"region": region, "year": "0", "programme": programme, "by": "region"})
    text = real.client(role).get(f"/export/application_breakdown.csv?{query}").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    return {row["内訳のコード"] for row in rows} - {""}


@pytest.mark.parametrize("role", [BUREAU, AGENCY])
def test_applications_of_municipalities_are_listed_inside_the_scope_only(
    real: Application, role: str
) -> None:
    # A bureau's scope is its region under any programme, an agency's its programmes anywhere.
    is_bureau = role == BUREAU
    own = _parts(real, role, "13", "" if is_bureau else "sapoin")
    assert own
    assert {code[:2] for code in own} == {"13"}
    assert _parts(real, role, "27", "" if is_bureau else "monodzukuri") == set()
    assert _parts(real, role, "b05") == {"18", "25", "26", "27", "28", "29", "30"}


@pytest.mark.parametrize("role", [BUREAU, AGENCY, MINISTRY])
def test_applications_are_listed_inside_the_scope_only(real: Application, role: str) -> None:
    text = real.client(role).get("/export/application_list.csv?year=0").text
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert rows
    if role == BUREAU:
        assert {row["都道府県"] for row in rows} <= KANTO
    if role == AGENCY:
        assert {row["制度"] for row in rows} <= {"Go-Tech", "サポイン"}
    if role == MINISTRY:
        assert "大阪府" in {row["都道府県"] for row in rows}


@pytest.mark.parametrize("role", [BUREAU, AGENCY])
def test_municipalities_are_listed_inside_the_scope_only(real: Application, role: str) -> None:
    own = _areas(real, role, "13") if role == BUREAU else _areas(real, role, "13", "gotech")
    assert own
    assert {code[:2] for code in own} == {"13"}
    assert _areas(real, role, "27") == set()
    assert _areas(real, role, "b05") == {"18", "25", "26", "27", "28", "29", "30"}
