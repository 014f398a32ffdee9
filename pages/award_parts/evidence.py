"""What a figure of the drill-down rests on: the deliveries of the number it draws."""

from __future__ import annotations

from dataclasses import replace

from gate.answer import Answer
from pages.award_parts.measures import COMMERCIALISATION, Measure

_APPLICATIONS = frozenset({"subsidy_application", "sapoin_application"})
_SOURCES_OF = {
    "granted_yen": _APPLICATIONS | {"sapoin_execution"},
    "granted_per_adopted_yen": _APPLICATIONS | {"sapoin_execution"},
    COMMERCIALISATION.name: frozenset({"sapoin_application", "sapoin_commercialisation"}),
    "mean_sales_yen": _APPLICATIONS | {"financial_statement"},
    "median_growth": _APPLICATIONS | {"financial_statement"},
}


def drawn_columns(measure: Measure) -> tuple[str, ...]:
    """The columns that a figure of ``measure`` draws, for the card of evidence."""
    columns = (measure.name, measure.low, measure.high, measure.n.name)
    return tuple(name for name in columns if name)


def drawn_from(answer: Answer, measure: Measure) -> Answer:
    """``answer`` with the sources of ``measure`` alone; tables show every number and keep all."""
    sources = _SOURCES_OF.get(measure.name, _APPLICATIONS)
    return replace(answer, sources=tuple(s for s in answer.sources if s.source in sources))
