"""Regression, weighting and both: errors against the jackknife, worlds with a known effect."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd
import pytest

from stats.methods.potential_outcomes import MeanEffect
from stats.methods.propensity import fit_propensity
from stats.methods.regression_effect import linear_effect
from stats.methods.treatment_effects import (
    augmented_inverse_probability_weighting,
    inverse_probability_weighting,
    regression_adjustment,
    weighted_regression_adjustment,
)
from tests.stats.methods.small_worlds import random_table

Estimand = Literal["ate", "att"]
Estimator = Callable[[pd.DataFrame, Estimand], MeanEffect]
ESTIMATORS: dict[str, Estimator] = {
    "ra": lambda frame, e: regression_adjustment(
        frame, "treat", "y", ["x", "z"], estimand=e, weights="w"
    ),
    "ipw": lambda frame, e: inverse_probability_weighting(
        frame, "treat", "y", ["x", "z"], estimand=e, weights="w"
    ),
    "ipwra": lambda frame, e: weighted_regression_adjustment(
        frame, "treat", "y", ["x"], ["x", "z"], link="probit", estimand=e, weights="w"
    ),
    "aipw": lambda frame, e: augmented_inverse_probability_weighting(
        frame, "treat", "y", ["x"], ["x", "z"], link="probit", estimand=e, weights="w"
    ),
}


def _world(n: int, seed: int) -> pd.DataFrame:
    frame = random_table(n, seed=seed, effect=2.0)
    rng = np.random.default_rng(seed)
    return frame.assign(y=frame["y"] + frame["treat"] * frame["x"], w=rng.uniform(0.5, 2, n))


@pytest.mark.parametrize("estimand", ["ate", "att"])
@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_errors_are_those_of_leaving_out_each_row_in_turn(name: str, estimand: Estimand) -> None:
    frame = _world(250, seed=1)
    effect = ESTIMATORS[name](frame, estimand)
    left_out = [ESTIMATORS[name](frame.drop(index=row), estimand).estimate for row in frame.index]
    jackknife = sqrt((len(frame) - 1) * np.var(left_out))
    assert effect.error == pytest.approx(jackknife, rel=0.08)


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_the_planted_mean_effects_come_back(name: str) -> None:
    frame = _world(20_000, seed=2)
    of_treated = 2 + np.average(
        frame.loc[frame["treat"] == 1, "x"], weights=frame.loc[frame["treat"] == 1, "w"]
    )
    for estimand, expected in (("ate", 2.0), ("att", of_treated)):
        effect = ESTIMATORS[name](frame, estimand)  # type: ignore[arg-type]
        assert abs(effect.estimate - expected) < 3 * effect.error
        assert effect.error < 0.06


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_whole_numbers_as_weights_are_as_many_rows(name: str) -> None:
    frame = _world(200, seed=3)
    frame["w"] = 1 + frame.index % 3
    copies = frame.loc[frame.index.repeat(frame["w"])].assign(w=1)
    first, second = (ESTIMATORS[name](table, "ate").estimate for table in (frame, copies))
    assert first == pytest.approx(second, rel=1e-9)


def test_rows_with_a_gap_are_left_out_and_counted() -> None:
    frame = _world(200, seed=4)
    gaps = frame.copy()
    gaps.loc[gaps.index[:7], "y"] = np.nan
    first, second = (ESTIMATORS["ra"](table, "ate") for table in (frame.iloc[7:], gaps))
    assert second.estimate == pytest.approx(first.estimate)
    assert (first.n_left_out, second.n_left_out) == (0, 7)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_the_model_of_treatment_is_that_of_statsmodels(link: Literal["logit", "probit"]) -> None:
    frame = _world(400, seed=5)
    design = np.column_stack([np.ones(400), 1e5 * frame["x"], frame["z"]])
    discrete = import_module("statsmodels.discrete.discrete_model")
    model = {"logit": discrete.Logit, "probit": discrete.Probit}[link]
    expected = model(frame["treat"], design / [1, 1e5, 1]).fit(disp=0, tol=1e-12)
    found = fit_propensity(design, frame["treat"].to_numpy() == 1, link)
    assert found.coefficients * [1, 1e5, 1] == pytest.approx(expected.params.to_numpy(), rel=1e-6)
    assert found.probability == pytest.approx(expected.predict(), rel=1e-6)


def test_covariates_that_tell_the_groups_apart_are_refused() -> None:
    frame = _world(100, seed=6)
    frame["x"] = frame["treat"] * 2 - 1 + 0.01 * frame["z"]
    with pytest.raises(ValueError, match="predict treatment perfectly"):
        inverse_probability_weighting(frame, "treat", "y", ["x"])
    with pytest.raises(ValueError, match="collinear"):
        inverse_probability_weighting(frame.assign(v=3 * frame["z"]), "treat", "y", ["z", "v"])
    with pytest.raises(ValueError, match="collinear"):
        regression_adjustment(frame.assign(v=3 * frame["z"]), "treat", "y", ["z", "v"])
    with pytest.raises(ValueError, match="no column"):
        regression_adjustment(frame, "treat", "y", ["sales"])
    with pytest.raises(ValueError, match="0 or 1"):
        regression_adjustment(frame, "z", "y", ["x"])


@pytest.mark.parametrize("robust", ["hc0", "hc1", "hc2", "hc3", "classical"])
def test_the_linear_effect_is_that_of_statsmodels(
    robust: Literal["hc0", "hc1", "hc2", "hc3", "classical"],
) -> None:
    frame = _world(150, seed=7)
    api = import_module("statsmodels.api")
    design = api.add_constant(frame[["treat", "x", "z"]].astype("float64"))
    kind = "nonrobust" if robust == "classical" else robust.upper()
    expected = api.WLS(frame["y"], design, weights=frame["w"]).fit(cov_type=kind, use_t=True)
    found = linear_effect(frame, "treat", "y", ["x", "z"], robust=robust, weights="w")
    low, high = expected.conf_int().loc["treat"]
    assert (found.estimate, found.error, found.low, found.high) == pytest.approx(
        (expected.params["treat"], expected.bse["treat"], low, high), rel=1e-9
    )


def test_a_treatment_that_follows_from_the_covariates_is_refused() -> None:
    frame = _world(60, seed=8).assign(same=lambda table: 1 - table["treat"])
    with pytest.raises(ValueError, match="follows from the covariates"):
        linear_effect(frame, "treat", "y", ["same"])
    with pytest.raises(ValueError, match="degrees of freedom"):
        linear_effect(frame.head(2).assign(treat=[0, 1]), "treat", "y")
