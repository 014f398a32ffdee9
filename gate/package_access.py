"""Who may have which package: one rule for the page, the preview and the download."""

from __future__ import annotations

from gate.actor import Actor, Role
from gate.edition_state import State
from store.members import Members


def own_regions(actor: Actor, members: Members) -> tuple[str, ...]:
    """The regions whose packages a chamber may have: its prefectures, their bureaus, the nation
    (empty)."""
    prefectures = [code for code in actor.regions if members.get("region", code)]
    bureaus = [m.code for code in prefectures for m in members.path("region", code)[:-1]]
    return tuple(dict.fromkeys([*prefectures, *bureaus, ""]))


def may_have(actor: Actor, region: str, members: Members) -> bool:
    """Whether the packages of a region are for this actor, once they are public."""
    if not actor.can("package"):
        return False
    return actor.role is not Role.CHAMBER or region in own_regions(actor, members)


def may_open(actor: Actor, state: State) -> bool:
    """Whether this actor may read what an edition in this state holds: everybody what is public,
    those who look it through what is checked; nobody what was withdrawn."""
    if state is State.PUBLIC:
        return actor.can("package")
    is_waiting = state in (State.CHECKED, State.REVIEWED)
    return is_waiting and actor.can("package") and actor.can("review_package")


def may_see_desk(actor: Actor) -> bool:
    """Whether this actor takes part in the release."""
    return actor.can("review_package") or actor.can("approve_package")
