"""Thirteen trials of the BCG vaccine (Colditz and others 1994) in Viechtbauer's publication of
metafor, Journal of Statistical Software 36 (2010), section 3."""

from __future__ import annotations

import numpy as np
import pytest

from stats.methods.shrinkage import shrunken_effects

VACCINATED_ILL = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
VACCINATED = VACCINATED_ILL + np.array(
    [119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886]
)
OTHERS_ILL = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
OTHERS = OTHERS_ILL + np.array(
    [128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825]
)


def test_the_random_effects_model_is_the_published_one() -> None:
    estimate = np.log(VACCINATED_ILL / VACCINATED / (OTHERS_ILL / OTHERS))
    variance = 1 / VACCINATED_ILL - 1 / VACCINATED + 1 / OTHERS_ILL - 1 / OTHERS
    found = shrunken_effects(estimate, np.sqrt(variance), variance="reml")
    assert found.between**2 == pytest.approx(0.3132, abs=5e-5)
    assert (found.mean, found.mean_error) == pytest.approx((-0.7145, 0.1798), abs=5e-5)
