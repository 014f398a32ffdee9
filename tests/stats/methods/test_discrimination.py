"""Area, error and distance: pair by pair, against scikit-learn and SciPy, with ties and weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from stats.methods.discrimination import discrimination

Numbers = NDArray[np.float64]
# Few distinct scores, so that ties are the rule.
ROWS = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 1)), min_size=4, max_size=40)


def arrays(rows: list[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    score, outcome = np.array(rows, np.float64).T
    assume(1 < outcome.sum() < len(outcome) - 1)
    return score, outcome


def slow_delong(score: Numbers, outcome: Numbers) -> tuple[float, float]:
    """Placements of each event and each other, one by one."""
    events, others = score[outcome == 1], score[outcome == 0]
    wins = (events[:, None] > others).astype(float) + (events[:, None] == others) / 2
    variance = wins.mean(axis=1).var(ddof=1) / len(events)
    variance += wins.mean(axis=0).var(ddof=1) / len(others)
    return float(wins.mean()), float(np.sqrt(variance))


@given(ROWS)
@settings(deadline=None)
def test_area_and_error_are_those_of_all_pairs(rows: list[tuple[int, int]]) -> None:
    score, outcome = arrays(rows)
    found = discrimination(score, outcome)
    area, error = slow_delong(score, outcome)
    assert found.auc == pytest.approx(area, abs=1e-12)
    assert found.error == pytest.approx(error, abs=1e-12)
    assert found.accuracy_ratio == pytest.approx(2 * area - 1, abs=1e-12)
    assert 0 <= found.low <= found.auc + 1e-12
    assert found.auc - 1e-12 <= found.high <= 1


@given(ROWS, st.integers(0, 999))
@settings(deadline=None)
def test_it_is_what_scikit_learn_and_scipy_say_with_weights(
    rows: list[tuple[int, int]], seed: int
) -> None:
    score, outcome = arrays(rows)
    weights = np.random.default_rng(seed).integers(1, 9, len(score))
    found = discrimination(score, outcome, weights)
    assert found.auc == pytest.approx(roc_auc_score(outcome, score, sample_weight=weights))
    repeated = np.repeat(np.arange(len(score)), weights)
    long, events = score[repeated], outcome[repeated]
    same = discrimination(long, events)
    for name in ("auc", "error", "ks", "n", "n_events"):
        assert getattr(found, name) == pytest.approx(getattr(same, name), abs=1e-10)
    apart = ks_2samp(long[events == 1], long[events == 0], method="asymp").statistic
    assert found.ks == pytest.approx(apart, abs=1e-12)


@given(ROWS)
@settings(deadline=None)
def test_neither_a_rising_transformation_nor_the_order_of_rows_changes_it(
    rows: list[tuple[int, int]],
) -> None:
    score, outcome = arrays(rows)
    found = discrimination(score, outcome)
    order = np.random.default_rng(len(rows)).permutation(len(rows))
    bent = discrimination(np.exp(score[order]) ** 3 - 7, outcome[order])
    assert bent.auc == pytest.approx(found.auc, abs=1e-12)
    assert bent.ks == pytest.approx(found.ks, abs=1e-12)
    turned = discrimination(-score, outcome)
    assert turned.auc == pytest.approx(1 - found.auc, abs=1e-12)
    assert turned.error == pytest.approx(found.error, abs=1e-12)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    truth = 0.7602499389065233  # Φ(1 / √2), two normals one deviation apart
    covered = 0
    for _ in range(800):
        score = np.concatenate([rng.standard_normal(60) + 1, rng.standard_normal(300)])
        found = discrimination(score, np.repeat([1, 0], [60, 300]))
        covered += found.low <= truth <= found.high
    assert 0.925 <= covered / 800 <= 0.97


def test_a_perfect_score_has_an_area_of_one_and_a_single_event_no_error() -> None:
    found = discrimination([1, 2, 3, 4], [0, 0, 1, 1])
    assert (found.auc, found.error, found.low, found.high, found.ks) == (1, 0, 1, 1, 1)
    lone = discrimination([1, 2, 3], [0, 1, 0])
    assert lone.auc == 0.5
    assert np.isnan([lone.error, lone.low, lone.high]).all()


def test_bad_input_is_refused() -> None:
    for score, outcome, weights, message in (
        ([1.0, 2.0], [1, 1], None, "with the event and without"),
        ([], [], None, "with the event and without"),
        ([np.nan, 2.0], [1, 0], None, "known"),
        ([1.0, 2.0], [1, 2], None, "0 or 1"),
        ([1.0, 2.0], [1, 0], [1, -1], "weights"),
        ([1.0], [1, 0], None, "one value per row"),
    ):
        with pytest.raises(ValueError, match=message):
            discrimination(score, outcome, weights)
    with pytest.raises(ValueError, match="level"):
        discrimination([1, 2], [0, 1], level=1)
