"""The matched difference by region, industry and field: each with its interval, and shrunken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from queries.dimensions import UNKNOWN
from queries.matching_measures import (
    FEWEST_SETS,
    FEWEST_USERS,
    GROUPS,
    SOURCES,
)
from queries.matching_specification import TRAITS_OF_GROUP, GroupedParameters
from queries.matching_subgroup import names_of_members, user_traits
from queries.question import Question
from stats.matched_sample import Integers, Sample, differences, matched_sample
from stats.methods.shrinkage import ShrunkenEffects, merged_cells, shrunken_effects
from stats.methods.subgroup_effect import subgroup_effects
from store.cursor import Cursor

Numbers = NDArray[np.float64]
# Between the codes of a sub-group of two traits; no code holds it.
SEPARATOR = "|"
_WHOLE = ""
_REACH = float(norm.ppf(0.975))


def matched_groups(cursor: Cursor, parameters: GroupedParameters) -> pd.DataFrame:
    """One row for all users (``member_code`` empty), one per sub-group in pairs and one per part
    that small ones are shown in, by code: the difference at e = ``after`` as in ``matched_path``,
    in percent, yen or persons.

    The interval is pointwise at 95 %, of a bootstrap of firms that gives a firm one weight in all
    sets and sub-groups it stands in. An estimate needs FEWEST_USERS users in pairs and FEWEST_SETS
    sets that count; a smaller sub-group shows that of the part it lies in (``shown_in``, status
    ``merged``): of a region and industry its region, then all. ``shrunken`` draws the sub-groups'
    own estimates to their common mean by how little is known of each, with the interval of the
    posterior; ``is_marked`` holds at most 5 % of false discoveries (Benjamini and Hochberg).
    """
    sample = matched_sample(cursor, parameters)
    if sample is None:
        return _frame([_empty()], parameters)
    traits = user_traits(cursor, parameters)
    parts = TRAITS_OF_GROUP[parameters.group]
    cells = _cell_of_set(sample, traits, parts)
    estimates = _estimates(sample, parameters, cells)
    names = [names_of_members(cursor, part) for part in parts]
    return _frame(_rows(estimates, names), parameters)


@dataclass(frozen=True, slots=True)
class _Estimates:
    """By code of a sub-group, of a part that holds several, or of all: on the estimator's scale."""

    cells: list[str]
    shown_in: dict[str, str | None]
    value: dict[str, float]
    error: dict[str, float]
    n_user: dict[str, int]
    n_set: dict[str, int]
    shrunken: ShrunkenEffects | None
    own: list[str]
    is_log: bool


def _cell_of_set(sample: Sample, traits: pd.DataFrame, parts: tuple[str, ...]) -> NDArray[np.str_]:
    code = traits[parts[0]].astype(str)
    for part in parts[1:]:
        code = code + SEPARATOR + traits[part].astype(str)
    by_user = dict(zip(traits["user_id"].astype(str), code, strict=True))
    return np.array([by_user[str(user)] for user in sample.firm_id[sample.sets.set_rows]])


def _estimates(
    sample: Sample, parameters: GroupedParameters, cell_of_set: NDArray[np.str_]
) -> _Estimates:
    found = differences(sample, parameters.alive)[int(parameters.after)]
    sets, firm = sample.sets, sample.firm
    cells, of_cell = np.unique(cell_of_set, return_inverse=True)
    regions, of_region = np.unique(
        [cell.partition(SEPARATOR)[0] for cell in cells], return_inverse=True
    )
    is_crossed = SEPARATOR in "".join(cells)
    layers: list[tuple[list[str], Integers]] = [
        (list(map(str, cells)), of_cell.astype(np.int64)),
        ([_WHOLE], np.zeros(of_cell.size, np.int64)),
    ]
    if is_crossed:
        layers.append((list(map(str, regions)), of_region[of_cell].astype(np.int64)))
    value: dict[str, float] = {}
    error: dict[str, float] = {}
    n_user: dict[str, int] = {}
    n_set: dict[str, int] = {}
    for names, place in layers:
        part = subgroup_effects(found, sets, place, len(names), firm)
        for i, name in enumerate(names):
            value[name], error[name] = float(part.estimate[i]), float(part.error[i])
            n_user[name], n_set[name] = int(part.n_treated[i]), int(part.n_sets[i])
    own_names = layers[0][0]
    parent = dict.fromkeys(own_names, _WHOLE)
    if is_crossed:
        parent = {cell: cell.partition(SEPARATOR)[0] for cell in own_names}
        parent |= dict.fromkeys(map(str, regions), _WHOLE)
    merged = merged_cells(
        own_names, [n_user[c] for c in own_names], [n_set[c] for c in own_names], parent,
        least_treated=FEWEST_USERS, least_sets=FEWEST_SETS,
    )  # fmt: skip
    shown = dict(zip(own_names, merged.shown_in, strict=True))
    is_whole_shown = n_user[_WHOLE] >= FEWEST_USERS and n_set[_WHOLE] >= FEWEST_SETS
    shown[_WHOLE] = _WHOLE if is_whole_shown else None
    own = [c for c in own_names if shown[c] == c and error[c] > 0]
    shrunken = (
        shrunken_effects([value[c] for c in own], [error[c] for c in own]) if len(own) > 1 else None
    )
    return _Estimates(own_names, shown, value, error, n_user, n_set, shrunken, own, sample.is_log)


def _rows(found: _Estimates, names: list[dict[str, str]]) -> list[dict[str, object]]:
    rows = []
    place = {code: i for i, code in enumerate(found.own)}
    used = {shown for shown in found.shown_in.values() if shown}
    for code in [_WHOLE, *sorted(used | set(found.cells))]:
        # A part that small sub-groups are shown in has a row of its own.
        shown = found.shown_in.get(code, code)
        row: dict[str, object] = _empty() | {
            "member_code": code,
            "member_name": _name(code, names),
            "n_user": found.n_user[code],
            "n": found.n_set[code],
            "status": "few" if shown is None else "" if shown == code else "merged",
        }
        if shown is not None:
            row |= {"shown_in": shown, "shown_in_name": _name(shown, names)}
            row |= _shown(found, found.value[shown], found.error[shown])
        if found.shrunken and code in place:
            row |= _drawn_in(found, found.shrunken, place[code])
        rows.append(row)
    return rows


def _shown(found: _Estimates, value: float, error: float) -> dict[str, object]:
    ends = [value - _REACH * error, value, value + _REACH * error]
    low, middle, high = (_percent(end) if found.is_log else end for end in ends)
    return {
        "difference": middle,
        "difference_low": low,
        "difference_high": high,
        # The error of a percentage is that of the logarithm times the ratio.
        "difference_error": 100 * np.exp(value) * error if found.is_log else error,
    }


def _drawn_in(found: _Estimates, shrunken: ShrunkenEffects, i: int) -> dict[str, object]:
    ends = (shrunken.shrunken[i], shrunken.low[i], shrunken.high[i])
    value, low, high = (_percent(float(e)) if found.is_log else float(e) for e in ends)
    return {
        "shrunken": value,
        "shrunken_low": low,
        "shrunken_high": high,
        "own_weight": 100 * float(shrunken.weight[i]),
        "false_discovery": float(shrunken.false_discovery[i]),
        "is_marked": bool(shrunken.is_marked[i]),
    }


def _percent(value: float) -> float:
    return float(100 * np.expm1(value))


def _name(code: str, names: list[dict[str, str]]) -> str:
    """``関東経済産業局・製造業``; empty for all."""
    parts = code.split(SEPARATOR) if code else []
    # Where a code is not named (unknown), it stands for itself.
    return "・".join(
        of.get(part, UNKNOWN if part == UNKNOWN else part)
        for part, of in zip(parts, names, strict=False)
    )


def _empty() -> dict[str, object]:
    row: dict[str, object] = {q.name: float("nan") for q in GROUPS if q.name in _NUMBERS}
    words = dict.fromkeys(("member_code", "member_name", "shown_in", "shown_in_name"), "")
    return row | words | {"n_user": 0, "n": 0, "is_marked": False, "status": "few"}


_NUMBERS = frozenset(
    ("difference", "difference_low", "difference_high", "difference_error", "shrunken",
     "shrunken_low", "shrunken_high", "own_weight", "false_discovery")
)  # fmt: skip


def _frame(rows: list[dict[str, object]], parameters: GroupedParameters) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for name in _NUMBERS:
        frame[name] = frame[name].astype("float64")
    return frame.assign(unit=parameters.unit, specification=parameters.number)


QUESTION = Question(
    name="matched_groups",
    function=matched_groups,
    parameters=GroupedParameters,
    columns=GROUPS,
    sources=SOURCES,
    # At full size the match takes longer than other questions may; its reader can stop it.
    patience=4.0,
)
