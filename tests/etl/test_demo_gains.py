"""What users of a measure gain in the demo is found by comparing firms that stood alike."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from etl.demo.course import Course
from etl.demo.effect_truth import first_uses, gains
from etl.demo.plan import FIRST_YEAR, LAST_YEAR, Plan
from etl.demo.programmes import NEVER, measures
from etl.demo.research_world import open_research

Numbers = NDArray[np.float64]
CODES = [spec.code for spec in measures()]


@cache
def course() -> Course:
    # The world of the demo as it is made where nobody chooses a seed.
    plan = Plan(20_000, 1)
    return open_research(plan, plan.chunks[0]).world.course


@pytest.mark.parametrize("measure", ["it", "jizokuka"])
@pytest.mark.parametrize("since", [0, 1, 3, 5])
def test_firms_alike_tell_the_gain_less_that_of_others_and_all_firms_do_not(
    measure: str, since: int
) -> None:
    world = course()
    first = first_uses(world)[CODES.index(measure)]
    own, beside = gains(world, world.sales_lift, first, since)
    found, error, plain = _compared(world, first, since)
    assert abs(found - (own - beside)) < 2 * error
    assert abs(plain - (own - beside)) > 4 * error


def _compared(world: Course, first: NDArray[np.int64], since: int) -> tuple[float, float, float]:
    """The mean change of log sales of users less that of firms of the same division, form, size,
    growth and age in the same years, its error, and the plain difference of levels."""
    log_sales = np.log(np.maximum(world.sales, 1))
    born = _born(world)
    gaps: list[Numbers] = []
    levels: list[Numbers] = []
    for year in range(FIRST_YEAR + 1, LAST_YEAR + 1 - since):
        then, base, before = (world.row(y) for y in (year + since, year - 1, year - 3))
        firm = world.holder[base]
        is_there = (firm >= 0) & (world.holder[then] == firm) & (world.holder[before] == firm)
        used = first[firm.clip(0)]
        users, others = is_there & (used == year), is_there & (used == NEVER)
        growth = log_sales[base] - log_sales[before]
        cells = np.column_stack(
            [
                world.division,
                world.is_corporate,
                np.floor(log_sales[base] / 0.5),
                np.floor(growth / 0.12).clip(-3, 3),
                year - born[firm.clip(0)],
            ]
        )
        _, cell = np.unique(cells, axis=0, return_inverse=True)
        change = log_sales[then] - log_sales[base]
        n = np.bincount(cell[others], minlength=cell.max() + 1)
        mean = np.bincount(cell[others], change[others], cell.max() + 1) / np.maximum(n, 1)
        known = users & (n[cell] > 0)
        gaps.append(change[known] - mean[cell[known]])
        levels.append(log_sales[then, users] - log_sales[then, others].mean())
    gap = np.concatenate(gaps)
    return (
        float(gap.mean()),
        float(gap.std(ddof=1) / np.sqrt(gap.size)),
        float(np.concatenate(levels).mean()),
    )


def _born(world: Course) -> NDArray[np.int64]:
    """The first year of each firm, as far as young ones are concerned: they grow faster."""
    born = np.full(int(world.holder.max()) + 1, LAST_YEAR)
    for row in range(len(world.holder)):
        firm = world.holder[row][world.holder[row] >= 0]
        born[firm] = np.minimum(born[firm], world.first_year + row)
    return born
