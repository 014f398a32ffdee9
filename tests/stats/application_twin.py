"""The measures of applications counted in plain Python, row by row, to set beside the questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from scipy.stats import binomtest
from sqlalchemy import Table, select

from queries.parameters import ApplicationParameters
from store import tables
from store.cursor import StoreCursor

Row = Mapping[Any, Any]
Fits = Callable[[Row], bool]
COUNTS = ("n_application", "n_adopted", "n_rejected", "requested_yen", "granted_yen")


@dataclass(frozen=True)
class Twin:
    """The rows of the tables that the questions read."""

    cells: Sequence[Row] = field(repr=False)
    outcomes: Sequence[Row] = field(repr=False)
    reports: Sequence[Row] = field(repr=False)
    members: Sequence[Row] = field(repr=False)

    @classmethod
    def of(cls, store: StoreCursor) -> Twin:
        return cls(
            rows_of(store, tables.application_cell),
            rows_of(store, tables.application_outcome),
            rows_of(store, tables.research_report),
            rows_of(store, tables.dimension_member),
        )

    def narrowed(self, fits: Fits) -> Twin:
        return Twin(
            [row for row in self.cells if fits(row)],
            [row for row in self.outcomes if fits(row)],
            [row for row in self.reports if fits(row)],
            self.members,
        )

    def measures(self, after: str) -> dict[str, float]:
        """All measures of these rows; what cannot be said is NaN."""
        found: dict[str, float] = {
            name: sum(int(cell[name]) for cell in self.cells) for name in COUNTS
        }
        found |= _share("adoption", int(found["n_adopted"]), int(found["n_application"]))
        n_adopted = found["n_adopted"]
        per_adopted = found["granted_yen"] / n_adopted if n_adopted else math.nan
        reported = [r for r in self.reports if r["years_since_completion"] == int(after)]
        n_sold = sum(bool(r["is_commercialised"]) for r in reported)
        found |= {"n_reported": len(reported), "n_commercialised": n_sold}
        found |= _share("commercialisation", n_sold, len(reported))
        adopted = [r for r in self.outcomes if r["decision"] == "adopted"]
        sales = {
            str(r["firm_id"]): int(r["latest_sales_kyen"])
            for r in adopted
            if r["latest_sales_kyen"] is not None
        }
        grown = [r for r in adopted if r["sales_growth_3"] is not None]
        firms = {str(r["firm_id"]) for r in grown}
        mean = 1000 * sum(sales.values()) / len(sales) if len(sales) >= 10 else math.nan
        middle = median(r["sales_growth_3"] for r in grown) if len(firms) >= 10 else math.nan
        return found | {
            "granted_per_adopted_yen": per_adopted,
            "n_with_sales": len(sales),
            "mean_sales_yen": mean,
            "n_with_growth": len(firms),
            "median_growth": middle,
        }

    def parts(
        self, by: str, parameters: ApplicationParameters
    ) -> tuple[ApplicationParameters, str, dict[str, str]]:
        """The filter of the whole, the column of the parts, and the parts: code and name."""
        if by == "region":
            place = parameters.region
            parent = place[:2] if len(place) == 5 else place
            column = {0: "bureau_code", 3: "prefecture_code", 2: "municipality_code"}[len(parent)]
            return parameters.with_(region=parent), column, self._below("region", parent)
        if by == "prefecture":
            places = {
                m["code"]: m["name"]
                for m in self.members
                if m["domain"] == "region" and len(m["code"]) == 2
            }
            return parameters.with_(region=""), "prefecture_code", places
        if by == "industry":
            parent = "" if parameters.industry == "?" else parameters.industry
            if parent.isdigit():
                parent = next(
                    m["parent_code"]
                    for m in self.members
                    if m["domain"] == "industry" and m["code"] == parent
                )
            column = "major_code" if parent else "division_code"
            return parameters.with_(industry=parent), column, self._below("industry", parent)
        whole = parameters.with_(**{by: "0" if by == "year" else ""})
        column = "fiscal_year" if by == "year" else f"{by}_code"
        named = {m["code"]: m["name"] for m in self.members if m["domain"] == by}
        return whole, column, named

    def _below(self, domain: str, parent: str) -> dict[str, str]:
        return {
            m["code"]: m["name"]
            for m in self.members
            if m["domain"] == domain and m["parent_code"] == parent
        }


def fits(parameters: ApplicationParameters) -> Fits:
    """Whether a row with subjects is one that the filter leaves."""

    def is_left(row: Row) -> bool:
        places = (row["bureau_code"], row["prefecture_code"], row["municipality_code"])
        industry = parameters.industry
        own = row["major_code" if industry.isdigit() else "division_code"]
        return (
            parameters.region in ("", *places)
            and industry in ("", own)
            and parameters.year in ("", "0", str(row["fiscal_year"]))
            and parameters.programme in ("", row["programme_code"])
            and parameters.technology in ("", row["technology_code"])
            and parameters.size in ("", row["size_code"])
        )

    return is_left


def rows_of(store: StoreCursor, table: Table) -> Sequence[Row]:
    """All rows of a table, None where nothing is known."""
    frame = store.fetch(select(table))
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def check_same(found: Row, expected: Mapping[str, float]) -> None:
    """Equal counts and amounts, equal shares to the last digits, missing where missing."""
    for name, value in expected.items():
        seen = found[name]
        if math.isnan(value):
            assert seen is None or math.isnan(seen), (name, seen)
        elif name.endswith("_yen"):
            # Means are whole yen.
            assert abs(seen - value) <= 0.5, (name, seen, value)
        else:
            assert math.isclose(seen, value, rel_tol=1e-12, abs_tol=1e-9), (name, seen, value)


def _share(name: str, k: int, n: int) -> dict[str, float]:
    if n == 0:
        return dict.fromkeys((f"{name}_rate", f"{name}_low", f"{name}_high"), math.nan)
    interval = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")
    return {
        f"{name}_rate": 100 * k / n,
        f"{name}_low": 100 * interval.low,
        f"{name}_high": 100 * interval.high,
    }
