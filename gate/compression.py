"""Gzip for what is worth it; the large scripts are packed once and kept."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from threading import Lock

from flask import Response, request

_WORTH_IT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_SMALLEST = 1024
_STATIC = ("/_dash-component-suites/", "/assets/")


@dataclass(slots=True)
class Compression:
    """Packs responses. Static files are kept packed, up to ``most_bytes`` together."""

    most_bytes: int = 32_000_000
    _kept: dict[tuple[str, str, int], bytes] = field(default_factory=dict, init=False)
    _n_byte: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def apply(self, response: Response) -> Response:
        if not self._is_worth_it(response):
            return response
        response.direct_passthrough = False
        data = response.get_data()
        if len(data) < _SMALLEST:
            return response
        response.set_data(self._packed(response, data))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        etag, _ = response.get_etag()
        if etag:
            # The same file, not the same bytes; Dash looks for its own, strong tag only.
            response.set_etag(etag, weak=True)
            response.make_conditional(request)
        return response

    def _is_worth_it(self, response: Response) -> bool:
        return (
            response.status_code == 200
            and request.accept_encodings["gzip"] > 0
            and "Content-Encoding" not in response.headers
            and (response.mimetype or "").startswith(_WORTH_IT)
        )

    def _packed(self, response: Response, data: bytes) -> bytes:
        if not request.path.startswith(_STATIC):
            return gzip.compress(data, 5, mtime=0)
        # The length tells a file changed under a running server from its predecessor.
        key = (request.path, response.get_etag()[0] or "", len(data))
        with self._lock:
            packed = self._kept.get(key)
        if packed is None:
            packed = gzip.compress(data, 9, mtime=0)
            with self._lock:
                if key not in self._kept and self._n_byte + len(packed) <= self.most_bytes:
                    self._kept[key] = packed
                    self._n_byte += len(packed)
        return packed
