"""The alternative text of a chart, from the numbers that it draws."""

from __future__ import annotations

from language import text
from reports.package.document import Chart
from reports.package.messages import unbroken
from reports.package.values import HIDDEN, UNRELEASED, Value


def alternative(chart: Chart) -> str:
    """Kind, measure and every value; hidden ones as 秘匿（x）."""
    rows = []
    for series in chart.series:
        if chart.kind in ("dots", "rows") and len(set(series.values)) == 1:
            rows.append(_said(series.name, [_item(series.name, series.values[0], chart.unit)]))
            continue
        items = [
            _item(label, value, chart.unit)
            for label, value in zip(chart.labels, series.values, strict=True)
        ]
        rows.append(_said(series.name, items))
    return text(
        f"package.alt.{chart.kind}",
        measure=unbroken(chart.measure),
        rows=text("package.comma").join(rows),
    )


def _said(name: str, items: list[str]) -> str:
    return text("package.alt.series", name=name, values=text("package.comma").join(items))


def _item(label: str, value: Value, unit: str) -> str:
    if value.is_shown:
        return text("package.alt.item", label=label, value=f"{value.shown()}{unit}")
    kind = {HIDDEN: "hidden", UNRELEASED: "unreleased"}.get(value.status, "none")
    return text("package.alt.item", label=label, value=text(f"package.alt.{kind}"))
