"""What a chamber sees at home: its own prefecture beside the nation, from the protected store."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.breadcrumb import page_head
from components.chart import chart
from components.eras import fiscal_year_text
from components.figure import figure_frame, figure_grid
from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import WITHHELD, column_scale, format_number, is_missing, number_parts
from components.states import empty
from components.table import TableColumn, answer_table
from components.trend import Bars, trend_figure
from language import text
from pages.explore_parts.view import last_ended_year, name_of
from pages.grant_parts.findings import change_title, versus
from pages.grant_parts.trend import trend_lines, year_caveat
from pages.home_parts.kept import with_kept
from store.quantity import Unit

UNITS = {"n_award": Unit.AWARD, "n_firm": Unit.RECIPIENT, "amount_yen": Unit.YEN}


def own_region() -> tuple[str, str]:
    """The chamber's region, fixed by its account: code and name."""
    actor = gate.current_actor()
    region = actor.regions[0] if actor.regions else ""
    member = gate.members().get("region", region)
    return region, name_of(member) if member else text("explore.all_region")


def own_area(region: str, name: str) -> list[Component | None]:
    """Awards of the chamber's region: key figures, trend and table by fiscal year."""
    answer = gate.ask("released_award", {"region": region})
    rows = answer.frame.to_dict("records")
    head = page_head(text("chamber.title", region=name), text("chamber.lead"))
    if not rows:
        return [head, empty(text("chamber.empty"), title=text("chamber.empty_title"))]
    years = [int(row["fiscal_year"]) for row in rows]
    last_ended = last_ended_year(gate.members())
    ended = [row for row in rows if row["fiscal_year"] <= last_ended] or rows
    latest, before = ended[-1], ended[-2] if len(ended) > 1 else None
    figures = []
    for column, unit in UNITS.items():
        number, unit_name = number_parts(latest[column], unit)
        if column == "amount_yen" and latest["status"] == WITHHELD:
            number, unit_name = WITHHELD, ""
        words: list[Any] = []
        if before is not None and not (is_missing(before[column]) or is_missing(latest[column])):
            last_year = text("grants.previous_year")
            label, change = versus(last_year, latest[column], before[column], unit)
            words = [label, strong(change)]
        figures.append(KeyFigure(text(f"quantity.{column}.label"), number, unit_name, words))
    title = change_title(
        text("quantity.n_award.label"),
        name,
        {int(row["fiscal_year"]): row["n_award"] for row in ended},
        int(latest["fiscal_year"]),
    )
    scale = column_scale(answer.frame["amount_yen"].tolist())
    return [
        head,
        html.H2(fiscal_year_text(int(latest["fiscal_year"])), className="sl-h2"),
        key_figures(figures),
        figure_grid(
            figure_frame(
                title,
                text("chamber.trend_sub"),
                chart(
                    trend_figure(
                        trend_lines(name, years, [row["n_award"] for row in rows], last_ended),
                        Unit.AWARD,
                        bars=Bars(
                            text("quantity.n_firm.label"),
                            years,
                            [row["n_firm"] for row in rows],
                            Unit.RECIPIENT,
                            chosen_year=int(latest["fiscal_year"]),
                        ),
                    ),
                    text(
                        "chamber.trend_summary",
                        region=name,
                        year=fiscal_year_text(int(latest["fiscal_year"])),
                        n=format_number(latest["n_award"], Unit.AWARD),
                    ),
                    name="released-trend",
                    height=420,
                ),
                name="released-trend-figure",
                answer=answer,
                caveat=year_caveat(answer, years, last_ended),
                span=7,
            ),
            figure_frame(
                text("chamber.table_title"),
                text("chamber.table_sub"),
                answer_table(
                    answer,
                    ["fiscal_year", "n_award", "n_firm", TableColumn("amount_yen", scale=scale)],
                    name="released-table",
                    label=text("chamber.table_title"),
                ),
                name="released-table-figure",
                answer=answer,
                caveat=with_kept(text("chamber.amount_caveat"), rows),
                csv_href=f"/export/released_award.csv?region={region}",
                n_row=answer.n_row,
                span=5,
            ),
        ),
    ]
