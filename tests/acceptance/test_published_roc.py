"""The area under a curve that is printed with its error."""

from __future__ import annotations

import numpy as np
import pytest

from stats.methods.discrimination import discrimination


def test_the_ratings_of_109_images_by_hanley_and_mcneil() -> None:
    """Radiology 143 (1982), table 1; area, error and interval of DeLong as Stata's manual prints
    them for roctab."""
    normal, abnormal = np.array([33, 6, 6, 11, 2]), np.array([3, 2, 2, 11, 33])
    rating = np.tile(np.arange(1, 6), 2)
    found = discrimination(rating, np.repeat([0, 1], 5), np.concatenate([normal, abnormal]))
    assert found.n == 109
    assert found.auc == pytest.approx(0.8932, abs=5e-5)
    assert found.error == pytest.approx(0.0307, abs=5e-5)
    assert found.low == pytest.approx(0.83295, abs=5e-6)
    assert found.high == pytest.approx(0.95339, abs=5e-6)
