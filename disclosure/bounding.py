"""The auditor's linear program: the least or largest value that fits what is published."""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]


class NoProof(RuntimeError):
    """The solver ended without an optimum: nothing is known, so nothing is safe."""


class Bounding:
    """min cost · y with low ≤ y ≤ high and sums[0] ≤ matrix y ≤ sums[1], for many costs."""

    def __init__(
        self, matrix: sparse.csc_matrix, sums: tuple[Floats, Floats] | None = None
    ) -> None:
        n_row, self._n = matrix.shape
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        settings: dict[str, bool | float | str] = {
            "output_flag": False,
            "threads": 1,
            "presolve": "off",
            "solver": "simplex",
        }
        for name, value in settings.items():
            self._solver.setOptionValue(name, value)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self._n, n_row
        program.col_cost_ = np.zeros(self._n)
        program.col_lower_, program.col_upper_ = np.zeros(self._n), np.ones(self._n)
        program.row_lower_, program.row_upper_ = sums or (np.zeros(n_row), np.zeros(n_row))
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
        program.a_matrix_.value_ = matrix.data
        if self._solver.passModel(program) == highspy.HighsStatus.kError:
            raise NoProof("the solver refused the model")

    def solve(self, cost: Floats, low: Floats, high: Floats) -> Floats | None:
        """An optimum, or None where nothing fits; NoProof where the solver does not know."""
        places = np.arange(self._n, dtype=np.int32)
        changed = (
            self._solver.changeColsCost(self._n, places, cost),
            self._solver.changeColsBounds(self._n, places, low, high),
            self._solver.clearSolver(),
        )
        if highspy.HighsStatus.kError in changed:
            raise NoProof("the solver refused the model")
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise NoProof(self._solver.modelStatusToString(status))
        return np.asarray(self._solver.getSolution().col_value)
