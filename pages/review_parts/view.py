"""The state of the review page: the filter, and the case that is on."""

from __future__ import annotations

from dataclasses import dataclass

from queries.parameters import Parameters, code, whole_number

PATH = "/data/review"


@dataclass(frozen=True, slots=True)
class ReviewView(Parameters):
    """``party`` shows one case, decided or not; without it the next that is undecided, ``skip``
    of them passed over. ``candidate`` compares with another firm that it may be."""

    rule: str = code()
    source: str = code()
    party: str = code()
    candidate: str = code()
    skip: int = whole_number(0, 0, 10_000_000)

    @property
    def filter(self) -> dict[str, str]:
        """The filter alone, as it stands in an address."""
        return {name: value for name, value in self.to_query().items() if name in FILTERS}


FILTERS = ("rule", "source")
