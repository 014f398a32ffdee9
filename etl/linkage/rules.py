"""The closed list of rules, and how sure each is.

A score is the share of right links among those that the rule made on labelled names (see
docs/decisions/0010), rounded down; where no labels exist it is the judgement written here.
"""

from __future__ import annotations

# From here on a link is made; from REVIEW on it is shown to an operator.
LINKED = 0.95
REVIEW = 0.5

# With a sound corporate number.
NUMBER_SCORES = {
    "number_and_name": 1.0,
    "number_and_old_name": 0.999,
    "number_and_merged_name": 0.99,
    "number_and_core": 0.995,
    "number_and_branch": 0.995,
    "number_and_similar_name": 0.98,
    "number_and_address": 0.97,
    "number_only": 0.97,
    "number_unregistered": 0.97,
    "number_name_conflict": 0.5,
}

# Without one: by how the name agrees, then by place (elsewhere, unknown, prefecture, municipality,
# town, address). 0 is no candidate.
NAME_SCORES = {
    "exact": (0.85, 0.985, 0.985, 0.995, 0.998, 0.999),
    "loose": (0.80, 0.97, 0.97, 0.99, 0.995, 0.998),
    "position": (0.60, 0.95, 0.95, 0.98, 0.985, 0.99),
    "no_form": (0.0, 0.60, 0.60, 0.90, 0.92, 0.97),
    "other_form": (0.0, 0.55, 0.55, 0.85, 0.90, 0.97),
    "branch": (0.96, 0.96, 0.96, 0.97, 0.98, 0.99),
    # What stands after the name may be a branch or a part of another name.
    "unsure_branch": (0.60, 0.80, 0.80, 0.96, 0.97, 0.98),
}
# What a name borne in former times takes off.
OLD_NAME_LOSS = 0.005
# Without a place a name that is only nearly the same must be so long to mean one firm…
DISTINCTIVE = 6
# …or its score falls to this.
INDISTINCT_SCORE = 0.8
# A distinctive name that one firm alone bears in the nation means that firm wherever it is said to
# be: offices lie elsewhere, and firms move before the register says so. With a legal form, which
# only registered firms have, fewer characters suffice, if the register is known to be complete.
ELSEWHERE_SCORE = 0.96
LONG_ENOUGH = 3
# A name that no municipality supports means the firm that bears it only as far as the register is
# complete: what it takes off where none of the firms asked for are in it…
INCOMPLETE_LOSS = 0.25
# …how many numbers must have been written before that can be told, and what share of them makes a
# register complete.
ENOUGH_NUMBERS = 50
COMPLETE = 0.95
# In the same prefecture, but not its municipality, when others elsewhere bear the name as well:
# a distinctive one, any other.
NAMESAKE_SCORES = (0.96, 0.90)
# What a name that is nearly the one written stays behind the one that is, in the same prefecture.
NEARLY_THE_NAME_LOSS = 0.01
# Of several namesakes one that is not in the prefecture hinted at.
UNHINTED_SCORE = 0.89
# What other firms take off that agree as well: closed ones; and, where no municipality agrees
# either, those that bore the name before or were merged into the one that bears it now.
CLOSED_RIVAL_LOSS = 0.01
FORMER_RIVAL_LOSS = 0.1

# A similar name counts only with a place; the likeness is what makes it sure.
SIMILAR_SCORES = (0.0, 0.0, 0.0, 0.60, 0.75, 0.96)
SIMILAR_ENOUGH = 0.75
# A name without legal form may be that of a sole proprietor under the roof of a company.
FORMLESS_SCORE = 0.80

# The same telephone or GビズID as a linked party: the same core, a similar name, another name.
CONTACT_SCORES = {"telephone": (0.97, 0.96, 0.6), "gbizid": (0.99, 0.98, 0.8)}

OTHER_RULES = (
    "operator_confirmed",
    "operator_refused",
    "similar_number_and_name",
    "telephone_and_name",
    "gbizid_and_name",
    "place_differs",
    "name_against_address",
    "ambiguous_name",
    "not_one_firm",
    "no_name",
    "no_candidate",
)
_PLACES = {
    5: "and_address",
    4: "and_municipality",
    3: "and_municipality",
    2: "and_prefecture",
    1: "alone",
    0: "elsewhere",
}
NAME_RULES = tuple(
    f"{name}_{place}"
    for name in ("name", "old_name", "core", "branch", "similar_name")
    for place in dict.fromkeys(_PLACES.values())
    if not (name == "similar_name" and place in ("and_prefecture", "alone", "elsewhere"))
    if not (name == "core" and place == "elsewhere")
)
RULES = (*NUMBER_SCORES, *NAME_RULES, *OTHER_RULES)


