"""What every response says to the browser: what may run, who may frame it, what may be kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

_A_YEAR = "max-age=31536000, immutable"


@dataclass(slots=True)
class SecurityHeaders:
    """Sets the headers. ``script_hashes`` are those of the few inline scripts that Dash writes."""

    is_behind_tls: bool
    script_hashes: tuple[str, ...] = ()

    def apply(self, response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = self._policy()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cache-Control"] = _keeping(response)
        if self.is_behind_tls:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    def _policy(self) -> str:
        scripts = " ".join(("'self'", *self.script_hashes))
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src {scripts}",
                # AG Grid and Plotly write style attributes.
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data:",
                "font-src 'self'",
                "connect-src 'self'",
                "object-src 'none'",
                "base-uri 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            )
        )


def _keeping(response: Response) -> str:
    """How long the browser may keep the response: answers never, files by their fingerprint."""
    if response.status_code not in (200, 304):
        return "no-store"
    if request.path.startswith("/_dash-component-suites/"):
        # Fingerprinted by Dash where it sets a lifetime itself, with an ETag otherwise.
        return f"private, {_A_YEAR}" if response.cache_control.max_age else "private, no-cache"
    if request.path.startswith("/assets/"):
        return f"public, {_A_YEAR}" if "m" in request.args else "public, max-age=300"
    return "no-store"
