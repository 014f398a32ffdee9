"""What a command needs to make editions: the gate, as somebody who sees released data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.accounts import actor_of, find_account
from gate.actor import Actor, Role
from gate.answer import Answer
from gate.asking import Gate, QuestionLike
from gate.audit import AuditLog
from gate.demo import Demo
from gate.errors import GateError, NoSnapshot, Refused
from gate.release_steps import Basis, Releases
from gate.snapshots import SnapshotReader
from store.application import open_application_database
from store.members import Members
from store.migration import upgrade
from store.snapshot import private_folder

# No account: a name in the audit log. It is refused whatever a chamber is refused.
BUILDER = Actor("reports-build", Role.CHAMBER)
_CUBES = "released_cubes"


class SnapshotChanged(GateError):
    """Another snapshot was published while an edition was being built: it must be of one."""

    status = 409
    key = "release.refused.snapshot"


@dataclass(slots=True)
class Workshop:
    """The gate and the releases of one installation, for as long as a command runs."""

    gate: Gate
    releases: Releases

    def basis(self) -> Basis:
        """What an edition would be made from now. Raises NoSnapshot."""
        manifest, _ = self.gate.reader.state()
        if manifest is None:
            raise NoSnapshot
        cubes = self.gate.ask(BUILDER, _CUBES, {})
        hashes = sorted(set(cubes.frame["policy_hash"]))
        # More than one is a fault that the check names.
        return Basis(cubes.snapshot, manifest.published, hashes[0] if hashes else "")

    def ask(self, basis: Basis, question: str, query: Mapping[str, str]) -> Answer:
        """The answer of the snapshot that the edition rests on; raises SnapshotChanged."""
        answer = self.gate.ask(BUILDER, question, query)
        if answer.snapshot != basis.snapshot:
            raise SnapshotChanged
        return answer

    def members(self) -> Members:
        return self.gate.members(BUILDER)

    def person(self, username: str) -> Actor:
        """Somebody with an account; raises Refused for nobody."""
        account = find_account(self.releases.audit.engine, username)
        if account is None or not account.is_enabled:
            raise Refused
        return actor_of(account)

    def is_demo(self, password: str, is_local: bool) -> bool:
        """Whether demo accounts may sign in (they are added where they are missing), while the data
        are synthetic."""
        return Demo(self.releases.audit.engine, self.gate.reader, password, is_local).is_one_click()

    def close(self) -> None:
        self.gate.reader.close()
        self.releases.audit.engine.dispose()


def open_workshop(
    store_dir: Path,
    releases_dir: Path,
    database_url: str,
    catalogue: Iterable[QuestionLike],
    memory_limit: str = "4GB",
    threads: int = 2,
) -> Workshop:
    """Open store and application database, the latter brought to the present form."""
    private_folder(store_dir)
    engine = open_application_database(database_url)
    upgrade(engine)
    audit = AuditLog(engine)
    gate = Gate(catalogue, SnapshotReader(store_dir, memory_limit, threads), audit)
    return Workshop(gate, Releases(audit, releases_dir))
