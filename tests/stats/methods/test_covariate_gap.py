"""What matched controls still lack in covariates is taken off, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from stats.methods.covariate_gap import adjusted_outcome, control_slopes
from stats.methods.event_path import Scale, event_path
from stats.methods.exit_outcome import ExitState, FirstExits, exit_incidence
from stats.methods.matched_sets import matched_sets

EVENTS = np.arange(-2, 4)
EFFECT = np.array([0.0, 0.0, 0.02, 0.05, 0.05, 0.05])


def _uneven(seed: int, n: int = 300, noise: float = 0.0):  # type: ignore[no-untyped-def]
    """Sets of two controls whose covariates fall short of their user's; changes since the base
    hang on both covariates."""
    rng = np.random.default_rng(seed)
    user = rng.normal(1.0, 1.0, (n, 2))
    control = np.repeat(user, 2, axis=0) - rng.uniform(0, 0.6, (2 * n, 2))
    x = np.vstack([user, control])
    slopes = np.outer([0.03, -0.02], np.abs(EVENTS + 1))
    log = 9 + x @ [0.5, 0.1] + (x @ slopes).T + rng.normal(0, noise, (EVENTS.size, 3 * n))
    log = log.T
    log[:n] += EFFECT
    sets = matched_sets(np.repeat(np.arange(n), 2), n + np.arange(2 * n))
    return x, log, sets


@pytest.mark.parametrize("scale", ["level", "signed_log"])
def test_a_gap_that_covariates_explain_is_gone_after_the_base_and_stays_before(
    scale: Scale,
) -> None:
    x, log, sets = _uneven(1)
    outcome = log if scale == "level" else np.expm1(log)
    plain = event_path(outcome, sets, EVENTS, scale=scale).mean.difference
    adjusted = adjusted_outcome(outcome, sets, EVENTS, x, scale=scale)
    found = event_path(adjusted, sets, EVENTS, scale=scale).mean.difference
    assert np.abs(plain - EFFECT)[3:].min() > 0.005
    np.testing.assert_allclose(found[1:], EFFECT[1:], atol=1e-10)
    assert found[0] == plain[0] != 0


def test_it_is_the_bias_corrected_difference_of_matching() -> None:
    """Each control's change is moved by the regression's line from its own covariates to those of
    its user."""
    x, log, sets = _uneven(2, noise=0.05)
    adjusted = adjusted_outcome(log, sets, EVENTS, x)
    found = event_path(adjusted, sets, EVENTS).mean.difference
    n = sets.set_rows.size
    for column in (2, 5):
        change = log[:, column] - log[:, 1]
        design = np.column_stack([np.ones(2 * n), x[n:]])
        line = np.linalg.lstsq(design, change[n:], rcond=None)[0][1:]
        moved = change[n:] + (x[sets.treated] - x[n:]) @ line
        assert found[column] == pytest.approx(change[:n].mean() - moved.mean(), abs=1e-12)


def test_gaps_of_the_outcome_and_a_covariate_that_never_varies_do_no_harm() -> None:
    x, log, sets = _uneven(3)
    log[::7, 4] = np.nan
    constant = np.column_stack([x, np.full(len(x), 3.0)])
    one, two = (adjusted_outcome(log, sets, EVENTS, values) for values in (x, constant))
    np.testing.assert_allclose(one, two, atol=1e-10)
    assert (np.isnan(one) == np.isnan(log)).all()


def test_of_fewer_than_ten_rows_a_covariate_nothing_is_told() -> None:
    x, log, _ = _uneven(5)
    for n, is_told in ((19, False), (20, True)):
        assert control_slopes(log[:n], x[:n], np.ones(n)).any() == is_told
    assert not control_slopes(np.full((40, 2), np.nan), x[:40], np.ones(40)).any()


def test_exits_that_covariates_explain_are_no_difference() -> None:
    """Users are weaker than their firms, and whoever is weak leaves more often."""
    rng = np.random.default_rng(4)
    n = 6_000
    user = rng.uniform(0.3, 1.0, n)
    x = np.concatenate([user, user - 0.3])
    left = np.full(2 * n, np.nan)
    for event in EVENTS[2:]:
        leaves = np.isnan(left) & (rng.random(2 * n) < 0.08 * x)
        left[leaves] = event
    kind = np.where(np.isnan(left), ExitState.ALIVE, ExitState.DEFAULT).astype(np.int64)
    exits = FirstExits(left, kind, np.full(2 * n, 3))
    sets = matched_sets(np.arange(n), n + np.arange(n))
    plain, adjusted = (
        exit_incidence(exits, sets, EVENTS, covariates=values).by_state[ExitState.DEFAULT]
        for values in (None, x[:, None])
    )
    assert (plain.difference.estimate > 6 * plain.difference.error).all()
    assert (np.abs(adjusted.difference.estimate) < 2.5 * adjusted.difference.error).all()
    np.testing.assert_allclose(plain.treated, adjusted.treated)
