"""Two groups' shares side by side, by Newcombe's interval."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
)

from stats.methods.share_comparison import compare_shares

COUNTS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=5)


@given(COUNTS)
@settings(deadline=None)
def test_differences_have_the_bounds_of_statsmodels_and_add_to_zero(
    cells: list[tuple[int, int]],
) -> None:
    first, second = np.array(cells).T
    table = compare_shares(first, second, minimum=5)
    if min(first.sum(), second.sum()) < 5:
        assert table["is_withheld"].all()
        assert table[["share_first", "difference", "low", "high"]].isna().all().all()
        return
    assert table["difference"].sum() == pytest.approx(0, abs=1e-12)
    for (k, m), (_, row) in zip(cells, table.iterrows(), strict=True):
        low, high = confint_proportions_2indep(
            k, first.sum(), m, second.sum(), compare="diff", method="newcomb"
        )
        assert row["low"] == pytest.approx(low, abs=1e-9)
        assert row["high"] == pytest.approx(high, abs=1e-9)


def test_counts_of_different_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="same classes"):
        compare_shares([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="same classes"):
        compare_shares([1, -2], [1, 2])
