"""The primary rules, against cells worked out by hand and against a brute-force attacker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.sensitivity import is_sensitive


@pytest.mark.parametrize(
    ("contributions", "expected"),
    [
        ([], False),
        ([500], True),
        ([500, 400], True),
        ([100, 50, 10], False),  # the rest is exactly 10 % of the largest
        ([100, 50, 9], True),
        ([100, 100, 100], False),
        ([0, 0, 0], False),
    ],
)
def test_a_cell_is_sensitive_under_three_contributors_or_ten_percent(
    contributions: list[int], expected: bool
) -> None:
    largest = sorted(contributions, reverse=True)[:2]
    assert is_sensitive(len(contributions), sum(contributions), largest) is expected


@given(st.lists(st.integers(0, 10**9), min_size=3, max_size=12))
def test_a_safe_cell_leaves_the_second_contributor_at_least_ten_percent_off(
    contributions: list[int],
) -> None:
    """The second largest subtracts itself from the total and takes the rest for the largest."""
    ordered = sorted(contributions, reverse=True)
    estimate = sum(ordered) - ordered[1]
    is_close = estimate - ordered[0] < 0.1 * ordered[0]
    assert is_sensitive(len(ordered), sum(ordered), ordered[:2]) is is_close


def test_contributions_that_do_not_fit_the_total_are_refused() -> None:
    with pytest.raises(ValueError, match="falling order"):
        is_sensitive(3, 100, [90, 20])
    with pytest.raises(ValueError, match="falling order"):
        is_sensitive(3, 100, [20, 30])
