"""Every statement scored in the database and put in its cell, with the cell it had later."""

from __future__ import annotations

import duckdb
import pandas as pd

from etl.credit_fit import CreditModel
from stats.methods.credit_grade import GRADE_BOUNDS, GREATEST_SCORE, LEAST_SCORE
from stats.methods.credit_ratios import OTHER
from stats.methods.credit_terms import limit_table, term_table
from stats.methods.density_bins import Axis
from store import credit_grid as grid

_X = Axis(grid.STRENGTH_LOW, grid.STRENGTH_HIGH, grid.N_BIN)
_Y = Axis(grid.GROWTH_LOW, grid.GROWTH_HIGH, grid.N_BIN)
# A firm's first statement lacks them without being in doubt: where no firm lacked them in training
# they are taken at their mean. Any other ratio that was never missing leaves no score.
_OF_THE_PAST = frozenset({"sales_change", "age"})
# Strength in millionths: sums of whole numbers are the same in any order.
_UNIT = 1_000_000
# The exits of etl.firm_exit after which no cell counts any more.
_FINAL = {"default": grid.DEFAULTED, "closure": grid.CLOSED, "merger": grid.MERGED}


def place_firms(work: duckdb.DuckDBPyConnection, model: CreditModel) -> None:
    """Make ``credit_score`` of the view ``credit_row`` and of ``firm_exit`` (etl.firm_exit)."""
    work.register("credit_limit_frame", _limits(model))
    work.execute("CREATE OR REPLACE TABLE credit_limit AS SELECT * FROM credit_limit_frame")
    work.unregister("credit_limit_frame")
    _score(work, model)
    _find_cells(work)
    _look_later(work)


def _limits(model: CreditModel) -> pd.DataFrame:
    """What depends on industry and year: the limits of each winsorised ratio, and the constant."""
    wide = limit_table(model.preparation).pivot(
        index=["industry", "fiscal_year"], columns="ratio", values=["low", "high"]
    )
    if wide.empty:
        keys = ((*model.preparation.industries, OTHER), _known_years(model))
        wide = pd.DataFrame(
            index=pd.MultiIndex.from_product(keys, names=["industry", "fiscal_year"])
        )
    wide.columns = pd.Index(["_".join(pair) for pair in wide.columns])
    terms = _terms(model)
    constant = terms[terms["kind"] == "industry"].set_index("industry")["constant"]
    frame = wide.reset_index()
    return frame.assign(constant=frame["industry"].map(constant).to_numpy())


def _known_years(model: CreditModel) -> range:
    return range(model.preparation.first_year, model.preparation.last_year + 1)


def _terms(model: CreditModel) -> pd.DataFrame:
    if model.line is None:
        return term_table(model.preparation, model.fit.coefficients)
    line = model.line
    return term_table(model.preparation, model.fit.coefficients, line.intercept, line.slope)


def _predictor(terms: pd.DataFrame) -> str:
    """The linear predictor as SQL over ``credit_row`` and ``credit_limit``."""
    parts = [repr(float(terms.loc[terms["kind"] == "intercept", "constant"].iloc[0])), "constant"]
    for (name, transform), of_ratio in terms[terms["ratio"] != ""].groupby(
        ["ratio", "transform"], sort=False
    ):
        t = f"sign({name}) * ln(1 + abs({name}))"
        if transform == "winsorised":
            t = f"least(greatest({name}, low_{name}), high_{name})"
        known, missing = [], "NULL"
        for row in of_ratio.to_dict("records"):
            constant, multiplier = float(row["constant"]), float(row["multiplier"])
            if row["kind"] == "missing":
                missing = repr(constant)
                if constant != constant:
                    missing = "0.0" if name in _OF_THE_PAST else "NULL"
            else:
                above = f"({t})"
                if row["kind"] == "above":
                    above = f"greatest({t} - ({float(row['knot'])!r}), 0)"
                known.append(f"({multiplier!r}) * {above} + ({constant!r})")
        parts.append(f"CASE WHEN {name} IS NULL THEN {missing} ELSE {' + '.join(known)} END")
    return " + ".join(parts)


def _score(work: duckdb.DuckDBPyConnection, model: CreditModel) -> None:
    codes = ", ".join(f"'{code}'" for code in model.preparation.industries) or "''"
    first, last = model.preparation.first_year, model.preparation.last_year
    growth = ", ".join(axis.growth for axis in grid.GROWTH_AXES)
    work.execute(
        f"""
        CREATE TABLE credit_point AS
        SELECT * EXCLUDE predictor, round(-predictor * {_UNIT})::BIGINT AS strength_unit FROM (
            SELECT firm_id, row.fiscal_year, bureau_code, prefecture_code,
                   division_code, major_code, size_code, closing_date, first_default, {growth},
                   {_predictor(_terms(model))} AS predictor
            FROM credit_row AS row JOIN credit_limit AS bound
              ON bound.industry
                 = CASE WHEN division_code IN ({codes}) THEN division_code ELSE '{OTHER}' END
             AND bound.fiscal_year = least(greatest(row.fiscal_year, {first}), {last})
        )
        """  # noqa: S608
    )


