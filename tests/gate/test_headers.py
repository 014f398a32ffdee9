"""What every response tells the browser, and what may be kept."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Response
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs_version

from app import join
from gate.compression import Compression
from store.snapshot import LENS, Manifest, point_to, read_manifest, write_manifest
from tests.gate.little_store import (
    QUESTIONS,
    Application,
    build_snapshot,
    layout,
    settings_for,
)


@pytest.fixture(scope="module")
def client(application: Application) -> FlaskClient:
    return application.client("ministry")


def _script(client: FlaskClient, name: str) -> str:
    found = re.search(rf'src="(/_dash-component-suites/[^"]*{name}[^"]*)"', client.get("/").text)
    assert found
    return found[1]


def test_only_our_own_scripts_may_run(client: FlaskClient) -> None:
    page = client.get("/")
    policy = page.headers["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == parts["connect-src"] == parts["font-src"] == "'self'"
    assert parts["object-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert parts["style-src"] == "'self' 'unsafe-inline'"
    assert "unsafe" not in parts["script-src"]
    scripts = r"<script(?! src)(?![^>]*application/json)[^>]*>(.*?)</script>"
    inline = re.findall(scripts, page.text, re.S)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in parts["script-src"]


@pytest.mark.parametrize("path", ["/", "/login", "/health", "/assets/tokens.css", "/nowhere"])
def test_every_response_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_answers_are_not_kept_and_files_are(client: FlaskClient) -> None:
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/login", "/health", "/nowhere"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    renderer = client.get(_script(client, "dash_renderer"))
    assert renderer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client.get("/assets/tokens.css").headers["Cache-Control"] == "public, max-age=300"
    stamped = client.get("/assets/tokens.css?m=1").headers["Cache-Control"]
    assert stamped == "public, max-age=31536000, immutable"
    assert client.get("/assets/nothing.css").headers["Cache-Control"] == "no-store"


def test_nothing_is_fetched_from_elsewhere(client: FlaskClient) -> None:
    for path in ("/", "/login"):
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', client.get(path).text)


def test_charts_are_drawn_by_a_part_of_the_library_of_the_installed_version(
    client: FlaskClient,
) -> None:
    page = client.get("/").text
    [config] = re.findall(r'id="_dash-config"[^>]*>(.*?)</script>', page)
    address = json.loads(config)["plotlyjs_url"]
    assert f'<link rel="preload" as="script" href="{address}">' in page
    # With the first chart only: no script of the page itself.
    assert f'src="{address}' not in page
    assert f"(cartesian - minified) v{get_plotlyjs_version()}\n" in client.get(address).text[:200]


def test_large_files_are_packed(client: FlaskClient) -> None:
    packs = {"Accept-Encoding": "gzip, br"}
    address = "/assets/plotly-cartesian.min.js"
    plain = client.get(address, headers={"Accept-Encoding": "identity"})
    for _ in range(2):
        packed = client.get(address, headers=packs)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(plain.data) / 2.5
        assert gzip.decompress(packed.data) == plain.data


def test_small_and_unwanted_packing_is_left_out(client: FlaskClient) -> None:
    assert (
        "Content-Encoding" not in client.get("/health", headers={"Accept-Encoding": "gzip"}).headers
    )
    plain = client.get("/", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers


def test_what_is_kept_packed_has_a_bound(application: Application) -> None:
    compression = Compression(most_bytes=10)
    with application.server.test_request_context(
        "/assets/a.css", headers={"Accept-Encoding": "gzip"}
    ):
        for _ in range(2):
            response = compression.apply(Response("a" * 5_000, mimetype="text/css"))
            assert response.headers["Content-Encoding"] == "gzip"
    assert compression._kept == {}


@pytest.mark.parametrize(
    "address",
    ["/assets/base.css", "/_dash-component-suites/dash/dcc/async-graph.js"],
)
def test_a_packed_file_that_is_kept_is_not_sent_again(client: FlaskClient, address: str) -> None:
    packs = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=packs)
    assert first.headers["Content-Encoding"] == "gzip"
    kept = {**packs, "If-None-Match": first.headers["ETag"]}
    again = client.get(address, headers=kept)
    assert (again.status_code, again.data) == (304, b"")


def test_behind_tls_the_cookie_is_bound_to_the_host_and_tls_is_kept(store_dir: Path) -> None:
    settings = settings_for(store_dir.parent, is_behind_tls=True, demo_password="x" * 12)
    application = Application(join(settings, QUESTIONS, layout, ""))
    client = application.client()
    assert client.get("/login").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert application.server.config["SESSION_COOKIE_NAME"] == "__Host-lens_session"
    assert application.server.config["SESSION_COOKIE_SECURE"] is True
    assert client.post("/login/demo", data={"username": "admin"}).status_code == 404
    application.gate.reader.close()


def test_health_tells_age_and_kind_without_signing_in(tmp_path: Path) -> None:
    store = tmp_path / "store"
    application = Application(join(settings_for(tmp_path), QUESTIONS, layout, ""))
    client, reader = application.client(), application.gate.reader
    empty = {
        "snapshot": None,
        "age": None,
        "status": "empty",
        "is_synthetic": False,
        "stale": False,
    }
    assert client.get("/health").json == empty
    build_snapshot(store, "s1")
    _publish_before(store, "s1", timedelta(hours=1))
    reader._next_look = 0.0
    health = client.get("/health").json
    assert health is not None
    assert 3_590 < health.pop("age") < 3_700
    assert health == {"snapshot": "s1", "status": "ok", "is_synthetic": True, "stale": False}
    build_snapshot(store, "s2")
    (store / "s2" / LENS).write_bytes(b"damaged")
    point_to(store, "s2")
    reader._next_look = 0.0
    health = client.get("/health").json
    assert health is not None
    assert (health["snapshot"], health["status"]) == ("s1", "fallback")
    reader.close()


def _publish_before(store: Path, snapshot: str, age: timedelta) -> None:
    kept = read_manifest(store, snapshot)
    at = (datetime.now(UTC) - age).isoformat()
    changed = {name: getattr(kept, name) for name in kept.__slots__} | {"published_at": at}
    write_manifest(store / snapshot, Manifest(**changed))
    point_to(store, snapshot)
