"""All questions that need a statistical method."""

from __future__ import annotations

from typing import Any

from queries.question import Question
from stats import (
    application_breakdown,
    application_totals,
    application_trend,
    credit_comparison,
    credit_map,
    credit_movement,
    growth_correlation,
    matched_balance,
    matched_check,
    matched_exit,
    matched_groups,
    matched_path,
    matched_table,
    monitoring_exit,
    monitoring_path,
    recipient_rate,
    research_counts,
    research_funnel,
    research_paths,
    research_reports,
)

QUESTIONS: tuple[Question[Any], ...] = (
    recipient_rate.QUESTION,
    application_totals.QUESTION,
    application_trend.QUESTION,
    application_breakdown.QUESTION,
    growth_correlation.RELATION_QUESTION,
    growth_correlation.CORRELATION_QUESTION,
    *credit_map.QUESTIONS,
    credit_comparison.QUESTION,
    *credit_movement.QUESTIONS,
    research_counts.QUESTION,
    *research_reports.QUESTIONS,
    *research_paths.QUESTIONS,
    research_funnel.QUESTION,
    *monitoring_path.QUESTIONS,
    monitoring_exit.QUESTION,
    matched_balance.BALANCE_QUESTION,
    matched_balance.LOSS_QUESTION,
    matched_path.QUESTION,
    matched_exit.QUESTION,
    matched_check.QUESTION,
    matched_groups.QUESTION,
    matched_table.QUESTION,
)
