"""What the home page asks of the store: once each, for its questions, figures and trend alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.answer import Answer, Row, rows_of
from pages.explore_parts.view import ALL, ExploreView, last_ended_year, shared_query
from queries.parameters import ComparedParameters

View = ExploreView[ComparedParameters]
PATH = "/"


@dataclass(frozen=True, slots=True)
class Asked:
    """The view and its answers.

    ``series`` are the totals under the filter; ``outcomes`` those that speak of what became of
    projects: projects report for years after they are completed, so of a late year's applications
    none has yet, and unless a year is chosen they are of all years.
    """

    view: View
    series: Mapping[str, Row]
    outcomes: Mapping[str, Row]
    trend: Answer

    @property
    def shared(self) -> dict[str, str]:
        """The filter as it goes along to the pages that the questions open."""
        return shared_query(self.view.query, self.view.members)

    @property
    def is_over_all_years(self) -> bool:
        """Whether no single year is chosen."""
        return self.shared.get("year", ALL) == ALL

    @property
    def by_year(self) -> dict[int, Row]:
        """The chosen filter's row of each fiscal year."""
        return {
            int(row["fiscal_year"]): row
            for row in rows_of(self.trend)
            if row["series"] == "selected"
        }

    @property
    def last_ended(self) -> int:
        """The last year that has ended; where none is published as such, the last there is."""
        return last_ended_year(self.view.members) or max(self.by_year)

    @property
    def year(self) -> int:
        """The year that is looked at: the chosen one, else the last that has ended."""
        return int(self.view.parameters.year or 0) or min(self.last_ended, max(self.by_year))


def ask(view: View) -> Asked | None:
    """The answers for ``view``; None where nobody has applied for anything at all."""
    trend = view.ask("application_trend")
    if trend.frame.empty:
        return None
    series = _series(view.ask("application_totals"))
    over_all = shared_query(view.query, view.members).get("year", ALL) == ALL
    is_same = view.parameters.year == ALL or not over_all
    outcomes = series if is_same else _series(view.ask("application_totals", year=ALL))
    return Asked(view, series, outcomes, trend)


def _series(answer: Answer) -> dict[str, Row]:
    return {str(row["series"]): row for row in rows_of(answer)}
