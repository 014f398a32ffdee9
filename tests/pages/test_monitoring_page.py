"""モニタリング laid out from answers made by hand, and its sentences."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import dash
import pytest

from gate.actor import Role
from language import LANGUAGES, Language, catalogue, speaking
from pages.monitoring_parts import findings
from store.quantity import Unit
from tests.components.drawn import check_children, find, walk, words
from tests.pages.made_answers import read_by
from tests.pages.made_monitoring import left, monitoring_frames, values

TABLES = "path,exits"


@pytest.fixture(scope="module")
def page() -> ModuleType:
    # Pages register with an application.
    dash.Dash("monitoring", use_pages=True, pages_folder="")
    from pages import monitoring

    return monitoring


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.ANALYST, Role.BUREAU, Role.AGENCY])
def test_who_may_see_aggregates_sees_the_page(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType, role: Role
) -> None:
    read_by(monkeypatch, monitoring_frames(), role)
    shown = page.layout()
    check_children(shown)
    assert len(find(shown, "Graph")) == 2
    assert find(shown, "Dl", className="sl-keys")


@pytest.mark.parametrize("role", [Role.CHAMBER, Role.OPERATOR, Role.ADMIN])
def test_who_may_not_is_told_and_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType, role: Role
) -> None:
    assert not read_by(monkeypatch, monitoring_frames(), role)
    assert not find(page.layout(), "Graph")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"table": TABLES, "centre": "mean"},
        {"region": "20201", "industry": "24", "size": "s1", "used_from": "2018", "users": "once"},
        {"outcome": "employee", "centre": "winsorised_mean", "horizon": "8"},
    ],
)
def test_every_view_is_drawn_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType, query: dict[str, str], language: Language
) -> None:
    read_by(monkeypatch, monitoring_frames(pull=1.3), Role.MINISTRY)
    with speaking(language):
        shown = page.layout(**query)
        check_children(shown)
        said = words(shown)
    assert "nan" not in said.lower().replace("finan", "")
    assert "None" not in said
    assert "<NA>" not in said
    assert "{" not in said
    ids = [str(part.id) for part in walk(shown) if getattr(part, "id", None)]
    assert len(ids) == len(set(ids))


def test_a_municipality_stands_for_its_prefecture(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType
) -> None:
    read_by(monkeypatch, monitoring_frames(), Role.MINISTRY)
    shown = page.layout(region="20201")
    assert "長野県" in words(shown)
    assert "長野市" not in words(shown)


def test_every_figure_has_its_definition_and_its_file(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType
) -> None:
    read_by(monkeypatch, monitoring_frames(), Role.MINISTRY)
    for figure in find(page.layout(), "Figure"):
        assert "定義" in words(figure), figure.id
        assert "CSV" in words(figure), figure.id


def test_that_users_differ_is_always_said(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType
) -> None:
    for n in (200, 12, 4):
        read_by(monkeypatch, monitoring_frames(n), Role.MINISTRY)
        assert "比較として読むことはできません" in words(page.layout())


def test_without_users_the_page_says_why_and_what_to_relax(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType
) -> None:
    read_by(monkeypatch, monitoring_frames(0), Role.MINISTRY)
    shown = page.layout(industry="24")
    assert "利用した企業がありません" in words(shown)
    assert "すべての業種で見る" in words(shown)
    assert not find(shown, "Graph")


def test_too_few_are_not_shown_and_the_legend_says_so(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType
) -> None:
    read_by(monkeypatch, monitoring_frames(4), Role.MINISTRY)
    shown = page.layout()
    assert not find(shown, "Graph")
    assert "10社に満たない" in words(shown)
    read_by(monkeypatch, monitoring_frames(), Role.MINISTRY)
    assert "「…」は10社に満たないため示さない" in words(page.layout(table=TABLES))


@pytest.mark.parametrize(
    ("pull", "is_said"), [(1.0, False), (1.04, False), (1.06, True), (0.8, True)]
)
def test_a_mean_that_a_few_values_pull_is_told(
    monkeypatch: pytest.MonkeyPatch, page: ModuleType, pull: float, is_said: bool
) -> None:
    read_by(monkeypatch, monitoring_frames(pull=pull), Role.MINISTRY)
    assert ("少数の値が平均を動かしています" in words(page.layout())) is is_said


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (10.0, "上回る"),
        (6.0, "違うとはいえない"),
        (2.0, "下回る"),
    ],
)
def test_defaults_are_told_apart_only_beyond_their_interval(rate: float, expected: str) -> None:
    assert findings.exit_title(left(200, rate), "3年後").endswith(expected)
    assert "足りない" in findings.exit_title(left(9, rate), "3年後")


def test_a_path_is_titled_with_both_counts() -> None:
    rows: list[Any] = [{"event_year": -1, **values(40)}, {"event_year": 3, **values(20, 130e6)}]
    title = findings.path_title(
        rows, centre="median", outcome="売上高", named="中央値", unit=Unit.YEN, horizon=3
    )
    assert title == "利用企業の売上高の中央値は、前年1.2億円（40社）、3年後1.3億円（20社）"
    few = findings.path_title(
        rows, centre="median", outcome="売上高", named="中央値", unit=Unit.YEN, horizon=8
    )
    assert "足りない" in few


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_speaks_of_an_effect(language: Language) -> None:
    for key, said in catalogue(language).items():
        if key.startswith(("monitoring.", "quantity.user", "followed.")):
            assert "効果" not in said, key
            assert "effect" not in said.lower().replace("effective bankruptcy", ""), key
