"""The linear solver, opened in one place: one thread, a time limit, and no answer taken on trust.

HiGHS keeps one pool of threads a process and fails where it is asked for different numbers of
them, so every model here is made by `opened`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Status = highspy.HighsModelStatus


class SolverFailure(RuntimeError):
    """The solver ended without a proof: whatever it was asked counts as unprotected."""


class OutOfTime(SolverFailure):
    """The time given has run out before the solver had a proof."""


@dataclass(frozen=True)
class Deadline:
    """A moment after which no solve starts or goes on, in seconds of this process's own work: what
    else the machine does leaves no other pattern."""

    seconds: float
    started: float = field(default_factory=time.process_time)

    def remaining(self) -> float:
        """Seconds left; raises `OutOfTime` where there are none."""
        left = self.started + self.seconds - time.process_time()
        if left <= 0:
            raise OutOfTime(f"the {self.seconds:g} seconds given have run out")
        return left

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.process_time() - self.started

    def share(self, part: float) -> Deadline:
        """A deadline when ``part`` of the whole time is over, or this one if that is sooner."""
        return Deadline(min(self.seconds, self.seconds * part), self.started)


def opened(**options: bool | float | str) -> highspy.Highs:
    """A silent solver of one thread."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    settings: dict[str, bool | float | str] = {"output_flag": False, "threads": 1} | options
    for name, value in settings.items():
        _check(solver.setOptionValue(name, value), f"option {name}")
    return solver


def pass_model(
    solver: highspy.Highs,
    matrix: sparse.csc_matrix,
    cost: Floats,
    upper: Floats,
    rows: tuple[Floats, Floats],
) -> None:
    """Hand over: minimise cost · x, rows[0] ≤ matrix x ≤ rows[1], 0 ≤ x ≤ upper."""
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = cost
    program.col_lower_ = np.zeros(len(cost))
    program.col_upper_ = upper
    program.row_lower_, program.row_upper_ = rows
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    _check(solver.passModel(program), "passModel")


def change_costs(solver: highspy.Highs, cost: Floats) -> None:
    """Replace the costs of all columns."""
    places = np.arange(len(cost), dtype=np.int32)
    _check(solver.changeColsCost(len(cost), places, cost), "changeColsCost")


def change_bounds(solver: highspy.Highs, lower: Floats, upper: Floats) -> None:
    """Replace the bounds of all columns."""
    places = np.arange(len(lower), dtype=np.int32)
    _check(solver.changeColsBounds(len(lower), places, lower, upper), "changeColsBounds")


def add_rows(solver: highspy.Highs, rows: sparse.csr_matrix, least: Floats) -> None:
    """Add rows · x ≥ least."""
    _check(
        solver.addRows(
            rows.shape[0],
            least,
            np.full(rows.shape[0], highspy.kHighsInf),
            rows.nnz,
            rows.indptr[:-1].astype(np.int32),
            rows.indices.astype(np.int32),
            rows.data.astype(float),
        ),
        "addRows",
    )


def start(solver: highspy.Highs, basis: highspy.HighsBasis | None) -> None:
    """Let the next solve start from a basis, or from none."""
    _check(solver.clearSolver(), "clearSolver")
    if basis is not None:
        _check(solver.setBasis(basis), "setBasis")


def solve(solver: highspy.Highs, deadline: Deadline) -> bool:
    """Whether the model has an optimum (now held by the solver) or is proved to have no solution.

    Raises `OutOfTime` or `SolverFailure` where the solver proved neither.
    """
    # The limit is compared with the time of all runs of this solver together.
    _check(
        solver.setOptionValue("time_limit", solver.getRunTime() + deadline.remaining()),
        "time_limit",
    )
    ran = solver.run()
    status = solver.getModelStatus()
    if status == Status.kTimeLimit:
        raise OutOfTime(f"the {deadline.seconds:g} seconds given have run out")
    if status == Status.kInfeasible:
        return False
    if ran == highspy.HighsStatus.kError or status != Status.kOptimal:
        raise SolverFailure(f"the solver ended with {solver.modelStatusToString(status)}")
    return True


def _check(status: highspy.HighsStatus, what: str) -> None:
    # A warning is given for values that were merely tidied, such as tiny coefficients left out.
    if status == highspy.HighsStatus.kError:
        raise SolverFailure(f"the solver refused {what}")
