"""The whole way of a credit model: learnt on old years, true to new ones, told by group."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import spearmanr

from stats.methods.calibration import recalibrate
from stats.methods.credit_design import design_matrix, linear_predictor
from stats.methods.credit_preparation import learn_preparation
from stats.methods.credit_quality import QUALITY_COLUMNS, quality, quality_by
from stats.methods.credit_ratios import Ratio
from stats.methods.discrimination import discrimination
from stats.methods.logit import fit_logit
from stats.methods.time_split import TimeSplit, split_by_time
from tests.stats.methods.made_firms import MadeFirms, made_firms

RATIOS = (
    Ratio("equity_ratio"),
    Ratio("assets", "neglog"),
    Ratio("growth", knots=(0.25, 0.5, 0.75)),
    Ratio("interest_cover"),
)


@pytest.fixture(scope="module")
def tested() -> tuple[MadeFirms, NDArray[np.float64]]:
    """Firms of the years after training and what a model of the years before says of them."""
    firms = made_firms(21, n=60_000)
    train, _, test = split_by_time(firms.year, TimeSplit(2017))
    old, new = firms.part(train), firms.part(test)
    preparation = learn_preparation(
        RATIOS, old.values, old.industry, old.year, train_until=2017, minimum=300
    )
    fit = fit_logit(
        design_matrix(preparation, old.values, old.industry, old.year),
        old.outcome,
        preparation.columns,
    )
    return new, linear_predictor(preparation, fit.coefficients, new.values, new.industry, new.year)


def test_the_model_ranks_new_years_nearly_as_well_as_the_truth(
    tested: tuple[MadeFirms, NDArray[np.float64]],
) -> None:
    firms, predictor = tested
    found, best = (discrimination(score, firms.outcome) for score in (predictor, firms.truth))
    assert best.auc - 0.01 < found.auc <= best.auc + 0.005
    assert spearmanr(predictor, firms.truth).statistic > 0.95


def test_the_model_is_calibrated_in_new_years(
    tested: tuple[MadeFirms, NDArray[np.float64]],
) -> None:
    firms, predictor = tested
    found = quality(predictor, firms.outcome)
    assert found["ratio_low"] < 1 < found["ratio_high"]
    assert abs(found["slope"] - 1) < 2.5 * found["slope_error"]
    assert found["brier_skill"] > 0


def test_preparation_beats_the_raw_ratios() -> None:
    """Heavy tails and holes filled with zeros, as a logit on raw ratios has them."""
    firms = made_firms(22, n=40_000)
    wild = {
        name: x * np.where(np.random.default_rng(23).random(len(x)) < 0.01, 300, 1)
        for name, x in firms.values.items()
    }
    train, _, test = split_by_time(firms.year, TimeSplit(2017))
    raw = np.column_stack([np.ones(len(firms.year)), *(np.nan_to_num(x) for x in wild.values())])
    names = ["intercept", *wild]
    plain = fit_logit(raw[train], firms.outcome[train], names)
    preparation = learn_preparation(RATIOS, wild, firms.industry, firms.year, train_until=2017)
    design = design_matrix(preparation, wild, firms.industry, firms.year)
    fit = fit_logit(design[train], firms.outcome[train], preparation.columns)
    areas = [
        discrimination(x[test] @ f.coefficients, firms.outcome[test]).auc
        for x, f in ((raw, plain), (design, fit))
    ]
    assert areas[1] > areas[0] + 0.05
    lines = [
        recalibrate(x[test] @ f.coefficients, firms.outcome[test]).slope
        for x, f in ((raw, plain), (design, fit))
    ]
    assert abs(lines[1] - 1) < abs(lines[0] - 1)


def test_each_group_has_the_numbers_it_has_alone(
    tested: tuple[MadeFirms, NDArray[np.float64]],
) -> None:
    firms, predictor = tested
    table = quality_by(firms.year, predictor, firms.outcome).set_index("group")
    assert table.index.tolist() == [2018, 2019, 2020, 2021]
    assert table["n"].sum() == len(firms.year)
    for year, row in table.iterrows():
        alone = quality(predictor[firms.year == year], firms.outcome[firms.year == year])
        assert row.to_dict() == pytest.approx(alone, nan_ok=True)


def test_few_events_have_counts_and_no_ranks() -> None:
    rng = np.random.default_rng(24)
    predictor = rng.standard_normal(300) - 4
    outcome = np.zeros(300)
    outcome[:9] = 1
    found = quality(predictor, outcome)
    assert found["n_events"] == 9
    assert found["expected"] == pytest.approx(expit(predictor).sum())
    assert found["rate_low"] < 0.03 < found["rate_high"]
    assert all(np.isnan(found[name]) for name in ("auc", "ks", "slope", "shift"))
    assert not np.isnan(quality(predictor, outcome, minimum=9)["auc"])
    assert tuple(found) == QUALITY_COLUMNS


def test_a_group_that_the_score_separates_has_a_rank_but_no_line() -> None:
    predictor = np.concatenate([np.linspace(-5, -4, 50), np.linspace(-2, -1, 20)])
    found = quality(predictor, np.repeat([0, 1], [50, 20]))
    assert found["auc"] == 1
    assert np.isnan(found["slope"])


def test_a_row_without_a_group_is_refused() -> None:
    with pytest.raises(ValueError, match="belongs to a group"):
        quality_by(np.array(["a", None], object), [0.1, 0.2], [0, 1])
