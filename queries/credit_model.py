"""The credit model as it was fitted for this snapshot: quality, calibration, terms."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select

from queries.parameters import NoParameters
from queries.question import Question
from store.credit_tables import credit_calibration, credit_quality, credit_term
from store.cursor import Cursor
from store.quantity import Quantity, Unit

SOURCES = ("financial_statement", "firm_key")

SLICE = Quantity("slice", definition_of="credit_slice")
SLICE_CODE = Quantity("slice_code", definition_of="credit_slice_code")
PART = Quantity("part", definition_of="credit_part")
FIRST_YEAR = Quantity("first_year", definition_of="credit_first_year")
LAST_YEAR = Quantity("last_year", definition_of="credit_last_year")
N_STATEMENT = Quantity("n", Unit.RECORD, definition_of="n_credit_statement")
N_DEFAULT = Quantity("n_default", Unit.RECORD, definition_of="n_credit_default")
_MEASURES = (
    "observed_expected",
    "observed_expected_low",
    "observed_expected_high",
    "auc",
    "auc_low",
    "auc_high",
    "accuracy_ratio",
    "brier",
    "brier_base",
    "slope",
    "slope_error",
    "intercept",
    "psi",
    "psi_by_chance",
)
_RATES = ("expected_rate", "observed_rate", "observed_low", "observed_high")
_TERM = ("kind", "term", "transform")
_NUMBERS = ("estimate", "error", "low", "high", "centre", "scale", "knot")


def credit_model_quality(cursor: Cursor, _: NoParameters) -> pd.DataFrame:
    """One row per part, year, industry or size the model was judged on, in that order: statements,
    defaults within a year, and every measure of quality; no rows where there is no model.

    Measures that need both outcomes are missing below ten defaults, all numbers but ``n`` below
    ten statements.
    """
    row = credit_quality.c
    columns = [row[q.name] for q in QUALITY.columns]
    frame = cursor.fetch(select(*columns).order_by(row.first_year, row.slice, row.slice_code))
    order = {"part": 0, "year": 1, "industry": 2, "size": 3}
    return frame.sort_values("slice", key=lambda s: s.map(order), kind="stable", ignore_index=True)


def credit_model_calibration(cursor: Cursor, _: NoParameters) -> pd.DataFrame:
    """One row per tenth of the probability foretold, lowest first, on the test years."""
    columns = [credit_calibration.c[q.name] for q in CALIBRATION.columns]
    return cursor.fetch(select(*columns).order_by(credit_calibration.c.decile))


def credit_model_terms(cursor: Cursor, _: NoParameters) -> pd.DataFrame:
    """One row per term of the model in its order; the recalibration comes last."""
    columns = [credit_term.c[q.name] for q in TERMS.columns]
    return cursor.fetch(select(*columns).order_by(credit_term.c.position))


QUALITY = Question(
    name="credit_model_quality",
    function=credit_model_quality,
    parameters=NoParameters,
    columns=(
        SLICE,
        SLICE_CODE,
        PART,
        FIRST_YEAR,
        LAST_YEAR,
        N_STATEMENT,
        N_DEFAULT,
        *(Quantity(name, definition_of=f"credit_{name}") for name in _MEASURES),
    ),
    sources=SOURCES,
)
CALIBRATION = Question(
    name="credit_model_calibration",
    function=credit_model_calibration,
    parameters=NoParameters,
    columns=(
        Quantity("decile", definition_of="credit_decile"),
        N_STATEMENT,
        N_DEFAULT,
        *(Quantity(name, Unit.PERCENT, definition_of=f"credit_{name}") for name in _RATES),
    ),
    sources=SOURCES,
)
TERMS = Question(
    name="credit_model_terms",
    function=credit_model_terms,
    parameters=NoParameters,
    columns=(
        *(Quantity(name, definition_of=f"credit_term_{name}") for name in _TERM),
        *(Quantity(name, definition_of=f"credit_term_{name}") for name in _NUMBERS),
    ),
    sources=SOURCES,
)
QUESTIONS = (QUALITY, CALIBRATION, TERMS)
