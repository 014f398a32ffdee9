"""The planted study of research support, found again by matching adopted to rejected firms."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from queries.matching_specification import MatchingParameters
from stats.matched_balance import BALANCE_QUESTION, LOSS_QUESTION
from stats.matched_path import QUESTION as PATH
from store.cursor import StoreCursor

STUDY = MatchingParameters(
    year="2006", span="3", measure="sapoin", against="rejected", scale="level", after="8"
)
COLUMN = {"sales": "planted_sales_yen", "gross_profit": "planted_gross_profit_yen"}


@pytest.fixture(scope="module")
def planted(demo_dir: Path) -> dict[str, Any]:
    truth = demo_dir / "inbox.truth" / "effects.toml"
    found: dict[str, Any] = tomllib.loads(truth.read_text(encoding="utf-8"))["sapoin"]
    return found


@pytest.mark.parametrize("outcome", ["sales", "gross_profit"])
def test_the_planted_difference_comes_back_in_every_year(
    lens: StoreCursor, planted: dict[str, Any], outcome: str
) -> None:
    """Through the crisis of the first years, too: it takes the same yen from both groups.

    The band is one of all event times at once: of eleven, each alone within two errors, some would
    lie outside by chance in many a world."""
    frame: Any = PATH.answer(lens, STUDY.with_(outcome=outcome)).set_index("event_year")
    truth = {row["since_adoption"]: row[COLUMN[outcome]] for row in planted["year"]}
    for event in (-3, -2, *range(9)):
        row = frame.loc[event]
        assert row["difference_low"] < truth[event] < row["difference_high"]
    last = frame.loc[8]
    assert last["difference_low"] > 0
    assert last["plain_difference"] > last["difference_high"]


def test_matching_takes_away_what_was_different_before(lens: StoreCursor) -> None:
    frame: Any = BALANCE_QUESTION.answer(lens, STUDY).set_index("covariate")
    assert frame.loc["log_sales", "smd_before"] > 0.8
    assert frame["smd_after"].abs().max() < 0.25
    losses: Any = LOSS_QUESTION.answer(lens, STUDY).set_index("step")["n"]
    assert losses["matched"] > 0.6 * losses["user"]
