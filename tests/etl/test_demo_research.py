"""The demo's サポイン has the published counts and budgets, and the effect that was planted."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.demo.consortia import PROJECT_CEILING, YEAR_CEILING, fill
from etl.demo.effect_truth import difference
from etl.demo.generate import generate
from etl.demo.plan import Plan
from etl.demo.programmes import NEVER
from etl.demo.research_world import ResearchWorld, open_research
from etl.reference import read_reference

# As published, in thousands of yen of budget: applications, adoptions, decided.
PUBLISHED = {
    2014: (387, 150, 12_300_000),
    2015: (326, 143, 12_620_000),
    2016: (287, 113, 12_180_000),
    2017: (297, 108, 11_510_000),
    2018: (334, 126, 11_450_000),
}
CUMULATIVE = (6_991, 2_021, 171_740_000)
Record = dict[str, str]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("research") / "inbox"
    generate(out, firms=2_000, seed=5)
    return out


def records(inbox: Path, start: str) -> list[Record]:
    """The sound records of all files whose names begin with ``start``, each once."""
    found: dict[str, Record] = {}
    for path in sorted(inbox.glob(f"{start}*.csv")):
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp932")
        lines = text.split("\n")[:-1]
        header = next(csv.reader(lines[:1]))
        for number, line in enumerate(lines[1:]):
            try:
                row = next(csv.reader([line], strict=True))
            except csv.Error:
                continue
            if len(row) == len(header) and "\x00" not in line and "2023-02-30" not in line:
                # Payments of ③ count each; elsewhere the same record twice is one.
                key = f"{path.name}:{number}" if start == "sapoin3" else line
                found[key] = dict(zip(header, row, strict=True))
    return list(found.values())


def year_of(text: str) -> int:
    match = re.fullmatch(r"(?:平成|令和|H|R)?(\d+)(?:年度)?", text)
    assert match
    year = int(match[1])
    return year if year > 1_900 else year + (2018 if text[0] in "令R" else 1988)


def yen_of(text: str) -> int:
    return int(unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("円") or 0)


def test_applications_and_adoptions_are_those_published(inbox: Path) -> None:
    applied, adopted = Counter[int](), Counter[int]()
    for record in records(inbox, "sapoin1"):
        applied[year_of(record["申請年度"])] += 1
        adopted[year_of(record["申請年度"])] += record["採否"] == "採択"
    for year, (n_applied, n_adopted, _) in PUBLISHED.items():
        assert (applied[year], adopted[year]) == (n_applied, n_adopted)
    assert (applied.total(), adopted.total()) == CUMULATIVE[:2]
    assert (applied[2011], adopted[2011]) == (652, 120)
    # The supplementary call of FY2009 alone had 658 and 158.
    assert applied[2009] > 658
    assert adopted[2009] > 158
    assert set(applied) == set(range(2006, 2019))


def test_budgets_are_those_published_to_the_yen(inbox: Path) -> None:
    decided = Counter[int]()
    for record in records(inbox, "sapoin3"):
        decided[year_of(record["年度"])] += yen_of(record["交付決定額(円)"])
    for year, (_, _, thousand) in PUBLISHED.items():
        assert decided[year] == thousand * 1_000
    until = sum(yen for year, yen in decided.items() if year <= 2018)
    assert until == CUMULATIVE[2] * 1_000


def test_no_project_gets_more_than_the_ceilings(inbox: Path) -> None:
    by_year: dict[tuple[str, int], int] = defaultdict(int)
    by_project: dict[str, int] = defaultdict(int)
    years: dict[str, set[int]] = defaultdict(set)
    for record in records(inbox, "sapoin3"):
        project, year = record["課題番号"], year_of(record["年度"])
        by_year[project, year] += yen_of(record["交付決定額(円)"])
        by_project[project] += yen_of(record["交付決定額(円)"])
        years[project].add(year)
        assert yen_of(record["確定額(円)"]) <= yen_of(record["交付決定額(円)"])
        assert yen_of(record["返還額(円)"]) <= yen_of(record["支払額(円)"])
    assert max(by_year.values()) <= YEAR_CEILING
    assert max(by_project.values()) <= PROJECT_CEILING
    assert max(len(found) for found in years.values()) == 3
    adopted = {r["課題番号"] for r in records(inbox, "sapoin1") if r["採否"] == "採択"}
    assert set(by_project) <= adopted


def test_what_is_asked_for_is_at_most_two_thirds(inbox: Path) -> None:
    for record in records(inbox, "sapoin1"):
        asked = yen_of(record["補助金申請額(千円)"])
        assert asked <= yen_of(record["研究開発費(千円)"]) * 2 / 3
        assert asked <= PROJECT_CEILING / 1_000


def test_the_technology_is_named_as_in_the_classification_of_its_year(inbox: Path) -> None:
    table = read_reference("technology_crosswalk")
    known = set(zip(table["classification"], table["technology_name"], strict=True))
    editions = {"平成18年版": "2006", "平成26年版": "2014", "平成27年版": "2015"}
    used = Counter[str]()
    for record in records(inbox, "sapoin1"):
        year = year_of(record["申請年度"])
        edition = editions[record["技術分類版"]]
        assert edition == ("2006" if year < 2014 else "2014" if year == 2014 else "2015")
        assert (edition, record["技術分野"]) in known
        used[edition] += 1
    assert len(used) == 3


def test_every_project_has_a_manager_and_a_leading_firm(inbox: Path) -> None:
    roles: dict[str, list[str]] = defaultdict(list)
    for record in records(inbox, "sapoin_kyodotai"):
        roles[record["課題番号"]].append(record["役割"])
    assert len(roles) == CUMULATIVE[0]
    lead = [found.count("主たる研究等実施機関") for found in roles.values()]
    assert min(lead) >= 1 > 0
    assert np.mean([len(found) for found in roles.values()]) > 2.5


def test_points_go_with_adoption_and_with_commercialisation(inbox: Path) -> None:
    points: dict[str, list[float]] = defaultdict(list)
    for record in records(inbox, "sapoin2"):
        points[record["課題番号"]].append(float(record["事業化面"]))
        assert 0 <= float(record["技術面"]) <= 100
    mean = {project: float(np.mean(found)) for project, found in points.items()}
    assert len(mean) == CUMULATIVE[0]
    adopted = {r["課題番号"] for r in records(inbox, "sapoin1") if r["採否"] == "採択"}
    won = np.mean([mean[p] for p in adopted])
    lost = np.mean([mean[p] for p in mean.keys() - adopted])
    assert won > lost + 4
    sold = {r["課題番号"] for r in records(inbox, "sapoin5") if re.search("[345]", r["事業化段階"])}
    assert 0.25 < len(sold) / len(adopted) < 0.7
    assert np.mean([mean[p] for p in sold]) > np.mean([mean[p] for p in adopted - sold]) + 1


def test_commercialisation_rises_with_the_years_and_ends_with_the_present(inbox: Path) -> None:
    stages: dict[int, list[bool]] = defaultdict(list)
    for record in records(inbox, "sapoin5"):
        stage = int(re.sub(r"\D", "", record["事業化段階"]) or 0)
        year = year_of(record["報告年度"])
        assert year <= 2025
        assert (yen_of(record["売上高(円)"]) > 0) == (stage >= 3)
        stages[year].append(stage >= 3)
    reported = {
        (r["課題番号"], year_of(r["報告年度"])): int(re.sub(r"\D", "", r["事業化段階"]) or 0)
        for r in records(inbox, "sapoin5")
    }
    by_project: dict[str, list[int]] = defaultdict(list)
    for (project, _), stage in sorted(reported.items()):
        by_project[project].append(stage)
    assert all(found == sorted(found) for found in by_project.values())
    assert max(map(len, by_project.values())) == 6
    first = np.mean([found[0] >= 3 for found in by_project.values()])
    last = np.mean([found[-1] >= 3 for found in by_project.values()])
    assert last > 2 * first > 0


def test_some_rejected_applicants_are_adopted_later() -> None:
    projects = research(2_000).projects
    again = (projects.first_rejected < projects.first_adopted) & (projects.first_adopted < NEVER)
    assert again.sum() > 20


@cache
def research(n_firm: int) -> ResearchWorld:
    plan = Plan(n_firm, 5)
    return open_research(plan, plan.chunks[0])


@pytest.mark.parametrize("n_firm", [2_000, 20_000])
def test_the_planted_effect_comes_back_and_the_plain_difference_is_far_off(n_firm: int) -> None:
    world = research(n_firm)
    course, projects = world.world.course, world.projects
    sales, gross, n_adopted, n_rejected = difference(course, projects, 8)
    assert n_adopted > 100
    assert n_rejected > 100
    assert sales == pytest.approx(2e9, rel=0.05)
    assert gross == pytest.approx(3e8, rel=0.05)
    for before in (-3, -2):
        assert abs(difference(course, projects, before)[0]) < 0.05 * 2e9
    path = [difference(course, projects, since)[0] for since in range(9)]
    assert path == sorted(path)
    row = course.row(2015)
    users = np.flatnonzero(projects.first_adopted <= 2008)
    others = course.is_corporate.copy()
    others[: course.n_applicant] &= projects.first_adopted == NEVER
    plain = course.sales[row, users].mean() - course.sales[row, others].mean()
    assert plain > 2 * 2e9
    adopted, rejected = projects.first_adopted <= 2008, projects.first_adopted == NEVER
    n = course.n_applicant
    level = course.sales[row, :n][adopted].mean() - course.sales[row, :n][rejected].mean()
    assert level > 1.5 * 2e9


def test_the_mean_planted_at_year_eight_is_exact() -> None:
    world = research(2_000)
    course, projects, applicants = world.world.course, world.projects, world.applicants
    found = []
    for cohort in (2006, 2007, 2008):
        row = course.row(cohort + 8)
        places = np.flatnonzero(projects.first_adopted == cohort)
        there = places[course.holder[row, places] == places]
        found.append(applicants.sales[row, there])
    assert np.concatenate(found).mean() == pytest.approx(2_000_000_000, rel=1e-9)


def test_the_statements_show_what_the_truth_says(inbox: Path) -> None:
    truth = tomllib.loads((inbox.with_name("inbox.truth") / "effects.toml").read_text("utf-8"))
    at_eight = next(y for y in truth["sapoin"]["year"] if y["since_adoption"] == 8)
    assert at_eight["sales_yen"] == pytest.approx(2e9, rel=0.05)
    assert truth["sapoin"]["naive_sales_yen_at_year_eight"] > 2 * at_eight["sales_yen"]
    assert truth["programme"]["monodzukuri"]["log_sales"] == 0.06
    assert _difference_in_files(inbox) == pytest.approx(2e9, rel=0.1)


def _difference_in_files(inbox: Path) -> float:
    """Sales of adopted against rejected applicants at year eight, read from the deliveries."""
    folder = inbox.with_name("inbox.truth")
    links = pd.read_parquet(folder / "links.parquet")
    links = links[links["source"] == "sapoin_application"].drop_duplicates(["file", "line"])
    firm_of = {
        (f, n): firm for f, n, firm in zip(links["file"], links["line"], links["firm"], strict=True)
    }
    adopted: dict[int, int] = {}
    rejected: dict[int, int] = {}
    for path in sorted(inbox.glob("sapoin1_*.csv")):
        encoding = "cp932" if "2015" not in path.name else "utf-8-sig"
        for number, line in enumerate(path.read_text(encoding).split("\n")[1:], start=2):
            firm = firm_of.get((path.name, number))
            if firm is not None:
                row = next(csv.reader([line]))
                first = adopted if row[17] == "採択" else rejected
                first[firm] = min(first.get(firm, 9_999), year_of(row[1]))
    sales = _sales(inbox, folder)
    changes: dict[bool, list[float]] = {True: [], False: []}
    for firm in adopted.keys() | rejected.keys():
        is_adopted = firm in adopted
        year = adopted[firm] if is_adopted else rejected[firm]
        after, before = sales.get((firm, year + 8)), sales.get((firm, year - 1))
        if year <= 2008 and after is not None and before is not None:
            changes[is_adopted].append(after - before)
    assert min(map(len, changes.values())) > 100
    return float(np.mean(changes[True]) - np.mean(changes[False]))


def _sales(inbox: Path, folder: Path) -> dict[tuple[int, int], float]:
    """Yen of sales, brought to twelve months, by firm and fiscal year."""
    firms = pd.read_parquet(folder / "firms.parquet")
    firm_of = dict(zip(firms["firm_code"], firms["firm"], strict=True))
    found: dict[tuple[int, int], float] = {}
    for path in [*inbox.glob("crd_archive*.csv"), *inbox.glob("crd_201[4-6].csv")]:
        content = path.read_bytes().decode("cp932" if "2013" not in path.name else "utf-8")
        lines = content.split("\n")
        unit = {"売上高(円)": 1, "売上高(千円)": 1_000, "売上高(百万円)": 1_000_000}[
            lines[0].split(",")[8]
        ]
        for line in lines[1:]:
            row = line.split(",")
            if len(row) > 8 and re.fullmatch(r"\d{4}-\d\d", row[2]) and row[8].isascii():
                year, month = map(int, row[2].split("-"))
                if row[0] in firm_of and row[8].isdecimal():
                    key = firm_of[row[0]], year - (month < 4)
                    found[key] = int(row[8]) * unit * 12 / int(row[3])
    return found


def test_a_small_world_has_fewer_projects(tmp_path: Path) -> None:
    generate(tmp_path / "inbox", firms=200, seed=1)
    assert 650 < len(records(tmp_path / "inbox", "sapoin1")) < 750


def test_amounts_are_filled_up_to_their_ceilings_and_add_up() -> None:
    wish, ceiling = np.array([10.0, 20.0, 30.0]), np.array([100, 25, 1_000])
    assert np.abs(fill(wish, ceiling, 60) - wish).max() <= len(wish)
    filled = fill(wish, ceiling, 601)
    assert filled.sum() == 601
    assert (filled <= ceiling).all()
