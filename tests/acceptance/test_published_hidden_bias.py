"""Rosenbaum bounds and E-values against the published numbers."""

from __future__ import annotations

import pytest

from stats.methods.sensitivity import (
    breaking_gamma,
    e_value,
    signed_rank_bounds,
)
from tests.acceptance.published_samples import lead_differences


@pytest.mark.parametrize(
    ("gamma", "p_value"), [(2.0, 0.0018), (3.0, 0.0136), (4.25, 0.0468), (5.0, 0.0740)]
)
def test_lead_in_childrens_blood_is_as_rosenbaum_published(gamma: float, p_value: float) -> None:
    assert signed_rank_bounds(lead_differences(), gamma).high == pytest.approx(p_value, abs=5e-5)


def test_the_lead_finding_breaks_between_the_published_biases() -> None:
    differences = lead_differences()
    broken = breaking_gamma(lambda gamma: signed_rank_bounds(differences, gamma).high)
    assert 4.25 < broken < 5


def test_breast_feeding_has_the_e_value_of_vanderweele_and_ding() -> None:
    found = e_value(3.9, 1.8, 8.7)
    assert (found.estimate, found.limit) == pytest.approx((7.26, 3.0), abs=0.005)
