"""Who uses which measure in a year: drawn on size and past growth, so users differ from others."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from etl.demo.dice import Bools, Floats, Ints, choose, choose_apart, cumulative, dice
from etl.demo.plan import Chunk, Plan
from etl.demo.programmes import Programme, measures, programmes, supports

# Of all applications so many are adopted, so many withdrawn, and so many are of proprietors.
ADOPTED_SHARE, WITHDRAWN_SHARE, PROPRIETOR_SHARE = 0.46, 0.02, 0.28
# Small proprietors apply for these.
_FOR_PROPRIETORS = {"jizokuka": 0.8, "it": 0.14, "monodzukuri": 0.06}
# An award brings more than one record when it is paid in instalments.
INSTALMENT_SHARE, PER_INSTALMENT = 0.05, 1.5
# Payments of a research project to its members over the years.
_PER_PROJECT = 8
AWARD, PROPRIETOR_AWARD, REJECTION, SUPPORT = range(4)
# Rejected applicants are less select than adopted ones.
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the firms in their places when they apply."""

    division: Ints
    prefecture: Ints
    is_corporate: Bools
    can_use: Bools
    propensity: Floats
    size: Floats
    growth: Floats
    weakness: Floats


@dataclass(slots=True)
class Uses:
    """All uses of a chunk in columns: kind, position in ``measures()``, fiscal year, place."""

    kind: list[Ints] = field(default_factory=list)
    measure: list[Ints] = field(default_factory=list)
    year: list[Ints] = field(default_factory=list)
    place: list[Ints] = field(default_factory=list)

    def add(self, kind: int, measure: int, year: int, places: Ints) -> None:
        for column, value in ((self.kind, kind), (self.measure, measure), (self.year, year)):
            column.append(np.full(len(places), value))
        self.place.append(places)

    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        nothing = np.zeros(0, np.int64)
        return tuple(
            np.concatenate([nothing, *column])
            for column in (self.kind, self.measure, self.year, self.place)
        )  # type: ignore[return-value]


def draw_uses(plan: Plan, chunk: Chunk, year: int, standing: Standing, uses: Uses) -> None:
    """Add the uses of ``year`` to ``uses``."""
    rng = dice(plan.seed, f"uses:{year}", chunk.number)
    n_research = _PER_PROJECT * plan.n_published_project
    n_grant = (plan.n_payment - n_research) / (1 + PER_INSTALMENT * INSTALMENT_SHARE)
    total = sum(spec.share for spec in programmes())
    called = [spec for spec in programmes() if spec.calls]
    call_total = sum(spec.share for spec in called)
    n_refused = plan.n_application * (1 - ADOPTED_SHARE)
    for position, spec in enumerate(measures()):
        local = spec.local(plan.seed)
        if spec in supports():
            n = _count(plan, chunk, spec, plan.n_support * spec.share, year)
            weight = _weights(spec, standing, 1.0) * local[standing.prefecture]
            uses.add(SUPPORT, position, year, choose_apart(rng, weight, n))
            continue
        affinity = spec.affinity(standing.division, standing.prefecture)
        affinity *= local[standing.prefecture]
        weight = _weights(spec, standing, 1.0) * affinity
        n = _count(plan, chunk, spec, n_grant * spec.share / total, year)
        firms = cumulative(weight * standing.is_corporate * standing.propensity)
        uses.add(AWARD, position, year, choose(rng, firms, n))
        if not spec.calls:
            continue
        refused = n_refused * (1 - PROPRIETOR_SHARE) * spec.share / call_total
        n = _count(plan, chunk, spec, refused, year)
        softer = _weights(spec, standing, _HALF) * affinity
        corporate = softer * standing.is_corporate * (0.3 + standing.propensity)
        uses.add(REJECTION, position, year, choose_apart(rng, corporate, n))
        share = _FOR_PROPRIETORS.get(spec.code, 0.0) * PROPRIETOR_SHARE
        shops = softer * ~standing.is_corporate
        for kind, wanted in ((PROPRIETOR_AWARD, ADOPTED_SHARE), (REJECTION, 1 - ADOPTED_SHARE)):
            n = _count(plan, chunk, spec, plan.n_application * wanted * share, year)
            uses.add(kind, position, year, choose_apart(rng, shops, n))


def _count(plan: Plan, chunk: Chunk, spec: Programme, total: float, year: int) -> int:
    """The chunk's part of ``total`` uses in ``year``; the years add up to the whole."""
    until, before = (plan.part(total * spec.share_until(y), chunk) for y in (year, year - 1))
    return until - before


def _weights(spec: Programme, standing: Standing, strength: float) -> Floats:
    selection = spec.selection
    score = selection["size"] * standing.size.clip(-2, 2.5)
    score = score + selection["growth"] * standing.growth.clip(-0.5, 0.5)
    score = score + selection.get("weakness", 0.0) * standing.weakness.clip(-2, 2)
    return np.where(standing.can_use, np.exp(strength * score), 0.0)
