"""How alike users and firms were in the year before, all and matched; and who found nobody."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from queries.matching_measures import (
    BALANCE,
    BLOCK_ABOVE,
    FEWEST_USERS,
    LOSS,
    SOURCES,
    WARN_ABOVE,
)
from queries.matching_moments import loss_counts, unmatched_moments
from queries.matching_pairs import CONTROL, USER, matched_firms
from queries.matching_specification import MOST_USERS, MatchingParameters
from queries.question import Question
from store.cursor import Cursor
from store.matching_tables import FEATURE_NAMES

Numbers = NDArray[np.float64]
_VALUES = ("smd_before", "smd_after", "variance_ratio_before", "variance_ratio_after")


def matched_balance(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per feature: the difference of means of users and other firms in standard deviations
    of the users (``smd``) and the ratio of variances, before and after matching.

    Before: all users with a statement of the year before, against all other firms within the
    filter in those years, each year weighing as its users. After: users in pairs against their
    firms, each set sharing the weight 1. Counts are of all features: users in pairs, firms,
    and the effective number of firms, (Σw)²/Σw². ``verdict``: above WARN_ABOVE ``warn``, above
    BLOCK_ABOVE ``block``, else ``ok``. Below FEWEST_USERS users only counts are there.
    (Stuart, Statistical Science 25, 2010.)
    """
    found = matched_firms(cursor, parameters).rows
    is_user = found["role"] == USER
    user, pair = found[is_user], found[found["role"] == CONTROL]
    matched = user[user["user_id"].isin(pair["user_id"].unique())]
    weight = 1 / pair.groupby("user_id")["firm_id"].transform("size")
    by_firm = weight.groupby(pair["firm_id"]).sum()
    whole = unmatched_moments(cursor, parameters).set_index("fiscal_year")
    share = (user["cohort"] - 1).value_counts()
    rows = []
    for name in FEATURE_NAMES:
        spread = user[name].astype("float64").std()
        before = _weighted_moments(whole, share, name)
        after = _moments(pair[name].to_numpy(np.float64), weight.to_numpy(np.float64))
        mean, variance = _moments(user[name].to_numpy(np.float64))
        own_mean, own_variance = _moments(matched[name].to_numpy(np.float64))
        rows.append(
            {
                "covariate": name,
                "smd_before": _quotient(mean - before[0], spread),
                "smd_after": _quotient(own_mean - after[0], spread),
                "variance_ratio_before": _quotient(variance, before[1]),
                "variance_ratio_after": _quotient(own_variance, after[1]),
            }
        )
    frame = pd.DataFrame(rows)
    is_few = len(matched) < FEWEST_USERS
    if is_few:
        frame[list(_VALUES)] = np.nan
    size = frame["smd_after"].abs()
    verdict = np.select([size <= WARN_ABOVE, size <= BLOCK_ABOVE], ["ok", "warn"], "block")
    total, squares = float(by_firm.sum()), float((by_firm**2).sum())
    return frame.assign(
        n_user=len(matched),
        n_control=len(by_firm),
        n_control_effective=round(total**2 / squares) if squares else 0,
        verdict=np.where(size.notna(), verdict, ""),
        specification=parameters.number,
        status="few" if is_few else "",
    )


def matched_loss(cursor: Cursor, parameters: MatchingParameters) -> pd.DataFrame:
    """One row per step, in order: all users of the filter (``user``); those of which an earlier
    award is published (``used_before``); those without a statement of the year before, or not in
    the sample (``no_statement``, ``not_sampled``); those without any firm of their stratum
    (``no_candidate``); those whose firms all lie beyond the caliper (``too_far``), or stand beside
    as many others as they may (``used_up``); those in pairs (``matched``). Shares are of the first,
    in percent. ``n_pair`` counts all pairs, ``n_reused`` the firms in more than one, ``most_uses``
    the pairs of the firm in most of them; ``match_table`` stands for all pairs
    (``number_of_table``)."""
    counts = loss_counts(cursor, parameters).iloc[0].astype("int64")
    match = matched_firms(cursor, parameters)
    found = match.rows
    n_matched = int(found.loc[found["role"] == CONTROL, "user_id"].nunique())
    n_stated = int((found["role"] == USER).sum())
    is_full = n_stated >= MOST_USERS
    lost = int(counts["n_first"]) - n_stated
    steps = {
        "user": int(counts["n_user"]),
        "used_before": int(counts["n_user"] - counts["n_first"]),
        "no_statement": 0 if is_full else lost,
        "not_sampled": lost if is_full else 0,
        "no_candidate": n_stated - match.n_placed,
        "too_far": match.n_placed - match.n_near,
        "used_up": match.n_near - n_matched,
        "matched": n_matched,
    }
    uses = found.loc[found["role"] == CONTROL, "firm_id"].astype(str).value_counts()
    frame = pd.DataFrame({"step": list(steps), "n": list(steps.values())})
    return frame.assign(
        share=100 * frame["n"] / max(1, steps["user"]),
        n_pair=int(uses.sum()),
        n_reused=int((uses > 1).sum()),
        most_uses=int(uses.max()) if len(uses) else 0,
        match_table=number_of_table(found),
        specification=parameters.number,
    )


def number_of_table(found: pd.DataFrame) -> str:
    """Eight digits that stand for all pairs of ``matched_firms``; empty where there is none.

    Whoever matches the same rows again gets the same: the SHA-256 of the lines
    ``user,control,cohort`` in their order, ended by line feeds.
    """
    pair = found[found["role"] == CONTROL]
    lines = sorted(
        f"{user},{control},{cohort}\n"
        for user, control, cohort in zip(
            pair["user_id"].astype(str), pair["firm_id"].astype(str), pair["cohort"], strict=True
        )
    )
    return sha256("".join(lines).encode()).hexdigest()[:8] if lines else ""


def _weighted_moments(whole: pd.DataFrame, share: pd.Series, name: str) -> tuple[float, float]:
    """Mean and variance of all other firms, each fiscal year weighing as its users."""
    own = whole[whole[f"{name}_mean"].notna()]
    weight = share.reindex(own.index).fillna(0).astype("float64")
    if not weight.sum():
        return float("nan"), float("nan")
    mean = float(np.average(own[f"{name}_mean"].astype("float64"), weights=weight))
    square = float(np.average(own[f"{name}_square"].astype("float64"), weights=weight))
    return mean, square - mean**2


def _moments(values: Numbers, weights: Numbers | None = None) -> tuple[float, float]:
    """The mean and the variance of what is known."""
    is_known = np.isfinite(values)
    weight = (np.ones(len(values)) if weights is None else weights)[is_known]
    if not weight.sum() > 0:
        return float("nan"), float("nan")
    mean = float(np.average(values[is_known], weights=weight))
    return mean, float(np.average((values[is_known] - mean) ** 2, weights=weight))


def _quotient(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")


BALANCE_QUESTION = Question(
    name="matched_balance",
    function=matched_balance,
    parameters=MatchingParameters,
    columns=BALANCE,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
LOSS_QUESTION = Question(
    name="matched_loss",
    function=matched_loss,
    parameters=MatchingParameters,
    columns=LOSS,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
