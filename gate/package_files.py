"""The files of packages on the disk: written once, closed for writing, read only as they were.

    <releases>/<edition>/<scope key>/<file>

A package appears whole or not at all. What is read is hashed before anybody gets it, and the very
bytes that were hashed are handed on.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from gate.errors import GateError
from store.snapshot import private_folder, sync_path

# Names are codes of ours and of the snapshot: nothing that could lead out of the folder.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}(\.[a-z0-9]{1,8})?")
_FILE_MODE = 0o400
_FOLDER_MODE = 0o500
LOCK = "build.lock"


class DamagedFile(GateError):
    """A file is missing or is not the one that was approved: it is never served."""

    status = 503
    key = "release.refused.damaged"


class BuildRuns(RuntimeError):
    """Another build holds the lock of the releases."""


def checked_name(name: str) -> str:
    """``name`` if it can be the name of one of our files or folders; raises ValueError."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a package's file")
    return name


def file_path(releases: Path, edition: str, scope_key: str, name: str) -> Path:
    return releases / checked_name(edition) / checked_name(scope_key) / checked_name(name)


def write_package(releases: Path, edition: str, scope_key: str, files: Mapping[str, bytes]) -> None:
    """Put a package in place in one step, each file closed for writing, durable before it shows.

    One of the same scope that is there (of an edition not yet checked) is replaced.
    """
    folder = releases / checked_name(edition)
    private_folder(releases)
    folder.mkdir(mode=0o700, exist_ok=True)
    fresh, place = folder / f".{checked_name(scope_key)}.new", folder / scope_key
    _remove(fresh)
    fresh.mkdir(mode=0o700)
    for name, content in files.items():
        path = fresh / checked_name(name)
        path.write_bytes(content)
        path.chmod(_FILE_MODE)
        sync_path(path)
    sync_path(fresh)
    _remove(place)
    fresh.rename(place)
    sync_path(folder)


def remove_package(releases: Path, edition: str, scope_key: str) -> None:
    """Take a package away that belongs to no edition any more."""
    _remove(releases / checked_name(edition) / checked_name(scope_key))


def close_edition(releases: Path, edition: str) -> None:
    """Take from all files and folders of an edition the permission to be changed."""
    folder = releases / checked_name(edition)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
    folder.chmod(_FOLDER_MODE)


def read_file(path: Path, expected: str) -> bytes:
    """The bytes of a file whose SHA-256 is ``expected``; raises DamagedFile for any other."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedFile from error
    if sha256(content).hexdigest() != expected:
        raise DamagedFile
    return content


@contextmanager
def build_lock(releases: Path) -> Iterator[None]:
    """Hold the releases for one build; raises BuildRuns at once where another process has them."""
    private_folder(releases)
    with (releases / LOCK).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRuns from None
        yield


def _remove(folder: Path) -> None:
    if folder.is_dir():
        folder.chmod(0o700)
        shutil.rmtree(folder)
