"""All questions that need a statistical method."""

from __future__ import annotations

from typing import Any

from queries.question import Question
from stats import (
    application_breakdown,
    application_totals,
    application_trend,
    recipient_rate,
)

QUESTIONS: tuple[Question[Any], ...] = (
    recipient_rate.QUESTION,
    application_totals.QUESTION,
    application_trend.QUESTION,
    application_breakdown.QUESTION,
)
