"""The study of research support, project by project in Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from scipy.stats import binomtest, norm, ttest_ind

from queries.parameters import ResearchParameters
from store import tables
from store.cursor import StoreCursor
from tests.stats.application_twin import fits, rows_of

Row = Mapping[str, Any]
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Research:
    """The rows of the tables that the study reads."""

    cells: Sequence[Row]
    budget: Sequence[Row]
    projects: Sequence[Row]
    reports: Sequence[Row]
    path: Sequence[Row]
    members: Sequence[Row]

    @classmethod
    def of(cls, store: StoreCursor) -> Research:
        return cls(
            rows_of(store, tables.application_cell),
            rows_of(store, tables.budget_cube),
            rows_of(store, tables.research_project),
            rows_of(store, tables.research_report),
            rows_of(store, tables.research_path),
            rows_of(store, tables.dimension_member),
        )

    def without(self, firm: Any) -> Research:
        """The same without the rows of one firm."""
        projects, reports, path = (
            [row for row in rows if row["firm_id"] != firm]
            for rows in (self.projects, self.reports, self.path)
        )
        return replace(self, projects=projects, reports=reports, path=path)


def of_cohort(asked: ResearchParameters) -> Callable[[Row], bool]:
    """Whether a row is one of the cohort that the filter leaves; its year plays no part."""
    is_left = fits(asked.with_(year="0"))
    first, last = (0, 9999) if asked.cohort == "all" else map(int, asked.cohort.split("_"))
    return lambda row: first <= row["fiscal_year"] <= last and is_left(row)


def wilson(name: str, k: int, n: int) -> dict[str, float]:
    if not n:
        return dict.fromkeys((f"{name}_rate", f"{name}_low", f"{name}_high"), math.nan)
    interval = binomtest(k, n).proportion_ci(0.95, "wilson")
    return {
        f"{name}_rate": 100 * k / n,
        f"{name}_low": 100 * interval.low,
        f"{name}_high": 100 * interval.high,
    }


def reported(reports: Sequence[Row]) -> dict[str, Any]:
    """What a row on reports carries, of these reports of one year since completion."""
    n_commercialised = sum(bool(row["is_commercialised"]) for row in reports)
    sold = [row for row in reports if row["sales_yen"] is not None]
    n_firm = len({row["firm_id"] for row in sold})
    sales = np.array([row["sales_yen"] for row in sold], float)
    found: dict[str, Any] = {
        "n_reported": len(reports),
        "n_commercialised": n_commercialised,
        "n_project_sales": len(sold),
        "status": "" if n_firm >= 10 else "few",
    }
    found |= wilson("commercialisation", n_commercialised, len(reports))
    names = ("mean_project_sales_yen", "project_sales_low_yen", "project_sales_high_yen")
    if n_firm < 10:
        return found | dict.fromkeys(names, math.nan)
    reach = Z * sales.std(ddof=1) / math.sqrt(len(sold))
    values = (sales.mean(), sales.mean() - reach, sales.mean() + reach)
    return found | {name: float(value) for name, value in zip(names, values, strict=True)}


def amounts(rows: Sequence[Row], measure: str) -> dict[tuple[Any, int], float]:
    """The measure by application and event year, in yen or persons."""
    column = {"sales": "sales_kyen", "gross_profit": "gross_profit_kyen", "employee": "n_employee"}
    factor = 1 if measure == "employee" else 1_000
    return {
        (row["application_id"], int(row["event_year"])): float(row[column[measure]]) * factor
        for row in rows
        if row[column[measure]] is not None
    }


def path_rows(rows: Sequence[Row], measure: str) -> dict[tuple[str, int], dict[str, Any]]:
    """research_path of these rows, by series and event year."""
    value = amounts(rows, measure)
    known = [row for row in rows if (row["application_id"], int(row["event_year"])) in value]
    found = {}
    for year in range(-3, 9):
        of_year = [row for row in known if row["event_year"] == year]
        both = [value[row["application_id"], year] for row in of_year]
        ends = np.quantile(both, [0.01, 0.99]) if both else (0, 0)
        for series in ("adopted", "rejected"):
            mine = [row for row in of_year if row["decision"] == series]
            x = np.array([value[row["application_id"], year] for row in mine], float)
            n_firm = len({row["firm_id"] for row in mine})
            entry: dict[str, Any] = {
                "n": len(mine),
                "n_firm": n_firm,
                "n_adopted_later": sum(bool(row["is_adopted_later"]) for row in mine),
                "status": "" if n_firm >= 10 else "few",
            }
            names = ("mean", "mean_low", "mean_high", "median", "winsorised_mean")
            entry |= dict.fromkeys(names, math.nan)
            if n_firm >= 10:
                reach = Z * x.std(ddof=1) / math.sqrt(len(x))
                middle = x.mean()
                entry |= {"mean": middle, "mean_low": middle - reach, "mean_high": middle + reach}
                entry |= {"median": median(x), "winsorised_mean": np.clip(x, *ends).mean()}
            found[series, year] = {k: float(v) if k in names else v for k, v in entry.items()}
    return found


def difference_rows(rows: Sequence[Row], measure: str) -> dict[int, dict[str, Any]]:
    """research_difference of these rows, by event year, with the test of scipy."""
    value = amounts(rows, measure)
    found = {}
    for year in range(-3, 9):
        changes: dict[str, list[float]] = {"adopted": [], "rejected": []}
        firms: dict[str, set[Any]] = {"adopted": set(), "rejected": set()}
        n_later = 0
        for row in rows:
            key = row["application_id"]
            if row["event_year"] != year or (key, year) not in value or (key, -1) not in value:
                continue
            changes[row["decision"]].append(value[key, year] - value[key, -1])
            firms[row["decision"]].add(row["firm_id"])
            n_later += bool(row["is_adopted_later"])
        adopted, rejected = (np.array(changes[side], float) for side in ("adopted", "rejected"))
        is_few = min(len(firms["adopted"]), len(firms["rejected"])) < 10
        entry: dict[str, Any] = {
            "n_adopted": len(adopted),
            "n_rejected": len(rejected),
            "n_adopted_later": n_later,
            "status": "few" if is_few else "",
        }
        names = ["change_adopted", "change_rejected"]
        names += ["difference", "difference_low", "difference_high"]
        if is_few:
            entry |= dict.fromkeys(names, math.nan)
        elif year == -1:
            entry |= dict.fromkeys(names, 0.0)
        else:
            test = ttest_ind(adopted, rejected, equal_var=False).confidence_interval(0.95)
            means = (adopted.mean(), rejected.mean())
            values = (*means, means[0] - means[1], test.low, test.high)
            entry |= {name: float(v) for name, v in zip(names, values, strict=True)}
        found[year] = entry
    return found


def funnel(world: Research, asked: ResearchParameters) -> dict[str, int]:
    """How many projects reached each stage."""
    after, is_left = int(asked.after), of_cohort(asked)
    completed = {p["application_id"]: p["completed_year"] for p in world.projects}
    ends = [
        completed[r["application_id"]] + r["years_since_completion"]
        for r in world.reports
        if completed.get(r["application_id"]) is not None
    ]
    last = max(ends, default=-1)
    within: dict[Any, list[Row]] = {}
    for report in world.reports:
        if report["years_since_completion"] <= after:
            within.setdefault(report["application_id"], []).append(report)
    stages = ("applied", "adopted", "followed", "reported", "patent", "commercialised", "sold")
    found = dict.fromkeys(stages, 0)
    for project in filter(is_left, world.projects):
        reports = within.get(project["application_id"], [])
        is_adopted = project["decision"] == "adopted"
        end = project["completed_year"]
        is_followed = is_adopted and end is not None and end + after <= last
        is_reported = is_followed and bool(reports)
        is_there = is_reported and any(r["is_commercialised"] for r in reports)
        is_sold = is_there and any((r["sales_yen"] or 0) > 0 for r in reports)
        has_patent = is_reported and bool(project["has_patent"])
        reached = [True, is_adopted, is_followed, is_reported, has_patent, is_there, is_sold]
        for stage, is_reached in zip(stages, reached, strict=True):
            found[stage] += is_reached
    return found
