"""What the inbox is asked of files that change while they are copied."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from etl.folders import Folders
from etl.receive import Receipt, receive
from tests.etl.deliveries import Desk, registration


def _receive_while(desk: Desk, path: Path, happens: Callable[[], object]) -> Receipt:
    """Receive one file; something happens once, after its first part was copied."""
    left = [happens]
    folders = Folders(desk.store_dir)
    with folders.working(), Session(desk.engine) as session:
        return receive(desk.inbox, [path], folders, session, False, lambda _: left and left.pop()())


def test_a_file_that_is_written_anew_meanwhile_waits_for_the_next_run(desk: Desk) -> None:
    path = desk.put("register.csv", registration(1) + "\n")
    receipt = _receive_while(desk, path, lambda: path.write_text(registration(2) + "\n"))
    assert (receipt.n_new, receipt.skipped) == (0, ["register.csv"])
    assert not list((desk.store_dir / "deliveries").iterdir())
    desk.take_in()
    assert desk.find("register.csv").accepted == 1


def test_a_file_whose_time_alone_is_set_meanwhile_is_received(desk: Desk) -> None:
    path = desk.put("register.csv", registration(1) + "\n")
    receipt = _receive_while(desk, path, lambda: os.utime(path, (0, 0)))
    assert (receipt.n_new, receipt.skipped) == (1, [])
