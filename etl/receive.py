"""受領: what lies in the inbox, kept unchanged under its content hash and entered in the ledger."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from etl.content import MAX_FILE, MEBI
from etl.folders import Folders, put_in_place
from etl.ledger import SIDECAR_REASONS
from etl.sidecar import SUFFIX, read_declaration
from store.application import Delivery

SYNTHETIC_MARK = "SYNTHETIC"

# A held file is looked at again when its sidecar was put right or the operator overrides.
GUARD_REASONS = ("volume_guard", "unit_guard")


class ChangedWhileReadingError(OSError):
    """The file changed while it was copied: its sender is still writing."""


@dataclass(slots=True)
class Receipt:
    """What one look into the inbox found."""

    n_new: int = 0
    n_known: int = 0
    # Links, and files that their sender is still writing or that may not be read.
    skipped: list[str] = field(default_factory=list)


def receive(
    inbox: Path,
    files: Iterable[Path],
    folders: Folders,
    session: Session,
    is_forced: bool,
    advance: Callable[[int], object],
) -> Receipt:
    """Copy each new file to ``deliveries/<sha256>`` and enter it as received.

    A file already in the ledger under the same name and content is passed over, unless it is held
    and what held it has changed. The same content under another name is entered once more, as a
    duplicate to be counted.
    """
    receipt = Receipt()
    is_synthetic = (inbox / SYNTHETIC_MARK).exists()
    for path in files:
        name = shown_name(path.relative_to(inbox))
        if path.is_symlink():
            receipt.skipped.append(name)
            continue
        try:
            content_hash = _keep(path, folders, _is_entered(session, name, path), advance)
        except (ChangedWhileReadingError, PermissionError, FileNotFoundError):
            receipt.skipped.append(name)
            continue
        declaration = read_declaration(path)
        known = session.scalar(
            select(Delivery).where(Delivery.content_hash == content_hash, Delivery.file == name)
        )
        if known is None:
            session.add(
                Delivery(
                    content_hash=content_hash,
                    file=name,
                    n_byte=path.stat().st_size,
                    declared=declaration.values,
                    is_synthetic=is_synthetic or declaration.is_synthetic,
                )
            )
            receipt.n_new += 1
        else:
            receipt.n_known += 1
            _reopen(known, declaration.values, is_forced)
        session.commit()
    return receipt


def inbox_files(inbox: Path) -> Iterator[Path]:
    """The files to take in, sorted; hidden ones, sidecars and the synthetic mark are none."""
    for path in sorted(inbox.rglob("*")):
        relative = path.relative_to(inbox)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        is_ours = path.name.endswith(SUFFIX) or relative == Path(SYNTHETIC_MARK)
        if not is_hidden and not is_ours and (path.is_symlink() or path.is_file()):
            yield path


def shown_name(relative: Path) -> str:
    """A sender's file name fit to be shown: bytes, controls and direction marks are escaped."""
    data = relative.as_posix().encode("utf-8", "surrogateescape")
    text = data.decode("utf-8", "backslashreplace")
    return "".join(
        c if unicodedata.category(c) not in ("Cc", "Cf") else f"\\u{ord(c):04x}" for c in text
    )


def _is_entered(session: Session, name: str, path: Path) -> bool:
    """Whether a file of this name and size arrived before, most likely the same."""
    entered = select(Delivery.delivery_id).where(
        Delivery.file == name, Delivery.n_byte == path.stat().st_size
    )
    return session.scalar(entered.limit(1)) is not None


def _keep(path: Path, folders: Folders, is_entered: bool, advance: Callable[[int], object]) -> str:
    """The content hash of a file, after making sure that the store has a copy of it.

    A new file is hashed while it is copied; one that is ``is_entered`` is only hashed as long as
    it has not changed. A file over the size cap is not copied: it would fill the disk, and is
    refused in any case.
    """
    before = path.stat()
    part = folders.work / "arriving"
    is_small = before.st_size <= MAX_FILE
    content_hash = _copy(path, None if is_entered or not is_small else part, advance)
    kept = folders.delivery(content_hash)
    is_kept = kept.exists() or not is_small
    if is_entered and not is_kept and _copy(path, part, lambda _: None) != content_hash:
        raise ChangedWhileReadingError(str(path))
    after = path.stat()
    is_touched = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    # Some file systems set the time of a file that has long been written.
    if is_touched and _copy(path, None, lambda _: None) != content_hash:
        raise ChangedWhileReadingError(str(path))
    if not is_kept:
        put_in_place(part, kept)
    return content_hash


def _copy(path: Path, target: Path | None, advance: Callable[[int], object]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, target.open("wb") if target else nullcontext() as sink:
        while data := source.read(MEBI):
            digest.update(data)
            advance(len(data))
            if sink:
                sink.write(data)
    return digest.hexdigest()


def _reopen(known: Delivery, declared: dict[str, object], is_forced: bool) -> None:
    may_pass = (known.reason_code in SIDECAR_REASONS and known.declared != declared) or (
        known.reason_code in GUARD_REASONS and is_forced
    )
    if known.status == "refused" and may_pass:
        known.declared = declared
        known.status = "received"
