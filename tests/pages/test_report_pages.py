"""レポート and 公開の手続き, drawn for every role over editions in every state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest
from dash.development.base_component import Component
from flask import g

from app import create_app
from gate.edition_state import Step
from gate.package_files import file_path
from gate.workshop import BUILDER
from language import LANGUAGES, Language, speaking
from store.snapshot import point_to
from tests.components.drawn import check_children, find, prop, words
from tests.gate.little_store import PASSWORD, Application, build_snapshot, settings_for
from tests.gate.made_editions import (
    BASIS,
    CSV,
    actor_named,
    checked_edition,
    clear_editions,
    data_of,
    public_edition,
    releases_of,
)

Draw = Callable[..., Component]
CHAMBER, MINISTRY, ADMIN = "chamber-miyagi", "ministry", "admin"
FIRST = data_of("2024,04,,,n_award,3,", "2024,04,,,amount_man,,x")
SECOND = data_of("2024,04,,,n_award,4,", "2025,04,,,n_award,2,", "2024,04,,,amount_man,,x")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("report_pages")
    build_snapshot(folder / "store", "s1")
    point_to(folder / "store", "s1")
    built = Application(create_app(settings_for(folder, demo_password=PASSWORD)))
    yield built
    built.gate.reader.close()
    built.engine.dispose()


@pytest.fixture
def served(running: Application) -> Iterator[Application]:
    """The application without any edition."""
    yield running
    clear_editions(running)


@pytest.fixture
def draw(served: Application) -> Draw:
    layouts = {name: import_module(f"pages.{name}").layout for name in ("reports", "reports_desk")}

    def drawn(page: str, username: str = CHAMBER, **query: str) -> Component:
        with served.server.test_request_context("/"):
            g.actor = actor_named(served, username)
            content: Component = layouts[page](**query)
        check_children(content)
        assert not re.search(r"\bnan\b|NaN|None", words(content))
        return content

    return drawn


def _links(page: Component) -> list[str]:
    return [str(prop(link, "href")) for link in find(page, "A")]


def _files(page: Component) -> list[str]:
    return sorted({link for link in _links(page) if link.startswith("/reports/file/")})


def test_a_chamber_sees_the_report_on_its_own_area(served: Application, draw: Draw) -> None:
    public_edition(served, "2026-11")
    page = draw("reports")
    assert words(find(page, "H1")[0]) == "宮城県のレポート"
    assert prop(find(page, "Select", name="region")[0], "disabled") is True
    assert prop(find(page, "Img")[0], "src") == "/reports/preview/2026-11/04/1.png"
    assert _files(page) == [
        f"/reports/file/2026-11/04/{name}"
        for name in ("data.csv", "report.html", "report.pdf", "report.xlsx", "variables.csv")
    ]
    said = words(page)
    assert "10のうち2を秘匿（20.0%）" in said
    assert "内容の確認" in said
    # Roles are told, not people.
    assert "分析担当" in said
    assert "analyst" not in said


def test_the_address_chooses_the_industry_and_the_wider_areas(
    served: Application, draw: Draw
) -> None:
    public_edition(served, "2026-11")
    assert words(find(draw("reports", industry="E"), "H1")[0]) == "宮城県・製造業のレポート"
    nation = draw("reports", region="japan")
    assert words(find(nation, "H1")[0]) == "全国のレポート"
    assert all("/japan/" in link for link in _files(nation))
    # A municipality stands for its prefecture.
    assert "東京都" in words(find(draw("reports", MINISTRY, region="13101"), "H1")[0])


def test_another_prefecture_is_no_more_than_a_sentence(served: Application, draw: Draw) -> None:
    public_edition(served, "2026-11")
    page = draw("reports", region="13")
    assert "この範囲のレポートはありません" in words(page)
    assert not _files(page)
    assert not find(page, "Img")
    assert _files(draw("reports", "bureau-kanto", region="13"))


def test_without_an_edition_the_page_says_what_that_means(draw: Draw) -> None:
    assert "公開中の版がまだありません" in words(draw("reports"))
    assert "python -m reports build" in words(draw("reports", MINISTRY))
    assert "版がまだありません" in words(draw("reports_desk", ADMIN))


def test_what_is_not_public_is_not_there_for_a_chamber(served: Application, draw: Draw) -> None:
    checked_edition(served, "2026-11")
    assert "公開中の版がまだありません" in words(draw("reports"))
    assert find(draw("reports", MINISTRY, region="04"), "Img")


def test_a_withdrawn_edition_says_why_and_leads_on(served: Application, draw: Draw) -> None:
    public_edition(served, "2026-08")
    releases_of(served).decide(
        "2026-08", Step.WITHDRAW, actor_named(served, ADMIN), "平均売上高に誤り"
    )
    public_edition(served, "2026-11")
    page = draw("reports", edition="2026-08")
    assert "平均売上高に誤り" in words(page)
    assert not any("2026-08" in link for link in _files(page))
    assert "/reports?region=04" in _links(page)


def test_one_withdrawn_before_it_was_public_is_nobodys_business(
    served: Application, draw: Draw
) -> None:
    checked_edition(served, "2026-08")
    releases_of(served).decide("2026-08", Step.WITHDRAW, actor_named(served, ADMIN), "内部の事情")
    public_edition(served, "2026-11")
    assert "内部の事情" not in words(draw("reports"))
    assert "内部の事情" in words(draw("reports_desk", ADMIN))


def test_the_table_of_editions_says_what_changed(served: Application, draw: Draw) -> None:
    public_edition(served, "2026-08", {"04": FIRST})
    public_edition(served, "2026-11", {"04": SECOND})
    page = draw("reports")
    rows = [words(row) for row in find(page, "Tr")]
    assert any("令和7年度を追加、1の値を更新、1の値を追加" in row for row in rows)
    assert any("最初の版" in row for row in rows)
    assert any("前の版と同じ数値" in words(r) for r in find(draw("reports", industry="E"), "Tr"))


def test_a_damaged_file_is_not_compared_and_the_page_stands(
    served: Application, draw: Draw
) -> None:
    # Files that were compared before are known by their hashes; these were not.
    public_edition(served, "2026-08", {"04": data_of("2024,04,,,n_award,5,")})
    public_edition(served, "2026-11", {"04": SECOND})
    path = file_path(releases_of(served).folder, "2026-08", "04", CSV)
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    assert "前の版と比べられない" in words(draw("reports"))


@pytest.mark.parametrize(
    "query",
    [
        {"edition": "1999-01"},
        {"edition": "../../x"},
        {"region": "99"},
        {"industry": "?"},
        {"technology": "nonsense"},
        {"sheet": "999999"},
        {"sheet": "-1"},
        {"sheet": "٣"},
        {"region": "japan", "industry": "E"},
        {"year": "0", "size": "s1", "programme": "sapoin"},
    ],
    ids=str,
)
def test_odd_addresses_get_a_whole_page(
    served: Application, draw: Draw, query: dict[str, str]
) -> None:
    public_edition(served, "2026-11")
    for username in (CHAMBER, MINISTRY):
        assert find(draw("reports", username, **query), "H1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_pages_are_drawn_in_both_languages(
    served: Application, draw: Draw, language: Language
) -> None:
    public_edition(served, "2026-08", {"04": FIRST})
    public_edition(served, "2026-11", {"04": SECOND})
    checked_edition(served, "2026-12")
    with speaking(language):
        for username in (CHAMBER, MINISTRY):
            said = words(draw("reports", username))
            assert ("Downloads" if language == "en" else "ダウンロード") in said
        said = words(draw("reports_desk", MINISTRY))
        assert ("Waits for review" if language == "en" else "確認待ち") in said


STEPS = {
    "checked": {"ministry": {"review", "withdraw"}, "analyst": {"review", "withdraw"},
                "admin": {"withdraw"}},
    "reviewed": {"ministry": {"approve", "withdraw"}, "analyst": {"withdraw"},
                 "admin": {"approve", "withdraw"}},
    "public": {"ministry": {"withdraw"}, "analyst": {"withdraw"}, "admin": {"withdraw"}},
}  # fmt: skip


def test_the_desk_offers_each_role_its_own_steps(served: Application, draw: Draw) -> None:
    checked_edition(served, "2026-11")
    for state, step in (("checked", Step.REVIEW), ("reviewed", Step.APPROVE), ("public", None)):
        for username, expected in STEPS[state].items():
            forms = find(draw("reports_desk", username), "Form")
            offered = {str(prop(f, "action")).rpartition("/")[2] for f in forms}
            assert offered & {"review", "approve", "withdraw"} == expected, (state, username)
        if step is not None:
            person = "analyst" if step is Step.REVIEW else "admin"
            releases_of(served).decide("2026-11", step, actor_named(served, person))


def test_the_author_is_not_offered_the_approval(served: Application, draw: Draw) -> None:
    checked_edition(served, "2026-11")
    releases_of(served).decide("2026-11", Step.REVIEW, actor_named(served, MINISTRY))
    actions = [str(prop(form, "action")) for form in find(draw("reports_desk", MINISTRY), "Form")]
    assert not any(action.endswith("/approve") for action in actions)


@pytest.mark.parametrize("username", [CHAMBER, "bureau-kanto", "agency", "operator"])
def test_the_desk_is_closed_to_everyone_else(
    served: Application, draw: Draw, username: str
) -> None:
    public_edition(served, "2026-11")
    page = draw("reports_desk", username)
    assert "いまの役割では開けません" in words(page)
    assert not find(page, "Table")


def test_the_ledger_is_for_those_who_answer_for_the_release(
    served: Application, draw: Draw
) -> None:
    public_edition(served, "2026-11")
    response = served.client(CHAMBER).get("/reports/file/2026-11/04/report.pdf")
    assert response.status_code == 200
    for username in (MINISTRY, ADMIN):
        assert CHAMBER in words(draw("reports_desk", username))
    assert CHAMBER not in words(draw("reports_desk", "analyst"))


def test_an_admin_finds_the_desk_and_nothing_of_the_reports(
    served: Application, draw: Draw
) -> None:
    public_edition(served, "2026-11")
    page = draw("reports_desk", ADMIN)
    assert "/reports/desk" in _links(page)
    assert not any(link.startswith("/reports?") for link in _links(page))
    assert "いまの役割では開けません" in words(draw("reports", ADMIN))


def test_an_edition_that_failed_its_check_says_so(served: Application, draw: Draw) -> None:
    releases_of(served).open_edition("2026-11", BASIS, BUILDER)
    page = draw("reports_desk", MINISTRY)
    assert "検査を通っていません" in words(page)
    assert "公開中の版がまだありません" in words(draw("reports"))
