"""The audit chain holds over threads and processes, and shows where it was touched."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from threading import Semaphore
from time import sleep

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from gate.audit import AuditLog, _hold_the_end, verify_chain
from gate.errors import AuditFailed
from store.application import open_application_database


def _write(log: AuditLog, number: int) -> None:
    log.write("someone", "ministry", "answer", f"question {number}", {"n_row": number}, "s1")


def _write_in_a_process(url: str) -> None:
    engine = open_application_database(url)
    log = AuditLog(engine)
    for number in range(10):
        _write(log, number)
    engine.dispose()


def test_an_empty_log_is_sound(engine: Engine) -> None:
    chain = verify_chain(engine)
    assert (chain.n_record, chain.first_broken) == (0, None)


def test_the_chain_holds_over_threads(engine: Engine) -> None:
    log = AuditLog(engine)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _write(log, number), range(60)))
    chain = verify_chain(engine)
    assert (chain.n_record, chain.first_broken) == (60, None)


def test_the_chain_holds_over_processes(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write_in_a_process, [url, url]))
    chain = verify_chain(engine)
    assert (chain.n_record, chain.first_broken) == (20, None)


def test_all_that_come_during_a_commit_share_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, begun, may_go_on = AuditLog(engine), Semaphore(0), Semaphore(0)

    def hold(connection: Connection) -> None:
        begun.release()
        may_go_on.acquire()
        _hold_the_end(connection)

    monkeypatch.setattr("gate.audit._hold_the_end", hold)
    with ThreadPoolExecutor(8) as pool:
        written = [pool.submit(_write, log, 0)]
        begun.acquire()
        for n_waiting, numbers in ((5, range(1, 6)), (2, range(6, 8))):
            written += [pool.submit(_write, log, number) for number in numbers]
            while len(log._waiting) < n_waiting:
                sleep(0.001)
            may_go_on.release()
            begun.acquire()
        may_go_on.release()
        for one in written:
            one.result(timeout=10)
    assert not begun.acquire(blocking=False)
    chain = verify_chain(engine)
    assert (chain.n_record, chain.first_broken) == (8, None)


def test_the_next_record_is_written_after_a_writer_was_stopped(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(engine)
    with monkeypatch.context() as stopped:
        stopped.setattr("gate.audit._hold_the_end", _stop)
        with pytest.raises(KeyboardInterrupt):
            _write(log, 1)
    _write(log, 2)
    assert verify_chain(engine).n_record == 1


def test_records_that_wait_for_one_commit_fail_together(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(engine)
    monkeypatch.setattr("gate.audit._hold_the_end", _refuse)
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda number: _is_written(log, number), range(12)))
    assert written == [False] * 12
    assert verify_chain(engine).n_record == 0


def test_a_record_that_cannot_be_written_fails_its_own_caller_only(engine: Engine) -> None:
    log = AuditLog(engine)
    with pytest.raises(TypeError):
        log.write("someone", "ministry", "answer", "question", {"n_row": object()})
    _write(log, 1)
    assert verify_chain(engine).n_record == 1


def _stop(_connection: object) -> None:
    raise KeyboardInterrupt


def _refuse(_connection: object) -> None:
    raise OperationalError("BEGIN", {}, Exception("disk full"))


def _is_written(log: AuditLog, number: int) -> bool:
    try:
        _write(log, number)
    except AuditFailed:
        return False
    return True


CHANGES = {
    "a value": "UPDATE audit_record SET username = 'other' WHERE audit_id = 3",
    "a detail": "UPDATE audit_record SET detail = '{\"n_row\": 99}' WHERE audit_id = 3",
    "a time": "UPDATE audit_record SET at = '2020-01-01 00:00:00.000000' WHERE audit_id = 3",
    "its hash": "UPDATE audit_record SET record_hash = 'f' WHERE audit_id = 3",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_record_is_found(engine: Engine, change: str) -> None:
    _five(engine)
    _execute(engine, CHANGES[change])
    assert verify_chain(engine).first_broken == 3


def test_a_record_taken_out_is_found_at_the_one_after_it(engine: Engine) -> None:
    _five(engine)
    _execute(engine, "DELETE FROM audit_record WHERE audit_id = 3")
    assert verify_chain(engine).first_broken == 4


def _five(engine: Engine) -> None:
    log = AuditLog(engine)
    for number in range(5):
        _write(log, number)


def _execute(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
