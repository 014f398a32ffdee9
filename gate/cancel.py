"""やめる: a reader stops what his window is waiting for."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_wtf.csrf import validate_csrf

from gate.guard import refusal
from gate.session import gate_of_app, window_of_request


def stop() -> Response:
    """POST /cancel with the form token: 204, and no statement of this window runs on."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValueError:
        # wtforms.ValidationError: no token, another session's, or not one of ours.
        return refusal(403, "gate.error.cross_site")
    gate_of_app().stops.stop(window_of_request())
    return Response(status=204)


def cancel_blueprint() -> Blueprint:
    blueprint = Blueprint("cancel", __name__)
    blueprint.add_url_rule("/cancel", "stop", stop, methods=["POST"])
    return blueprint
