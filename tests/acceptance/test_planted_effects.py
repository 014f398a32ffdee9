"""What the demo plants in programmes and supports comes back through deliveries, ETL and matching.

The demo of the tests is small: no measure alone has the 30 sets that the page asks for, so all of
them are taken together. Event times rest on the same firms and are off together, so asking each for
two standard errors would fail by chance in one world of six; the limit is that of all event times
at once (Šidák, 95 %). That research support comes back within its band in every year is tested by
itself (tests.stats.test_matched_demo), effects on default and of survivors in worlds of their own
(tests.stats.test_matched_truth), and six demos of 20,000 firms are measured by
``bench.planted_effects`` (docs/decisions/0022).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from bench.planted_effects import measured, stacked
from bench.planted_world import open_world
from etl.demo.exits import chance_of_default
from etl.demo.firm_truth import YEARS, firm_truth
from etl.demo.plan import FIRST_YEAR, Plan

FEWEST = 30


@pytest.fixture(scope="module")
def found(demo_dir: Path) -> pd.DataFrame:
    frame = stacked(measured(open_world(demo_dir)))
    return frame[frame["n"] >= FEWEST]


@pytest.mark.parametrize("outcome", ["sales", "gross_profit", "default"])
def test_what_measures_add_comes_back_at_all_event_times_at_once(
    found: pd.DataFrame, outcome: str
) -> None:
    rows = found[(found["outcome"] == outcome) & (found["event"] >= 0)]
    assert len(rows) >= 5
    limit = norm.ppf((1 + 0.95 ** (1 / len(rows))) / 2)
    assert rows["z"].abs().max() < limit


@pytest.mark.parametrize("outcome", ["sales", "gross_profit"])
def test_the_plain_difference_of_amounts_is_far_off_at_every_event_time(
    found: pd.DataFrame, outcome: str
) -> None:
    rows = found[found["outcome"] == outcome]
    assert rows["z_naive"].min() > 10


def test_before_the_first_use_users_and_their_firms_moved_alike(found: pd.DataFrame) -> None:
    rows = found[found["event"] < 0]
    assert len(rows) == 4
    assert rows["z"].abs().max() < 2


def test_the_truth_knows_how_many_firms_default() -> None:
    """Expected from the chances that it tells, and counted."""
    truth = firm_truth(Plan(3_000, 4))
    before = truth.has_defaulted[:, :-1]
    chance = chance_of_default(truth.actual["weakness"][:, 1:])
    # Nobody leaves in the years that make the past of the first ones.
    is_late = np.array(YEARS)[1:] >= FIRST_YEAR
    at_risk = ~before & np.isfinite(chance) & is_late
    expected = chance[at_risk].sum()
    counted = (truth.has_defaulted[:, 1:] & at_risk).sum()
    assert abs(counted - expected) < 3 * expected**0.5
    assert expected > 200


def test_a_store_of_another_demo_is_refused(demo_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to(demo_dir / "store")
    (tmp_path / "inbox.truth").mkdir()
    (tmp_path / "inbox.truth" / "effects.toml").write_text("[world]\nfirms = 400\nseed = 1\n")
    with pytest.raises(ValueError, match="400 firms"):
        open_world(tmp_path)
