"""Protect a table: which cells to hide so that no sensitive one can be worked back, with a proof.

    protection = protect(Table.of(cells, relations), seconds=60)

Fails closed: where the solver does not prove that every goal is out of reach, it raises.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from disclosure.attackers import outsider_alone, with_owners
from disclosure.certificate import certificate, least_relative_interval
from disclosure.cleanup import clean_up
from disclosure.evidence import Evidence
from disclosure.greedy import Greedy, by_level, unprotectable
from disclosure.improve import Improvement
from disclosure.lines import relaxed_by_lines
from disclosure.optimum import GUIDED, Optimum, Search
from disclosure.presolve import Problem, presolve
from disclosure.schema import HIDDEN, digest
from disclosure.solver import Deadline, OutOfTime, SolverFailure
from disclosure.table import Flags, Owners, Table

SECONDS = 60.0
# What hiding a cell costs that was hidden in the period before, as a share of its cost.
AGAIN = 0.5
# When the stages end, as shares of the time given.
IMPROVED, CLEANED, PROVED, ENDED = 0.15, 0.7, 0.85, 0.95
# In larger tables the optimum is out of reach sooner, and neighbourhoods bring more.
LARGE, PROVED_OF_LARGE = 1000, 0.6


class Unprotectable(ValueError):
    """Sensitive cells that stay within reach whatever is hidden: the table must be coarser.

    ``cells`` are their names.
    """

    def __init__(self, cells: tuple[str, ...]) -> None:
        super().__init__(f"not to be protected, whatever is hidden: {', '.join(cells)}")
        self.cells = cells


@dataclass(frozen=True)
class Protection:
    """A safe pattern.

    ``hidden`` says of each cell of the table whether it is; ``lower_bound`` and ``value_hidden``
    count the cells hidden beyond the sensitive ones, in costs and in values. ``unrepaired`` are
    cells that no pattern keeps from an owner: these must be made coarser. ``certificate`` is for
    JSON.
    """

    table: Table
    hidden: Flags
    cost_hidden: float
    value_hidden: float
    lower_bound: float
    seconds: float
    unrepaired: list[dict[str, str]]
    certificate: dict[str, Any] = field(repr=False)

    @property
    def secondary(self) -> Flags:
        """The cells hidden although they are not sensitive."""
        return self.hidden & ~self.table.is_sensitive

    @property
    def gap(self) -> float:
        """The share of the cost hidden that another pattern might save at most."""
        if self.cost_hidden <= 0:
            return 0.0
        return max(0.0, 1.0 - self.lower_bound / self.cost_hidden)

    def pattern(self) -> pd.DataFrame:
        """The table as it may be published: a row per cell, hidden ones without a value."""
        return pd.DataFrame(
            {
                "cell": list(self.table.cells),
                "value": np.where(self.hidden, np.nan, self.table.value),
                "status": np.where(self.hidden, HIDDEN, ""),
            }
        )


def protect(
    table: Table,
    *,
    owners: Owners | None = None,
    previous: Flags | None = None,
    seconds: float = SECONDS,
    is_brief: bool = False,
) -> Protection:
    """The cheapest safe pattern of a table that is found in the time given.

    ``owners`` adds attackers who know parts of cells; ``previous`` says which cells were hidden in
    the period before and cost less for that. ``is_brief`` ends with the first pattern that is
    cleaned up: the same on every machine, where the time suffices. Raises Unprotectable where no
    pattern is safe from an outsider, SolverFailure (OutOfTime) where there is no proof within
    ``seconds``.
    """
    deadline = Deadline(seconds)
    cost = table.cost
    if previous is not None:
        cost = np.where(previous & ~table.is_sensitive, AGAIN, 1.0) * cost
    problem = presolve(table, cost)
    attackers = outsider_alone() if owners is None else with_owners(table, problem, owners)
    greedy = Greedy(problem)
    first = Evidence.none(problem, attackers)
    x, bound = relaxed_by_lines(problem, deadline)
    greedy.complete(first, by_level(first), problem.cost * (1.0 - GUIDED * x), deadline)
    if lost := unprotectable(first):
        within_reach = np.isin(problem.column_of, lost) & table.is_sensitive
        raise Unprotectable(tuple(np.array(table.cells)[within_reach].tolist()))
    _check_fixed(table, problem)
    if is_brief:
        clean_up(first, deadline)
        found = Optimum(first, bound)
    else:
        found = _improved(first, bound, greedy, deadline)
    if unmet := found.best.complete(Deadline(max(5.0, seconds))):
        raise SolverFailure(f"{len(unmet)} goals have no proof")
    return _protection(table, found, owners, deadline)


def _check_fixed(table: Table, problem: Problem) -> None:
    has_level = (table.level_up > 0) | (table.level_down > 0)
    pinned = table.is_sensitive & (problem.column_of < 0) & has_level
    if pinned.any():
        raise Unprotectable(tuple(np.array(table.cells)[pinned].tolist()))


def _improved(first: Evidence, bound: float, greedy: Greedy, deadline: Deadline) -> Optimum:
    """The best pattern found when it is proved the optimum or the time is used up."""
    best = first.copy()
    # Where time runs out, what is cleaned up so far is safe as well.
    with suppress(OutOfTime):
        clean_up(best, deadline.share(CLEANED))
    improvement = Improvement(best, greedy)
    improvement.run(deadline.share(IMPROVED))
    proved = PROVED_OF_LARGE if first.problem.n >= LARGE else PROVED
    search = Search(improvement.best, bound, greedy, deadline.share(proved))
    found = search.run()
    if not found.is_proved():
        improvement = Improvement(found.best, greedy)
        improvement.run(deadline.share(ENDED))
        found = search.go_on(improvement.best, deadline.share(ENDED))
    return found


def _protection(
    table: Table, found: Optimum, owners: Owners | None, deadline: Deadline
) -> Protection:
    evidence, problem = found.best, found.best.problem
    # A sensitive cell that its sums give away has no level here, and is hidden all the same.
    hidden = problem.hidden_cells(evidence.hidden) | table.is_sensitive
    secondary = hidden & ~table.is_sensitive
    cost = float(problem.weight[evidence.secondary()].sum())
    dearest = float(problem.weight.max(initial=0.0)) or 1.0
    bound = min(cost, found.bound * dearest)
    value = float(np.abs(table.value[secondary]).sum())
    everything = float(np.abs(table.value).sum()) or 1.0
    interval = least_relative_interval(problem, evidence)
    gap = 0.0 if found.is_proved() else found.gap()
    bound = cost if found.is_proved() else bound
    statement = {
        "n_cell": len(table.cells),
        "n_hidden": int(hidden.sum()),
        "n_sensitive": int(table.is_sensitive.sum()),
        "n_secondary": int(secondary.sum()),
        "value_hidden": value,
        "value_hidden_percent": 100 * float(np.abs(table.value[hidden]).sum()) / everything,
        "cost_hidden": cost,
        "lower_bound": bound,
        "gap": gap,
        "least_relative_interval": interval,
        "n_at_risk": 0,
        "n_owner": evidence.attackers.n - 1,
    }
    owners_digest = None if owners is None else digest_of_owners(owners, table)
    proof = certificate(table, evidence, owners_digest, statement)
    return Protection(
        table=table,
        hidden=hidden,
        cost_hidden=cost,
        value_hidden=value,
        lower_bound=bound,
        seconds=deadline.elapsed(),
        unrepaired=proof["unrepaired"],
        certificate=proof,
    )


def digest_of_owners(owners: Owners, table: Table) -> str:
    """The digest of who owns what."""
    parts = zip(owners.place.tolist(), owners.owner, owners.part.tolist(), strict=True)
    return digest((table.cells[place], owner, part) for place, owner, part in parts)
