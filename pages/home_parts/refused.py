"""The question whether anything that was delivered was not accepted."""

from __future__ import annotations

import gate
from components.numbers import format_number, number_parts
from components.questions import Question
from language import text
from store.quantity import Unit


def refused() -> Question:
    """How many of the records delivered did not pass the checks."""
    frame = gate.ask("delivery_balance", {}).frame
    number, unit = number_parts(int(frame["rejected"].sum()), Unit.RECORD)
    return Question(
        text("home.q_refused"),
        text("home.a_refused", n=format_number(int(frame["records_in"].sum()), Unit.RECORD)),
        "/data",
        number,
        unit,
        text("home.l_refused"),
    )
