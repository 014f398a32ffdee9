"""A database that knows the two tables alone scores as the estimator does."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from stats.methods.credit_design import linear_predictor
from stats.methods.credit_preparation import learn_preparation
from stats.methods.credit_ratios import Preparation
from stats.methods.credit_terms import limit_table, term_table
from tests.stats.methods.made_firms import MadeFirms, made_firms, table_of
from tests.stats.methods.test_credit_preparation import RATIOS

# One row per statement and ratio, held within its limits; then the terms of each are added up.
SCORE = """
with statement as (
  select row, fiscal_year,
    case when industry in (select industry from limits) then industry else '*' end as code,
    equity_ratio, assets, growth, nullif(interest_cover, 'nan') as interest_cover
  from firms
), held as (
  select s.row, s.code, s.ratio, case
      when s.x is null then null
      when l.low is null then sign(s.x) * ln(1 + abs(s.x))
      else least(greatest(s.x, l.low), l.high) end as t
  from statement unpivot include nulls
    (x for ratio in (equity_ratio, assets, growth, interest_cover)) s
  left join limits l on l.ratio = s.ratio and l.industry = s.code
    and l.fiscal_year = least(greatest(s.fiscal_year, 2014), 2018)
), part as (
  select row, case
      when kind = 'missing' then if(t is null, constant, 0)
      when t is null then 0
      when kind = 'value' then multiplier * t + constant
      else multiplier * greatest(t - knot, 0) + constant end as value
  from held join terms using (ratio)
  union all
  select row, constant from statement join terms on kind = 'industry' and industry = code
  union all
  select row, constant from statement join terms on kind = 'intercept'
)
select sum(value) as predictor from part group by row order by row
"""


@pytest.fixture(scope="module")
def firms() -> MadeFirms:
    return made_firms(4, n=6_000)


@pytest.fixture(scope="module")
def preparation(firms: MadeFirms) -> Preparation:
    return learn_preparation(
        RATIOS, firms.values, firms.industry, firms.year, train_until=2018, minimum=100
    )


def test_sql_on_the_tables_gives_the_recalibrated_predictor(
    firms: MadeFirms, preparation: Preparation
) -> None:
    rng = np.random.default_rng(5)
    coefficients = rng.standard_normal(len(preparation.columns))
    terms = term_table(preparation, coefficients, intercept=0.3, slope=0.9)
    frame = table_of(firms)
    frame.loc[:9, "industry"] = "Z"
    connection = duckdb.connect()
    firms_table = frame.fillna({"industry": ""}).assign(row=np.arange(len(frame)))
    for name, table in (
        ("firms", firms_table),
        ("terms", terms),
        ("limits", limit_table(preparation)),
    ):
        connection.register(name, table)
    found = connection.execute(SCORE).df()["predictor"].to_numpy()
    raw = linear_predictor(preparation, coefficients, firms.values, frame["industry"], firms.year)
    assert found == pytest.approx(0.3 + 0.9 * raw, abs=1e-9)


def test_a_flag_that_was_not_learnt_has_no_constant(preparation: Preparation) -> None:
    terms = term_table(preparation, np.ones(len(preparation.columns)))
    missing = terms[terms["kind"] == "missing"].set_index("ratio")["constant"]
    assert missing.isna().to_dict() == {
        "equity_ratio": True,
        "assets": True,
        "growth": True,
        "interest_cover": False,
    }
    with pytest.raises(ValueError, match="coefficients"):
        term_table(preparation, [1.0])
