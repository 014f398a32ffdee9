"""Every value of a package's tables as tidy CSV, and what its columns and variables mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from gate.csv_file import neutralised
from language import text
from reports.package.document import Document, Keys
from reports.package.messages import unbroken
from reports.package.scope import Places

COLUMNS = (
    "table",
    "fiscal_year",
    "region_code",
    "region",
    "industry_code",
    "industry",
    "category_code",
    "category",
    "event_year",
    "variable",
    "value",
    "unit",
    "status",
)
_TECHNOLOGY = (
    "n_completed",
    "n_commercialised",
    "commercialised_",
    "n_product",
    "product_sales_",
)
_TOPIC = ("n_consultation", "topic_share", "outcome_")
_MEASURE = ("n_matched_user", "sales_", "gross_profit_", "employee_")
_QUADRANT = ("n_user", "user_share", "n_all_firm", "all_firm_share")


def data_csv(document: Document, places: Places) -> bytes:
    """A line per value of the tables, in their order; UTF-8 with BOM, CRLF."""
    lines = []
    for table in document.tables:
        for row, column, value in table.cells():
            keys: Keys = {**column.keys, **row.keys}
            region, industry = keys.get("region", ""), keys.get("industry", "")
            category = keys.get("category", "")
            lines.append(
                (
                    table.key,
                    keys.get("fiscal_year", ""),
                    region,
                    places.region_name(region),
                    industry,
                    places.industry_name(industry),
                    category,
                    places.category_name(_domain(column.variable), category) if category else "",
                    keys.get("event_year", ""),
                    column.variable,
                    value.plain(),
                    text(f"package.variable.{column.variable}.unit"),
                    value.status,
                )
            )
    return _csv(COLUMNS, lines)


def _domain(variable: str) -> str:
    """What the category of a variable is one of."""
    if variable.startswith(_TECHNOLOGY):
        return "technology"
    if variable.startswith(_TOPIC):
        return "consultation_topic"
    if variable.startswith(_MEASURE):
        return "measure"
    return "package.mapping.quadrant" if variable.startswith(_QUADRANT) else "programme_group"


def variables_csv(document: Document) -> bytes:
    """What each column of the data and each of its variables means."""
    head = [text(f"package.variables.{name}") for name in ("kind", "name", "label", "unit")]
    rows: list[tuple[str, ...]] = [
        (text("package.variables.is_column"), name, "", "", text(f"package.column.{name}"))
        for name in COLUMNS
    ]
    used = dict.fromkeys(c.variable for table in document.tables for c in table.columns)
    rows += [
        (
            text("package.variables.is_variable"),
            name,
            *(
                unbroken(text(f"package.variable.{name}.{part}"))
                for part in ("label", "unit", "definition")
            ),
        )
        for name in used
    ]
    return _csv([*head, text("package.variables.definition")], rows)


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(head)
    for line in lines:
        # Numbers and signs of status stay as they are; only words could run as formulas.
        writer.writerow([cell if _is_plain(cell) else neutralised(cell) for cell in line])
    return buffer.getvalue().encode("utf-8-sig")


def _is_plain(cell: str) -> bool:
    return cell == "-" or cell.lstrip("-").replace(".", "", 1).isdigit()
