"""Balance before and after matching, against plain formulas and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from stats.methods.matching import balance, match, unit_weights
from stats.methods.matching.balance import Deviation
from tests.stats.methods.small_worlds import random_table


def test_the_line_of_a_covariate_follows_from_the_pairs() -> None:
    frame = random_table(500, seed=1)
    matches = match(frame, "treat", ["x", "z"], k=2)
    report = balance(frame, matches)
    line = report.table.set_index("covariate").loc["x"]
    treated, controls = (frame.loc[frame["treat"] == side, "x"] for side in (1, 0))
    partners = frame.loc[matches.pairs["control"], "x"].to_numpy()
    matched = np.average(partners, weights=matches.pairs["weight"])
    assert line["smd_before"] == pytest.approx((treated.mean() - controls.mean()) / treated.std())
    assert line["smd_after"] == pytest.approx((treated.mean() - matched) / treated.std())
    assert line["variance_ratio_before"] == pytest.approx(treated.var() / controls.var())
    assert line["ecdf_gap_before"] == pytest.approx(ks_2samp(treated, controls).statistic)
    copies = np.repeat(partners, np.round(matches.pairs["weight"] * 2).astype(int))
    assert line["ecdf_gap_after"] == pytest.approx(ks_2samp(treated, copies).statistic)


def test_pooled_and_control_deviations_stand_below_the_same_difference() -> None:
    frame = random_table(300, seed=2)
    matches = match(frame, "treat", ["x"])
    spreads = [frame.loc[frame["treat"] == side, "x"].var() for side in (1, 0)]
    deviations: dict[Deviation, float] = {
        "treated": spreads[0] ** 0.5,
        "control": spreads[1] ** 0.5,
        "pooled": (sum(spreads) / 2) ** 0.5,
    }
    gaps = [
        balance(frame, matches, deviation=name).table["smd_before"].iloc[0] * deviation
        for name, deviation in deviations.items()
    ]
    assert gaps == pytest.approx([gaps[0]] * 3)


def test_matching_makes_groups_alike_and_the_verdict_says_so() -> None:
    frame = random_table(2_000, seed=3)
    good = balance(frame, match(frame, "treat", ["x", "z"]))
    assert good.verdict == "ok"
    assert good.share_matched == 1
    # Matched on the stratum only, x stays as unlike as it was.
    poor = balance(frame, match(frame, "treat", ["stratum"]), ["x"])
    assert poor.verdict == "block"
    assert poor.table["smd_after"].iloc[0] > 0.25
    between = balance(frame, match(frame, "treat", ["stratum"]), ["x"], block_above=9)
    assert between.verdict == "warn"


def test_levels_and_missing_values_have_lines_of_their_own() -> None:
    frame = random_table(200, seed=4)
    frame["area"] = np.where(frame["z"] > 0, "north", "south")
    frame.loc[frame.index[::7], "area"] = None
    frame.loc[frame.index[::5], "z"] = np.nan
    matches = match(frame, "treat", ["x"])
    table = balance(frame, matches, ["area", "z"]).table.set_index("covariate")
    assert list(table.index) == ["area=north", "area=south", "area missing", "z", "z missing"]
    assert table.at["z", "n_missing"] == frame["z"].isna().sum()
    shares = table["mean_treated_before"]
    assert shares["area=north"] + shares["area=south"] == pytest.approx(1)


def test_a_share_can_be_measured_by_its_own_deviation() -> None:
    frame = random_table(200, seed=5).assign(flag=lambda table: (table["z"] > 0).astype(int))
    matches = match(frame, "treat", ["x"])
    line = balance(frame, matches, ["flag"], binary="proportion").table.iloc[0]
    share = line["mean_treated_before"]
    gap = share - line["mean_control_before"]
    assert line["smd_before"] == pytest.approx(gap / np.sqrt(share * (1 - share)))


def test_whoever_is_lost_is_counted_by_reason() -> None:
    frame = random_table(200, seed=6)
    frame.loc[frame.index[:2], "x"] = np.nan
    matches = match(frame, "treat", ["x"], caliper={"x": 0.001}, k=1)
    report = balance(frame, matches)
    n_treated = int(frame["treat"].sum())
    assert report.n_focal == n_treated
    assert report.lost["n"].sum() == n_treated - report.n_focal_matched
    assert dict(zip(report.lost["reason"], report.lost["n"], strict=True))["missing_covariate"] == 1
    assert report.share_matched == pytest.approx(report.n_focal_matched / n_treated)


@pytest.mark.parametrize("estimand", ["att", "atc", "ate"])
def test_weights_of_both_groups_sum_to_the_focal_units(estimand: str) -> None:
    frame = random_table(100, seed=7)
    matches = match(frame, "treat", ["x"], estimand=estimand)  # type: ignore[arg-type]
    sums = unit_weights(frame, matches).groupby(frame["treat"]).sum()
    n_focal = {"att": frame["treat"].sum(), "ate": 100}.get(estimand, 100 - frame["treat"].sum())
    assert sums.tolist() == pytest.approx([n_focal, n_focal])


def test_a_balance_without_its_column_is_refused() -> None:
    frame = random_table(50, seed=8)
    with pytest.raises(ValueError, match="no column sales"):
        balance(frame, match(frame, "treat", ["x"]), ["sales"])


def test_nothing_matched_blocks() -> None:
    frame = pd.DataFrame({"treat": [1, 0, 0], "x": [0.0, 5.0, 6.0]})
    report = balance(frame, match(frame, "treat", ["x"], metric="euclidean", caliper={"x": 1}))
    assert report.verdict == "block"
    assert (report.n_focal_matched, report.n_control_used) == (0, 0)
