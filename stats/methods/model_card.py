"""A credit model as data: all that is needed to score with it, judge it and repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from stats.methods.calibration import Recalibration
from stats.methods.credit_design import linear_predictor
from stats.methods.credit_ratios import Numbers, Preparation, preparation_of
from stats.methods.credit_terms import term_table
from stats.methods.logit import LogitFit
from stats.methods.time_split import TimeSplit

# Goes up with every change of what a field means; a card of another version is refused.
CARD_VERSION = 1

Value = float | int | str | bool | None
Record = dict[str, Value]
Records = tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One column of the design: coefficient and standard error per unit of the prepared column."""

    name: str
    estimate: float
    error: float
    is_aliased: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """How the coefficients came about. ``n`` and ``n_events`` are those fitted on; ``offset`` is
    the one of a case-control sample (0 for all rows)."""

    n: int
    n_events: int
    log_likelihood: float
    ridge: float
    offset: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A credit model with its quality on years that it had not seen.

    ``default_codes`` are the kinds of default that count. The tables hold one dict per row with
    None for what is not known: ``quality`` (`quality_by` and by: year, industry or size),
    ``calibration`` (`calibration_by_decile`), ``stability`` (year and `population_stability`),
    ``grades`` (`grade_table`). ``counts`` are the rows left at each filter, in order.
    """

    data_version: str
    default_codes: tuple[str, ...]
    split: TimeSplit
    preparation: Preparation
    coefficients: tuple[Coefficient, ...]
    fit: Fit
    recalibration: Recalibration | None
    grade_bounds: tuple[float, ...]
    quality: Records
    calibration: Records
    stability: Records
    grades: Records
    counts: Records
    version: int = CARD_VERSION

    def to_json(self) -> str:
        """The card as JSON with sorted keys: equal cards give equal text. Raises ValueError for a
        number that is not finite."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, allow_nan=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, to name the model by."""
        return sha256(self.to_json().encode()).hexdigest()

    def predictor(self, values: Mapping[str, ArrayLike], industry: Any, year: ArrayLike) -> Numbers:
        """The recalibrated linear predictor; arguments as of `linear_predictor`."""
        estimates = [coefficient.estimate for coefficient in self.coefficients]
        raw = linear_predictor(self.preparation, estimates, values, industry, year)
        return raw if self.recalibration is None else self.recalibration.apply(raw)

    def terms(self) -> pd.DataFrame:
        """The recalibrated model for a database, as of `term_table`."""
        estimates = [coefficient.estimate for coefficient in self.coefficients]
        line = self.recalibration
        if line is None:
            return term_table(self.preparation, estimates)
        return term_table(self.preparation, estimates, line.intercept, line.slope)


def card_of(text: str) -> ModelCard:
    """The card of its JSON. Raises ValueError for another version or absent fields."""
    stored = json.loads(text)
    if not isinstance(stored, dict) or stored.get("version") != CARD_VERSION:
        raise ValueError(f"this is no model card of version {CARD_VERSION}")
    line = stored.get("recalibration")
    try:
        made = {
            "default_codes": tuple(stored["default_codes"]),
            "split": TimeSplit(**stored["split"]),
            "preparation": preparation_of(stored["preparation"]),
            "coefficients": tuple(Coefficient(**row) for row in stored["coefficients"]),
            "fit": Fit(**stored["fit"]),
            "recalibration": None if line is None else Recalibration(**line),
            "grade_bounds": tuple(stored["grade_bounds"]),
        }
        tables = ("quality", "calibration", "stability", "grades", "counts")
        return ModelCard(**{**stored, **made, **{name: tuple(stored[name]) for name in tables}})
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no complete model card: {error}") from error


def coefficients_of(fit: LogitFit) -> tuple[Coefficient, ...]:
    rows = zip(fit.names, fit.coefficients.tolist(), fit.errors.tolist(), strict=True)
    return tuple(Coefficient(*row, is_aliased=row[0] in fit.aliased) for row in rows)


def records(table: pd.DataFrame) -> Records:
    """The rows of a table as JSON takes them: plain numbers, None for NaN and infinity."""
    return tuple(
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict(orient="records")
    )


def _plain(value: Any) -> Value:
    plain = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain
