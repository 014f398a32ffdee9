"""The pairs of a matched comparison one by one, so that it can be matched again and compared."""

from __future__ import annotations

import pandas as pd

from queries.matching_measures import SOURCES, TABLE
from queries.matching_specification import MatchingParameters
from queries.matching_table import matched_pairs
from queries.question import Question
from store.cursor import Cursor


def matched_table(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per pair, by user and distance: both pseudonyms, the cohort, what agrees exactly,
    the gap of sales and the distance (both in standard deviations of the year), and the weight of
    the firm in its set, 1 / the number of its firms.

    Only pairs of which the asker may see both firms. Where that leaves out a firm, the weights of
    the others stay what they are.
    """
    found = matched_pairs(cursor, parameters)
    order = ["cohort", "user_id", "distance", "control_id"]
    frame = found.sort_values(order, ignore_index=True)
    return frame.assign(weight=1.0 / frame["n_in_set"], specification=parameters.number)


QUESTION = Question(
    name="matched_table",
    function=matched_table,
    parameters=MatchingParameters,
    columns=TABLE,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
