"""Applications of the chosen filter broken down by one dimension."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from queries.application_cells import application_members
from queries.application_series import Series
from queries.breakdown import breakdown
from queries.dimensions import MEMBER_CODE, MEMBER_NAME
from queries.measures import APPLICATION_MEASURES
from queries.parameters import BreakdownParameters, one_of
from queries.question import Question
from stats.application_measures import SOURCES, with_measures
from store.cursor import Cursor

SORTS = (
    "n_application",
    "adoption_rate",
    "granted_yen",
    "granted_per_adopted_yen",
    "commercialisation_rate",
    "mean_sales_yen",
    "median_growth",
)


@dataclass(frozen=True, slots=True)
class SortedBreakdownParameters(BreakdownParameters):
    """The breakdown with the measure its members are put in order by."""

    sort: str = one_of(*SORTS)


def application_breakdown(cursor: Cursor, parameters: SortedBreakdownParameters) -> pd.DataFrame:
    """One row for the whole (``member_code`` empty), then one per member with applications: the
    largest ``sort`` first, then by code, missing values last; fiscal years in their order.

    By region stand the areas one step below the region chosen (for a municipality those of its
    prefecture), by prefecture always all 47, by industry the divisions or the major groups of
    the division chosen; the whole is what they are parts of. In every other dimension what is
    chosen plays no part. Applications whose member is not known are in the whole alone.
    Amounts in yen.
    """
    parts = breakdown(cursor, parameters.by, parameters)
    series = [Series("whole", parts.whole), Series("member", parts.whole, parts.column)]
    counts = application_members(cursor, parts)
    frame = with_measures(cursor, counts, series, parameters.after)
    frame = frame.rename(columns={"code": "member_code", "name": "member_name"})
    frame = frame.assign(is_member=frame["series"] == "member")
    if parameters.by == "year":
        return frame.sort_values(["is_member", "member_code"], ignore_index=True)
    return frame.sort_values(
        ["is_member", parameters.sort, "member_code"],
        ascending=[True, False, True],
        ignore_index=True,
    )


QUESTION = Question(
    name="application_breakdown",
    function=application_breakdown,
    parameters=SortedBreakdownParameters,
    columns=(MEMBER_CODE, MEMBER_NAME, *APPLICATION_MEASURES),
    sources=SOURCES,
)
