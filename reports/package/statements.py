"""Section: statements of adopted firms: mean sales, profit and margin beside the nation's."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.cells import Lines, lines_of
from reports.package.document import Chart, KeyFigure, Message, Row, Section, Series, Table
from reports.package.ground import (
    Ground,
    about,
    columns_of,
    period,
    roles_of,
    with_notes,
    year_label,
)
from reports.package.messages import last_change_title
from reports.package.scope import Place
from reports.package.values import Value, quotient, scaled

CUBE = "adopted_statement"
MILLION_OF_THOUSANDS = 1_000
OWN = ("n_firm", "mean_sales_million", "mean_profit_million", "profit_margin")
OTHER = ("n_firm", "mean_sales_million", "profit_margin")


def statements(ground: Ground) -> Section | None:
    """Mean sales and operating profit (million yen) of adopted firms in the year of adoption; None
    where nothing is released."""
    cells = ground.cells(CUBE)
    years = ground.latest_years(CUBE)
    if not years:
        return None
    lines = lines_of(cells, ground.own, ground.places, "sales_kyen", years)
    labels = ground.places.labels(lines.places)
    label = labels[lines.subject]
    table = _table(ground, lines, years)
    own = tuple(row.values[1] for row in table.rows)
    what = text("package.statements.what")
    step = len(OTHER)
    others = zip(lines.places[1:], roles_of(len(lines.places))[1:], strict=True)
    series = [Series(label, "own", own)]
    for place, (line, role) in enumerate(others):
        values = tuple(row.values[len(OWN) + step * place + 1] for row in table.rows)
        series.append(Series(labels[line], role, values))
    chart = Chart(
        kind="line",
        key=ground.next("figure"),
        title=last_change_title(what, label, years, own),
        measure=text(
            "package.statements.measure", place=about(ground, lines), period=period(years)
        ),
        unit=text("package.unit.million"),
        labels=tuple(text("package.year_tick", year=year) for year in years),
        series=tuple(series),
        side=(
            text("package.reading"),
            ground.merged_note(lines.subject) + text("package.statements.side"),
        ),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in table.rows),
        n_unit=text("package.unit.firm"),
    )
    message, figures = _said(ground, lines, table, years, chart.key)
    return Section(text("package.statements.title"), (chart, table), message, figures)


def _table(ground: Ground, lines: Lines, years: Sequence[int]) -> Table:
    rows = []
    for year in years:
        values: list[Value] = []
        for place in lines.places:
            count, sales, profit, margin = _at(ground, year, place)
            values += (
                [count, sales, profit, margin] if place == lines.subject else [count, sales, margin]
            )
        rows.append(Row(year_label(year), {"fiscal_year": str(year)}, tuple(values)))
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.statements.table_title"),
            measure=text("package.statements.table_measure", place=about(ground, lines)),
            stub=text("package.year"),
            columns=columns_of(
                lines.places,
                ground.places.labels(lines.places),
                (OWN, *(OTHER for _ in lines.places[1:])),
            ),
            rows=tuple(rows),
            notes=(text("package.statements.note"), ground.source(CUBE)),
        )
    )


def _at(ground: Ground, year: int, place: Place) -> tuple[Value, Value, Value, Value]:
    cells = ground.cells(CUBE)
    count = cells.value(year, place, "n_firm")
    sales = cells.value(year, place, "sales_kyen")
    profit = cells.value(year, place, "operating_profit_kyen")
    return (
        count,
        scaled(quotient(sales, count, decimals=6), MILLION_OF_THOUSANDS),
        scaled(quotient(profit, count, decimals=6), MILLION_OF_THOUSANDS, decimals=1),
        quotient(profit, sales, times=100, decimals=1),
    )


def _said(
    ground: Ground, lines: Lines, table: Table, years: Sequence[int], figure: str
) -> tuple[Message | None, tuple[KeyFigure, ...]]:
    """The message and figure of the last year for which the own numbers, and those compared with,
    are shown."""
    labels = ground.places.labels(lines.places)
    label = labels[lines.subject]
    wide = labels[lines.reference] if lines.reference else ""
    at = len(OWN) + len(OTHER) * (lines.places.index(lines.reference) - 1) if lines.reference else 0
    for year, row in zip(reversed(years), reversed(table.rows), strict=True):
        count, sales, _, margin = row.values[: len(OWN)]
        other = row.values[at : at + len(OTHER)] if wide else ()
        if not margin.is_shown or not all(value.is_shown for value in other):
            continue
        when = text("package.one_year", year=year)
        message = Message(
            text(
                "package.statements.message",
                year=when,
                place=label,
                n=count.shown(),
                sales=sales.shown(),
                margin=margin.shown(),
                compared=text("package.statements.compared", area=wide, margin=other[2].shown())
                if other
                else text("package.statements.alone"),
            ),
            text(
                "package.statements.basis",
                figure=text("package.both", a=figure, b=table.key),
                period=when,
                place=label,
                n=count.shown(),
            ),
        )
        figure_of = KeyFigure(
            text("package.statements.key"),
            sales,
            text("package.unit.million"),
            text("package.key_of", place=label, year=when),
            text("package.statements.key_n", n=count.shown()),
        )
        return message, (figure_of,)
    return None, ()
