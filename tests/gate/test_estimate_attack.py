"""Estimates as they are delivered: what is safe passes, and every slip is found out."""

from __future__ import annotations

import pytest

from gate.estimate_attack import attack_estimates
from gate.released_attack import Cell, Cells, Derivable
from gate.released_policy import CubeRule

RULE = CubeRule((("n_user",),), apart=frozenset({"category"}), estimates=("sales",),
                least_treated=30)  # fmt: skip
# Users by bureau; of the last two, 15 and 18, nothing is shown.
USERS = {"": 133, "b01": 60, "b02": 40, "b03": 15, "b04": 18}
HIDDEN = ("b03", "b04")


def _cell(region: str, measure: str, year: str = "3") -> Cell:
    level = "bureau" if region else "nation"
    return Cell(0, level, region, "", "it", "", "" if measure == "n_user" else year, measure)


def _cells(**users: int | None) -> Cells:
    cells: Cells = {_cell(r, "n_user"): n for r, n in (USERS | users).items()}
    for region in USERS:
        for part, value in (("effect", 30.0), ("low", 10.0), ("high", 50.0)):
            cells[_cell(region, f"sales_{part}")] = None if region in HIDDEN else value
    return cells


def _shown(*regions: str) -> Cells:
    return {
        _cell(region, f"sales_{part}"): value
        for region in regions
        for part, value in (("effect", 30.0), ("low", 10.0), ("high", 50.0))
    }


def _gone(*regions: str) -> Cells:
    return dict.fromkeys(_shown(*regions))


def test_what_is_hidden_in_company_passes() -> None:
    assert attack_estimates(_cells(), RULE) == len(HIDDEN)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (_cells() | _shown("b03"), "too few users"),
        # 20 and 10 together: what is left of the nation is theirs.
        (_cells(b01=68), "left over with too few users"),
        # Enough users, but of one bureau alone: its difference is the rest.
        (_cells(b03=65, b04=30) | _shown("b04"), "b03"),
        (_cells(b02=None), "too few users"),
        (_cells() | _gone(""), "without their whole"),
        (_cells() | {_cell("b01", "sales_low"): None}, "without its interval"),
        (_cells() | {_cell("b01", "sales_high"): 20.0}, "without its interval"),
        (_cells() | {_cell("b03", "sales_low"): 5.0}, "without its interval"),
    ],
)
def test_a_slip_is_found_out(cells: Cells, words: str) -> None:
    with pytest.raises(Derivable, match=words):
        attack_estimates(cells, RULE)


def test_outcomes_and_years_are_attacked_one_by_one() -> None:
    later = {
        cell._replace(event_year="8"): value
        for cell, value in (_cells() | _shown("b03")).items()
        if cell.event_year
    }
    with pytest.raises(Derivable, match=r"8\|sales_effect"):
        attack_estimates(_cells() | later, RULE)
