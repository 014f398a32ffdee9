"""The pairs as rows of firms: within the asker's permission and scope for rows of firms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, and_, cast, func, select

from queries.matching_groups import subjects, users
from queries.matching_pairs import CONTROL, USER, matched_firms
from queries.matching_specification import COVARIATES, MatchingParameters
from store.cursor import Cursor
from store.tables import firm, matching_profile

Numbers = NDArray[np.float64]
_PARTS = ("bureau_code", "division_code", "major_code", "size_code", "missing_bits")


def matched_pairs(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per pair: ``user_id``, ``control_id``, ``cohort``, ``base_year``, the parts of the
    stratum and ``missing_bits`` of the user, ``sales_gap`` and ``distance`` in standard deviations,
    and how many firms its set has (``n_in_set``).

    Both firms are looked up in ``firm``, whose rows the gate narrows to what the asker may see of
    single firms; a role that may not see any is refused.
    """
    seen = _users_seen(cursor, parameters)
    rows = matched_firms(cursor, parameters).rows
    rows = rows.assign(
        user_id=rows["user_id"].astype(str), control_id=rows["firm_id"].astype(str)
    ).drop(columns="firm_id")
    pair = rows[rows["role"] == CONTROL].reset_index(drop=True)
    pair["n_in_set"] = pair.groupby("user_id")["control_id"].transform("size")
    features = [*COVARIATES[parameters.covariates]]
    own = rows[rows["role"] == USER].set_index("user_id").loc[pair["user_id"], features]
    # What both lack adds nothing, and one never lacks what the other has.
    gap: Numbers = np.nan_to_num(own.to_numpy(np.float64) - pair[features].to_numpy(np.float64))
    pair = pair[["user_id", "control_id", "cohort", "n_in_set"]].assign(
        sales_gap=np.abs(gap[:, features.index("log_sales")]),
        distance=np.sqrt((gap**2).sum(axis=1)),
    )
    is_seen = pair["control_id"].isin(_firms_seen(cursor, pair["control_id"]))
    return pair[is_seen].merge(seen, on="user_id")


def _users_seen(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """The users that the asker may see, as they stood in the year before."""
    of, row = subjects(parameters, users(parameters)), matching_profile.c
    is_base = and_(row.firm_id == of.c.firm_id, row.fiscal_year == of.c.base_year)
    joined = of.join(matching_profile, is_base).join(firm, firm.c.firm_id == of.c.firm_id)
    columns = [of.c.firm_id.label("user_id"), of.c.base_year, *(row[name] for name in _PARTS)]
    found = cursor.fetch(select(*columns).select_from(joined))
    return found.assign(user_id=found["user_id"].astype(str))


def _firms_seen(cursor: Cursor, firms: pd.Series) -> set[str]:
    """Those of ``firms`` that the asker may see."""
    if firms.empty:
        return set()
    asked = select(func.unnest(cast(sorted(set(firms)), ARRAY(Uuid))))
    found = cursor.fetch(select(firm.c.firm_id).where(firm.c.firm_id.in_(asked)))
    return set(found["firm_id"].astype(str))
