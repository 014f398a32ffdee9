"""The effect in matches: against a slow twin, in worlds whose effect is known, and refusals."""

from __future__ import annotations

from math import sqrt
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.methods.matching import ScoreModel, match, matching_effect
from stats.methods.propensity import fit_propensity
from tests.stats.methods.small_worlds import (
    admissible,
    ids,
    nearest_of,
    random_table,
    straight,
    tables,
)


def _sets(frame: pd.DataFrame, focal: list[int], k: int) -> dict[int, set[int]]:
    return {
        unit: nearest_of(
            {other: straight(frame, ["x"], unit, other) for other in admissible(frame, unit)}, k
        )
        for unit in focal
    }


def _own_variance(frame: pd.DataFrame, unit: int, neighbours: int) -> float:
    cells: Any = frame.at
    fellows = [u for u in ids(frame, bool(cells[unit, "treat"])) if u != unit]
    near = nearest_of({u: straight(frame, ["x"], unit, u) for u in fellows}, neighbours)
    return float(np.var([cells[u, "y"] for u in [unit, *near]], ddof=1))


def _twin(
    frame: pd.DataFrame, estimand: str, k: int, neighbours: int, target: str
) -> tuple[float, float]:
    """Abadie & Imbens 2006, theorems 6 and 7, unit by unit."""
    cells: Any = frame.at
    treated, controls = ids(frame), ids(frame, treated=False)
    focal = {"att": treated, "atc": controls, "ate": sorted(treated + controls)}[estimand]
    sets = _sets(frame, focal, k)
    effects = {}
    for unit, partners in sets.items():
        gap = cells[unit, "y"] - np.mean([cells[u, "y"] for u in partners])
        effects[unit] = gap if cells[unit, "treat"] else -gap
    estimate = float(np.mean(list(effects.values())))
    total = 0.0
    for unit in treated + controls:
        shares = [1 / len(partners) for partners in sets.values() if unit in partners]
        served, squares, own = sum(shares), sum(s**2 for s in shares), float(unit in sets)
        spread = _own_variance(frame, unit, neighbours)
        if target == "sample":
            total += spread * (own + served) ** 2
        else:
            total += own * (effects.get(unit, 0.0) - estimate) ** 2
            total += spread * (served**2 + 2 * own * served - squares)
    return estimate, sqrt(total) / len(sets)


@given(
    tables().filter(lambda frame: 2 <= frame["treat"].sum() <= len(frame) - 2),
    st.sampled_from(["att", "atc", "ate"]),
    st.integers(1, 3),
    st.integers(1, 2),
    st.sampled_from(["population", "sample"]),
)
@settings(max_examples=80, deadline=None)
def test_estimate_and_error_are_those_of_abadie_and_imbens(
    frame: pd.DataFrame,
    estimand: Literal["att", "atc", "ate"],
    k: int,
    neighbours: int,
    target: Literal["population", "sample"],
) -> None:
    matches = match(frame, "treat", ["x"], k=k, metric="euclidean", estimand=estimand)
    effect = matching_effect(frame, matches, "y", variance_neighbours=neighbours, target=target)
    estimate, error = _twin(frame, estimand, k, neighbours, target)
    assert effect.estimate == pytest.approx(estimate, abs=1e-9)
    assert effect.error == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize("estimand", ["att", "atc", "ate"])
def test_copies_of_controls_have_no_effect(estimand: Literal["att", "atc", "ate"]) -> None:
    controls = random_table(200, seed=1).assign(treat=0)
    frame = pd.concat([controls, controls.assign(treat=1)], ignore_index=True)
    matches = match(frame, "treat", ["x", "z"], exact=["stratum"], k=1, estimand=estimand)
    effect = matching_effect(frame, matches, "y", bias_adjust=["x"])
    assert matches.pairs["distance"].max() == 0
    assert effect.estimate == 0
    assert effect.error >= 0


def test_a_planted_effect_comes_back_within_two_errors() -> None:
    hits = []
    for seed in range(40):
        frame = random_table(400, seed=seed, effect=2.0)
        matches = match(frame, "treat", ["x", "z"], k=3)
        effect = matching_effect(frame, matches, "y", bias_adjust=["x", "z"])
        hits.append(abs(effect.estimate - 2) <= 2 * effect.error)
    assert 0.85 <= np.mean(hits) <= 1
    plain = frame.groupby("treat")["y"].mean()
    assert abs(plain[1] - plain[0] - 2) > 4 * effect.error


def test_adjustment_removes_what_a_straight_line_explains() -> None:
    frame = random_table(300, seed=2)
    exact = frame.assign(y=3 * frame["x"] - frame["z"] + 5 * frame["treat"])
    matches = match(exact, "treat", ["x", "z"], k=2, estimand="ate")
    effect = matching_effect(exact, matches, "y", bias_adjust=["x", "z"])
    assert effect.estimate == pytest.approx(5, abs=1e-9)
    assert matching_effect(exact, matches, "y").estimate != pytest.approx(5, abs=1e-3)