def _find_cells(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``credit_place``: the deviation score within the year, and the cell of each growth."""
    bins = ", ".join(
        f"({_bin(_Y, axis.growth)} * {grid.N_BIN} + {_bin(_X, 'deviation')})::SMALLINT "
        f"AS {axis.cell}"
        for axis in grid.GROWTH_AXES
    )
    work.execute(
        f"""
        CREATE VIEW credit_place AS
        SELECT *, {bins} FROM (
            SELECT point.*, least(greatest(
                       50 + 10 * (strength_unit - mean) / nullif(spread, 0), {LEAST_SCORE}
                   ), {GREATEST_SCORE}) AS deviation
            FROM credit_point AS point JOIN (
                SELECT fiscal_year, (sum(strength_unit) / count(strength_unit)) AS mean,
                       sqrt(greatest(
                           sum(strength_unit * strength_unit)::DOUBLE / count(strength_unit)
                           - (sum(strength_unit)::DOUBLE / count(strength_unit)) ** 2, 0
                       )) AS spread
                FROM credit_point GROUP BY fiscal_year
            ) AS peer USING (fiscal_year)
        )
        """  # noqa: S608
    )


def _bin(axis: Axis, value: str) -> str:
    """The bin of a value, as Axis.index has it; empty where the value is."""
    last = axis.n_bins - 1
    return (
        f"CASE WHEN {value} < {axis.low} THEN 0 WHEN {value} >= {axis.high} THEN {last} "
        f"WHEN {value} IS NOT NULL THEN "
        f"least(1 + floor(({value} - ({axis.low})) / {axis.width}), {last - 1})::INTEGER END"
    )


def _look_later(work: duckdb.DuckDBPyConnection) -> None:
    """Make ``credit_score``: who is in which cell, and in which cell or how gone some years on."""
    row = work.execute("SELECT min(fiscal_year), max(fiscal_year) FROM credit_point").fetchone()
    first, last = (int(year) for year in row) if row and row[0] is not None else (0, 0)
    lists = ", ".join(
        "["
        + ", ".join(
            f"max(coalesce({axis.cell}, {grid.UNPLACED})) FILTER (fiscal_year = {year})"
            for year in range(first, last + 1)
        )
        + f"] AS bins_{axis.suffix}"
        for axis in grid.GROWTH_AXES
    )
    work.execute(
        f"CREATE TABLE credit_state AS SELECT firm_id, {lists} FROM credit_place GROUP BY firm_id"  # noqa: S608
    )
    after = ", ".join(_after(axis, k, first) for axis in grid.GROWTH_AXES for k in grid.LATER)
    grade = " + ".join(f"(probability >= {bound})::INTEGER" for bound in GRADE_BOUNDS)
    growth = ", ".join(
        f"{_short(f'cell.{axis.growth}', 2)} AS {axis.growth}, {axis.cell}"
        for axis in grid.GROWTH_AXES
    )
    work.execute(
        f"""
        CREATE VIEW credit_score AS
        SELECT firm_id, cell.fiscal_year, bureau_code, prefecture_code,
               division_code, major_code, size_code,
               {_short(f"strength_unit / {_UNIT}.0", 4)} AS strength,
               {_short("probability", 6)} AS default_probability,
               {_short("deviation", 2)} AS deviation,
               (1 + {grade})::SMALLINT AS grade, {growth}, {after}
        FROM (
            SELECT *, 1 / (1 + exp(strength_unit / {_UNIT}.0)) AS probability
            FROM credit_place WHERE strength_unit IS NOT NULL
        ) AS cell
        JOIN credit_state USING (firm_id)
        LEFT JOIN firm_exit USING (firm_id)
        CROSS JOIN (SELECT last_year FROM statement_span)
        """  # noqa: S608
    )


def _short(value: str, digits: int) -> str:
    """A value to as many decimals: what is short takes a quarter of the room."""
    return f"round(({value})::DOUBLE, {digits})"


def _after(axis: grid.GrowthAxis, later: int, first: int) -> str:
    """How the firm was gone ``later`` years on, or its cell; empty where that is not known yet.

    An exit of etl.firm_exit counts from the statement on: who files again after it has come back.
    """
    year = f"cell.fiscal_year + {later}"
    states = " ".join(f"WHEN '{state}' THEN {number}" for state, number in _FINAL.items())
    return (
        f"CASE WHEN {year} > last_year THEN NULL "
        f"WHEN exit_year BETWEEN cell.fiscal_year AND {year} AND exit_state <> 'missing' "
        "AND (exit_state <> 'default' OR first_default > closing_date) "
        f"THEN CASE exit_state {states} END "
        f"ELSE coalesce(bins_{axis.suffix}[{year} - {first - 1}], {grid.SILENT}) "
        f"END::SMALLINT AS {axis.after(later)}"
    )
