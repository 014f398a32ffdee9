"""The way of an edition from the build to the public, as pure rules: no database, no request.

    built → checked → reviewed → public
      └────────┴─────────┴────────┴──→ withdrawn

Nothing ever goes back. Whoever reviews an edition is its author, and somebody else must approve
it; either is a person. What was withdrawn stays so: a corrected edition is a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from gate.errors import GateError
from store.release_records import LONGEST_REASON


class State(StrEnum):
    """Where an edition stands; ``release.state.<value>`` in the word catalogue names it."""

    BUILT = "built"
    CHECKED = "checked"
    REVIEWED = "reviewed"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What moves it on. The check is the machine's, the others are a person's."""

    CHECK = "check"
    REVIEW = "review"
    APPROVE = "approve"
    WITHDRAW = "withdraw"


_FROM: dict[Step, frozenset[State]] = {
    Step.CHECK: frozenset({State.BUILT}),
    Step.REVIEW: frozenset({State.CHECKED}),
    Step.APPROVE: frozenset({State.REVIEWED}),
    Step.WITHDRAW: frozenset(State) - {State.WITHDRAWN},
}
_TO: dict[Step, State] = {
    Step.CHECK: State.CHECKED,
    Step.REVIEW: State.REVIEWED,
    Step.APPROVE: State.PUBLIC,
    Step.WITHDRAW: State.WITHDRAWN,
}
# Which permission a person needs for a step.
PERMISSION: dict[Step, str] = {
    Step.REVIEW: "review_package",
    Step.APPROVE: "approve_package",
    Step.WITHDRAW: "withdraw_package",
}


class StepRefused(GateError):
    """The step cannot be taken; ``code`` says why: state, person, same_person, reason, nothing."""

    status = 409

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
        self.key = f"release.refused.{code}"


@dataclass(frozen=True, slots=True)
class Course:
    """Where an edition stands and which persons (account ids) brought it there."""

    state: State = State.BUILT
    author: int | None = None
    approver: int | None = None
    withdrawn_by: int | None = None
    reason: str = ""


def advance(course: Course, step: Step, person: int | None = None, reason: str = "") -> Course:
    """The course after ``step``, taken by ``person`` (none for the check).

    Raises StepRefused for a step out of turn, without a person, by the author where another is
    needed, or a withdrawal without a reason.
    """
    if course.state not in _FROM[step]:
        raise StepRefused("state")
    moved = replace(course, state=_TO[step])
    if step is Step.CHECK:
        return moved
    if person is None:
        raise StepRefused("person")
    if step is Step.REVIEW:
        return replace(moved, author=person)
    if step is Step.APPROVE:
        if person == course.author or course.author is None:
            raise StepRefused("same_person")
        return replace(moved, approver=person)
    words = " ".join(reason.split())
    if not 1 <= len(words) <= LONGEST_REASON or not words.isprintable():
        raise StepRefused("reason")
    return replace(moved, withdrawn_by=person, reason=words)


def possible_steps(course: Course, person: int) -> tuple[Step, ...]:
    """What ``person`` could do next, were they permitted to: for the buttons of a page."""
    return tuple(
        step
        for step in (Step.REVIEW, Step.APPROVE, Step.WITHDRAW)
        if course.state in _FROM[step] and not (step is Step.APPROVE and person == course.author)
    )
