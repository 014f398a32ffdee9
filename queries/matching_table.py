"""The pairs as rows of firms: within the asker's permission and scope for rows of firms."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Double, Text, and_, cast, func, select

from queries.matching_groups import distance, filled, subjects, users
from queries.matching_pairs import pairs_of
from queries.matching_specification import MatchingParameters
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES
from store.tables import firm, matching_profile


def matched_pairs(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per pair: ``user_id``, ``control_id``, ``cohort``, ``base_year``, the parts of the
    stratum and ``missing_bits`` of the user, ``sales_gap`` and ``squared_distance`` in standard
    deviations, and how many firms its set has (``n_in_set``).

    Both firms are looked up in ``firm``, whose rows the gate narrows to what the asker may see of
    single firms; a role that may not see any is refused.
    """
    of = subjects(parameters, users(parameters))
    pair = pairs_of(of, parameters)
    base = matching_profile.alias("base_of_user")
    beside = matching_profile.alias("base_of_control")
    own, other = firm.alias("firm_of_user"), firm.alias("firm_of_control")
    n_in_set = (
        select(pair.c.user_id, pair.c.cohort, func.count().label("n_in_set"))
        .group_by(pair.c.user_id, pair.c.cohort)
        .subquery("set_size")
    )
    joined = (
        pair.join(
            n_in_set,
            and_(n_in_set.c.user_id == pair.c.user_id, n_in_set.c.cohort == pair.c.cohort),
        )
        .join(
            base,
            and_(base.c.firm_id == pair.c.user_id, base.c.fiscal_year == pair.c.base_year),
        )
        .join(
            beside,
            and_(beside.c.firm_id == pair.c.firm_id, beside.c.fiscal_year == pair.c.base_year),
        )
        .join(own, own.c.firm_id == pair.c.user_id)
        .join(other, other.c.firm_id == pair.c.firm_id)
    )
    features = {
        name: {feature: filled(side.c[feature]) for feature in FEATURE_NAMES}
        for name, side in (("user", base), ("control", beside))
    }
    gap = cast(features["user"]["log_sales"], Double) - features["control"]["log_sales"]
    return cursor.fetch(
        select(
            cast(pair.c.user_id, Text).label("user_id"),
            cast(pair.c.firm_id, Text).label("control_id"),
            pair.c.cohort,
            pair.c.base_year,
            base.c.bureau_code,
            base.c.division_code,
            base.c.major_code,
            base.c.size_code,
            base.c.missing_bits,
            func.abs(gap).label("sales_gap"),
            cast(distance(features["user"], features["control"], parameters), Double).label(
                "squared_distance"
            ),
            n_in_set.c.n_in_set,
        ).select_from(joined)
    )
