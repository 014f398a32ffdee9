"""The one way out of the store. Pages use the names below; app.py joins the parts."""

from gate.actor import Actor, Role
from gate.answer import Answer, SourceNote
from gate.errors import (
    AuditFailed,
    BadRequest,
    GateError,
    NoSnapshot,
    NotSignedIn,
    Refused,
    TooManyRows,
    TooSlow,
    UnknownQuestion,
)
from gate.runs import previous_load, run_history
from gate.session import (
    SnapshotNote,
    ask,
    csrf_token,
    current_actor,
    is_signed_in,
    map_path,
    members,
    snapshot_note,
    viewer_name,
)

__all__ = [
    "Actor",
    "Answer",
    "AuditFailed",
    "BadRequest",
    "GateError",
    "NoSnapshot",
    "NotSignedIn",
    "Refused",
    "Role",
    "SnapshotNote",
    "SourceNote",
    "TooManyRows",
    "TooSlow",
    "UnknownQuestion",
    "ask",
    "csrf_token",
    "current_actor",
    "is_signed_in",
    "map_path",
    "members",
    "previous_load",
    "run_history",
    "snapshot_note",
    "viewer_name",
]
