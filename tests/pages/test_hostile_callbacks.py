"""Whatever is sent to a callback of the data pages in the right shape, the server does not fail."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import LensDash, create_app
from settings import Settings

PASSWORD = "a password for tests only"
OURS = ("review", "mapping", "rejected", "save")
JUNK: list[Any] = [
    None, True, 0, -1, 1e300, "", "x", "../x", "'; DROP TABLE", "あ" * 500, [], {}, [None], [[1]],
    {"a": 1}, {"content": 3}, {"content": "!!"}, {"name": None, "content": "YSxi"}, ["x"] * 40,
    {"item": "topic", "index": 99}, {"startRow": -5, "endRow": 3}, {"startRow": 0, "endRow": 10**9},
    {"party": "a", "candidate": "1"}, {"skip": "abc"}, {"rule": "A B"}, {"skip": "1", "party": "x"},
]  # fmt: skip


@pytest.fixture(scope="module")
def app(demo_dir: Path) -> LensDash:
    return create_app(Settings(data_dir=demo_dir, demo_password=PASSWORD))


@pytest.fixture
def client(app: LensDash) -> FlaskClient:
    client: FlaskClient = app.server.test_client()
    response = client.post("/login/demo", data={"username": "operator"})
    assert response.status_code == 303, response.get_data(as_text=True)
    return client


def _callbacks(app: LensDash) -> dict[str, Any]:
    return {
        output: callback
        for output, callback in app.callback_map.items()
        if output.strip(".").startswith(OURS) and "callback" in callback
    }


def _place(place: dict[str, str], dice: random.Random) -> Any:
    identity = place["id"]
    if not identity.startswith("{"):
        return {"id": identity, "property": place["property"], "value": dice.choice(JUNK)}
    pattern = json.loads(identity)
    n = dice.randint(0, 3)
    return [
        {
            "id": {
                k: dice.choice([0, "topic", "x"]) if isinstance(v, list) else v
                for k, v in pattern.items()
            },
            "property": place["property"],
            "value": dice.choice(JUNK),
        }
        for _ in range(n)
    ]


def _outputs(output: str) -> Any:
    """What the browser would say of the outputs, from their joined name."""
    parts = output.strip(".").split("...") if output.startswith("..") else [output]
    found = []
    for part in parts:
        component, _, name = part.rpartition(".")
        found.append({"id": component, "property": name})
    return found if output.startswith("..") else found[0]


def test_there_are_callbacks_to_try(app: LensDash) -> None:
    assert len(_callbacks(app)) >= 5


@pytest.mark.parametrize("seed", range(40))
def test_no_state_of_a_form_makes_the_server_fail(
    app: LensDash, client: FlaskClient, seed: int
) -> None:
    dice = random.Random(seed)
    reached = set()
    for output, callback in _callbacks(app).items():
        inputs = [_place(place, dice) for place in callback["inputs"]]
        first = next((i for i in inputs if isinstance(i, dict)), None)
        changed = [f"{first['id']}.{first['property']}"] if first else []
        body = {
            "output": output,
            "outputs": _outputs(output),
            "inputs": inputs,
            "state": [_place(place, dice) for place in callback["state"]],
            "changedPropIds": changed,
        }
        response = client.post("/_dash-update-component", json=body)
        assert response.status_code < 500, (output, body)
        if response.status_code in (200, 204):
            reached.add(output)
    # What the guard refuses proves nothing: most must have got as far as the page.
    assert len(reached) > 2
