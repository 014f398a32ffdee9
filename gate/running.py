"""How far the run has come that a reader's window waits for, as words."""

from __future__ import annotations

from time import time

from flask import Blueprint, Response, jsonify

from gate.session import gate_of_app, window_of_request
from language import has_text, text


def show() -> Response:
    """GET /progress: what runs for this window, in words; 204 where nothing has run for long."""
    step = gate_of_app().progress.read(window_of_request())
    if step is None:
        return Response(status=204)
    own = f"waiting.doing_{step.name}"
    words = text(own if has_text(own) else "waiting.doing")
    seconds = max(1, round(time() - step.since))
    if step.n > 1:
        return jsonify(
            words=text("waiting.step", place=step.place, n=step.n, words=words, seconds=seconds)
        )
    return jsonify(words=text("waiting.lasting", words=words, seconds=seconds))


def progress_blueprint() -> Blueprint:
    blueprint = Blueprint("progress", __name__)
    blueprint.add_url_rule("/progress", "show", show)
    return blueprint
