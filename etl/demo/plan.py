"""How large the demo world is: years, chunks of firms, and how many records of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from etl.demo.dice import part_of

# Fiscal years with statements of all firms; those of research applicants reach back further.
FIRST_YEAR, LAST_YEAR = 2014, 2025
ARCHIVE_YEAR = 2003
# From here on firms are simulated, so that in the first year they have a past.
SPIN_UP_YEAR = 2011
CHUNK = 100_000
# Each chunk may make this many firms and more: those that exit are replaced.
NUMBERS_PER_CHUNK = 400_000

_SMALL, _RECORDS, _RECIPIENTS = 20_000, 1.5, 0.455
# The bulk file of gBizINFO has 546,000 records for 3.56 million firms, fewer per firm than a
# demo needs to fill its pages.
_FALL = 0.44
_APPLICATIONS, _CONSULTATIONS, _SUPPORTS = 0.14, 0.56, 0.05
# Below this the research projects shrink with the world.
WHOLE_RESEARCH = 2_000
_APPLICANTS, _FEWEST, _MOST = 0.08, 700, 5_200


@dataclass(frozen=True, slots=True)
class Chunk:
    """A range of places for firms; in each place one firm operates at a time."""

    number: int
    first: int
    size: int


@dataclass(frozen=True)
class Plan:
    """All numbers that follow from the number of firms."""

    n_firm: int
    seed: int

    @cached_property
    def chunks(self) -> list[Chunk]:
        firsts = range(0, self.n_firm, CHUNK)
        return [Chunk(i, f, min(CHUNK, self.n_firm - f)) for i, f in enumerate(firsts)]

    @property
    def _rarity(self) -> float:
        return float(min(1.0, (_SMALL / self.n_firm) ** _FALL))

    @property
    def n_payment(self) -> int:
        return round(_RECORDS * self.n_firm * self._rarity)

    @property
    def recipient_share(self) -> float:
        """Which part of the firms would ever apply for anything."""
        return _RECIPIENTS * self._rarity

    @property
    def n_application(self) -> int:
        return round(_APPLICATIONS * self.n_firm)

    @property
    def n_consultation(self) -> int:
        return round(_CONSULTATIONS * self.n_firm)

    @property
    def n_support(self) -> int:
        return round(_SUPPORTS * self.n_firm)

    @property
    def n_institution(self) -> int:
        """Foundations that manage research projects; as many academies."""
        return min(600, max(12, self.n_firm // 300))

    @property
    def n_published_project(self) -> int:
        """Research projects whose payments gBizINFO has."""
        return min(1_400, max(8, self.n_firm // 70))

    @property
    def n_applicant(self) -> int:
        """Firms that ever apply for research support; they stand in the first chunk."""
        wanted = max(_FEWEST, round(_APPLICANTS * self.n_firm))
        return min(_MOST, wanted, round(0.35 * self.n_firm))

    @property
    def research_scale(self) -> float:
        """1, or the part of the projects that a small world has."""
        return min(1.0, self.n_firm / WHOLE_RESEARCH)

    def part(self, total: float, chunk: Chunk) -> int:
        """The chunk's part of ``total`` records."""
        return part_of(total, chunk.first, chunk.size, self.n_firm)
