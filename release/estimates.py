"""Which estimates of a matched comparison may be read, and how exactly. Kept apart, because it is
the whole argument.

An estimate is the mean of what the sets of a place say, so whoever knows how many there are knows
their sum. The nation is the sum of its bureaus, and of its industries; nothing else adds up. What
can be worked out beside what is shown is therefore what is left of the nation when the bureaus that
are shown are taken away, or the industries: one sum each. So what is hidden on either side must be,
taken together, an estimate that might have been shown itself, and more than one. Years since the
first use and outcomes are different differences of the same sets: none can be subtracted from
another. How many users a place has is told once, not for each year, so nobody can subtract these
either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, expm1, floor, isfinite, log10
from typing import Any

import numpy as np
import pandas as pd

from disclosure.sensitivity import is_sensitive
from queries.matching_measures import BLOCK_ABOVE
from release.catalogue import Rule
from release.cells import ALL_YEARS, PLACE
from release.effects import NATION, MatchedMeasure, Place, When
from release.pattern import Earlier

N_USER, GREATEST_SMD = "n_user", "smd_hundredth"
PARTS = ("effect", "low", "high")
# Two-sided, 95 %, at each year by itself.
_REACH = 1.959964
# A tenth of a percent is one.
_UNIT = 1000
# Where each Place stands in PLACE.
_AT = {"region_level": 0, "region_code": 1, "division_code": 2}


def estimate_cells(
    found: MatchedMeasure, counts: Earlier, before: Earlier, rule: Rule
) -> pd.DataFrame:
    """The cells of a measure's estimates: fiscal_year, PLACE, measure, value (tenths of a percent,
    missing where it is hidden) and status; and of the nation the greatest difference that matching
    left, in hundredths of a standard deviation.

    ``counts`` are the released cells of the measure's users: only where these are shown can an
    estimate be. ``before`` is what the release before showed: what it hid stays hidden. Of a year
    in which the nation cannot be shown nothing is there, and where the firms are not alike
    (BLOCK_ABOVE), no estimate at all.
    """
    places = {_place(cell): value is not None for cell, value in counts.items()}
    rows = [_row(found, NATION, "", GREATEST_SMD, round(100 * found.greatest_smd))]
    for when in found.estimate if found.greatest_smd <= BLOCK_ABOVE else ():
        told = {place: _told(found, when, place) for place in places}
        hidden = hidden_places(found, when, places, _seen(found, when, before), told, rule)
        if NATION in hidden:
            continue
        outcome, year = when
        for place in places:
            numbers = [None] * len(PARTS) if place in hidden else told[place]
            rows += [
                _row(found, place, str(year), f"{outcome}_{part}", number)
                for part, number in zip(PARTS, numbers, strict=True)
            ]
    cells = pd.DataFrame(rows)
    return cells.assign(
        value=cells["value"].astype("Int64"), status=np.where(cells["value"].isna(), "x", "")
    )


def hidden_places(
    found: MatchedMeasure,
    when: When,
    places: Mapping[Place, bool],
    before: Mapping[Place, Sequence[int] | None],
    told: Mapping[Place, Sequence[int]],
    rule: Rule,
) -> set[Place]:
    """Where an estimate stays hidden; the nation is among them where nothing can be shown.

    ``places`` say whether the number of users is shown, ``before`` what the release before showed
    (None: hidden) and ``told`` what would be shown now: who has that already need not be kept from
    it.
    """
    hidden = {
        place
        for place, is_counted in places.items()
        if not is_counted
        or before.get(place, ()) is None
        or not may_be_shown(found, when, [place], rule)
    }
    for side in _sides(places):
        left = [place for place in side if place not in hidden]
        # The smallest first: what is hidden for others' sake should be little.
        left = sorted(
            (place for place in left if before.get(place) != told[place]),
            key=lambda place: (found.contributions(when, [place]).n_set, place),
        )
        while gone := [place for place in side if place in hidden]:
            if len(gone) > 1 and may_be_shown(found, when, gone, rule):
                break
            if not left:
                return set(places)
            hidden.add(left.pop(0))
    return hidden


def may_be_shown(found: MatchedMeasure, when: When, places: Sequence[Place], rule: Rule) -> bool:
    """Whether the difference of several places as one gives no firm away: it rests on enough users
    and on enough firms beside them, and the two largest contributions do not make it up."""
    rests_on = found.contributions(when, places)
    return (
        rests_on.n_set >= rule.least_treated
        and rests_on.n_control >= rule.least_controls
        and not is_sensitive(
            rests_on.n_set,
            rests_on.total,
            (rests_on.first, rests_on.second),
            least_contributors=rule.least_treated,
            p_percent=rule.p_percent,
        )
    )


def step_of(error: float) -> int:
    """To how many units a number is rounded whose standard error is ``error`` units: the largest of
    1, 2, 5, 10, … that is not above half of it, and one at least."""
    half = max(error / 2, 1.0)
    power = 10 ** floor(log10(half))
    return int(power * max(one for one in (1, 2, 5) if one * power <= half))


def _told(found: MatchedMeasure, when: When, place: Place) -> list[int]:
    """The difference and the ends of its interval, rounded; nothing where too few sets count."""
    value, error = found.estimate[when][place]
    if not isfinite(value) or not isfinite(error):
        return []
    # The error of a percentage is that of the logarithm times the ratio.
    step = step_of(_UNIT * exp(value) * error)
    ends = (value, value - _REACH * error, value + _REACH * error)
    return [step * round(_UNIT * expm1(end) / step) for end in ends]


def _sides(places: Mapping[Place, bool]) -> list[list[Place]]:
    """The bureaus, and the industries: each adds up to the nation."""
    bureaus = [place for place in places if place[0] == "bureau"]
    return [bureaus, [place for place in places if place[2]]]


def _seen(found: MatchedMeasure, when: When, before: Earlier) -> dict[Place, list[int] | None]:
    """What the release before showed of the estimates of one outcome and year."""
    outcome, year = when
    at, event = PLACE.index("category_code"), PLACE.index("event_year")
    names = {f"{outcome}_{part}": number for number, part in enumerate(PARTS)}
    seen: dict[Place, list[int] | None] = {}
    for cell, value in before.items():
        if cell[at] != found.measure or cell[event] != str(year) or cell[-1] not in names:
            continue
        place = _place(cell)
        if value is None:
            seen[place] = None
        elif (numbers := seen.setdefault(place, [0] * len(PARTS))) is not None:
            numbers[names[cell[-1]]] = int(value)
    return seen


def _place(cell: Sequence[str]) -> Place:
    level, region, division = (cell[PLACE.index(name)] for name in _AT)
    return level, region, division


def _row(
    found: MatchedMeasure, place: Place, year: str, measure: str, value: int | None
) -> dict[str, Any]:
    where = dict(zip(_AT, place, strict=True))
    return {
        "fiscal_year": ALL_YEARS,
        **dict.fromkeys(PLACE, ""),
        **where,
        "category_code": found.measure,
        "event_year": year,
        "measure": measure,
        "value": value,
    }
