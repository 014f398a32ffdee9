"""An edition: every package of the serving snapshot, built, kept, and checked as delivered."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from tqdm import tqdm

from gate.answer import Answer
from gate.editions import EditionNote, PackageNote, digest_of, packages_of
from gate.new_package import NewPackage
from gate.package_audit import audit
from gate.package_files import build_lock
from gate.release_steps import Basis
from gate.released_policy import read_policy
from gate.workshop import BUILDER, Workshop
from language import text
from queries.released_cells import CUBES
from reports.package.build import Package, Scope, build_package, scopes

DATA = "data.csv"
NATION = "japan"
_ROOT = Path(__file__).resolve().parents[1]


class NoScope(ValueError):
    """There is no package of what was asked for."""


@dataclass(frozen=True, slots=True)
class Built:
    """An edition that was built: how many packages were drawn, and how many kept."""

    edition: EditionNote
    n_new: int
    n_kept: int


def in_regions(regions: Collection[str]) -> Callable[[Scope], bool]:
    """Whether a package is of one of ``regions`` (``japan`` for the nation); all are of none."""

    def is_wanted(scope: Scope) -> bool:
        nation = "" if scope.field else NATION
        return not regions or (scope.region or nation) in regions

    return is_wanted


def build_edition(
    workshop: Workshop, month: str, is_wanted: Callable[[Scope], bool] = lambda _: True
) -> Built:
    """Build the packages of ``month`` (2026-11) that are wanted. What was built from the same
    inputs is kept, so a build that was stopped goes on where it was.

    Raises BuildRuns, NoScope, StepRefused where the edition has been checked, and GateError.
    """
    with build_lock(workshop.releases.folder):
        basis = workshop.basis()

        def ask(question: str, query: Mapping[str, str]) -> Answer:
            return workshop.ask(basis, question, query)

        wanted = [scope for scope in scopes(ask) if is_wanted(scope)]
        if not wanted:
            raise NoScope
        edition = workshop.releases.open_edition(month, basis, BUILDER)
        workshop.releases.drop_others(edition, frozenset(scope.key for scope in wanted))
        n_new = 0
        for scope in tqdm(
            wanted, desc=text("release.command.bar"), file=sys.stderr, disable=None, leave=False
        ):
            inputs = _inputs(basis, month, scope)
            if not workshop.releases.is_kept(edition, scope.key, inputs):
                package = build_package(ask, scope, month)
                workshop.releases.keep(edition, _new(package, inputs))
                n_new += 1
        return Built(workshop.releases.edition(edition.name), n_new, len(wanted) - n_new)


def check_edition(workshop: Workshop, edition: EditionNote) -> dict[str, Any]:
    """Check an edition that was built: the certificates of its cubes, an attack on all that is
    released, and every number of its data as delivered. Returns its statement.

    Raises AuditFault where anything is not proved; then the edition stays where it is. Raises
    BuildRuns as well.
    """
    basis = Basis(edition.snapshot, edition.snapshot_at, edition.policy_hash)
    with build_lock(workshop.releases.folder):
        packages = packages_of(workshop.releases.audit.engine, edition.edition_id)
        cubes = workshop.ask(basis, "released_cubes", {}).frame
        published = {
            cube: workshop.ask(basis, "released_whole", {"cube": cube}).frame for cube in CUBES
        }
        delivered = _delivered(workshop, edition, packages)
        statement = audit(cubes, published, delivered, workshop.members(), read_policy())
        workshop.releases.check(edition, digest_of(packages), statement, BUILDER)
    return statement


def _delivered(
    workshop: Workshop, edition: EditionNote, packages: Sequence[PackageNote]
) -> Iterator[tuple[str, bytes]]:
    """The data of each package as it lies on the disk."""
    releases = workshop.releases
    for package in packages:
        note = package.files[DATA]
        yield (
            package.scope_key,
            releases.read(edition.name, package.scope_key, DATA, note.sha256),
        )


def _inputs(basis: Basis, month: str, scope: Scope) -> str:
    """A digest of all that a package rests on: data, policy, what it is about, and the program."""
    whole = [basis.snapshot, basis.policy_hash, month, scope.key, _program()]
    return sha256(json.dumps(whole).encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of what draws packages, and of its words."""
    drawn_by = sorted((_ROOT / "reports" / "package").iterdir())
    words = sorted((_ROOT / "language" / "ja").glob("*.toml"))
    digest = sha256()
    for path in (*drawn_by, *words):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _new(package: Package, inputs: str) -> NewPackage:
    scope = package.scope
    return NewPackage(
        scope_key=scope.key,
        region=scope.region,
        industry=scope.industry,
        field=scope.field,
        inputs=inputs,
        files=package.files,
        n_page=package.n_page,
        n_row=package.n_row,
        n_table=package.n_table,
    )
