"""Why the gate does not answer; every reason has a status and a sentence in the reader's words."""

from __future__ import annotations

from language import text


class GateError(Exception):
    """The gate does not answer. ``str(error)`` is a sentence for the reader."""

    status = 500
    key = "gate.error.failed"

    def __init__(self, **values: object) -> None:
        super().__init__(self.key)
        self.values = values

    def __str__(self) -> str:
        return text(self.key, **self.values)


class NotSignedIn(GateError):
    status = 401
    key = "gate.error.not_signed_in"


class Refused(GateError):
    """The actor may not have this."""

    status = 403
    key = "gate.error.refused"


class UnknownQuestion(Refused):
    """The catalogue does not list the question."""

    status = 404
    key = "gate.error.unknown_question"


class BadRequest(GateError):
    """A value of the address is not one that the snapshot publishes; ``name`` says which."""

    status = 400
    key = "gate.error.bad_parameter"

    def __init__(self, name: str, value: str) -> None:
        # A long or odd value would only spoil the sentence.
        super().__init__(name=name, value=value[:40])
        self.name = name
        self.value = value


class NoSnapshot(GateError):
    """Nothing has been published yet, or nothing sound is left."""

    status = 503
    key = "gate.error.no_snapshot"


class TooSlow(GateError):
    """The statement timeout has passed."""

    status = 504
    key = "gate.error.too_slow"


class Stopped(GateError):
    """The reader has stopped waiting for it."""

    status = 409
    key = "gate.error.stopped"


class TooManyRows(GateError):
    """The answer would be longer than the row cap."""

    status = 400
    key = "gate.error.too_many_rows"


class AuditFailed(GateError):
    """The audit record cannot be written, so nothing is released."""

    status = 503
    key = "gate.error.audit_failed"


class ConsentUnknown(GateError):
    """Nobody can tell which firms have withdrawn their consent, so no row of a firm is shown."""

    status = 503
    key = "gate.error.consent_unknown"
