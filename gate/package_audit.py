"""The check of an edition before anybody may review it: certificates, attack, files as delivered.

Whatever cannot be proved is a fault, and with a fault the edition goes no further.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from disclosure.quiet import without_banner
from gate.delivered_numbers import NumberFault, check_data
from gate.estimate_attack import attack_estimates
from gate.released_attack import Cells, Derivable, attack, cells_of
from gate.released_policy import Policy
from store.members import Members

WITHHELD = "withheld"
AMOUNTS = "award_amount"


class AuditFault(Exception):
    """Why an edition must not leave: ``code`` (release.fault.<code>) and what it is about."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what


def audit(
    cubes: pd.DataFrame,
    published: Mapping[str, pd.DataFrame],
    delivered: Iterable[tuple[str, bytes]],
    members: Members,
    policy: Policy,
) -> dict[str, Any]:
    """The statement of disclosure control of an edition; raises AuditFault.

    ``cubes`` is the answer of released_cubes, ``published`` all released cells of each cube,
    ``delivered`` the data of each package (its key and the bytes of its CSV).
    """
    released = _certified(cubes, policy)
    cells: dict[str, Cells] = {}
    n_attacked = 0
    for name in dict.fromkeys(released["cube"]):
        if name not in published:
            raise AuditFault("no_cube", str(name))
        try:
            cells[name] = cells_of(published[name])
        except Derivable as error:
            raise AuditFault("derivable", f"{name} {error}") from error
    for name, found in cells.items():
        rule = policy.cubes[name]
        try:
            with without_banner():
                other = policy.cubes.get(rule.beside)
                groups = other.groups if other else ()
                n_attacked += attack(found, rule, members, cells.get(rule.beside), groups)
                n_attacked += attack_estimates(found, rule)
        except Derivable as error:
            raise AuditFault("derivable", f"{name} {error}") from error
    n_package = n_number = 0
    for key, content in delivered:
        try:
            n_number += check_data(content, cells)
        except NumberFault as fault:
            raise AuditFault(fault.code, f"{key}: {fault.what}") from fault
        n_package += 1
    if not n_package:
        raise AuditFault("no_data")
    return {
        **_told(released),
        "n_attacked": n_attacked,
        "n_package": n_package,
        "n_number": n_number,
    }


def _certified(cubes: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The cubes that were released, each under this policy and with its certificate; those whose
    cells packages are made of."""
    released = cubes[cubes["outcome"] != WITHHELD]
    for row in released.to_dict("records"):
        what = f"{row['cube']} {row['fiscal_year']}"
        if row["is_certified"] is not True:
            raise AuditFault("not_certified", what)
        if row["policy_hash"] != policy.policy_hash:
            raise AuditFault("other_policy", what)
    # What single chambers see of themselves is released beside the cubes, and in no package.
    told = released[released["cube"].isin(list(policy.cubes))]
    if told.empty:
        raise AuditFault("no_cube")
    return told


def _told(released: pd.DataFrame) -> dict[str, Any]:
    """What the page says of the cubes: cells, hidden cells, hidden amounts (%), the narrowest
    interval (%) that an attacker is left with."""
    amounts = released.loc[released["cube"] == AMOUNTS, "value_hidden_percent"].dropna()
    intervals = released["least_interval_percent"].dropna()
    return {
        "n_cell": int(released["n_cell"].sum()),
        "n_hidden": int(released["n_hidden"].sum()),
        "amount_hidden_percent": float(amounts.max()) if len(amounts) else None,
        "least_interval_percent": float(intervals.min()) if len(intervals) else None,
    }
