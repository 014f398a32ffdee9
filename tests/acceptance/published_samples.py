"""The samples behind the published numbers, read from the test packages that carry them."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

NSW_COVARIATES = ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75", "u74", "u75"]


@cache
def experiment() -> pd.DataFrame:
    """Dehejia and Wahba's sample of the NSW experiment: 185 treated, 260 controls."""
    return _earnings(pd.read_stata(_file("causaldata", "nsw_mixtape/nsw_mixtape.dta")))


@cache
def experiment_and_survey() -> pd.DataFrame:
    """The 185 treated of the experiment and the 15,992 of the survey CPS-1."""
    survey = _earnings(pd.read_stata(_file("causaldata", "cps_mixtape/cps_mixtape.dta")))
    treated = experiment().query("treat == 1")
    return pd.concat([treated, survey], ignore_index=True)


@cache
def births() -> pd.DataFrame:
    """Cattaneo's 4,642 births: weight by whether the mother smokes."""
    file = _file("statsmodels", "treatment/tests/results/cataneo2.csv")
    return pd.read_csv(file)


def lead_differences() -> list[int]:
    """Lead in the blood (µg/dl) of 33 children of exposed workers less that of their controls.

    (Morton and others, American Journal of Epidemiology 115, 1982; Rosenbaum, Observational
    Studies, 2002.)
    """
    exposed = "38 23 41 18 37 36 23 62 31 34 24 14 21 17 16 20 15 10 45 39 22 35 49 48 44 35 43 39"
    exposed += " 34 13 73 25 27"
    control = "16 18 18 24 19 11 10 15 16 18 18 13 19 10 16 16 24 13 9 14 21 19 7 18 19 12 11 22"
    control += " 25 16 13 11 13"
    return [
        int(first) - int(second)
        for first, second in zip(exposed.split(), control.split(), strict=True)
    ]


def _earnings(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = frame.drop(columns="data_id").astype("float64")
    return numbers.assign(
        u74=(numbers["re74"] == 0).astype("float64"), u75=(numbers["re75"] == 0).astype("float64")
    )


def _file(package: str, path: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / path
