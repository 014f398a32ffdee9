"""The logit fit: against statsmodels and scikit-learn, and what it must refuse."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from stats.methods.logit import LogitFit, clustered_covariance, fit_logit

Numbers = NDArray[np.float64]


def drawn(seed: int, n: int = 2_000, k: int = 6, base: float = -2.0) -> tuple[Numbers, Numbers]:
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), rng.standard_normal((n, k - 2)), rng.random(n) < 0.3])
    beta = np.concatenate([[base], rng.standard_normal(k - 1)])
    return design, (rng.random(n) < expit(design @ beta)).astype(np.float64)


def names_of(design: Numbers) -> list[str]:
    return [f"x{j}" for j in range(design.shape[1])]


def fitted(design: Numbers, outcome: Numbers, **extra: object) -> LogitFit:
    return fit_logit(design, outcome, names_of(design), **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_coefficients_and_errors_are_those_of_statsmodels(seed: int) -> None:
    design, outcome = drawn(seed, base=-2.0 - seed)
    other = sm.Logit(outcome, design).fit(disp=0, method="newton", tol=1e-14, maxiter=100)
    found = fitted(design, outcome)
    assert found.coefficients == pytest.approx(other.params, abs=1e-8)
    assert found.errors == pytest.approx(other.bse, abs=1e-8)
    assert found.log_likelihood == pytest.approx(other.llf, abs=1e-8)
    assert (found.n, found.n_rows, found.n_events) == (2_000, 2_000, outcome.sum())


def test_an_offset_is_that_of_statsmodels() -> None:
    design, outcome = drawn(7)
    offset = np.random.default_rng(8).standard_normal(len(outcome))
    other = sm.GLM(outcome, design, family=sm.families.Binomial(), offset=offset).fit(tol=1e-14)
    found = fitted(design, outcome, offset=offset)
    assert found.coefficients == pytest.approx(other.params, abs=1e-8)
    assert found.errors == pytest.approx(other.bse, abs=1e-8)


def test_weights_and_shares_say_the_same_as_repeated_rows() -> None:
    rng = np.random.default_rng(9)
    x = np.column_stack([np.ones(40), rng.integers(0, 3, 40), rng.integers(0, 2, 40)])
    trials = rng.integers(1, 30, 40)
    events = rng.binomial(trials, 0.3)
    rows = np.repeat(np.arange(40), trials)
    outcome = np.concatenate(
        [np.arange(n) < k for n, k in zip(trials, events, strict=True)]
    ).astype(np.float64)
    one = fitted(x[rows], outcome)
    two = fitted(x.astype(np.float64), events / trials, weights=trials)
    assert two.coefficients == pytest.approx(one.coefficients, abs=1e-10)
    assert two.covariance == pytest.approx(one.covariance, abs=1e-10)
    assert (two.n, two.n_rows) == (trials.sum(), 40)
    assert two.n_events == pytest.approx(events.sum())


@pytest.mark.parametrize("ridge", [0.1, 1.0, 50.0])
def test_the_ridge_is_that_of_scikit_learn(ridge: float) -> None:
    design, outcome = drawn(10)
    other = LogisticRegression(C=1 / ridge, tol=1e-12, solver="newton-cholesky", max_iter=200)
    other.fit(design[:, 1:], outcome)
    found = fitted(design, outcome, ridge=ridge)
    assert found.coefficients[0] == pytest.approx(other.intercept_[0], abs=1e-7)
    assert found.coefficients[1:] == pytest.approx(other.coef_[0], abs=1e-7)


def test_errors_of_a_ridge_are_the_spread_of_its_estimates() -> None:
    rng = np.random.default_rng(11)
    design, _ = drawn(11, n=400, k=4)
    p = expit(design @ np.array([-0.5, 0.5, -0.5, 0.3]))
    fits = [fitted(design, (rng.random(400) < p).astype(float), ridge=20.0) for _ in range(600)]
    spread = np.std([fit.coefficients for fit in fits], axis=0)
    mean_error = np.mean([fit.errors for fit in fits], axis=0)
    assert mean_error == pytest.approx(spread, rel=0.08)


def test_errors_by_firm_are_those_of_statsmodels() -> None:
    design, outcome = drawn(12)
    firms = np.random.default_rng(13).integers(0, 300, len(outcome))
    other = sm.Logit(outcome, design).fit(
        disp=0, method="newton", tol=1e-14, cov_type="cluster", cov_kwds={"groups": firms}
    )
    fit = fitted(design, outcome)
    found = clustered_covariance(fit, design, outcome, [f"f{firm}" for firm in firms])
    assert np.sqrt(np.diag(found)) == pytest.approx(other.bse, abs=1e-8)
    with pytest.raises(ValueError, match="without ridge"):
        clustered_covariance(fitted(design, outcome, ridge=1.0), design, outcome, firms)
    with pytest.raises(ValueError, match="at least two"):
        clustered_covariance(fit, design, outcome, np.zeros(len(outcome)))


def test_a_repeated_column_is_named_and_changes_nothing() -> None:
    design, outcome = drawn(14)
    doubled = np.column_stack([design, design[:, 2] - 3 * design[:, 1], np.zeros(len(design))])
    one, two = fitted(design, outcome), fitted(doubled, outcome)
    assert two.aliased == ("x6", "x7")
    assert two.coefficients[:6] == pytest.approx(one.coefficients, abs=1e-10)
    assert two.coefficients[6:].tolist() == two.errors[6:].tolist() == [0, 0]


def test_blocks_of_rows_add_up_in_single_precision_as_well() -> None:
    """More rows than one block holds."""
    design, outcome = drawn(15, n=150_000, k=4, base=-4.0)
    other = sm.Logit(outcome, design).fit(disp=0, method="newton", tol=1e-14)
    assert fitted(design, outcome).coefficients == pytest.approx(other.params, abs=1e-8)
    single = fit_logit(design.astype(np.float32), outcome, names_of(design))
    assert single.coefficients == pytest.approx(other.params, abs=1e-5)


@pytest.mark.parametrize("seed", range(20, 30))
def test_order_of_rows_does_not_matter(seed: int) -> None:
    design, outcome = drawn(seed, n=500, k=4, base=-0.5)
    order = np.random.default_rng(seed).permutation(500)
    one, two = fitted(design, outcome), fitted(design[order], outcome[order])
    assert two.coefficients == pytest.approx(one.coefficients, abs=1e-9)
    assert two.errors == pytest.approx(one.errors, abs=1e-9)


def test_the_score_is_zero_at_the_maximum_of_very_rare_events() -> None:
    design, outcome = drawn(16, n=100_000, k=3, base=-8.0)
    assert 5 < outcome.sum() < 200
    fit = fitted(design, outcome)
    assert fit.n_steps < 15
    rest = outcome - expit(design @ fit.coefficients)
    assert design.T @ rest == pytest.approx(np.zeros(3), abs=1e-7)


def test_separation_is_refused_without_a_ridge_and_held_by_one() -> None:
    design, outcome = drawn(17, n=300, k=4)
    apart = np.column_stack([design, 2 * outcome - 1 + 0.3 * np.sin(np.arange(300))])
    nearly = np.column_stack([design, np.where(outcome == 1, 0.0, design[:, 1] ** 2)])
    flag = np.column_stack([design, (outcome == 0) & (design[:, 1] > 1.5)])
    for separated in (apart, nearly):
        with pytest.raises(ValueError, match="separated"):
            fitted(separated, outcome)
    with pytest.raises(ValueError, match="x4 = 1 decides the outcome"):
        fitted(flag, outcome)
    for separated in (apart, nearly, flag):
        assert np.isfinite(fitted(separated, outcome, ridge=0.5).coefficients).all()


def test_bad_input_is_refused() -> None:
    design, outcome = drawn(18, n=50, k=3)
    holed = design.copy()
    holed[3, 1] = np.nan
    cases: list[tuple[str, Numbers, Numbers, dict[str, object]]] = [
        ("do not fit together", design[:-1], outcome, {}),
        ("do not fit together", design, outcome, {"weights": [1.0]}),
        ("missing or infinite", holed, outcome, {}),
        ("weights", design, outcome, {"weights": np.full(50, -1.0)}),
        ("between 0 and 1", design, outcome + 1, {}),
        ("ridge", design, outcome, {"ridge": -1.0}),
        ("does not vary", design, np.zeros(50), {}),
        ("intercept", design[:, ::-1], outcome, {}),
    ]
    for message, x, y, extra in cases:
        with pytest.raises(ValueError, match=message):
            fitted(x, y, **extra)
