"""Intake by API: linked systems put files into the inbox and ask what became of them.

    POST /api/deliveries/<source>     the file as body → 202 and a receipt
    GET  /api/deliveries/<receipt>    its state, and after the run the balance of its records

The guard lets in whoever carries a token (``g.intake_token``); a session opens nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore
from typing import cast
from urllib.parse import unquote

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask_limiter import Limiter
from sqlalchemy.exc import SQLAlchemyError

from gate.audit import AuditLog
from gate.inbox import BrokenUploadError, StalledUploadError, has_room, receive_part
from gate.problem import problem
from gate.receipts import Sent, accept, as_json, find_receipt
from store.intake_token import IntakeToken

DELIVERY_RATE = "60 per minute"
LOOK_RATE = "600 per minute"
# Of the eight threads of a worker; the others go on answering.
UPLOADS_AT_ONCE = 3
STALLED_AFTER_SECONDS = 60
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
# A form holds the file among other things; what is packed has another hash than its content.
_FORM = "multipart/"
_LONGEST_NAME = 200


@dataclass(slots=True)
class Deliveries:
    """The views. ``header_lines`` tells how many lines of a source's files are no records."""

    audit: AuditLog
    inbox: Path
    largest: int
    header_lines: Mapping[str, int]
    _places: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(UPLOADS_AT_ONCE), init=False
    )

    def receive(self, source: str) -> Response:
        """POST /api/deliveries/<source>: 202 with a receipt, or a problem and nothing kept."""
        # Only here may a request be large; set before anything reads it. One byte more, because
        # a body that ends just at the limit would count as one that goes on.
        request.max_content_length = self.largest + 1
        token = _token()
        announced = request.headers.get("X-Content-SHA256")
        if source not in token.sources:
            return problem(403, "source_not_allowed", source=source[:64])
        if request.mimetype.startswith(_FORM) or request.headers.get("Content-Encoding"):
            return problem(415, "not_a_plain_file")
        if announced is not None and not _SHA256.fullmatch(announced):
            return problem(400, "bad_hash")
        if (request.content_length or 0) > self.largest:
            return problem(413, "too_large", n=self.largest)
        if not has_room(self.inbox, request.content_length or 0):
            return problem(507, "disk_full")
        if not self._places.acquire(blocking=False):
            return problem(503, "too_many_uploads")
        try:
            return self._receive(token, source, (announced or "").lower())
        except StalledUploadError:
            return problem(408, "stalled")
        except BrokenUploadError:
            return problem(400, "broken_upload")
        except OSError:
            return problem(507, "disk_full")
        except SQLAlchemyError:
            return problem(503, "no_receipt")
        finally:
            self._places.release()

    def _receive(self, token: IntakeToken, source: str, announced: str) -> Response:
        _do_not_wait_for_ever()
        sent = Sent(source, _sender_file(), self.header_lines.get(source, 1))
        with receive_part(request.stream, self.inbox, request.content_length) as part:
            if part.n_byte == 0:
                return problem(400, "empty")
            if announced and announced != part.content_hash:
                return problem(400, "hash_mismatch", sha256=part.content_hash)
            receipt = accept(self.audit, self.inbox, token, sent, part)
        response = jsonify(as_json(self.audit.engine, receipt))
        response.status_code = 202
        response.headers["Location"] = url_for("deliveries.show", receipt=receipt.receipt)
        return response

    def show(self, receipt: str) -> Response:
        """GET /api/deliveries/<receipt>: for the system that sent it, and for no other."""
        found = find_receipt(self.audit.engine, _token(), receipt)
        if found is None:
            return problem(404, "no_such_receipt")
        return jsonify(as_json(self.audit.engine, found))


def _token() -> IntakeToken:
    return cast(IntakeToken, g.intake_token)


def _token_name() -> str:
    return f"token:{_token().token_id}"


def _sender_file() -> str:
    """The sender's own name for the file, fit to be shown; nothing ever opens a file by it."""
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    return "".join(c for c in name if c.isprintable())[:_LONGEST_NAME]


def _do_not_wait_for_ever() -> None:
    """Where the server tells its socket (gunicorn does), give up on a sender that has stopped."""
    socket = request.environ.get("gunicorn.socket")
    if socket is not None:
        with suppress(OSError):
            socket.settimeout(STALLED_AFTER_SECONDS)


def deliveries_blueprint(deliveries: Deliveries, limiter: Limiter) -> Blueprint:
    """The routes, limited per token."""
    blueprint = Blueprint("deliveries", __name__)

    def limited(rate: str, view: Callable[..., Response]) -> Callable[..., Response]:
        return limiter.limit(rate, key_func=_token_name)(view)

    blueprint.add_url_rule(
        "/api/deliveries/<source>",
        "receive",
        limited(DELIVERY_RATE, deliveries.receive),
        methods=["POST"],
    )
    blueprint.add_url_rule(
        "/api/deliveries/<receipt>",
        "show",
        limited(LOOK_RATE, deliveries.show),
        methods=["GET"],
    )
    return blueprint
