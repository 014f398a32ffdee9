"""Asking: check, run, write the audit record, and only then answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any, Protocol

import duckdb
import pandas as pd

from gate.actor import Actor
from gate.answer import Answer, SourceNote
from gate.audit import AuditLog
from gate.consent import Consents, ConsentWatch
from gate.errors import BadRequest, ConsentUnknown, Refused, Stopped, TooSlow, UnknownQuestion
from gate.kept import Found, FrameCache, PartShelf, VersionedCache
from gate.progress import Progress, Reporter
from gate.scope import ROW_CAP, Part, ScopedCursor
from gate.snapshots import OpenSnapshot, SnapshotReader
from gate.stops import Stops, Waiting, interrupting
from store.cursor import Cursor
from store.members import Members
from store.quantity import Quantity

TIMEOUT_SECONDS = 30.0
# A question is run again when a firm withdraws while it runs, but not for ever.
RUNS_AT_MOST = 3
# What questions share is large: so many matched samples are a few hundred megabytes.
PARTS_AT_MOST = 8
WITHHELD = "x"


class ParametersLike(Protocol):
    def to_query(self) -> dict[str, str]: ...


class QuestionLike(Protocol):
    """What the gate needs of a question; queries.question.Question is one."""

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[Quantity, ...]: ...
    @property
    def sources(self) -> tuple[str, ...]: ...
    @property
    def database(self) -> str: ...
    @property
    def patience(self) -> float: ...
    def parse(self, query: Mapping[str, str], members: Members) -> ParametersLike: ...
    def answer(self, cursor: Cursor, parameters: Any) -> pd.DataFrame: ...


class Gate:
    """The one way out of the store."""

    def __init__(
        self,
        catalogue: Iterable[QuestionLike],
        reader: SnapshotReader,
        audit: AuditLog,
        timeout_seconds: float = TIMEOUT_SECONDS,
        row_cap: int = ROW_CAP,
    ) -> None:
        self.reader = reader
        self.audit = audit
        self.watch = ConsentWatch(audit.engine, reader.store_dir)
        self.stops = Stops(reader.store_dir / "stopped")
        self.progress = Progress(reader.store_dir / "running")
        self.timeout_seconds = timeout_seconds
        self.row_cap = row_cap
        self._questions: dict[str, QuestionLike] = {}
        self._cache = FrameCache()
        self._parts = VersionedCache[Part](PARTS_AT_MOST)
        for question in catalogue:
            if question.name in self._questions:
                raise ValueError(f"two questions are named {question.name}")
            self._questions[question.name] = question

    @property
    def questions(self) -> Mapping[str, QuestionLike]:
        return self._questions

    def members(self, actor: Actor) -> Members:
        """The values that filters may take, from the file this actor's questions run on."""
        with self.reader.reading() as snapshot:
            return snapshot.databases[actor.database].members

    def ask(
        self,
        actor: Actor,
        question: str,
        query: Mapping[str, str],
        action: str = "answer",
        waiting: Waiting | None = None,
    ) -> Answer:
        """Answer a listed question for ``actor``; ``query`` holds its parameters as in an address.

        ``action`` is what the audit record says: "answer" or "download". ``waiting`` is the request
        whose reader may stop it. Raises UnknownQuestion, Refused, BadRequest, NoSnapshot, Stopped,
        TooSlow, TooManyRows, ConsentUnknown, and AuditFailed, in which case nothing is released.
        """
        try:
            asked = self._question(actor, question)
            with self.reader.reading() as snapshot:
                answer = self._answer(actor, asked, query, snapshot, waiting)
        except Refused:
            self.audit.write(actor.username, actor.role, "refusal", question)
            raise
        self.audit.write(
            actor.username,
            actor.role,
            action,
            question,
            {
                "query": dict(answer.query),
                "regions": list(actor.regions),
                "programmes": list(actor.programmes),
                "n_row": answer.n_row,
            },
            answer.snapshot,
        )
        return answer

    def _question(self, actor: Actor, name: str) -> QuestionLike:
        question = self._questions.get(name)
        if question is None:
            raise UnknownQuestion
        if actor.database == "released" and question.database != "released":
            raise Refused
        return question

    def _answer(
        self,
        actor: Actor,
        question: QuestionLike,
        query: Mapping[str, str],
        snapshot: OpenSnapshot,
        waiting: Waiting | None,
    ) -> Answer:
        database = snapshot.databases[question.database]
        parameters = _parse(question, query, database.members)
        canonical = parameters.to_query()
        _check_detail(actor, canonical, database.members)
        manifest = snapshot.manifest
        key = (
            (manifest.snapshot, question.database, actor.role, actor.regions, actor.programmes),
            question.name,
            tuple(sorted(canonical.items())),
        )
        if self.stops.is_stopped(waiting):
            raise Stopped
        found = self._find(actor, question, parameters, snapshot, key, waiting)
        frame = found.frame
        return Answer(
            question=question.name,
            query=canonical,
            # Copy on write: what a reader does to its frame never reaches the cache.
            frame=frame.copy(deep=False),
            columns=tuple(column.said_of(canonical) for column in question.columns),
            snapshot=manifest.snapshot,
            published_at=manifest.published,
            is_synthetic=manifest.is_synthetic,
            sources=tuple(
                database.sources.get(source) or SourceNote(source, None, None, 0)
                for source in question.sources
            ),
            n_withheld=int((frame["status"] == WITHHELD).sum()) if "status" in frame else 0,
            reach=found.reach,
        )

    def _find(
        self,
        actor: Actor,
        question: QuestionLike,
        parameters: ParametersLike,
        snapshot: OpenSnapshot,
        key: tuple[object, ...],
        waiting: Waiting | None,
    ) -> Found:
        """The frame as consent stands when it is handed out, not as it stood when it was begun."""
        for _ in range(RUNS_AT_MOST):
            consents = self.watch.consents(snapshot.manifest)
            known = (*key, consents.is_known)
            found = self._cache.get(known, consents.version)
            if found is not None:
                return found
            shelf = PartShelf(self._parts, (key[0], consents.is_known), consents.version)
            found = self._run(actor, question, parameters, snapshot, consents, shelf, waiting)
            if self.watch.consents(snapshot.manifest).version == consents.version:
                self._cache.put(known, found, consents.version)
                return found
        raise ConsentUnknown

    def _run(
        self,
        actor: Actor,
        question: QuestionLike,
        parameters: ParametersLike,
        snapshot: OpenSnapshot,
        consents: Consents,
        shelf: PartShelf,
        waiting: Waiting | None,
    ) -> Found:
        database = snapshot.databases[question.database]
        deadline = monotonic() + self.timeout_seconds * question.patience
        reporter = Reporter(self.progress, waiting, question.name)

        def is_over() -> bool:
            return monotonic() >= deadline or self.stops.is_stopped(waiting)

        with database.cursor() as cursor:
            scoped = ScopedCursor(
                cursor,
                actor,
                database.members,
                question.database,
                self.row_cap,
                deadline=deadline,
                consents=consents,
                shelf=shelf,
                firm_sets=database.firm_sets,
                report=reporter.begin,
            )
            try:
                with interrupting(cursor.interrupt, is_over, reporter.tell):
                    frame = question.answer(scoped, parameters)
            except (duckdb.InterruptException, TooSlow):
                raise Stopped if self.stops.is_stopped(waiting) else TooSlow from None
            finally:
                reporter.end()
        return Found(frame, scoped.reach)


def _check_detail(actor: Actor, query: Mapping[str, str], members: Members) -> None:
    """Refuse a municipality outside the actor's scope, chosen or compared with: its rows are kept
    from the actor, and an answer without them would say that nothing was there."""
    for name in ("region", "versus") if actor.limit else ():
        place = members.get("region", query.get(name, ""))
        if place is None or place.level != "municipality":
            continue
        if actor.limit == "programme":
            is_own = query.get("programme") in actor.programmes
        else:
            prefecture = members.get("region", place.parent_code)
            is_own = prefecture is not None and prefecture.parent_code in actor.regions
        if not is_own:
            raise Refused


def _parse(question: QuestionLike, query: Mapping[str, str], members: Members) -> ParametersLike:
    try:
        return question.parse(query, members)
    except ValueError as error:
        # queries.parameters.ParameterError, known here by what it carries.
        name, value = getattr(error, "name", ""), getattr(error, "value", "")
        raise BadRequest(str(name), str(value)) from error
