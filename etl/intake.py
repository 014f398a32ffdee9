"""The intake: from files in the inbox to validated, staged records and rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from etl import settle
from etl.content import MAX_FILE, Encoding, RefusedFileError
from etl.folders import Folders, put_in_place
from etl.ledger import (
    SIDECAR_REASONS,
    earlier_loaded,
    record_duplicates,
    record_flags,
    record_loaded,
    record_refused,
    settled_original,
)
from etl.macro import install_macros
from etl.progress import Progress, Silence
from etl.quarantine import lines_of_others, quarantine_into, whole_file
from etl.receive import inbox_files, receive
from etl.recognise import Recognition, recognise
from etl.sidecar import Declaration
from etl.sources import contracts
from etl.stage import renew_staged
from etl.survey import Survey, count_lines, survey
from etl.validate import Validated, validate
from etl.work import open_scratch
from store.application import Delivery

LAYOUT_REASONS = ("unknown_layout", "missing_column")


@dataclass(frozen=True, slots=True)
class _Readable:
    """A delivery that was recognised."""

    delivery: Delivery
    survey: Survey
    recognition: Recognition


@dataclass(frozen=True, slots=True)
class _Judged:
    """A delivery that was validated: its valid and its refused records are written aside."""

    readable: _Readable
    found: Validated
    staged: Path
    quarantine: Path


def take_in(
    inbox: Path,
    store_dir: Path,
    engine: Engine,
    progress: Progress | None = None,
    *,
    is_forced: bool = False,
    memory_limit: str = "2GB",
) -> list[Delivery]:
    """Take in all new files of ``inbox`` and return the deliveries that changed in the ledger.

    Each file ends as loaded, duplicate or refused; the ledger is committed file by file, so a
    killed run goes on where it was. ``is_forced`` lifts the volume and the unit guard.
    """
    folders = Folders(store_dir)
    with (
        folders.working() as work_dir,
        Session(engine, expire_on_commit=False) as session,
        open_scratch(work_dir / "intake.duckdb", memory_limit) as work,
    ):
        install_macros(work)
        renew_staged(work, folders.staged_dir, work_dir / "renewed.parquet")
        intake = _Intake(folders, session, work, progress or Silence(), is_forced)
        intake.receive(inbox)
        readable = intake.read()
        intake.judge(readable)
        return list(intake.changed.values())


class _Intake:
    """The steps over all pending deliveries, in order of arrival.

    Each file is settled as soon as it is judged: a killed run loses the work on one file only.
    """

    def __init__(
        self,
        folders: Folders,
        session: Session,
        work: duckdb.DuckDBPyConnection,
        progress: Progress,
        is_forced: bool,
    ) -> None:
        self._folders = folders
        self._session = session
        self._work = work
        self._progress = progress
        self._is_forced = is_forced
        self.changed: dict[int, Delivery] = {}

    def receive(self, inbox: Path) -> None:
        files = list(inbox_files(inbox))
        with self._progress.bar("receive", sum(p.stat().st_size for p in files)) as advance:
            receipt = receive(inbox, files, self._folders, self._session, self._is_forced, advance)
        self._progress.step("receive", n_new=receipt.n_new, n_known=receipt.n_known)
        for name in receipt.skipped:
            self._progress.step("skipped", file=name)

    def read(self) -> list[_Readable]:
        self._reopen_recognisable()
        pending = self._session.scalars(
            select(Delivery).where(Delivery.status == "received").order_by(Delivery.delivery_id)
        ).all()
        readable: dict[str, _Readable] = {}
        with self._progress.bar("read", sum(d.n_byte for d in pending)) as advance:
            for delivery in pending:
                declared = Declaration(delivery.declared)
                try:
                    declared.check_file(delivery.content_hash, delivery.n_byte)
                    original = settled_original(self._session, delivery)
                    if original is not None:
                        declared.check_source(original.source)
                        self._count_copies(original)
                    elif same := readable.get(delivery.content_hash):
                        declared.check_source(same.delivery.source)
                    else:
                        readable[delivery.content_hash] = self._recognise(delivery)
                except RefusedFileError as error:
                    self._refuse(delivery, error)
                advance(delivery.n_byte)
        self._progress.step("read", n=len(readable))
        return list(readable.values())

    def _reopen_recognisable(self) -> None:
        """Take up again the files of no known layout for which there is a source by now."""
        for delivery in self._session.scalars(
            select(Delivery).where(
                Delivery.status == "refused", Delivery.reason_code.in_(LAYOUT_REASONS)
            )
        ):
            path = self._folders.delivery(delivery.content_hash)
            encoding: Encoding = "cp932" if delivery.encoding == "cp932" else "utf-8"
            with suppress(RefusedFileError, FileNotFoundError):
                recognise(path, encoding, contracts(self._folders.profiles))
                delivery.status = "received"
        self._session.commit()

    def _recognise(self, delivery: Delivery) -> _Readable:
        if delivery.n_byte > MAX_FILE:
            raise RefusedFileError("too_large")
        path = self._folders.delivery(delivery.content_hash)
        looked = survey(path)
        delivery.encoding = looked.encoding
        recognition = recognise(path, looked.encoding, contracts(self._folders.profiles))
        delivery.source = recognition.contract.name
        delivery.layout = recognition.layout.name
        Declaration(delivery.declared).check_source(delivery.source)
        if looked.n_line <= recognition.layout.n_header:
            raise RefusedFileError("no_records")
        return _Readable(delivery, looked, recognition)

    def judge(self, readable: Sequence[_Readable]) -> None:
        """Judge and settle file by file."""
        n_valid = n_refused = 0
        with self._progress.bar("judge", sum(r.delivery.n_byte for r in readable)) as advance:
            for one in readable:
                try:
                    judged = self._judge(one)
                    n_valid += judged.found.n_valid
                    n_refused += judged.found.refused.total()
                    with self._progress.bar("settle", one.delivery.n_byte):
                        self._settle(judged)
                except RefusedFileError as error:
                    self._refuse(one.delivery, error, one.recognition.layout.n_header)
                advance(one.delivery.n_byte)
        self._progress.step("judge", n_valid=n_valid, n_refused=n_refused)
        self._progress.step(
            "settle",
            n_record=sum(d.rejected for d in self.changed.values() if d.status == "loaded"),
            n_file=sum(d.status == "refused" for d in self.changed.values()),
        )

    def _judge(self, one: _Readable) -> _Judged:
        content_hash = one.delivery.content_hash
        staged = self._folders.work / "valid.parquet"
        quarantine = self._folders.work / "refused.jsonl"
        with quarantine_into(quarantine, one.delivery.source, one.delivery.file) as refuse:
            found = validate(
                self._work,
                self._folders.delivery(content_hash),
                one.survey,
                one.recognition,
                staged,
                refuse,
            )
        return _Judged(one, found, staged, quarantine)

    def _settle(self, judged: _Judged) -> None:
        one, found, work, folders = judged.readable, judged.found, self._work, self._folders
        delivery, contract = one.delivery, one.recognition.contract
        earlier = earlier_loaded(self._session, delivery)
        staged_before = [folders.staged(d.content_hash) for d in earlier]
        n_duplicate = settle.mark_duplicates(work, judged.staged, staged_before, found.n_stating)
        n_line = one.survey.n_line - one.recognition.layout.n_header
        settle.check_balance(contract, n_line, found.n_valid, n_duplicate, found.refused)
        record_loaded(delivery, found.refused, found.n_valid, n_duplicate)
        Declaration(delivery.declared).check_records(delivery.records_in)
        if not self._is_forced:
            settle.check_volume(contract, delivery, earlier)
            settle.check_unit(work, contract, judged.staged, staged_before)
        flags = settle.count_flags(work, contract)
        if one.recognition.unknown_columns:
            flags["unknown_column"] = delivery.accepted
        record_flags(delivery, flags)
        settle.enter_period(work, contract, judged.staged, delivery)
        put_in_place(judged.staged, folders.staged(delivery.content_hash))
        if found.refused:
            put_in_place(judged.quarantine, folders.quarantine(delivery.content_hash))
        else:
            folders.quarantine(delivery.content_hash).unlink(missing_ok=True)
        self._commit(delivery)
        self._count_copies(delivery)

    def _refuse(self, delivery: Delivery, error: RefusedFileError, n_header: int = 1) -> None:
        """Refuse a file as a whole: one line in the quarantine, all its records rejected."""
        path = self._folders.delivery(delivery.content_hash)
        n_record = max(count_lines(path) - n_header, 0) if path.exists() else 0
        part = self._folders.work / f"{delivery.content_hash}.jsonl"
        kept = self._folders.quarantine(delivery.content_hash)
        with quarantine_into(part, delivery.source, delivery.file) as refuse:
            refuse(whole_file(error.reason, error.column))
        if settled_original(self._session, delivery):
            # Held for its delivery note alone: what was refused of the same content under another
            # name stays in the quarantine.
            part.write_bytes(lines_of_others(kept, delivery.file) + part.read_bytes())
        put_in_place(part, kept)
        record_refused(delivery, error.reason, n_record)
        self._commit(delivery)
        if error.reason not in SIDECAR_REASONS:
            self._count_copies(delivery)

    def _count_copies(self, original: Delivery) -> None:
        for copy in record_duplicates(self._session, original):
            self._commit(copy)

    def _commit(self, delivery: Delivery) -> None:
        self._session.commit()
        self.changed[delivery.delivery_id] = delivery
