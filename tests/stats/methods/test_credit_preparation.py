"""Limits, scales and flags of ratios: against quantiles by hand, and what must not leak."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.credit_design import design_matrix, linear_predictor
from stats.methods.credit_preparation import learn_preparation
from stats.methods.credit_ratios import OTHER, Preparation, Ratio
from stats.methods.preparation import neglog
from tests.stats.methods.made_firms import MadeFirms, made_firms

RATIOS = (
    Ratio("equity_ratio"),
    Ratio("assets", "neglog"),
    Ratio("growth", knots=(0.5,)),
    Ratio("interest_cover"),
)


def prepared(firms: MadeFirms, minimum: int = 200) -> Preparation:
    return learn_preparation(
        RATIOS, firms.values, firms.industry, firms.year, train_until=2018, minimum=minimum
    )


@pytest.fixture(scope="module")
def firms() -> MadeFirms:
    return made_firms(1)


@pytest.fixture(scope="module")
def preparation(firms: MadeFirms) -> Preparation:
    return prepared(firms)


def test_limits_are_the_quantiles_of_industry_and_year(
    firms: MadeFirms, preparation: Preparation
) -> None:
    assert preparation.industries == ("", "D", "E", "I")
    frame = pd.DataFrame(
        {"industry": firms.industry, "year": firms.year, "x": firms.values["growth"]}
    ).fillna({"industry": ""})
    frame = frame[frame["year"] <= 2018]
    growth = preparation.ratios[2]
    for number, code in enumerate((*preparation.industries, OTHER)):
        for year in range(2014, 2019):
            of_year = frame[frame["year"] == year]
            of_cell = of_year[of_year["industry"] == code]
            x = (of_cell if len(of_cell) >= 200 else of_year)["x"]
            limits = growth.low[number][year - 2014], growth.high[number][year - 2014]
            assert limits == pytest.approx((x.quantile(0.01), x.quantile(0.99)), rel=1e-12)


def test_a_small_cell_takes_the_limits_of_its_year_and_a_small_year_those_of_all(
    firms: MadeFirms,
) -> None:
    """The missing industry has about 190 rows a year, fewer than 300 but 900 in all."""
    growth = prepared(firms, minimum=300).ratios[2]
    assert growth.low[0] == growth.low[-1]
    assert growth.low[1] != growth.low[-1]
    rows = (firms.year == 2014) & (np.arange(len(firms.year)) % 30 != 0)
    thinned = firms.part(~rows)
    of_all = np.quantile(thinned.values["growth"][thinned.year <= 2018], [0.01, 0.99])
    growth = prepared(thinned, minimum=300).ratios[2]
    assert [growth.low[1][0], growth.high[1][0]] == pytest.approx(of_all.tolist(), rel=1e-12)


def test_training_columns_have_mean_0_and_deviation_1_where_they_are_known(
    firms: MadeFirms, preparation: Preparation
) -> None:
    trained = firms.part(firms.year <= 2018)
    design = design_matrix(preparation, trained.values, trained.industry, trained.year)
    frame = pd.DataFrame(design, columns=list(preparation.columns))
    for name in ("equity_ratio", "assets", "growth", "growth_above_1"):
        assert frame[name].mean() == pytest.approx(0, abs=1e-12)
        assert frame[name].std() == pytest.approx(1, rel=1e-12)
    is_missing = np.isnan(trained.values["interest_cover"])
    assert (frame["interest_cover_missing"] == is_missing).all()
    assert (frame.loc[is_missing, "interest_cover"] == 0).all()
    assert frame.loc[~is_missing, "interest_cover"].std() == pytest.approx(1, rel=1e-12)


def test_the_columns_are_what_a_plain_loop_says(firms: MadeFirms, preparation: Preparation) -> None:
    rows = np.arange(0, len(firms.year), 997)
    some = firms.part(rows)
    design = design_matrix(preparation, some.values, some.industry, some.year)
    growth = preparation.ratios[2]
    straight, bent = growth.pieces
    for number in range(len(rows)):
        place = preparation.industries.index(some.industry[number] or "")
        year = min(int(some.year[number]), 2018) - 2014
        x = some.values["growth"][number]
        x = min(max(x, growth.low[place][year]), growth.high[place][year])
        found = dict(zip(preparation.columns, design[number], strict=True))
        assert bent.knot is not None
        assert found["growth"] == pytest.approx((x - straight.centre) / straight.scale)
        above = max(x - bent.knot, 0.0)
        assert found["growth_above_1"] == pytest.approx((above - bent.centre) / bent.scale)
        assert found["industry_D"] == (some.industry[number] == "D")


def test_nothing_after_training_is_looked_at(firms: MadeFirms, preparation: Preparation) -> None:
    is_later = firms.year > 2018
    values = {name: np.where(is_later, np.nan, x) for name, x in firms.values.items()}
    industry = np.where(is_later, "Z", firms.industry)
    other = replace(firms, values=values, industry=industry)
    assert prepared(other) == preparation


def test_a_preparation_comes_back_from_json(firms: MadeFirms, preparation: Preparation) -> None:
    text = preparation.to_json()
    again = Preparation.from_json(text)
    assert again == preparation
    assert again.to_json() == text
    one, two = (design_matrix(p, firms.values, firms.industry, firms.year)
                for p in (preparation, again))  # fmt: skip
    assert np.array_equal(one, two)
    broken = json.loads(text)
    del broken["ratios"][0]["pieces"]
    with pytest.raises(ValueError, match="no stored preparation"):
        Preparation.from_json(json.dumps(broken))


def test_a_ratio_that_was_never_missing_gives_no_score_where_it_is(
    firms: MadeFirms, preparation: Preparation
) -> None:
    some = firms.part(np.arange(3))
    values = some.values | {
        "equity_ratio": np.array([np.nan, 0.0, 0.1]),
        "interest_cover": np.array([1.0, np.nan, 1.0]),
    }
    ones = np.ones(len(preparation.columns))
    found = linear_predictor(preparation, ones, values, some.industry, some.year)
    assert np.isnan(found).tolist() == [True, False, False]


def test_rare_industries_share_a_column_or_the_reference(firms: MadeFirms) -> None:
    rng = np.random.default_rng(2)
    rare = np.array([f"R{k}" for k in range(8)], object)[rng.integers(0, 8, len(firms.year))]
    is_rare = rng.random(len(firms.year)) < 0.04
    known = replace(firms, industry=np.where(is_rare, rare, firms.industry))
    assert prepared(known, minimum=500).industry_columns == ("", "D", "E", OTHER)
    learnt = prepared(known, minimum=120)
    assert learnt.industry_columns == ("", "D", "E", OTHER)
    # The rare ones of a year are enough for limits, yet take those of the whole year.
    growth = known.values["growth"][known.year == 2016]
    assert learnt.ratios[2].high[-1][2] == pytest.approx(np.quantile(growth, 0.99), rel=1e-12)
    few = prepared(known.part(~is_rare | (rng.random(len(firms.year)) < 0.1)), minimum=500)
    assert few.industry_columns == ("", "D", "E")
    some = firms.part(np.arange(1))
    scored = [
        linear_predictor(few, np.arange(len(few.columns)), some.values, [code], some.year)
        for code in ("Z", "R1")
    ]
    assert scored[0] == scored[1]


def test_order_of_rows_does_not_matter(firms: MadeFirms, preparation: Preparation) -> None:
    shuffled = firms.part(np.random.default_rng(3).permutation(len(firms.year)))
    other = prepared(shuffled)
    assert other.industry_columns == preparation.industry_columns
    for one, two in zip(preparation.ratios, other.ratios, strict=True):
        assert (one.low, one.high, one.n_missing) == (two.low, two.high, two.n_missing)
        for piece, twin in zip(one.pieces, two.pieces, strict=True):
            assert piece.centre == pytest.approx(twin.centre, rel=1e-9, abs=1e-12)
            assert piece.scale == pytest.approx(twin.scale, rel=1e-9)


def test_a_unit_of_a_winsorised_ratio_changes_no_column(firms: MadeFirms) -> None:
    scaled = replace(firms, values=firms.values | {"growth": firms.values["growth"] * 100})
    one, two = (design_matrix(prepared(f), f.values, f.industry, f.year) for f in (firms, scaled))
    assert np.allclose(one, two, rtol=0, atol=1e-9)


@given(st.floats(-1e15, 1e15))
@settings(max_examples=200, deadline=None)
def test_neglog_is_odd_and_its_own_inverse_is_known(x: float) -> None:
    y = float(neglog(x))
    assert float(neglog(-x)) == -y
    assert np.sign(y) * np.expm1(abs(y)) == pytest.approx(x, rel=1e-9, abs=1e-12)


def test_a_categorical_is_read_like_its_texts(firms: MadeFirms, preparation: Preparation) -> None:
    as_category = pd.Categorical(firms.industry)
    one, two = (
        design_matrix(preparation, firms.values, industry, firms.year)
        for industry in (firms.industry, as_category)
    )
    assert np.array_equal(one, two)


def test_what_cannot_be_learnt_is_refused(firms: MadeFirms, preparation: Preparation) -> None:
    n = len(firms.year)

    def learn(name: str, x: object) -> None:
        values = {name: np.asarray(x, np.float64)}
        learn_preparation([Ratio(name)], values, firms.industry, firms.year, train_until=2018)

    with pytest.raises(ValueError, match="never there"):
        learn("x", np.full(n, np.nan))
    with pytest.raises(ValueError, match="does not vary"):
        learn("x", np.full(n, 0.1))
    with pytest.raises(ValueError, match="infinite"):
        learn("x", np.full(n, np.inf))
    with pytest.raises(ValueError, match="one value per statement"):
        learn("x", np.zeros(n - 1))
    with pytest.raises(ValueError, match="no statement up to"):
        learn_preparation(RATIOS, firms.values, firms.industry, firms.year, train_until=1999)
    with pytest.raises(ValueError, match="is not given"):
        design_matrix(preparation, {}, firms.industry, firms.year)
    endless = firms.values | {"assets": np.full(n, np.inf)}
    with pytest.raises(ValueError, match="infinite"):
        design_matrix(preparation, endless, firms.industry, firms.year)
    with pytest.raises(ValueError, match="coefficients"):
        linear_predictor(preparation, [1.0], firms.values, firms.industry, firms.year)
