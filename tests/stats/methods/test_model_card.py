"""The card of a model: stored, read again, it scores the same and is named the same."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from stats.methods.calibration import calibration_by_decile, probability, recalibrate
from stats.methods.credit_design import design_matrix, linear_predictor
from stats.methods.credit_grade import GRADE_BOUNDS, grade_table
from stats.methods.credit_preparation import learn_preparation
from stats.methods.credit_quality import quality_by
from stats.methods.logit import fit_logit
from stats.methods.model_card import Fit, ModelCard, card_of, coefficients_of, records
from stats.methods.time_split import TimeSplit, split_by_time
from tests.stats.methods.made_firms import MadeFirms, made_firms
from tests.stats.methods.test_credit_preparation import RATIOS


@pytest.fixture(scope="module")
def firms() -> MadeFirms:
    return made_firms(31, n=20_000)


@pytest.fixture(scope="module")
def card(firms: MadeFirms) -> ModelCard:
    split = TimeSplit(2017, 2019)
    train, calibration, test = (firms.part(rows) for rows in split_by_time(firms.year, split))
    preparation = learn_preparation(
        RATIOS, train.values, train.industry, train.year, train_until=2017
    )
    design = design_matrix(preparation, train.values, train.industry, train.year)
    fit = fit_logit(design, train.outcome, preparation.columns, ridge=1.0)
    raw = [
        linear_predictor(preparation, fit.coefficients, part.values, part.industry, part.year)
        for part in (calibration, test)
    ]
    line = recalibrate(raw[0], calibration.outcome)
    predictor = line.apply(raw[1])
    p = probability(predictor)
    return ModelCard(
        data_version="2024-03",
        default_codes=("arrears", "subrogation"),
        split=split,
        preparation=preparation,
        coefficients=coefficients_of(fit),
        fit=Fit(fit.n_rows, int(fit.n_events), fit.log_likelihood, fit.ridge, 0.0),
        recalibration=line,
        grade_bounds=GRADE_BOUNDS,
        quality=records(quality_by(test.year, predictor, test.outcome).assign(by="year")),
        calibration=records(calibration_by_decile(p, test.outcome)),
        stability=(),
        grades=records(grade_table(p, test.outcome)),
        counts=({"step": "all", "n": len(firms.year)}, {"step": "train", "n": fit.n_rows}),
    )


def test_a_card_comes_back_from_its_text(card: ModelCard) -> None:
    again = card_of(card.to_json())
    assert again == card
    assert again.to_json() == card.to_json()
    assert again.digest == card.digest
    assert len(card.digest) == 64


def test_a_card_that_came_back_scores_the_same(firms: MadeFirms, card: ModelCard) -> None:
    asked = firms.values, firms.industry, firms.year
    found = card_of(card.to_json()).predictor(*asked)
    assert np.array_equal(found, card.predictor(*asked))
    assert card.recalibration is not None
    estimates = [coefficient.estimate for coefficient in card.coefficients]
    raw = linear_predictor(card.preparation, estimates, *asked)
    assert found == pytest.approx(card.recalibration.intercept + card.recalibration.slope * raw)
    bare = replace(card, recalibration=None)
    assert np.array_equal(bare.predictor(*asked), raw)
    assert card_of(bare.to_json()) == bare


def test_its_terms_are_recalibrated(card: ModelCard) -> None:
    line = card.recalibration
    assert line is not None
    found, bare = card.terms(), replace(card, recalibration=None).terms()
    assert found["multiplier"].to_numpy() == pytest.approx(line.slope * bare["multiplier"])
    moved = found["constant"] - line.slope * bare["constant"]
    expected = np.where(bare["kind"] == "intercept", line.intercept, 0.0)
    is_known = bare["constant"].notna()
    assert moved[is_known].to_numpy() == pytest.approx(expected[is_known], abs=1e-12)


def test_the_keys_of_the_text_are_stable(card: ModelCard) -> None:
    stored = json.loads(card.to_json())
    assert list(stored) == sorted(stored)
    assert stored["version"] == 1
    assert set(stored) == {
        "calibration", "coefficients", "counts", "data_version", "default_codes", "fit",
        "grade_bounds", "grades", "preparation", "quality", "recalibration", "split", "stability",
        "version",
    }  # fmt: skip


def test_any_change_of_a_number_changes_the_name(card: ModelCard) -> None:
    assert replace(card, data_version="2024-04").digest != card.digest
    first = replace(card.coefficients[0], estimate=card.coefficients[0].estimate + 1e-12)
    assert replace(card, coefficients=(first, *card.coefficients[1:])).digest != card.digest


def test_records_hold_plain_numbers_and_none_for_what_is_not_known() -> None:
    table = pd.DataFrame({"n": np.array([1, 2]), "x": [0.5, np.nan], "is_cut": [True, False]})
    found = records(table)
    assert found == ({"n": 1, "x": 0.5, "is_cut": True}, {"n": 2, "x": None, "is_cut": False})
    assert [type(found[0][name]) for name in table] == [int, float, bool]


def test_other_versions_and_incomplete_cards_are_refused(card: ModelCard) -> None:
    stored = json.loads(card.to_json())
    others: list[object] = [{**stored, "version": 2}, [], {}]
    for broken in others:
        with pytest.raises(ValueError, match="no model card of version"):
            card_of(json.dumps(broken))
    for name in ("split", "preparation", "quality", "data_version"):
        with pytest.raises(ValueError, match="no complete model card"):
            card_of(json.dumps({key: value for key, value in stored.items() if key != name}))
