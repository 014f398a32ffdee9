"""What a request that failed gets: a sentence and, for our own faults, a number to quote."""

from __future__ import annotations

import secrets

from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from gate.errors import GateError
from gate.guard import refusal
from language import has_text


def install_failures(server: Flask) -> None:
    """Register the handlers. No response carries a trace, a statement or a path."""

    @server.errorhandler(GateError)
    def _gate_error(error: GateError) -> Response:
        return refusal(error.status, error.key, **error.values)

    @server.errorhandler(DependencyException)
    def _no_such_script(_error: DependencyException) -> Response:
        return refusal(404, "gate.error.http_404")

    @server.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> Response:
        if isinstance(error.response, Response):
            # A limit that says itself what it is about.
            return error.response
        status = error.code or 500
        key = f"gate.error.http_{status}"
        return refusal(status, key if has_text(key) else "gate.error.bad_request")

    @server.errorhandler(Exception)
    def _own_fault(error: Exception) -> Response:
        reference = secrets.token_hex(4)
        server.logger.error(
            "failure %s at %s %s", reference, request.method, request.path, exc_info=error
        )
        return refusal(500, "gate.error.failed", reference=reference)
