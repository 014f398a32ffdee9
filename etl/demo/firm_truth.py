"""What measures added firm by firm: the demo world beside one in which they add nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from etl.demo.course import Applicants, Course, begin, run
from etl.demo.dice import Bools, Floats
from etl.demo.plan import ARCHIVE_YEAR, LAST_YEAR, Chunk, Plan
from etl.demo.population import Population
from etl.demo.research import choose_applicants
from etl.demo.research_world import open_research
from etl.demo.world import live_through

# Log-odds that nobody defaults by.
_NO_CHANCE = -50.0
YEARS = range(ARCHIVE_YEAR, LAST_YEAR + 1)


@dataclass(frozen=True, slots=True)
class FirmTruth:
    """One row per firm, one column per fiscal year of YEARS; NaN where the firm does not operate.

    ``keys``: under which the store may know each firm, shape (firms, 3): corporate number, number
    of its statements, GビズID, each "" for none. ``sales`` and ``gross_profit`` in yen, and
    ``weakness``, the log-odds of a default in the year after the statement (without their
    constant), each as it came (``actual``) and as it would have without any measure (``idle``): the
    same firms, shocks, exits and uses. ``has_defaulted``: in the year after the statement, or
    before.
    """

    keys: NDArray[np.object_]
    actual: dict[str, Floats]
    idle: dict[str, Floats]
    has_defaulted: Bools


def firm_truth(plan: Plan) -> FirmTruth:
    """The truth of the world that ``etl.demo.generate`` makes of the same plan."""
    parts = [_of_chunk(plan, chunk) for chunk in plan.chunks]

    def joined(name: str, part: str) -> Floats:
        return np.concatenate([getattr(p, name)[part] for p in parts])

    names = parts[0].actual
    return FirmTruth(
        np.concatenate([p.keys for p in parts]),
        {name: joined("actual", name) for name in names},
        {name: joined("idle", name) for name in names},
        np.concatenate([p.has_defaulted for p in parts]),
    )


def _of_chunk(plan: Plan, chunk: Chunk) -> FirmTruth:
    if chunk.number:
        world = live_through(plan, chunk)
        course, idle = world.course, run(begin(plan, chunk), None, world.course, is_idle=True)
        strength = _log_odds(course), _log_odds(idle)
    else:
        research = open_research(plan, chunk)
        world, applicants = research.world, research.applicants
        nothing, one = np.zeros_like(applicants.sales), np.ones_like(applicants.sales)
        without = replace(applicants, sales=nothing, gross_profit=nothing)
        course = world.course
        idle = run(_opened(plan, chunk), without, course, is_idle=True)
        # Exits were drawn before yen were planted.
        bare = replace(without, sales_factor=one, gross_factor=one)
        drawn = run(_opened(plan, chunk), bare)
        strength = (
            _log_odds(drawn, applicants),
            _log_odds(run(_opened(plan, chunk), bare, drawn, is_idle=True), applicants),
        )
    n = int(course.holder.max()) + 1
    defaulted = np.nan_to_num(_by_firm(course, course.default > 0, n)) > 0
    actual, without_any = (
        {
            "sales": _by_firm(course, of.sales, n),
            "gross_profit": _by_firm(course, of.gross_profit, n),
            "weakness": _by_firm(course, weakness, n),
        }
        for of, weakness in zip((course, idle), strength, strict=True)
    )
    return FirmTruth(
        _keys(world.people, n),
        actual,
        without_any,
        np.maximum.accumulate(defaulted, axis=1),
    )


def _opened(plan: Plan, chunk: Chunk) -> Course:
    course = begin(plan, chunk)
    choose_applicants(course)
    return course


def _log_odds(course: Course, applicants: Applicants | None = None) -> Floats:
    """The log-odds of default by year and place; none of applicants that must still be there."""
    found = course.weakness + course.odds_lift
    if applicants is not None:
        n = course.n_applicant
        year = course.first_year + np.arange(len(found))[:, None]
        is_kept = (year <= applicants.protected_until) & (course.holder[:, :n] < course.n_place)
        found[:, :n] = np.where(is_kept, _NO_CHANCE, found[:, :n])
    return found


def _by_firm(course: Course, values: Floats | Bools, n_firm: int) -> Floats:
    """Values by year and place as values by firm and year of YEARS."""
    found = np.full((n_firm, len(YEARS)), np.nan)
    for t, holder in enumerate(course.holder):
        place = np.flatnonzero(holder >= 0)
        found[holder[place], course.first_year + t - YEARS.start] = values[t, place]
    return found


def _keys(people: Population, n_firm: int) -> NDArray[np.object_]:
    columns = (people.number_texts, people.firm_codes, people.gbizid_texts)
    texts = [np.array(column.to_pylist()[:n_firm], object) for column in columns]
    marks = ("", "k:", "g:")
    return np.column_stack(
        [
            np.where(text.astype(bool), mark + text.astype(str).astype(object), "")
            for mark, text in zip(marks, texts, strict=True)
        ]
    )
