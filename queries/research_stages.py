"""How far research projects of a cohort came, from application to sales."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from sqlalchemy import ColumnElement, and_, case, func, select, true

from queries.dimensions import in_subject
from queries.parameters import ResearchParameters
from queries.research_measures import in_cohort
from store.cursor import Cursor
from store.tables import research_project, research_report


def research_stages(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row with the applications of the cohort at each stage: ``applied``, ``adopted``,
    ``followed`` (adopted, and completed ``after`` years or more before the last report of any
    project), and of these ``reported`` (at least once within those years), ``patent`` (reported,
    with a patent applied for in any year), ``commercialised`` and ``sold`` (commercialised, with
    sales of the project), both within those years.

    The fiscal years are those of the cohort; the year chosen plays no part.
    """
    after = int(parameters.after)
    project, report = research_project.c, research_report.c
    completed = research_project.alias("completed")
    last = (
        select(func.max(completed.c.completed_year + report.years_since_completion).label("year"))
        .select_from(
            research_report.join(completed, completed.c.application_id == report.application_id)
        )
        .subquery("last")
    )
    within = (
        select(
            report.application_id,
            func.max(case((report.is_commercialised, 1), else_=0)).label("is_commercialised"),
            func.max(case((report.sales_yen > 0, 1), else_=0)).label("has_sales"),
        )
        .where(report.years_since_completion <= after)
        .group_by(report.application_id)
        .subquery("within")
    )
    adopted = project.decision == "adopted"
    followed = and_(adopted, project.completed_year + after <= last.c.year)
    reported = and_(followed, within.c.application_id.is_not(None))
    commercialised = and_(reported, within.c.is_commercialised == 1)
    stages: dict[str, ColumnElement[bool]] = {
        "applied": true(),
        "adopted": adopted,
        "followed": followed,
        "reported": reported,
        "patent": and_(reported, project.has_patent),
        "commercialised": commercialised,
        "sold": and_(commercialised, within.c.has_sales == 1),
    }
    return cursor.fetch(
        select(*(func.count().filter(rule).label(stage) for stage, rule in stages.items()))
        .select_from(
            research_project.outerjoin(
                within, within.c.application_id == project.application_id
            ).join(last, true())
        )
        .where(
            *in_cohort(research_project, parameters.cohort),
            *in_subject(research_project, replace(parameters, year="0")),
        )
    )
