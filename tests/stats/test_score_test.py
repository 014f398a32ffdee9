"""The score test and Wilson's interval say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.methods.binomial import wilson_interval
from stats.methods.score_test import score_p_value


@given(n=st.integers(1, 400), share=st.floats(0.02, 0.98), data=st.data())
def test_the_p_value_is_below_five_percent_where_the_interval_excludes_the_share(
    n: int, share: float, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n))
    low, high = wilson_interval(k, n)
    p_value = float(score_p_value(k, n, share))
    if abs(p_value - 0.05) > 1e-9:
        assert (p_value < 0.05) == bool(share < low or share > high)


def test_a_known_case() -> None:
    # 60 of 100 against one half: z = 2.
    assert float(score_p_value(60, 100, 0.5)) == pytest.approx(0.0455002639, abs=1e-9)


def test_without_trials_or_spread_there_is_no_p_value() -> None:
    assert np.isnan(score_p_value([0, 3], [0, 3], 0.5)[0])
    assert np.isnan(score_p_value(3, 3, 1.0))
