"""Where a request comes from, and where it may be sent on: never across sites."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OWN_SITE = frozenset({"same-origin", "none"})


def is_cross_site(request: Request) -> bool:
    """Whether a browser says that another site sent this request.

    Programs that are no browser send neither header, and carry no cookie they were not given.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in _OWN_SITE:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_from_this_machine(request: Request) -> bool:
    """Whether the address that asks and the host that it asks for are both loopback."""
    host = urlsplit(f"//{request.host}").hostname
    return request.remote_addr in LOOPBACK and host in LOOPBACK


def own_path(path: str | None) -> str:
    """``path`` if it is a path on this site, otherwise the home page."""
    if not path or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return "/"
    if any(ord(character) < 0x20 or character == "\\" for character in path):
        return "/"
    return path
