"""A package: the same answers as PDF, workbook, page and CSV, with pictures and a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from language import speaking
from reports.package import pdf, spreadsheet, web_page
from reports.package.charts import draw
from reports.package.compose import compose
from reports.package.locator import locator
from reports.package.manifest import manifest
from reports.package.scope import Ask, Scope, scopes
from reports.package.table_csv import data_csv, variables_csv

__all__ = ["Ask", "Package", "Scope", "build_package", "scopes"]


@dataclass(frozen=True, slots=True)
class Package:
    """What a package is about and its files by name: report.pdf, report.xlsx, report.html,
    data.csv, variables.csv, preview-1.png …, manifest.json."""

    scope: Scope
    files: Mapping[str, bytes]
    n_page: int
    n_row: int
    n_table: int


def build_package(ask: Ask, scope: Scope, edition: str) -> Package:
    """The package of ``scope`` for the edition of a month (2026-11), in Japanese.

    ``ask`` answers for somebody who sees released data only. The same snapshot, scope and edition
    give the same bytes.
    """
    with speaking("ja"):
        document, ground = compose(ask, scope, edition)
        drawings = {chart.key: draw(chart) for chart in document.charts}
        made = ground.cubes.published_at
        map_of = locator(scope, ground.places)
        printed, pages = pdf.render(document, drawings, map_of, made)
        files = {
            "report.pdf": printed,
            "report.xlsx": spreadsheet.render(document, made),
            "report.html": web_page.render(document, drawings, map_of),
            "data.csv": data_csv(document, ground.places),
            "variables.csv": variables_csv(document),
            **{f"preview-{place}.png": page for place, page in enumerate(pages, start=1)},
        }
        files["manifest.json"] = manifest(document, edition, ground.answers, files)
    return Package(scope, files, len(pages), document.n_row, len(document.tables))
