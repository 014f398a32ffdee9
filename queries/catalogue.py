"""All questions that need only SQL. What is not listed here or in stats cannot be asked."""

from __future__ import annotations

from typing import Any

from queries import (
    application_list,
    award_breakdown,
    award_by_area,
    award_by_prefecture,
    award_key_figures,
    award_list,
    award_trend,
    chamber_consultation,
    credit_list,
    credit_model,
    data_items,
    deliveries,
    establishments,
    figure_changes,
    growth_bins,
    growth_summary,
    lineage,
    provenance,
    record_links,
    released_area,
    released_award,
    released_cells,
    released_effect,
    released_whole,
)
from queries.question import Question

QUESTIONS: tuple[Question[Any], ...] = (
    award_key_figures.QUESTION,
    award_by_prefecture.QUESTION,
    award_by_area.QUESTION,
    award_trend.QUESTION,
    award_breakdown.BY_PROGRAMME,
    award_breakdown.BY_INDUSTRY,
    award_list.ROWS,
    award_list.SIZE,
    application_list.ROWS,
    application_list.SIZE,
    growth_summary.QUESTION,
    growth_bins.QUESTION,
    *credit_list.QUESTIONS,
    *credit_model.QUESTIONS,
    establishments.QUESTION,
    released_award.QUESTION,
    *released_cells.QUESTIONS,
    released_whole.QUESTION,
    released_effect.QUESTION,
    *released_area.QUESTIONS,
    chamber_consultation.QUESTION,
    figure_changes.QUESTION,
    *deliveries.QUESTIONS,
    *provenance.QUESTIONS,
    *data_items.QUESTIONS,
    *record_links.QUESTIONS,
    *lineage.QUESTIONS,
)
