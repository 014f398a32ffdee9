"""Whether the server serves, and how old what it serves is. Open to everyone, without data."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from gate.snapshots import SnapshotReader
from store.snapshot import Manifest


def health_blueprint(reader: SnapshotReader, max_age_hours: int = 0) -> Blueprint:
    """GET /health: the serving snapshot, its age in seconds, whether it is a fallback, and whether
    it is older than it may be (never, where no age is set)."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/health")
    def show() -> Response:
        manifest, is_fallback = reader.state()
        if manifest is None:
            return jsonify(snapshot=None, age=None, status="empty", is_synthetic=False, stale=False)
        age = age_seconds(manifest)
        return jsonify(
            snapshot=manifest.snapshot,
            age=age,
            status="fallback" if is_fallback else "ok",
            is_synthetic=manifest.is_synthetic,
            stale=is_stale(age, max_age_hours),
        )

    return blueprint


def age_seconds(manifest: Manifest) -> int:
    published = manifest.published
    if published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return round((datetime.now(UTC) - published).total_seconds())


def is_stale(age: int, max_age_hours: int) -> bool:
    return max_age_hours > 0 and age > 3600 * max_age_hours
