"""Refusals for programs, as RFC 9457 has them: what happened and, in words, what to do."""

from __future__ import annotations

from flask import Response, json, request

from language import has_text, text

API = "/api/"
MEDIA_TYPE = "application/problem+json"
# Seconds after which it is worth trying again.
_AGAIN_AFTER = {429: 60, 503: 10, 507: 600}


def is_for_programs() -> bool:
    """Whether the request came by an address that only programs use."""
    return request.path.startswith(API) or request.path == "/status"


def problem(status: int, code: str, **values: object) -> Response:
    """The refusal ``code`` with its title and what to do, from the word catalogue."""
    detail = text(f"problem.{code}.detail", **values)
    return _written(status, code, text(f"problem.{code}.title"), detail)


def plain_problem(status: int, message: str) -> Response:
    """A refusal that the rest of the server words: a sentence and its status."""
    code = f"http_{status}"
    if has_text(f"problem.{code}.title"):
        return problem(status, code)
    return _written(status, code, message, "")


def _written(status: int, code: str, title: str, detail: str) -> Response:
    body = {"type": f"urn:sme-lens:problem:{code}", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    response = Response(
        json.dumps(body, ensure_ascii=False) + "\n", status=status, mimetype=MEDIA_TYPE
    )
    if status in _AGAIN_AFTER:
        response.headers["Retry-After"] = str(_AGAIN_AFTER[status])
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="SME Lens"'
    return response
