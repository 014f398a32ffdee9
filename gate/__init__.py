"""The one way out of the store. Pages use the names below; app.py joins the parts."""

from gate.actor import Actor, Role
from gate.answer import Answer, Reach, SourceNote
from gate.errors import (
    AuditFailed,
    BadRequest,
    GateError,
    NoSnapshot,
    NotSignedIn,
    Refused,
    Stopped,
    TooManyRows,
    TooSlow,
    UnknownQuestion,
)
from gate.runs import answer_to, previous_load, run_history
from gate.session import (
    SnapshotNote,
    announce,
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
    "Reach",
    "Refused",
    "Role",
    "SnapshotNote",
    "SourceNote",
    "Stopped",
    "TooManyRows",
    "TooSlow",
    "UnknownQuestion",
    "announce",
    "answer_to",
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
