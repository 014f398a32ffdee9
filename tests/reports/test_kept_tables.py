"""Numbers that stand as they were published before say so where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from gate.answer import Answer
from pages.home_parts.kept import with_kept
from reports.package.build import Ask, build_package
from reports.package.ground import Ground
from reports.package.scope import Scope
from tests.reports.conftest import EDITION, NAGANO

Since = Callable[[pd.DataFrame], pd.Series]
DAY = pd.Timestamp("2026-10-01 03:00")


def _kept(ask: Ask, which: Since) -> Ask:
    """The same answers, with the tables for which ``which`` is true kept since DAY."""

    def changed(question: str, query: Mapping[str, str]) -> Answer:
        answer = ask(question, query)
        if question != "released_cubes":
            return answer
        frame = answer.frame.copy()
        frame["kept_since"] = pd.Series(DAY, frame.index).where(which(frame))
        return replace(answer, frame=frame)

    return changed


def _of(cube: str, *years: int) -> Since:
    return lambda frame: (frame["cube"] == cube) & frame["fiscal_year"].isin(years)


def test_the_years_that_stand_are_named_under_each_figure(ask: Ask) -> None:
    ground = Ground.of(ask, NAGANO)
    years = ground.latest_years("award_amount")
    assert "公表したまま" not in ground.source("award_amount")
    told = Ground.of(_kept(ask, _of("award_amount", *years[-2:])), NAGANO)
    named = f"{years[-2]}年度、{years[-1]}年度は令和8年10月1日に公表したまま"
    assert named in told.source("award_amount")
    assert "公表したまま" not in told.source("adopted_statement")
    # A year that is not shown is of no interest.
    old = Ground.of(_kept(ask, _of("award_amount", years[0] - 1)), NAGANO)
    assert "公表したまま" not in old.source("award_amount")


def test_of_tables_over_all_years_some_or_all_stand(ask: Ask) -> None:
    whole = Ground.of(_kept(ask, _of("monitoring_path", 0)), Scope())
    assert "この集計は令和8年10月1日に公表したまま" in whole.source("monitoring_path")
    one = _kept(ask, lambda frame: (frame["cube"] == "monitoring_path") & (
        frame["category_code"] == frame["category_code"][frame["cube"] == "monitoring_path"].min()
    ))  # fmt: skip
    assert "一部は令和8年10月1日に公表したまま" in Ground.of(one, Scope()).source("monitoring_path")


def test_a_report_of_tables_that_stand_keeps_within_its_pages(ask: Ask) -> None:
    package = build_package(_kept(ask, lambda frame: frame["cube"] != ""), NAGANO, EDITION)
    assert package.n_page <= 10
    assert "公表したまま" in package.files["report.html"].decode()


def test_a_page_says_since_when_its_numbers_stand() -> None:
    fresh: dict[Hashable, Any] = {"kept_since": pd.NaT}
    old: dict[Hashable, Any] = {"kept_since": DAY}
    assert with_kept("注記", [fresh]) == "注記"
    assert with_kept("注記", [old]).startswith("注記。令和8年10月1日に公表したまま")
    assert "一部は令和8年10月1日以後" in with_kept("注記", [fresh, old])