def test_whole_numbers_as_weights_are_as_many_treated() -> None:
    frame = random_table(120, seed=3)
    weighted = frame.assign(weight=np.where(frame["treat"] == 1, 1 + frame.index % 3, 1))
    copied = frame.loc[frame.index.repeat(weighted["weight"])].reset_index(drop=True)
    first, second = (
        matching_effect(table, match(table, "treat", ["x"], metric="euclidean", **choices), "y")  # type: ignore[arg-type]
        for table, choices in ((weighted, {"weights": "weight"}), (copied, {}))
    )
    assert first.estimate == pytest.approx(second.estimate, rel=1e-12)
    assert first.effective_n_control == pytest.approx(second.effective_n_control)


def test_a_missing_outcome_leaves_its_weight_to_the_rest_of_the_set() -> None:
    frame = pd.DataFrame(
        {
            "treat": [1, 1, 0, 0, 0],
            "x": [0.0, 9.0, 0.0, 0.0, 9.0],
            "y": [5.0, np.nan, 1.0, np.nan, 2.0],
        }
    )
    matches = match(frame, "treat", ["x"], k=1, metric="euclidean")
    effect = matching_effect(frame, matches, "y", variance="homoskedastic")
    assert effect.estimate == 4
    assert (effect.n_treated, effect.n_control) == (1, 1)
    assert effect.n_without_outcome == 2


def test_controls_are_counted_once_and_by_weight() -> None:
    frame = pd.DataFrame({"treat": [1, 1, 1, 0, 0], "x": [0.0, 0, 5, 0, 5], "y": range(5)})
    matches = match(frame, "treat", ["x"], k=1, metric="euclidean")
    effect = matching_effect(frame, matches, "y", variance="homoskedastic")
    assert (effect.n_treated, effect.n_control, effect.n_pairs) == (3, 2, 3)
    assert effect.effective_n_control == pytest.approx(9 / 5)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"variance": "bootstrap"}, "unknown variance"),
        ({"target": "world"}, "unknown target"),
        ({"level": 1.0}, "level"),
        ({"variance_neighbours": 0}, "at least one"),
        ({"bias_adjust": ["nowhere"]}, "no column"),
        ({"bias_adjust": ["gap"]}, "missing in a pair"),
    ],
)
def test_choices_of_an_effect_that_do_not_fit_are_refused(
    choices: dict[str, object], message: str
) -> None:
    frame = random_table(40, seed=4).assign(gap=np.nan)
    matches = match(frame, "treat", ["x"])
    with pytest.raises(ValueError, match=message):
        matching_effect(frame, matches, "y", **choices)  # type: ignore[arg-type]


def test_matches_of_another_table_are_refused() -> None:
    frame = random_table(40, seed=5)
    matches = match(frame, "treat", ["x"])
    with pytest.raises(ValueError, match="not those of this frame"):
        matching_effect(frame.set_axis(frame.index + 1_000), matches, "y")
    with pytest.raises(ValueError, match="no pair has an outcome"):
        matching_effect(frame.assign(y=np.nan), matches, "y")


def _scored(n: int, seed: int) -> pd.DataFrame:
    frame = random_table(n, seed=seed, effect=1.0)
    design = np.column_stack([np.ones(n), frame[["x", "z"]]])
    model = fit_propensity(design, frame["treat"].to_numpy() == 1)
    return frame.assign(score=model.probability)


def test_the_error_by_an_estimated_score_is_the_spread_of_the_estimates() -> None:
    found = []
    for seed in range(100):
        frame = _scored(200, seed)
        matches = match(frame, "treat", [], k=2, metric="score", score="score", estimand="ate")
        model = ScoreModel(("x", "z"))
        plain = matching_effect(frame, matches, "y")
        known = matching_effect(frame, matches, "y", score_model=model)
        found.append((known.estimate, known.error, plain.error))
    estimates, errors, plain_errors = np.array(found).T
    assert errors.mean() == pytest.approx(estimates.std(), rel=0.15)
    # Both covariates move the outcome, so a score that is known would do much worse.
    assert plain_errors.mean() > 1.1 * errors.mean()


def test_a_score_model_that_does_not_fit_the_matching_is_refused() -> None:
    frame, model = _scored(100, 1), ScoreModel(("x", "z"))
    by_x = match(frame, "treat", ["x"])
    with pytest.raises(ValueError, match="by score with replacement"):
        matching_effect(frame, by_x, "y", score_model=model)
    fenced = match(frame, "treat", [], metric="score", score="score", caliper={"score": 0.1})
    with pytest.raises(ValueError, match="no strata, calipers"):
        matching_effect(frame, fenced, "y", score_model=model)
    by_score = match(frame, "treat", [], metric="score", score="score")
    with pytest.raises(ValueError, match="of every unit"):
        matching_effect(
            frame.assign(y=frame["y"].where(frame["x"] > 0)), by_score, "y", score_model=model
        )
