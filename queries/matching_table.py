"""The pairs as rows of firms: within the asker's permission and scope for rows of firms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, cast, func, select

from queries.matching_groups import TRAITS
from queries.matching_pairs import CONTROL, USER, matched_firms
from queries.matching_specification import COVARIATES, MatchingParameters
from store.cursor import Cursor
from store.tables import firm

Numbers = NDArray[np.float64]


def matched_pairs(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per pair: ``user_id``, ``control_id``, ``cohort``, ``base_year``, the parts of the
    stratum and ``missing_bits`` of the user, ``sales_gap`` and ``distance`` in standard deviations,
    and how many firms its set has (``n_in_set``).

    Both firms are looked up in ``firm``, whose rows the gate narrows to what the asker may see of
    single firms; a role that may not see any is refused.
    """
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
    both = pd.concat([pair["user_id"], pair["control_id"]])
    seen = _firms_seen(cursor, both)
    # Asking the set: looking texts up by columns takes twenty times as long.
    is_seen = [
        pair[name].astype(object).map(seen.__contains__) for name in ("user_id", "control_id")
    ]
    pair = pair[is_seen[0] & is_seen[1]]
    of = rows.loc[rows["role"] == USER, ["user_id", "base_year", *TRAITS, "missing_bits"]]
    return pair.merge(of.astype({"base_year": "int64", "missing_bits": "int64"}), on="user_id")


def _firms_seen(cursor: Cursor, firms: pd.Series) -> set[str]:
    """Those of ``firms`` that the asker may see."""
    if firms.empty:
        return set()
    asked = select(func.unnest(cast(sorted(set(firms)), ARRAY(Uuid))))
    found = cursor.fetch(select(firm.c.firm_id).where(firm.c.firm_id.in_(asked)))
    return set(found["firm_id"].astype(str))
