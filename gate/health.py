"""Whether the server serves, and how old what it serves is. Open to everyone, without data."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from gate.snapshots import SnapshotReader


def health_blueprint(reader: SnapshotReader) -> Blueprint:
    """GET /health: the serving snapshot, its age in seconds, and whether it is a fallback."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def show() -> Response:
        manifest, is_fallback = reader.state()
        if manifest is None:
            return jsonify(snapshot=None, age=None, status="empty", is_synthetic=False)
        published = manifest.published
        if published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        return jsonify(
            snapshot=manifest.snapshot,
            age=round((datetime.now(UTC) - published).total_seconds()),
            status="fallback" if is_fallback else "ok",
            is_synthetic=manifest.is_synthetic,
        )

    return blueprint
