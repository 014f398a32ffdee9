"""What the released quadrants of firms count, against the scores one by one."""

from __future__ import annotations

from collections import Counter

import pytest

from release.facts import fact_statement
from tests.queries.little_credit import credit_store, scores, uses

SCORES = scores(seed=9)
_SIDES = {"weak": range(32), "strong": range(32, 64)}
_LINES = {"shrinking": range(32), "growing": range(32, 64)}


@pytest.mark.parametrize("is_by_industry", [True, False])
def test_released_firms_stand_by_growth_of_sales_over_three_years(is_by_industry: bool) -> None:
    """Other growths have counts of their own beside these, which no release adds up."""
    connection, _ = credit_store(SCORES, uses(seed=9))
    rows = connection.execute(fact_statement("mapping_firm", "main")).df()
    rows = rows[rows["is_by_industry"] == is_by_industry]
    by = "division_code" if is_by_industry else "bureau_code"
    places = [row for row in SCORES if row["map_bin_3"] is not None]
    for year in {row["fiscal_year"] for row in places}:
        expected = Counter(row[by] for row in places if row["fiscal_year"] == year)
        of_year = rows[rows["fiscal_year"] == year]
        assert of_year.groupby(by)["n_firm"].sum().to_dict() == expected
        for side, columns in _SIDES.items():
            for line, lines in _LINES.items():
                n = sum(
                    row["fiscal_year"] == year
                    and row["map_bin_3"] % 64 in columns
                    and row["map_bin_3"] // 64 in lines
                    for row in places
                )
                assert of_year[f"n_{side}_{line}"].sum() == n
    connection.close()
