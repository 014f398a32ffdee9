"""The JSON of an answer: what was asked, of which data, and every value."""

from __future__ import annotations

import json
from datetime import date, datetime

import pandas as pd

from gate.answer import Answer, SourceNote
from language import speaking
from queries.matching_specification import MatchingParameters
from reports.json_file import render
from stats.matched_balance import LOSS_QUESTION

ASKED = MatchingParameters(year="2016", measure="it", region="b03")


def _answer() -> Answer:
    frame = pd.DataFrame(
        {
            "step": ["user", "matched"],
            "n": [120, 80],
            "share": [100.0, float("nan")],
            "n_pair": 240,
            "match_table": "0a1b2c3d",
            "specification": ASKED.number,
        }
    )
    return Answer(
        question="matched_loss",
        query=ASKED.to_query(),
        frame=frame,
        columns=LOSS_QUESTION.columns,
        snapshot="2026-11-20-061200000-a3f1",
        published_at=datetime(2026, 11, 20, 6, 12),  # noqa: DTZ001
        is_synthetic=True,
        sources=(SourceNote("financial_statement", None, date(2026, 3, 31), 2),),
    )


def test_the_specification_says_choices_counts_data_and_where_to_find_it() -> None:
    with speaking("ja"):
        found = json.loads(render(_answer()))
    assert found["choices"] == ASKED.to_query()
    assert found["snapshot"] == "2026-11-20-061200000-a3f1"
    assert found["published_at"].startswith("2026-11-20T06:12")
    assert [row["n"] for row in found["rows"]] == [120, 80]
    assert found["rows"][1]["share"] is None
    assert {row["specification"] for row in found["rows"]} == {ASKED.number}
    assert found["link"].startswith("/matching?region=b03")
    assert all(f"{name}=" in found["link"] for name in ASKED.to_query())
    assert found["sources"][0]["period_to"] == "2026-03-31"
    assert all(column["definition"] for column in found["columns"])
