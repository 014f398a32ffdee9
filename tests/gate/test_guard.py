"""Nothing answers a stranger, and nobody gets more than his role through any route."""

from __future__ import annotations

import json
from itertools import product

import pytest
from flask import Flask

from gate.guard import BY_STATUS_TOKEN, BY_TOKEN, OPEN, install_guard
from tests.gate.little_store import Application
from tests.gate.test_callback_shape import DESCRIBE, GREET, MARK, PATH, ROUTE

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SECRETS = ("1000", "2000", "31000", "サポイン", "greeting", "plotly")


def addresses(server: Flask) -> list[str]:
    """An address for every rule, and some that no rule knows."""
    named = {
        "<file>": "award_rows.csv",
        "<path:filename>": "tokens.css",
        "<string:package_name>": "dash",
        "<path:fingerprinted_path>": "dash-renderer/build/dash_renderer.min.js",
        "<path:path>": "awards",
        "<source>": "gbiz_subsidy",
        "<receipt>": "0" * 32,
        "<token>": "abcdef",
    }
    addresses = []
    for rule in server.url_map.iter_rules():
        address = rule.rule
        for part, value in named.items():
            address = address.replace(part, value)
        addresses.append(address)
    return [*addresses, "/nowhere", "/assets", "/LOGIN", "/health/", "/_mcp", "/static/a"]


def test_every_route_and_method_is_closed_to_a_stranger(application: Application) -> None:
    client = application.client()
    seen = 0
    for address, method in product(addresses(application.server), METHODS):
        for accept in ("text/html", "application/json"):
            response = client.open(address, method=method, headers={"Accept": accept})
            seen += 1
            open_to_all = address.startswith(("/login", "/health", "/assets/", "/_favicon"))
            if open_to_all or address == "/language":
                assert response.status_code < 500
            else:
                assert response.status_code in (302, 401, 405), (method, address)
            if not address.startswith(("/login", "/assets/")):
                assert not any(secret.encode() in response.data for secret in SECRETS), address
    assert seen > 250


@pytest.mark.parametrize("body", [GREET, DESCRIBE, MARK, ROUTE])
def test_every_callback_is_closed_to_a_stranger(
    application: Application, body: dict[str, object]
) -> None:
    response = application.client().post(PATH, json=body)
    assert response.status_code == 401
    assert json.loads(response.text) == {"message": "ログインしてください。"}


def test_what_is_open_is_written_out(application: Application) -> None:
    endpoints = {rule.endpoint for rule in application.server.url_map.iter_rules()}
    assert endpoints >= OPEN | BY_TOKEN | BY_STATUS_TOKEN
    assert {"deliveries.receive", "deliveries.show"} == BY_TOKEN
    assert {"status.show"} == BY_STATUS_TOKEN
    assert endpoints - OPEN - BY_TOKEN - BY_STATUS_TOKEN == {
        "/",
        "/<path:path>",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/_dash-dependencies",
        "/_dash-layout",
        "/_dash-update-component",
        "/_reload-hash",
        "cancel.stop",
        "export.download",
        "login.sign_out",
        "packages.download",
        "packages.preview",
        "packages.take_step",
        "progress.show",
        "saved_views.open",
    }


def test_a_page_leads_a_stranger_to_the_sign_in_page_and_back(application: Application) -> None:
    client = application.client()
    response = client.get("/awards?region=13&year=2024", headers={"Accept": "text/html"})
    assert response.status_code == 302
    assert response.location == "/login?next=%2Fawards%3Fregion%3D13%26year%3D2024"
    page = client.get(response.location)
    assert 'value="/awards?region=13&amp;year=2024"' in page.text


def test_an_address_spelled_another_way_is_no_way_in(application: Application) -> None:
    client = application.client()
    for address in (
        "/assets/../_dash-layout",
        "/assets/%2e%2e/_dash-layout",
        "//assets/tokens.css/../../_dash-layout",
        "/login/../_dash-layout",
        "/_dash-layout?x=/assets/",
        "/assets/..%2f..%2fapp.py",
    ):
        response = client.get(address)
        assert response.status_code in (302, 308, 401, 404), address
        assert "greeting" not in response.text
        assert "create_app" not in response.text


def test_the_method_cannot_be_smuggled_in(application: Application) -> None:
    client = application.client()
    response = client.get("/_dash-layout", headers={"X-HTTP-Method-Override": "POST"})
    assert response.status_code == 401


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "x"}])
def test_a_callback_from_another_site_is_refused(
    application: Application, headers: dict[str, str]
) -> None:
    client = application.client("ministry")
    assert client.post(PATH, json=GREET, headers=headers).status_code == 403
    assert client.post(PATH, json=GREET).status_code == 200


def test_the_guard_must_come_first() -> None:
    server = Flask("other")
    server.before_request(lambda: None)
    with pytest.raises(RuntimeError, match="first"):
        install_guard(server, None)  # type: ignore[arg-type]


def test_what_is_not_there_is_said_without_a_trace(application: Application) -> None:
    client = application.client("ministry")
    for address in (
        "/_dash-component-suites/dash/../../app.py",
        "/_dash-component-suites/os/path.py",
        "/_dash-component-suites/dash/nothing.js",
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert "Traceback" not in response.text
    assert client.put("/").status_code == 405
