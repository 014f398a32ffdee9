"""Only bodies that our own pages could send reach Dash."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dash import Output
from flask.testing import FlaskClient

from gate.callback_shape import ShapeError, check_callback
from tests.gate.little_store import Application

GREET: dict[str, Any] = {
    "output": "greeting.children",
    "outputs": {"id": "greeting", "property": "children"},
    "inputs": [{"id": "name", "property": "value", "value": "花子"}],
    "state": [{"id": "address", "property": "search", "value": "?year=2024"}],
    "changedPropIds": ["name.value"],
}
DESCRIBE: dict[str, Any] = {
    "output": "..greeting.title...greeting.lang..",
    "outputs": [{"id": "greeting", "property": "title"}, {"id": "greeting", "property": "lang"}],
    "inputs": [{"id": "name", "property": "value", "value": "花子"}],
    "changedPropIds": ["name.value"],
}
ROW = {"type": "row", "index": 1}
MARK: dict[str, Any] = {
    "output": '{"index":["MATCH"],"type":"row"}.children',
    "outputs": {"id": ROW, "property": "children"},
    "inputs": [{"id": ROW, "property": "n_clicks", "value": 1}],
    "state": [[{"id": ROW, "property": "title", "value": "a"}]],
    "changedPropIds": ['{"index":1,"type":"row"}.n_clicks'],
}
ROUTE: dict[str, Any] = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [
        {"id": "_pages_content", "property": "children"},
        {"id": "_pages_store", "property": "data"},
    ],
    "inputs": [
        {"id": "_pages_location", "property": "pathname", "value": "/nowhere"},
        {"id": "_pages_location", "property": "search", "value": ""},
    ],
}
PATH = "/_dash-update-component"


@pytest.fixture(scope="module")
def client(application: Application) -> FlaskClient:
    return application.client("ministry")


@pytest.mark.parametrize(
    ("body", "expected"),
    [(GREET, "花子?year=2024"), (DESCRIBE, "花子"), (MARK, "11"), (ROUTE, "_pages_content")],
)
def test_what_our_pages_send_is_answered(
    client: FlaskClient, body: dict[str, Any], expected: str
) -> None:
    response = client.post(PATH, json=body)
    assert response.status_code == 200
    assert expected in json.dumps(response.json, ensure_ascii=False)


WRONG: dict[str, Any] = {
    "no object": [],
    "no output": {"inputs": []},
    "unknown output": {**GREET, "output": "award.children"},
    "output that is no text": {**GREET, "output": ["greeting.children"]},
    "callback that runs in the browser": {**GREET, "output": "_pages_dummy.children"},
    "no inputs": {k: v for k, v in GREET.items() if k != "inputs"},
    "too many inputs": {**GREET, "inputs": GREET["inputs"] * 2},
    "another component": {**GREET, "inputs": [{"id": "other", "property": "value"}]},
    "another property": {**GREET, "inputs": [{"id": "name", "property": "n_clicks"}]},
    "an input that is text": {**GREET, "inputs": ["name.value"]},
    "a list where one is meant": {**GREET, "inputs": [GREET["inputs"]]},
    "an address that is a number": {
        **GREET,
        "state": [{"id": "address", "property": "search", "value": 1}],
    },
    "no address for the router": {
        **ROUTE,
        "inputs": [{"id": "_pages_location", "property": "pathname"}, ROUTE["inputs"][1]],
    },
    "no outputs": {k: v for k, v in GREET.items() if k != "outputs"},
    "too few outputs": {**DESCRIBE, "outputs": DESCRIBE["outputs"][:1]},
    "another output": {**GREET, "outputs": {"id": "name", "property": "value"}},
    "changes that are no texts": {**GREET, "changedPropIds": [1]},
    "changes that are no list": {**GREET, "changedPropIds": "name.value"},
    "a pattern with a plain id": {**MARK, "inputs": [{"id": "row", "property": "n_clicks"}]},
    "a pattern with a nested id": {
        **MARK,
        "inputs": [{"id": {"type": {"a": 1}}, "property": "n_clicks"}],
    },
    "one where a list is meant": {**MARK, "state": MARK["state"][0]},
    "an address without its slash": {
        **ROUTE,
        "inputs": [{**ROUTE["inputs"][0], "value": "nowhere"}, ROUTE["inputs"][1]],
    },
    "half a character": {**GREET, "inputs": [{**GREET["inputs"][0], "value": "\ud800"}]},
    "half a character in a key": {**GREET, "x": [{"\udfff": 1}]},
}


@pytest.mark.parametrize("case", WRONG)
def test_any_other_body_is_refused_without_a_word(client: FlaskClient, case: str) -> None:
    response = client.post(PATH, json=WRONG[case])
    assert response.status_code == 400
    assert response.json == {"message": "要求の形が正しくありません。"}


def test_an_address_may_be_missing_before_the_browser_tells_it() -> None:
    state = [{"id": "address", "property": "search", "value": None}]
    check_callback({**GREET, "state": state}, {"greeting.children": _declared(no_output=False)})


def test_a_callback_without_output_needs_none() -> None:
    body = {k: v for k, v in GREET.items() if k != "outputs"}
    check_callback(body, {"greeting.children": _declared(no_output=True)})
    with pytest.raises(ShapeError):
        check_callback(body, {"greeting.children": _declared(no_output=False)})


def _declared(no_output: bool) -> dict[str, Any]:
    return {
        "inputs": [{"id": "name", "property": "value"}],
        "state": [{"id": "address", "property": "search"}],
        "output": Output("greeting", "children"),
        "callback": None,
        "no_output": no_output,
    }


def test_what_is_not_json_is_refused(client: FlaskClient) -> None:
    body = json.dumps(GREET)
    assert client.post(PATH, data=body, content_type="text/plain").status_code == 415
    assert client.post(PATH, data=GREET["output"]).status_code == 415
    for broken in (b"null", b"{", b"\xff\xfe", b"[" * 100_000, b"", b'{"output": 1e999999}'):
        response = client.post(PATH, data=broken, content_type="application/json")
        assert response.status_code == 400
    large = client.post(PATH, data=b" " * 3_000_000, content_type="application/json")
    assert large.status_code == 413


def _parts(body: Any) -> Iterator[Callable[[Any], None]]:
    """A setter for every place of a body."""
    if isinstance(body, dict):
        for key in list(body):
            yield lambda value, key=key: body.__setitem__(key, value)  # type: ignore[misc]
            yield from _parts(body[key])
    elif isinstance(body, list):
        for index in range(len(body)):
            yield lambda value, index=index: body.__setitem__(index, value)  # type: ignore[misc]
            yield from _parts(body[index])


def test_three_hundred_malformed_bodies_break_nothing(client: FlaskClient) -> None:
    rng = random.Random(1)
    junk: list[Any] = [None, 0, -1, 1.5, True, "", "x", [], {}, [[]], {"id": {}}, ["a"], "\ud800"]
    for _ in range(300):
        body = json.loads(json.dumps(rng.choice([GREET, DESCRIBE, MARK, ROUTE])))
        rng.choice(list(_parts(body)))(rng.choice(junk))
        if rng.random() < 0.3:
            body.pop(rng.choice(list(body)))
        assert client.post(PATH, json=body).status_code < 500


def test_a_callback_that_fails_gives_a_number_and_nothing_else(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    body = {**GREET, "inputs": [{**GREET["inputs"][0], "value": "fail"}]}
    response = client.post(PATH, json=body)
    assert response.status_code == 500
    assert "secret" not in response.text
    reference = json.loads(response.text)["message"].split("番号 ")[1][:8]
    assert f"failure {reference} at POST {PATH}" in caplog.text
    assert "a secret of the server" in caplog.text


TABLE: dict[str, dict[str, Any]] = {
    "list.getRowsResponse": {
        "callback": object(),
        "inputs": [{"id": "list", "property": "getRowsRequest"}],
        "state": [{"id": "list-query", "property": "data"}],
        "output": Output("list", "getRowsResponse"),
    }
}


def _rows_body(request: object, query: object) -> dict[str, Any]:
    return {
        "output": "list.getRowsResponse",
        "outputs": {"id": "list", "property": "getRowsResponse"},
        "inputs": [{"id": "list", "property": "getRowsRequest", "value": request}],
        "state": [{"id": "list-query", "property": "data", "value": query}],
    }


WINDOW: dict[str, Any] = {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}


@pytest.mark.parametrize("request_", [None, WINDOW, WINDOW | {"sortModel": [{"sort": "asc"}]}])
def test_a_table_may_ask_for_its_rows(request_: object) -> None:
    check_callback(_rows_body(request_, {"year": "2024"}), TABLE)


@pytest.mark.parametrize(
    "request_",
    [
        {},
        [],
        "all",
        WINDOW | {"startRow": "0"},
        WINDOW | {"startRow": True},
        WINDOW | {"endRow": 1e308},
        WINDOW | {"endRow": {}},
        {"startRow": 0},
        WINDOW | {"sortModel": ["asc"]},
        WINDOW | {"sortModel": "asc"},
    ],
)
def test_a_window_of_rows_that_no_table_asks_for_is_refused(request_: object) -> None:
    with pytest.raises(ShapeError):
        check_callback(_rows_body(request_, {}), TABLE)


@pytest.mark.parametrize("query", [None, [], "year=0", {"year": 0}, {"region": {}}])
def test_a_query_that_is_not_of_texts_is_refused(query: object) -> None:
    with pytest.raises(ShapeError):
        check_callback(_rows_body(WINDOW, query), TABLE)
