"""What was chosen goes along with every link, and no page loses it for another."""

from __future__ import annotations

from typing import Any

import pytest
from dash import html

import gate
from components.links import page_link
from pages._shared import chosen, keep_along, with_query
from store.members import Member, Members

MEMBERS = Members(
    domains={
        "region": {"20": Member("20", "長野県", "Nagano", "prefecture", "b03")},
        "year": {y: Member(y, y, y, "year", "") for y in ("0", "2023", "2024")},
        "technology": {"01": Member("01", "デザイン", "Design", "technology", "")},
    },
    defaults={"year": "2024"},
)


@pytest.fixture(autouse=True)
def _members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "members", lambda: MEMBERS)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        (
            "/awards",
            {"region": "20", "year": "2023", "measure": "x"},
            {"region": "20", "year": "2023"},
        ),
        ("/awards", {"year": "2024", "region": ""}, {}),
        ("/awards", {"year": "0"}, {"year": "0"}),
        # These pages show all years anyway.
        ("/growth", {"year": "0", "region": "20"}, {"region": "20"}),
        ("/growth", {"year": "2023"}, {"year": "2023"}),
        # A value that is not published would follow the reader everywhere.
        ("/awards", {"region": "99", "technology": "01"}, {"technology": "01"}),
        ("/data/items", {"words": "x", "region": "20"}, {"region": "20"}),
    ],
)
def test_what_goes_along(path: str, query: dict[str, str], expected: dict[str, str]) -> None:
    assert chosen(path, query) == expected


def test_without_a_snapshot_nothing_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Members:
        raise gate.NoSnapshot

    monkeypatch.setattr(gate, "members", none)
    assert chosen("/awards", {"region": "20"}) == {}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/growth", "/growth?region=20&year=2023"),
        ("/growth?year=0", "/growth?year=0&region=20"),
        ("/data#freshness", "/data?region=20&year=2023#freshness"),
        ("?source=x", "?source=x&region=20&year=2023"),
        ("?", "?region=20&year=2023"),
        ("?region=&a=%E3%81%82", "?region=&a=%E3%81%82&year=2023"),
    ],
)
def test_a_link_keeps_what_it_says_itself(address: str, expected: str) -> None:
    assert with_query(address, {"region": "20", "year": "2023"}) == expected
    assert with_query(address, {}) == address


def _kept(path: str, *links: str) -> list[str]:
    page: list[Any] = [html.Div([html.P(page_link("x", to)) for to in links]), None, "text"]
    keep_along(page, path, {"region": "20", "technology": "01"})
    return [paragraph.children.href for paragraph in page[0].children]


def test_links_among_pages_that_do_not_read_the_filter_keep_it() -> None:
    assert _kept("/data/items", "?words=a", "/data/lineage?table_name=x", "/awards") == [
        "?words=a&region=20&technology=01",
        "/data/lineage?table_name=x&region=20&technology=01",
        "/awards",
    ]


def test_a_page_drops_what_it_reads_itself() -> None:
    # 条件を外す must not come back with the condition.
    assert _kept("/awards", "?year=2023", "?", "/data") == [
        "?year=2023",
        "?",
        "/data?region=20&technology=01",
    ]
    assert _kept("/awards/grants", "?programme=it") == ["?programme=it&technology=01"]


def test_files_and_other_links_are_left_alone() -> None:
    link: Any = html.A("CSV", href="/data.csv?x=1", download="")
    keep_along(link, "/data", {"region": "20"})
    assert link.href == "/data.csv?x=1"