def _by_place(scores: tuple[float, ...]) -> str:
    cases = " ".join(f"WHEN {level} THEN {score}" for level, score in enumerate(scores))
    return f"CASE place_level {cases} END"


def score_of_candidate(basis: str) -> str:
    """The score of a candidate of one basis as SQL over its columns and these: the party's form
    and loose name; ``n_namesake``: how many firms bear or bore exactly the party's name;
    ``is_live``: the candidate is not closed; ``is_against_hint``: it has an address, but not in the
    prefecture hinted at; ``is_complete``: the register is known to be complete."""
    if basis == "branch":
        sure, unsure = (_by_place(NAME_SCORES[name]) for name in ("branch", "unsure_branch"))
        return f"((CASE WHEN name_level >= 4 THEN {sure} ELSE {unsure} END) - {_OLD})::DOUBLE"
    if basis in CONTACT_SCORES:
        same, alike, other = CONTACT_SCORES[basis]
        return (
            f"(CASE WHEN name_level >= 1 THEN {same} WHEN similarity >= {SIMILAR_ENOUGH} "
            f"THEN {alike} WHEN similarity >= 0.5 THEN {other} ELSE 0 END)::DOUBLE"
        )
    if basis == "similar":
        scores = _by_place(SIMILAR_SCORES)
        return (
            f"(CASE WHEN similarity >= {SIMILAR_ENOUGH} "
            f"THEN least({scores}, CASE WHEN form = '' THEN {FORMLESS_SCORE} ELSE 1 END) "
            f"WHEN form <> '' THEN similarity * ({scores}) ELSE 0 END)::DOUBLE"
        )
    names = ("other_form", "no_form", "position", "loose", "exact")
    cases = " ".join(
        f"WHEN {level} THEN {_by_place(NAME_SCORES[name])}"
        for level, name in enumerate(names, start=1)
    )
    return f"""
        (CASE WHEN is_close_number THEN 0.995
              WHEN name_level IN (3, 4) AND place_level = 1 AND length(loose) < {DISTINCTIVE}
              THEN {INDISTINCT_SCORE}
              WHEN name_level = 5 AND place_level = 0 AND n_namesake = 1
                   AND is_live
                   AND length(loose) >= CASE WHEN form <> '' AND is_complete THEN {LONG_ENOUGH}
                                             ELSE {DISTINCTIVE} END
              THEN {ELSEWHERE_SCORE}
              WHEN name_level = 5 AND place_level = 1 AND n_namesake > 1 AND is_against_hint
              THEN {UNHINTED_SCORE}
              WHEN name_level = 5 AND place_level = 2 AND n_namesake > 1
              THEN CASE WHEN length(loose) >= {DISTINCTIVE} THEN {NAMESAKE_SCORES[0]}
                        ELSE {NAMESAKE_SCORES[1]} END
              ELSE greatest(0, (CASE name_level {cases} ELSE 0 END) - {_OLD}) END)::DOUBLE"""


_OLD = f"CASE WHEN is_present THEN 0 ELSE {OLD_NAME_LOSS} END"


def rule_of_candidate() -> str:
    """The code of the rule of a candidate as SQL over its columns."""
    places = " ".join(f"WHEN {level} THEN '{code}'" for level, code in _PLACES.items())
    return f"""
        CASE WHEN is_close_number THEN 'similar_number_and_name'
             WHEN basis IN ('telephone', 'gbizid') THEN basis || '_and_name'
             WHEN place_level = 0 AND basis <> 'branch' AND score < {LINKED} THEN 'place_differs'
             ELSE CASE WHEN basis = 'similar' THEN 'similar_name'
                       WHEN basis = 'branch' THEN 'branch'
                       WHEN name_level < 4 THEN 'core'
                       WHEN is_present THEN 'name' ELSE 'old_name' END
                  || '_' || CASE place_level {places} END END"""
