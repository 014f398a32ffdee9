"""The credit model fitted: drawn from the rows, split by time, recalibrated on later years."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.credit_rows import HORIZON, RATIOS
from stats.methods.calibration import Recalibration, recalibrate
from stats.methods.case_control import sampling_offset
from stats.methods.credit_design import design_matrix, linear_predictor
from stats.methods.credit_preparation import learn_preparation
from stats.methods.credit_ratios import Preparation, Ratio
from stats.methods.logit import LogitFit, clustered_covariance, fit_logit
from stats.methods.time_split import TimeSplit, split_by_time

# With fewer defaults in training or in test there is nothing to learn or to judge.
LEAST_DEFAULTS = 100
LEAST_TEST_DEFAULTS = 20
# Rows of a fit: beyond them controls are drawn, and then cases, by firm.
MOST_FITTED, MOST_CASES, MOST_JUDGED = 300_000, 60_000, 1_000_000
_DRAWS = 1_000_000
# What has long tails on both sides is taken as a logarithm that keeps the sign.
_NEGLOG = frozenset({"interest_cover", "debt_years", "debt_sales", "current_ratio"})
_STRAIGHT = frozenset({"log_assets", "age"})
# Limits of an industry and year rest on at least so many statements.
_LEAST_CELL = 200
_RIDGE = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class CreditModel:
    """A model with the rows it is judged on (``judged``, with ``predictor``)."""

    split: TimeSplit
    preparation: Preparation
    fit: LogitFit
    errors: NDArray[np.float64]
    offset: float
    line: Recalibration | None
    judged: pd.DataFrame


def split_of(years: list[int]) -> TimeSplit | None:
    """Which of the years with known outcomes learn, recalibrate and test; None where they are too
    few. A statement of a fiscal year can close a year after it began, so one year more than the
    horizon lies between the parts."""
    if len(years) < HORIZON + 3:
        return None
    last, gap = years[-1], HORIZON + 1
    if len(years) < 3 * HORIZON + 4:
        return TimeSplit(last - gap, None, gap)
    n_late = 2 if len(years) >= 3 * HORIZON + 6 else 1
    calibrated = last - (n_late - 1) - gap
    return TimeSplit(calibrated - (n_late - 1) - gap, calibrated, gap)


def fit_credit_model(work: duckdb.DuckDBPyConnection) -> CreditModel | None:
    """The model of ``credit_row``, or None where there are too few years or defaults.

    Rows are drawn by what their firms say, never by their order or their pseudonyms. Raises nothing
    for poor data: what cannot be fitted is no model.
    """
    counts = work.execute(
        """SELECT fiscal_year, count(*) AS n, count(*) FILTER (is_default) AS n_default
           FROM credit_row WHERE is_default IS NOT NULL GROUP BY 1 ORDER BY 1"""
    ).df()
    split = split_of([int(year) for year in counts["fiscal_year"]])
    if split is None:
        return None
    after = (split.calibrate_until or split.train_until) + split.horizon
    trained = counts[counts["fiscal_year"] <= split.train_until]
    tested = counts[counts["fiscal_year"] >= after]
    n_case, n_row = int(trained["n_default"].sum()), int(trained["n"].sum())
    if n_case < LEAST_DEFAULTS or int(tested["n_default"].sum()) < LEAST_TEST_DEFAULTS:
        return None
    plain = _drawn(work, f"fiscal_year <= {split.train_until}", MOST_FITTED / n_row)
    known = [name for name in RATIOS if plain[name].nunique() > 1]
    try:
        return _fitted(work, split, plain, known, n_case, n_row, int(counts["n"].sum()))
    except ValueError:
        return None


def _fitted(
    work: duckdb.DuckDBPyConnection,
    split: TimeSplit,
    plain: pd.DataFrame,
    names: list[str],
    n_case: int,
    n_row: int,
    n_known: int,
) -> CreditModel:
    preparation = learn_preparation(
        [
            Ratio(
                name,
                "neglog" if name in _NEGLOG else "winsorised",
                () if name in _STRAIGHT else (0.5,),
            )
            for name in names
        ],
        {name: plain[name].to_numpy() for name in names},
        plain["division_code"],
        plain["fiscal_year"].to_numpy(),
        train_until=split.train_until,
        minimum=_LEAST_CELL,
    )
    sample, offset = plain, 0.0
    if n_row > MOST_FITTED:
        sample, offset = _case_control(work, split, n_case, n_row - n_case)
    fit, errors = _fit(preparation, sample, offset)
    judged = _drawn(work, "TRUE", MOST_JUDGED / n_known)
    raw = linear_predictor(
        preparation,
        fit.coefficients,
        {name: judged[name].to_numpy() for name in names},
        judged["division_code"],
        judged["fiscal_year"].to_numpy(),
    )
    judged = judged.assign(predictor=raw).dropna(subset=["predictor"])
    line = _recalibrated(split, judged)
    if line is not None:
        judged["predictor"] = line.apply(judged["predictor"])
    return CreditModel(split, preparation, fit, errors, offset, line, judged)


def _fit(
    preparation: Preparation, sample: pd.DataFrame, offset: float
) -> tuple[LogitFit, NDArray[np.float64]]:
    """The fit and its errors; where an industry or a flag decides alone, drawn in by a ridge."""
    outcome = sample["is_default"].to_numpy(np.float64)
    offsets = np.full(len(sample), offset)
    design = _design(preparation, sample)
    try:
        fit = fit_logit(design, outcome, preparation.columns, offset=offsets)
    except ValueError:
        fit = fit_logit(design, outcome, preparation.columns, offset=offsets, ridge=_RIDGE)
        return fit, fit.errors
    clusters = sample["firm"].to_numpy()
    covariance = clustered_covariance(fit, design, outcome, clusters, offset=offsets)
    return fit, np.asarray(np.sqrt(np.diag(covariance)), np.float64)


def _recalibrated(split: TimeSplit, judged: pd.DataFrame) -> Recalibration | None:
    """The line through the years between training and test, where there are defaults enough."""
    _, between, _ = split_by_time(judged["fiscal_year"], split)
    rows = judged[between]
    if int(rows["is_default"].sum()) < LEAST_TEST_DEFAULTS:
        return None
    return recalibrate(rows["predictor"], rows["is_default"].to_numpy(np.float64))


def _case_control(
    work: duckdb.DuckDBPyConnection, split: TimeSplit, n_case: int, n_control: int
) -> tuple[pd.DataFrame, float]:
    """All defaults, or so many, and some of the other rows, drawn by firm; and the offset."""
    of_cases = min(1.0, MOST_CASES / n_case)
    of_controls = (MOST_FITTED - min(n_case, MOST_CASES)) / n_control
    sample = _drawn(
        work,
        f"fiscal_year <= {split.train_until} AND (is_default OR {_draw(of_controls)})",
        1.0,
        f"(NOT is_default OR {_draw(of_cases)})",
    )
    kept = int(sample["is_default"].sum())
    return sample, sampling_offset(n_case, n_control, kept, len(sample) - kept)


def _drawn(
    work: duckdb.DuckDBPyConnection, condition: str, share: float, more: str = "TRUE"
) -> pd.DataFrame:
    """The rows of some firms whose outcome is known, in a total order."""
    ratios = ", ".join(RATIOS)
    frame = work.execute(
        f"""SELECT hash(firm_id) AS firm, fiscal_year, division_code, size_code, is_default,
                   {ratios}
            FROM credit_row
            WHERE is_default IS NOT NULL AND {condition} AND {more} AND {_draw(share)}
            ORDER BY draw, firm_id, fiscal_year"""  # noqa: S608
    ).df()
    frame["fiscal_year"] = frame["fiscal_year"].astype("int64")
    return frame


def _draw(share: float) -> str:
    return "TRUE" if share >= 1 else f"draw % {_DRAWS} < {round(share * _DRAWS)}"


def _design(preparation: Preparation, sample: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(
        design_matrix(
            preparation,
            {ratio.name: sample[ratio.name].to_numpy() for ratio in preparation.ratios},
            sample["division_code"],
            sample["fiscal_year"].to_numpy(),
        ),
        np.float64,
    )
