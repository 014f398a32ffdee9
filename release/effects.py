"""What users of each measure gained beside matched firms: estimated for all of them, by region and
by industry, as on the page of the analysts.

The match, its sets, the differences and their errors are those of the questions behind that page
under the specification that it starts with; here they are only laid out for publication.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TypeVar, cast

import duckdb
import numpy as np
import pandas as pd
from sqlalchemy import func, select

from queries.matching_measures import BASE_EVENT
from queries.matching_pairs import CONTROL, USER, MatchedFirms, matched_firms
from queries.matching_specification import MatchingParameters
from release.catalogue import Catalogue, read_catalogue
from release.cells import Flags
from stats.matched_balance import matched_balance
from stats.matched_sample import Integers, Sample, differences, matched_sample
from stats.methods.matched_sets import MatchedSets
from stats.methods.subgroup_effect import SetDifferences, subgroup_effects
from store.cursor import (
    Cursor,
    Statement,
    StoreCursor,
    create_table_sql,
    database_in_use,
)
from store.tables import matched_user, measure_use

# Region level, region and industry (empty: all).
Place = tuple[str, str, str]
NATION: Place = ("nation", "", "")
# An outcome and a year since the first use.
When = tuple[str, int]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Contributions:
    """What a difference rests on: the sets that count, the firms beside their users, and of all
    that single firms contribute the absolute sum and the two largest."""

    n_set: int
    n_control: int
    total: float
    first: float
    second: float


@dataclass(frozen=True, slots=True, eq=False)
class MatchedMeasure:
    """A measure whose users are matched. ``users``: one row per user in a set, with ``firm_id``,
    ``bureau_code`` and ``division_code``. ``greatest_smd``: of all features the greatest absolute
    standardised difference that matching left. ``estimate``: of each outcome, year and place the
    difference and its standard error, as logarithms. ``place_of_set`` flags the sets of each place;
    ``found`` is what each set says of an outcome and year; ``firm`` numbers the firm of each row
    that ``sets`` name."""

    measure: str
    kind: str
    users: pd.DataFrame
    greatest_smd: float
    estimate: Mapping[When, Mapping[Place, tuple[float, float]]]
    place_of_set: Mapping[Place, Flags]
    found: Mapping[When, SetDifferences]
    sets: MatchedSets
    firm: Integers

    def contributions(self, when: When, places: Sequence[Place]) -> Contributions:
        """What the difference of several places together rests on."""
        sets, found = self.sets, self.found[when]
        chosen = np.any([self.place_of_set[place] for place in places], axis=0)
        is_counted = found.is_used & chosen
        is_pair = is_counted[sets.set_of_pair] & (found.share > 0)
        user, control = sets.set_rows[is_counted], sets.control[is_pair]
        n_firm = int(self.firm.max(initial=-1)) + 1
        own = np.bincount(self.firm[user], found.change[user], n_firm)
        share = found.share[is_pair] * found.change[control]
        size = np.abs(own - np.bincount(self.firm[control], share, n_firm))
        first, second = np.sort(np.append(size, [0.0, 0.0]))[-2:][::-1]
        n_control = len(np.unique(self.firm[control]))
        return Contributions(len(user), n_control, float(size.sum()), float(first), float(second))


def matched_measures(
    cursor: Cursor, outcomes: Sequence[str], least_users: int
) -> list[MatchedMeasure]:
    """The measures with at least ``least_users`` users in sets, matched and estimated.

    ``cursor`` reads the analysts' tables, out of which consent has taken what nobody may see.
    """
    row = measure_use.c
    used = cursor.fetch(
        select(row.measure_code, func.min(row.kind).label("kind"))
        .group_by(row.measure_code)
        .having(func.count() >= least_users)
        .order_by(row.measure_code)
    )
    found = []
    for measure, kind in zip(used["measure_code"], used["kind"], strict=True):
        made = _matched(_Nameless(cursor), str(measure), str(kind), outcomes)
        if made is not None and len(made.users) >= least_users:
            found.append(made)
    return found


@dataclass(slots=True)
class _Nameless:
    """A cursor that keeps what the questions about one measure share, and gives them firms by the
    number in which the match found them instead of their pseudonyms: what comes of it is the same
    under every key."""

    cursor: Cursor
    firms: list[object] = field(default_factory=list)
    _kept: dict[str, object] = field(default_factory=dict)

    def fetch(self, statement: Statement) -> pd.DataFrame:
        return self.cursor.fetch(statement)

    def once(self, name: str, key: Mapping[str, str], make: Callable[[Cursor], T]) -> T:
        place = f"{name} {sorted(key.items())}"
        if place not in self._kept:
            made: object = make(self)
            if isinstance(made, MatchedFirms):
                made = self._without_names(made)
            self._kept[place] = made
        return cast(T, self._kept[place])

    def _without_names(self, made: MatchedFirms) -> MatchedFirms:
        number, firms = pd.factorize(made.rows["firm_id"])
        self.firms = list(firms)
        names = pd.Series([f"{one:09d}" for one in range(len(firms))], index=pd.Index(firms))
        rows = made.rows.assign(
            firm_id=names.to_numpy()[number], user_id=names.loc[made.rows["user_id"]].to_numpy()
        )
        return replace(made, rows=rows)


def _matched(
    cursor: _Nameless, measure: str, kind: str, outcomes: Sequence[str]
) -> MatchedMeasure | None:
    asked = MatchingParameters(measure=measure)
    samples = {
        outcome: matched_sample(cursor, replace(asked, outcome=outcome)) for outcome in outcomes
    }
    known = {outcome: sample for outcome, sample in samples.items() if sample is not None}
    # Of too few users nobody knows whether their firms are like them.
    smd = float(matched_balance(cursor, asked)["smd_after"].abs().max())
    if not known or not isfinite(smd):
        return None
    # The sets are the same whatever is looked at of them.
    sample = next(iter(known.values()))
    rows = matched_firms(cursor, asked).rows
    paired = rows.loc[rows["role"] == CONTROL, "user_id"]
    users = rows[(rows["role"] == USER) & rows["user_id"].isin(paired)]
    traits = users.set_index("user_id")[["bureau_code", "division_code"]].fillna("?")
    of_set = traits.reindex(sample.firm_id[sample.sets.set_rows])
    place_of_set = _places(of_set)
    found = {
        (outcome, year): one
        for outcome, of_outcome in known.items()
        for year, one in differences(of_outcome).items()
        if year != BASE_EVENT
    }
    return MatchedMeasure(
        measure=measure,
        kind=kind,
        users=traits.assign(firm_id=[str(cursor.firms[int(user)]) for user in traits.index]),
        greatest_smd=smd,
        estimate=_estimates(sample, found, place_of_set),
        place_of_set=place_of_set,
        found=found,
        sets=sample.sets,
        firm=sample.firm,
    )


def _places(of_set: pd.DataFrame) -> dict[Place, Flags]:
    """Which sets belong to each place."""
    bureau, division = (of_set[name].to_numpy(str) for name in ("bureau_code", "division_code"))
    return {
        NATION: np.ones(len(of_set), dtype=bool),
        **{("bureau", str(code), ""): bureau == code for code in np.unique(bureau)},
        **{("nation", "", str(code)): division == code for code in np.unique(division)},
    }


def _estimates(
    sample: Sample, found: Mapping[When, SetDifferences], place_of_set: Mapping[Place, Flags]
) -> dict[When, dict[Place, tuple[float, float]]]:
    """The difference and its error of every place: all of a measure in one draw of firms, in which
    a firm has one weight wherever it stands."""
    sets, n_row = sample.sets, len(sample.firm)
    layers = [[place for place in place_of_set if _layer(place) == number] for number in range(3)]
    parts = [(when, layer) for when in found for layer in layers if layer]
    n_set, group, change, share, is_used = sets.set_rows.size, [], [], [], []
    keys: list[tuple[When, Place]] = []
    for when, layer in parts:
        of_set = np.full(n_set, -1)
        for place in layer:
            of_set[place_of_set[place]] = len(keys)
            keys.append((when, place))
        group.append(of_set)
        change.append(found[when].change)
        share.append(found[when].share)
        is_used.append(found[when].is_used)
    shift = np.arange(len(parts))[:, None]
    stacked = MatchedSets(
        treated=(sets.treated + shift * n_row).ravel(),
        control=(sets.control + shift * n_row).ravel(),
        weight=np.tile(sets.weight, len(parts)),
        set_rows=(sets.set_rows + shift * n_row).ravel(),
        set_of_pair=(sets.set_of_pair + shift * n_set).ravel(),
    )
    made = subgroup_effects(
        SetDifferences(np.concatenate(change), np.concatenate(share), np.concatenate(is_used)),
        stacked,
        np.concatenate(group),
        len(keys),
        np.tile(sample.firm, len(parts)),
    )
    estimates: dict[When, dict[Place, tuple[float, float]]] = {when: {} for when in found}
    for (when, place), value, error in zip(keys, made.estimate, made.error, strict=True):
        estimates[when][place] = (float(value), float(error))
    return estimates


def _layer(place: Place) -> int:
    """Places of one layer have no set in common."""
    level, _, division = place
    return 2 if division else 1 if level == "bureau" else 0


def match_users(
    work: duckdb.DuckDBPyConnection, catalogue: Catalogue | None = None
) -> list[MatchedMeasure]:
    """Match the users of every measure in the tables of ``work``, make ``matched_user``
    (`store.tables.matched_user`) in it, and put the names of measures with enough users among
    what chambers may choose from. Nothing is matched where the catalogue has no estimates."""
    told = catalogue or read_catalogue()
    outcomes = list(dict.fromkeys(name for cube in told.cubes for name in cube.estimates))
    cursor = StoreCursor(work, database_in_use(work))
    found = matched_measures(cursor, outcomes, told.rule.least_treated) if outcomes else []
    cursor.close()
    work.execute(create_table_sql(matched_user, "main"))
    columns = [column.name for column in matched_user.columns]
    for one in found:
        users = one.users.assign(measure_code=one.measure, kind=one.kind)[columns]
        work.register("users_matched", users)
        work.execute("INSERT INTO matched_user SELECT * FROM users_matched")
        work.unregister("users_matched")
    work.execute(
        """
        INSERT INTO released_member BY NAME FROM dimension_member
        WHERE domain = 'measure' AND code IN (SELECT measure_code FROM matched_user)
        """
    )
    return found
