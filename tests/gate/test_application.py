"""The application as it is served: pages, questions and callbacks behind the gate."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from app import create_app, gunicorn_command
from gate.guard import OPEN
from queries.catalogue import QUESTIONS as QUERIES
from stats.catalogue import QUESTIONS as STATISTICS
from tests.gate.little_store import Application, settings_for
from tests.gate.test_guard import METHODS, SECRETS, addresses


@pytest.fixture(scope="module")
def served(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(built_store, folder / "store")
    built = Application(create_app(settings_for(folder)))
    yield built
    built.gate.reader.close()
    built.engine.dispose()


def test_all_questions_of_both_catalogues_can_be_asked(served: Application) -> None:
    assert set(served.gate.questions) == {q.name for q in [*QUERIES, *STATISTICS]}


def test_every_route_of_the_pages_is_closed_to_a_stranger(served: Application) -> None:
    client = served.client()
    for address, method in product(addresses(served.server), METHODS):
        response = client.open(address, method=method, headers={"Accept": "text/html"})
        assert response.status_code < 500, (method, address)
        if not address.startswith(("/login", "/assets/", "/health", "/_favicon", "/language")):
            assert response.status_code in (302, 401, 405), (method, address)
            assert not any(secret.encode() in response.data for secret in SECRETS)


def test_every_callback_of_the_pages_is_closed_to_a_stranger(served: Application) -> None:
    client = served.client()
    assert served.dash.callback_map
    for output, callback in served.dash.callback_map.items():
        body = {"output": output, "inputs": callback["inputs"], "state": callback["state"]}
        response = client.post("/_dash-update-component", json=body)
        assert response.status_code == 401
        assert set(json.loads(response.text)) == {"message"}


def test_the_first_request_of_a_stranger_finds_a_server_that_is_ready(served: Application) -> None:
    assert served.client().get("/login").status_code == 200
    assert {rule.endpoint for rule in served.server.url_map.iter_rules()} >= OPEN


def test_gunicorn_is_told_all_it_needs(tmp_path: Path) -> None:
    command = gunicorn_command(settings_for(tmp_path, host="::1", port=9000, workers=3))
    assert {"--bind=[::1]:9000", "--workers=3", "--worker-class=gthread"} <= set(command)
    environ = {**os.environ, "LENS_DATA_DIR": str(tmp_path)}
    checked = subprocess.run(
        [*command, "--check-config"], env=environ, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert command[0] == sys.executable
    assert command[-1] == "app:wsgi()"
