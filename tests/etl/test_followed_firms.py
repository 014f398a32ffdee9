"""What became of applicants, against slow twins that read the firms' own rows one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Table, select

from store.cursor import StoreCursor
from store.explore_tables import WINDOWS
from store.tables import (
    application,
    application_outcome,
    commercialisation_report,
    evaluation_score,
    financial_statement,
    project_execution,
    research_path,
    research_project,
    research_report,
)

Row = dict[str, Any]
Years = Mapping[Hashable, Mapping[int, Row]]
BOOKS = (
    "firm_id",
    "fiscal_year",
    "sales_kyen",
    "cost_of_sales_kyen",
    "operating_profit_kyen",
    "n_employee",
)
SUBJECT = ("fiscal_year", "programme_code", "decision")


@pytest.fixture(scope="module")
def applications(lens: StoreCursor) -> list[Row]:
    return rows(lens, application)


@pytest.fixture(scope="module")
def years(lens: StoreCursor) -> Years:
    """The statements of each firm by fiscal year."""
    found: dict[Hashable, dict[int, Row]] = defaultdict(dict)
    for row in rows(lens, financial_statement, *BOOKS):
        found[row["firm_id"]][row["fiscal_year"]] = row
    return found


@pytest.fixture(scope="module")
def points(lens: StoreCursor) -> dict[Hashable, float]:
    """The mean over the evaluators of each application."""
    found: dict[Hashable, list[float]] = defaultdict(list)
    for row in rows(lens, evaluation_score):
        aspects = [row[f"{a}_points"] for a in ("technical", "commercial", "policy")]
        if None not in aspects:
            found[row["application_id"]].append(sum(aspects))
    return {key: sum(all_of) / len(all_of) for key, all_of in found.items()}


def rows(lens: StoreCursor, table: Table, *names: str) -> list[Row]:
    """The rows of a table, of all its columns or some of them, missing cells as None."""
    frame = lens.fetch(select(*(table.c[name] for name in names or table.c.keys())))
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in frame]
    return [dict(zip(frame.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]


def decided(applications: list[Row]) -> Iterator[Row]:
    return (row for row in applications if row["decision"] in ("adopted", "rejected"))


def later(row: Row, applications: Mapping[Hashable, list[Row]]) -> bool:
    """Whether the firm of a rejected application was adopted afterwards in the same programme."""
    if row["decision"] != "rejected":
        return False
    for other in applications[row["firm_id"], row["programme_code"]]:
        if other["decision"] != "adopted":
            continue
        if other["fiscal_year"] > row["fiscal_year"]:
            return True
        days = (other["applied_date"], row["applied_date"])
        if None not in days and days[0] > days[1]:
            return True
    return False


def by_firm(applications: list[Row]) -> Mapping[Hashable, list[Row]]:
    found: dict[Hashable, list[Row]] = defaultdict(list)
    for row in applications:
        found[row["firm_id"], row["programme_code"]].append(row)
    return found


def yearly(before: Row | None, after: Row | None, name: str, window: int) -> float | None:
    if before is None or after is None or (before[name] or 0) <= 0 or (after[name] or 0) <= 0:
        return None
    return float(100 * ((after[name] / before[name]) ** (1 / window) - 1))


def change(before: Row | None, after: Row | None, window: int) -> float | None:
    if before is None or after is None or (before["sales_kyen"] or 0) <= 0:
        return None
    profits = [state["operating_profit_kyen"] for state in (before, after)]
    if None in profits:
        return None
    return float(100 * (profits[1] - profits[0]) / before["sales_kyen"] / window)


def told(values: Iterator[Any]) -> tuple[Any, ...]:
    """Numbers as they can be compared."""
    return tuple(round(v, 6) if isinstance(v, float) else v for v in values)


def test_growth_is_that_of_the_firms_own_statements(
    lens: StoreCursor,
    applications: list[Row],
    years: Years,
    points: dict[Hashable, float],
) -> None:
    names = ["firm_id", *SUBJECT, "granted_yen", "points", "is_first", "is_adopted_later"]
    names += ["base_sales_kyen", "latest_sales_kyen"]
    for w in WINDOWS:
        names += [f"sales_growth_{w}", f"profit_change_{w}", f"employee_growth_{w}"]
    grouped = by_firm(applications)
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in decided(applications):
        own = years.get(row["firm_id"], {})
        if not own:
            continue
        base = own.get(row["fiscal_year"] - 1)
        values = [row["firm_id"], *(row[name] for name in SUBJECT), row["granted_yen"]]
        values += [points.get(row["application_id"]), row["application_number_in_firm"] == 1]
        values += [later(row, grouped), base and base["sales_kyen"]]
        values.append(own[max(own)]["sales_kyen"])
        for w in WINDOWS:
            after = own.get(row["fiscal_year"] - 1 + w)
            values += [yearly(base, after, "sales_kyen", w), change(base, after, w)]
            values.append(yearly(base, after, "n_employee", w))
        expected[told(iter(values))] += 1
    found = Counter(told(row[name] for name in names) for row in rows(lens, application_outcome))
    assert found == expected
    assert sum(row[-9] is not None for row in found) > 100


def test_quarters_are_those_of_the_points_among_the_adopted_of_a_year(
    lens: StoreCursor, points: dict[Hashable, float]
) -> None:
    projects = rows(lens, research_project)
    for row in projects:
        assert row["points"] == pytest.approx(points.get(row["application_id"]))
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in projects:
        if row["decision"] == "adopted" and row["points"] is not None:
            groups[row["programme_code"], row["fiscal_year"]].append(row)
        else:
            assert row["points_quarter"] is None
    assert len(groups) > 10
    for group in groups.values():
        ordered = sorted(group, key=lambda row: (row["points"], row["points_quarter"]))
        sizes = Counter(row["points_quarter"] for row in ordered)
        quarters = [row["points_quarter"] for row in ordered]
        assert quarters == sorted(quarters)
        assert set(sizes) <= {1, 2, 3, 4}
        assert max(sizes.values()) - min(sizes.get(q, 0) for q in (1, 2, 3, 4)) <= 1


def test_what_projects_came_to_is_what_their_organisations_reported(
    lens: StoreCursor, applications: list[Row]
) -> None:
    by_id = {row["application_id"]: row for row in applications}
    spent: dict[Hashable, int] = {}
    for row in rows(lens, project_execution):
        if (row["decided_yen"] or 0) > 0:
            year = max(row["fiscal_year"], spent.get(row["application_id"], 0))
            spent[row["application_id"]] = year
    reports: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows(lens, commercialisation_report):
        reports[row["application_id"]].append(row)
    projects = rows(lens, research_project)
    assert {row["application_id"] for row in projects} == {
        row["application_id"] for row in applications if row["technology_classification"]
    }
    for row in projects:
        own = reports[row["application_id"]] if row["decision"] == "adopted" else []
        assert row["has_report"] == bool(own)
        assert row["has_patent"] == any((r["n_patent_applied"] or 0) > 0 for r in own)
        assert row["is_commercialised"] == any((r["stage"] or 0) >= 3 for r in own)
        assert row["has_sales"] == any((r["sales_yen"] or 0) > 0 for r in own)
        assert row["decision"] == by_id[row["application_id"]]["decision"]
        if row["decision"] == "adopted":
            # The year is a fact of the project, also where who was paid last is not shown.
            assert (row["completed_year"] or 0) >= spent.get(row["application_id"], 0)
        else:
            assert row["completed_year"] is None


def test_a_year_of_reports_is_the_best_stage_and_the_sum_of_sales(
    lens: StoreCursor, applications: list[Row]
) -> None:
    adopted = {row["application_id"] for row in applications if row["decision"] == "adopted"}
    expected: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows(lens, commercialisation_report):
        since = row["years_since_completion"]
        if row["application_id"] in adopted and since is not None and since >= 1:
            expected[row["application_id"], since].append(row)
    twin = {
        key: (
            any((r["stage"] or 0) >= 3 for r in group),
            sum(r["sales_yen"] or 0 for r in group),
        )
        for key, group in expected.items()
        if any(r["stage"] is not None for r in group)
    }
    found = {
        (row["application_id"], row["years_since_completion"]): (
            row["is_commercialised"],
            row["sales_yen"] or 0,
        )
        for row in rows(lens, research_report)
    }
    assert found == twin
    assert len(found) > 1_000


def test_a_path_holds_the_statements_around_an_application(
    lens: StoreCursor, applications: list[Row], years: Years
) -> None:
    grouped = by_firm(applications)
    expected: Counter[tuple[Any, ...]] = Counter()
    for row in decided(applications):
        if not row["technology_classification"]:
            continue
        for year, state in years.get(row["firm_id"], {}).items():
            event_year = year - row["fiscal_year"]
            if not -3 <= event_year <= 12:
                continue
            both = (state["sales_kyen"], state["cost_of_sales_kyen"])
            gross = None if None in both else both[0] - both[1]
            expected[
                row["application_id"], row["firm_id"], row["decision"], later(row, grouped),
                event_year, both[0], gross, state["n_employee"],
            ] += 1  # fmt: skip
    names = ["application_id", "firm_id", "decision", "is_adopted_later", "event_year"]
    names += ["sales_kyen", "gross_profit_kyen", "n_employee"]
    found = Counter(tuple(row.values()) for row in rows(lens, research_path, *names))
    assert found == expected
    assert {key[4] for key in found} == set(range(-3, 13))
