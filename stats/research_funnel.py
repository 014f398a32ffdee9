"""How far research projects came: from application to adoption, reports, market and sales."""

from __future__ import annotations

import pandas as pd

from queries.parameters import ResearchParameters
from queries.question import Question
from queries.research_measures import N_STAGE, SHARE_ADOPTED, SHARE_BEFORE, STAGE
from queries.research_stages import research_stages
from store.cursor import Cursor

# Each stage with the one that it is part of, and the one that its share of adopted counts from:
# of projects that cannot have reported for so long nobody knows how far they came.
STAGES = {
    "applied": ("", ""),
    "adopted": ("applied", "adopted"),
    "followed": ("adopted", "adopted"),
    "reported": ("followed", "followed"),
    "patent": ("reported", "followed"),
    "commercialised": ("reported", "followed"),
    "sold": ("commercialised", "followed"),
}


def research_funnel(cursor: Cursor, parameters: ResearchParameters) -> pd.DataFrame:
    """One row per stage of queries.research_stages, in order: how many applications of the cohort
    reached it, their share of the adopted ones, and of the stage that they are part of, in percent.

    From ``reported`` on shares of the adopted are shares of ``followed``, the projects that can
    have reported for ``after`` years. ``patent`` is part of ``reported``; so is ``commercialised``.
    """
    found = {str(name): int(n) for name, n in research_stages(cursor, parameters).iloc[0].items()}
    rows = [
        (stage, found[stage], _share(found, stage, base), _share(found, stage, before))
        for stage, (before, base) in STAGES.items()
    ]
    return pd.DataFrame(rows, columns=["stage", "n", "share_adopted", "share_before"])


def _share(found: dict[str, int], stage: str, base: str) -> float:
    n = found.get(base, 0)
    return 100 * found[stage] / n if n else float("nan")


QUESTION = Question(
    name="research_funnel",
    function=research_funnel,
    parameters=ResearchParameters,
    columns=(STAGE, N_STAGE, SHARE_ADOPTED, SHARE_BEFORE),
    sources=("sapoin_application", "sapoin_score", "sapoin_execution", "sapoin_commercialisation"),
)
