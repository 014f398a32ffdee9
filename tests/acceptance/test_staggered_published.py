"""County employment and minimum wages (mpdta): the published Callaway–Sant'Anna estimates."""

from __future__ import annotations

import moderndid
import numpy as np
import pytest

from stats.methods.group_time import group_time_effects, panel_of
from stats.methods.staggered import staggered_effects

PUBLISHED = {
    -3: 0.0305, -2: -0.0006, -1: -0.0245, 0: -0.0199, 1: -0.0510, 2: -0.1373, 3: -0.1008,
}  # fmt: skip


def test_the_effects_by_event_time_are_the_published_ones() -> None:
    frame = moderndid.load_mpdta().to_pandas()
    panel = panel_of(frame, "countyreal", "year", "lemp", "first.treat")
    assert panel.outcome.shape == (500, 5)
    effects = group_time_effects(panel, estimator="reg", control_group="never_treated")
    dynamic = staggered_effects(effects, "dynamic")
    assert dynamic.label.tolist() == list(PUBLISHED)
    np.testing.assert_allclose(dynamic.estimate, list(PUBLISHED.values()), atol=5e-5)
    assert dynamic.overall == pytest.approx(-0.0772, abs=5e-5)
