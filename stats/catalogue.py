"""All questions that need a statistical method."""

from __future__ import annotations

from typing import Any

from queries.question import Question
from stats import recipient_rate

QUESTIONS: tuple[Question[Any], ...] = (recipient_rate.QUESTION,)
