"""The check of an edition: what is proved goes on, and everything else stops it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from gate.delivered_numbers import Variable, read_variables
from gate.package_audit import AuditFault, audit
from gate.released_attack import Cell, Cells, Derivable, attack, cells_of
from gate.released_policy import CubeRule, Policy, read_policy
from language import catalogue
from store.members import Member, Members
from tests.gate.made_editions import data_of

HASH = "f" * 64
POLICY = Policy({"award_amount": CubeRule((("n_award",), ("amount_yen",)))}, HASH)
MEMBERS = Members(
    {
        "region": {
            code: Member(code, code, code, level, parent)
            for code, level, parent in (
                ("b02", "bureau", ""),
                ("b03", "bureau", ""),
                ("02", "prefecture", "b02"),
                ("04", "prefecture", "b02"),
                ("13", "prefecture", "b03"),
                ("14", "prefecture", "b03"),
            )
        }
    },
    {},
)
# Two bureaus of two prefectures, two industries; amounts in yen.
AMOUNTS = {
    ("02", "D"): 20_000,
    ("02", "E"): 50_000,
    ("04", "D"): 30_000,
    ("04", "E"): 60_000,
    ("13", "D"): 90_000,
    ("13", "E"): 10_000,
    ("14", "D"): 50_000,
    ("14", "E"): 30_000,
}
# Every line of the table keeps two hidden cells or none, and they can move around a ring.
SAFE = {("04", "D"), ("04", "E"), ("13", "D"), ("13", "E"), ("b02", "D"), ("b02", "E"),
        ("b03", "D"), ("b03", "E")}  # fmt: skip
CUBES = pd.DataFrame(
    [
        {
            "cube": "award_amount",
            "fiscal_year": 2025,
            "outcome": "finest",
            "n_cell": 42,
            "n_hidden": 8,
            "value_hidden_percent": 5,
            "least_interval_percent": 3.2,
            "is_certified": True,
            "policy_hash": HASH,
        }
    ]
)


def _bureau(region: str) -> str:
    return {"02": "b02", "04": "b02", "13": "b03", "14": "b03"}[region]


def _published(hidden: set[tuple[str, str]]) -> pd.DataFrame:
    """All cells of the little cube with their totals; those of ``hidden`` without amounts."""
    totals: dict[tuple[str, str, str], int] = {}
    for (region, division), amount in AMOUNTS.items():
        for level, code in (("prefecture", region), ("bureau", _bureau(region)), ("nation", "")):
            for industry in (division, ""):
                place = (level, code, industry)
                totals[place] = totals.get(place, 0) + amount
    rows: list[dict[str, Any]] = []
    for (level, code, industry), amount in totals.items():
        is_hidden = (code, industry) in hidden
        for measure, value in (("amount_yen", amount), ("n_award", amount // 10_000)):
            gone = is_hidden and measure == "amount_yen"
            rows.append(
                {
                    "fiscal_year": 2025,
                    "region_level": level,
                    "region_code": code,
                    "division_code": industry,
                    "category_code": "",
                    "size_code": "",
                    "event_year": None,
                    "measure": measure,
                    "value": None if gone else float(value),
                    "status": "x" if gone else "",
                }
            )
    return pd.DataFrame(rows)


def _audit(
    *lines: str, hidden: set[tuple[str, str]] = SAFE, cubes: pd.DataFrame = CUBES
) -> dict[str, Any]:
    data = data_of(*(lines or ("2025,02,,,n_award,7,",)))
    return audit(cubes, {"award_amount": _published(hidden)}, [("02", data)], MEMBERS, POLICY)


def _fault(*lines: str, **more: Any) -> str:
    with pytest.raises(AuditFault) as fault:
        _audit(*lines, **more)
    return fault.value.code


def test_an_edition_that_is_proved_safe_gets_its_statement() -> None:
    assert _audit(
        "2025,02,,,n_award,7,", "2025,04,D,,amount_man,,x", "2025,04,,,amount_man,9,"
    ) == {
        "n_cell": 42,
        "n_hidden": 8,
        "amount_hidden_percent": 5.0,
        "least_interval_percent": 3.2,
        "n_attacked": 8,
        "n_package": 1,
        "n_number": 2,
    }


@pytest.mark.parametrize("shown", sorted(SAFE))
def test_one_hidden_cell_less_is_found_out(shown: tuple[str, str]) -> None:
    assert _fault(hidden=SAFE - {shown}) == "derivable"


def test_a_cell_alone_in_its_lines_is_found_out() -> None:
    assert _fault(hidden={("04", "D")}) == "derivable"


def test_totals_that_do_not_add_up_are_found_out() -> None:
    cells = _published(SAFE)
    cells.loc[
        (cells["region_level"] == "nation") & (cells["measure"] == "amount_yen"), "value"
    ] += 1
    data = [("02", data_of("2025,02,,,n_award,7,"))]
    with pytest.raises(AuditFault, match="derivable"):
        audit(CUBES, {"award_amount": cells}, data, MEMBERS, POLICY)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        # The hidden amount itself, and the mean that gives it away.
        ("2025,04,D,,amount_man,3,", "shown"),
        ("2025,04,D,,amount_per_award_man,1,", "shown"),
        ("2025,04,D,,amount_man,3,x", "shown"),
        # A sum over years with a hidden one.
        ("2024-2025,04,D,,amount_man,3,", "shown"),
        ("2025,04,,,amount_man,8,", "differs"),
        ("2025,04,,,n_award,8,", "differs"),
        ("2025,04,,,amount_per_award_man,2,", "differs"),
        ("2025,02,Q,,amount_per_award_man,2,", "unpublished"),
        ("2025,04,,,median_man,9,", "unread"),
        ("2025,04,,,amount_man,9,y", "unread"),
        ("2025,04,,,amount_man,,", "unread"),
        ("2025,04,,,amount_man,nine,", "unread"),
        ("heisei,04,,,amount_man,9,", "unread"),
    ],
)
def test_a_number_that_must_not_leave_stops_the_edition(line: str, code: str) -> None:
    assert _fault("2025,02,,,n_award,7,", line) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"is_certified": False}, "not_certified"),
        ({"is_certified": None}, "not_certified"),
        ({"policy_hash": "0" * 64}, "other_policy"),
        ({"outcome": "withheld"}, "no_cube"),
        ({"cube": "unknown"}, "no_cube"),
    ],
)
def test_without_its_certificate_nothing_goes_on(change: dict[str, Any], code: str) -> None:
    assert _fault(cubes=CUBES.assign(**change)) == code


def test_an_edition_without_data_does_not_go_on() -> None:
    with pytest.raises(AuditFault, match="no_data"):
        audit(CUBES, {"award_amount": _published(SAFE)}, [], MEMBERS, POLICY)


def test_every_variable_of_the_packages_says_what_it_rests_on() -> None:
    named = {key.split(".")[2] for key in catalogue("ja") if key.startswith("package.variable.")}
    assert named == set(read_variables())
    cubes = read_policy().cubes
    for variable in read_variables().values():
        _check_rests_on(variable, cubes[variable.cube])


def _check_rests_on(variable: Variable, rule: CubeRule) -> None:
    known = {name for group in rule.groups for name in group}
    known |= {f"{name}_{part}" for name in rule.estimates for part in ("effect", "low", "high")}
    # Counts of enterprises add up over nothing, so they are in no group.
    assert {m for m in variable.measures if not m.startswith(("n_recipient", "n_firm"))} <= known
    is_pair = variable.kind in ("ratio", "bound") and not variable.is_measure
    assert len(variable.measures) == (2 if is_pair else 1)


def _cells(*rows: tuple[str, str, int | None, float | None], measure: str = "n") -> Cells:
    """National cells of one year: industry, category, years since first use, number."""
    return {
        Cell(2025, "nation", "", division, category, "", "" if event is None else str(event),
             measure): value
        for division, category, event, value in rows
    }  # fmt: skip


def test_members_that_are_not_added_up_are_not_subtracted_either() -> None:
    # Firms that use two measures stand in both: 9 is no sum of theirs.
    cells = _cells(("", "subsidy", None, 4), ("", "support", None, None), ("", "", None, 9))
    rule = CubeRule((("n",),))
    with pytest.raises(Derivable):
        attack(cells, rule, MEMBERS)
    assert attack(cells, replace(rule, apart=frozenset({"category"})), MEMBERS) == 1


def test_years_since_the_first_use_add_up() -> None:
    cells = _cells(("", "", 1, 4), ("", "", 2, None), ("", "", None, 9))
    with pytest.raises(Derivable):
        attack(cells, CubeRule((("n",),)), MEMBERS)


def test_what_a_cube_hides_and_another_helps_to_work_out_is_found_out() -> None:
    own = _cells(("D", "", None, None), ("E", "", None, None), ("", "", None, 9))
    rule = CubeRule((("n",),), beside="other")
    assert attack(own, rule, MEMBERS) == 2
    # The other shows one of the two, and so gives the one away that neither shows.
    with pytest.raises(Derivable):
        attack(own, rule, MEMBERS, _cells(("D", "", None, 4)))


def test_a_number_that_another_cube_has_as_a_part_of_a_whole_is_found_out() -> None:
    other = _cells(("", "", None, 9), measure="n_completed")
    other |= _cells(("", "", None, None), measure="n")
    other |= _cells(("", "", None, None), measure="n_not")
    whole = ("n_completed", "n", "n_not")
    rule = CubeRule((("n",), ("sales",)), beside="other")
    hidden, sales = _cells(("", "", None, None)), _cells(("", "", None, 70), measure="sales")
    assert attack(hidden | sales, rule, MEMBERS, other, [whole]) == 1
    # What this one shows gives the rest of the other's whole away.
    with pytest.raises(Derivable):
        attack(_cells(("", "", None, 4)) | sales, rule, MEMBERS, other, [whole])


def test_a_part_of_a_whole_that_is_hidden_alone_is_found_out() -> None:
    cells = _cells(("", "", None, 9), measure="n_decided")
    cells |= _cells(("", "", None, 4), measure="n_adopted")
    cells |= _cells(("", "", None, None), measure="n_rejected")
    with pytest.raises(Derivable):
        attack(cells, CubeRule((("n_decided", "n_adopted", "n_rejected"),)), MEMBERS)


def _returned(hidden: set[tuple[str, str]]) -> Cells:
    """The little cube in a year in which amounts are only paid back."""
    frame = _published(hidden)
    return cells_of(frame.assign(value=-frame["value"].where(frame["measure"] == "amount_yen")))


def test_a_year_of_returns_is_attacked_like_any_other() -> None:
    rule = POLICY.cubes["award_amount"]
    assert attack(_returned(SAFE), rule, MEMBERS) == len(SAFE)
    with pytest.raises(Derivable):
        attack(_returned({("04", "D"), ("b02", "D")}), rule, MEMBERS)
