"""The components in a real browser: links, selects, tiles and folds do what they say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import dash
import pytest
from axe_playwright_python.sync_playwright import Axe
from dash import MATCH, ClientsideFunction, Input, Output, dcc, html
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from components.breadcrumb import Level, page_head
from components.chart import chart
from components.evidence_card import evidence_card
from components.figure import figure_frame, figure_grid
from components.filters import Chip, FilterField, chips, filter_bar
from components.key_figures import KeyFigure, key_figures
from components.links import href, page_link
from components.ranking import Bar, bar_ranking
from components.shell import NavItem, Viewer, shell
from components.states import empty
from components.table import answer_table
from components.tile_map import POSITIONS, Readout, Tile, tile_map
from store.quantity import Unit
from tests.components.drawn import three_prefectures

pytestmark = pytest.mark.browser

POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'self'"
)


def award_page(query: dict[str, str]) -> list[Any]:
    """One of each component, its state in ``query``."""
    tiles = {code: Tile("41.2", 3, href(query, region=code), "%") for code in POSITIONS}
    options = [("", "全国"), ("04", "宮城県"), ("20", "長野県")]
    is_table = query.get("view") == "table"
    body: Any = chart(
        bar_ranking([Bar("製造業", 3, link=href(query, industry="E"))], Unit.AWARD),
        "製造業3件",
        name="ranking",
    )
    if is_table:
        body = answer_table(three_prefectures(), ["region_name", "n_award"], name="t", label="表")
    region = query.get("region", "")
    return [
        page_head("補助金", "文", [[Level("全国", href(query, region="")), Level("長野県")]]),
        filter_bar(
            [FilterField("region", "地域", options, region, drops=("rows",))],
            [FilterField("programme", "制度", [("", "すべて"), ("m", "ものづくり")], "")],
            summary="長野県",
        ),
        chips([Chip("制度", "ものづくり", href(query, programme=None))], "/"),
        key_figures([KeyFigure("申請", "148", "件", ["前年度から ", html.B("+6.5%")])]),
        figure_grid(
            figure_frame(
                "地図",
                "採択率（%）",
                tile_map(
                    tiles | {"31": Tile("", None, "?region=31")},
                    measure="採択率（%）",
                    legend=("〜32", "32〜38", "38〜"),
                    chosen=region,
                    readout=Readout("長野県", "48.6%", "148件", "市区町村を見る", "?city=1"),
                ),
                name="map",
                answer=three_prefectures(n_withheld=1, is_synthetic=True),
                csv_href="/export.csv",
                span=7,
            ),
            figure_frame(
                "順位",
                "採択（件）",
                body,
                name="rank",
                answer=three_prefectures(),
                table_href=href(query, view=None if is_table else "table"),
                is_table=is_table,
                span=5,
                height=420,
            ),
            figure_frame("なし", "", empty("0件です。", [("外す（2件）", "?a=1")]), name="none"),
            html.Div(page_link("底", "/other", "btn"), style={"paddingTop": "40rem"}),
        ),
    ]


def make_app() -> dash.Dash:
    app = dash.Dash(
        "look",
        assets_folder=str(Path(__file__).parents[2] / "assets"),
        suppress_callback_exceptions=True,
        title="見本",
    )
    index = app.index_string.replace("<html>", '<html lang="ja">')
    app.index_string = index.replace("<footer>", "").replace("</footer>", "")
    app.layout = html.Div([dcc.Location(id="url"), html.Div(id="page", className="sl-page")])

    @app.callback(Output("page", "children"), Input("url", "pathname"), Input("url", "search"))
    def draw(path: str, search: str) -> Any:
        query = dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=True))
        body = award_page(query) if path == "/" else [page_head("ほかのページ")]
        nav = [NavItem("補助金", "/", path == "/"), NavItem("ほか", "/other", path != "/")]
        return shell(body, viewer=Viewer("課員", "token"), nav=nav, is_synthetic=True)

    @app.callback(
        Output({"type": "definition", "question": MATCH, "figure": MATCH}, "children"),
        Input({"type": "define", "question": MATCH, "figure": MATCH}, "n_clicks"),
        prevent_initial_call=True,
    )
    def define(_n_clicks: int) -> Any:
        return evidence_card(three_prefectures())

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("lens", "follow"),
        Output({"type": "chart", "name": MATCH}, "clickData"),
        Input({"type": "chart", "name": MATCH}, "clickData"),
        prevent_initial_call=True,
    )

    def protect(response: Any) -> Any:
        scripts = " ".join(f"'{value.strip(chr(39))}'" for value in app.csp_hashes())
        response.headers["Content-Security-Policy"] = POLICY.format(scripts=scripts)
        return response

    app.server.after_request(protect)
    return app


@pytest.fixture(scope="module")
def look() -> Iterator[str]:
    application = make_app().server
    # Dash finishes its set-up in the first request; two at once would find it half done.
    application.test_client().get("/")
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all tests: it has the scripts from the first page on."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def screen(window: BrowserContext, look: str) -> Iterator[Page]:
    """A page at 1440 pixels that fails its test on any console error or foreign request."""
    page = window.new_page()
    wrong: list[str] = []
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda r: wrong.append(r.url) if not _is_ours(r.url, look) else None)
    open_page(page, f"{look}/?region=20")
    yield page
    page.close()
    assert wrong == []


def _is_ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("#rank .main-svg, #rank table")


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition; the policy of the page forbids the driver's own way of polling."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def wait_for_address(page: Page, end: str) -> None:
    page.wait_for_url(lambda url: url.endswith(end))
    wait_until(page, "!document.querySelector('.sl-page[data-dash-is-loading]')")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def test_a_link_moves_without_reload_and_keeps_scroll_and_focus(screen: Page) -> None:
    screen.evaluate("window.stayed = true")
    screen.locator("#rank >> text=表で見る").scroll_into_view_if_needed()
    place = screen.evaluate("window.scrollY")
    assert place > 0
    screen.click("#rank >> text=表で見る")
    wait_for_address(screen, "?region=20&view=table")
    screen.wait_for_selector("#rank table")
    assert screen.evaluate("window.stayed") is True
    assert screen.evaluate("window.scrollY") == place
    assert focused(screen) == "図で見る"
    screen.go_back()
    wait_for_address(screen, "?region=20")
    screen.wait_for_selector("#rank .main-svg")


def test_a_new_page_begins_at_its_top_with_the_focus_on_it(screen: Page) -> None:
    screen.click("text=底")
    wait_for_address(screen, "/other")
    screen.wait_for_selector("text=ほかのページ >> nth=0")
    wait_until(screen, "document.activeElement.id === 'main'")
    assert screen.evaluate("window.scrollY") == 0


def test_arrow_keys_move_among_tiles_and_enter_chooses(screen: Page) -> None:
    screen.focus("a.sl-tile[aria-current]")
    for key, name in (("ArrowLeft", "岐阜"), ("ArrowDown", "愛知"), ("Home", "北海道")):
        screen.keyboard.press(key)
        assert focused(screen).startswith(name)
    screen.keyboard.press("ArrowDown")
    assert screen.locator("a.sl-tile[tabindex='0']").count() == 1
    screen.keyboard.press("Enter")
    wait_for_address(screen, "?region=02")
    wait_until(screen, "document.activeElement.matches('[aria-current].sl-tile')")
    assert focused(screen).startswith("青森")


def test_a_select_changes_its_parameter_drops_its_dependants_and_nothing_else(
    screen: Page, look: str
) -> None:
    open_page(screen, f"{look}/?region=20&rows=all&year=2025")
    screen.select_option("#filter-region", "04")
    wait_for_address(screen, "?region=04&year=2025")
    wait_until(screen, "document.querySelector('#filter-region').value === '04'")
    screen.select_option("#filter-region", label="全国")
    wait_for_address(screen, "?region=&year=2025")


def test_what_is_unfolded_stays_unfolded_when_the_page_is_drawn_anew(screen: Page) -> None:
    screen.click("text=ほかの条件")
    screen.click("#map >> text=定義")
    screen.wait_for_selector("#map-definitions", state="visible")
    screen.select_option("#filter-programme", "m")
    wait_for_address(screen, "?region=20&programme=m")
    screen.wait_for_selector("#map-definitions", state="visible")
    assert screen.is_visible("#filter-programme")
    screen.keyboard.press("Escape")
    assert not screen.is_visible("#filter-programme")


def test_a_click_on_a_bar_leads_where_its_row_leads(screen: Page) -> None:
    # Plotly draws first for the screen, then for the box: the bar must rest before it is hit.
    screen.locator("#rank").scroll_into_view_if_needed()
    screen.wait_for_timeout(500)
    box = screen.locator("#rank .bars .point").bounding_box()
    assert box
    screen.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    screen.wait_for_selector("#rank .hovertext")
    screen.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2)
    wait_for_address(screen, "?region=20&industry=E")


def test_the_address_is_copied_and_said_so(screen: Page) -> None:
    screen.click("text=この画面のURLをコピー")
    screen.wait_for_selector("text=コピーしました")
    assert screen.evaluate("navigator.clipboard.readText()") == screen.url


def test_without_a_clipboard_the_address_is_shown_to_be_copied(screen: Page) -> None:
    screen.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    screen.click("text=この画面のURLをコピー")
    assert screen.input_value(".sl-copied input") == screen.url


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("end", ["/?region=20", "/?region=20&view=table", "/other"])
def test_no_rule_of_accessibility_is_broken_and_nothing_sticks_out(
    screen: Page, look: str, width: int, end: str
) -> None:
    screen.set_viewport_size({"width": width, "height": 900})
    screen.goto(f"{look}{end}")
    screen.wait_for_selector("h1")
    screen.wait_for_timeout(800)
    assert screen.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(screen)
    assert [violation["id"] for violation in found.response["violations"]] == []


def test_narrow_screens_fold_the_filters_and_the_sections(screen: Page) -> None:
    screen.set_viewport_size({"width": 390, "height": 844})
    assert not screen.is_visible("#filter-region")
    assert not screen.is_visible("#sections >> text=ほか")
    screen.click("text=条件を変える")
    assert screen.is_visible("#filter-region")
    screen.click("text=メニュー")
    assert screen.is_visible("#sections >> text=ほか")
    assert screen.is_visible("text=ログアウト")
