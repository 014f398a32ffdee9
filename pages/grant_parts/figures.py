"""The figures of the award page: each takes one answer and is drawn from it alone."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.figure import figure_frame
from components.key_figures import KeyFigure, key_figures, strong
from components.numbers import column_scale, format_number, number_parts
from components.ranking import Bar, Dot, bar_ranking, dots_with_intervals, ranking_height
from components.states import empty
from components.table import TableColumn, answer_table
from gate.answer import Answer, rows_of
from language import text
from pages.grant_parts import findings
from pages.grant_parts.coverage import is_complete
from pages.grant_parts.findings import UNITS
from pages.grant_parts.view import AwardView
from queries.dimensions import region_level
from store.quantity import Unit

SHOWN_ROWS = 10
UNKNOWN = "?"
HIGHEST, LOWEST = 7, 5
MEASURES_OF_TABLE = ("n_award", "n_firm", "amount_yen", "amount_per_firm_yen", "returned_yen")


def measure_columns(answer: Answer) -> list[str | TableColumn]:
    """The measures of a table; the amounts of one column stand in one unit."""
    return [
        TableColumn(name, scale=column_scale(answer.frame[name].tolist()))
        if name.endswith("_yen")
        else name
        for name in MEASURES_OF_TABLE
    ]


def name_column(view: AwardView, domain: str, code: str) -> TableColumn:
    """The first column of a table: the name of the row in the reader's language."""
    return TableColumn(
        code.replace("_code", "_name"), text_of=lambda row: view.name(domain, str(row[code]))
    )


def key_figure_row(view: AwardView) -> Component:
    """Awards, recipients, amount and amount per recipient, each beside a comparison."""
    series = {row["series"]: row for row in rows_of(view.ask("award_key_figures"))}
    now, before = series.get("selected", {}), series.get("previous_year", {})
    nation = series.get("nation", {})
    last_year = text("grants.previous_year")

    def figure(name: str, unit: Unit, versus: list[str]) -> KeyFigure:
        value = now.get(name, None if name == "amount_per_firm_yen" else 0)
        number, unit_name = number_parts(value, unit)
        words: list[Any] = [versus[0], *map(strong, versus[1:])] if versus else []
        return KeyFigure(text(f"quantity.{name}.label"), number, unit_name, words)

    def against_last_year(name: str, unit: Unit) -> list[str]:
        if view.is_running and before:
            return [text("grants.running", value=format_number(before[name], unit))]
        return findings.versus(last_year, now.get(name), before.get(name), unit) if before else []

    per_firm = "amount_per_firm_yen"
    nation_words = []
    if view.parameters.region and now and nation and is_complete(view):
        nation_words = findings.versus_place(
            text("explore.all_region"), now[per_firm], nation[per_firm], Unit.YEN
        )
    return key_figures(
        [
            figure("n_award", Unit.AWARD, against_last_year("n_award", Unit.AWARD)),
            figure("n_firm", Unit.RECIPIENT, against_last_year("n_firm", Unit.RECIPIENT)),
            figure("amount_yen", Unit.YEN, against_last_year("amount_yen", Unit.YEN)),
            figure(per_firm, Unit.YEN, nation_words or against_last_year(per_firm, Unit.YEN)),
        ]
    )


def breakdown(view: AwardView, domain: str) -> Component:
    """The ten largest programmes or industries by the measure; a click sets it as a filter."""
    question = f"award_by_{domain}"
    code = {"programme": "programme_code", "industry": "division_code"}[domain]
    answer = view.ask(question)
    rows = sorted(rows_of(answer), key=lambda r: (-r[view.measure], r[code]))
    chosen = getattr(view.parameters, domain)
    title = {"programme": findings.programme_title, "industry": findings.industry_title}[domain]
    heading = title(view, answer)
    unit = UNITS[view.measure]
    if view.is_table(domain):
        body = answer_table(
            answer,
            [name_column(view, domain, code), *measure_columns(answer)],
            name=domain,
            label=heading,
            href_of=lambda row: view.href(**{domain: str(row[code])}),
            is_current=lambda row: row[code] == chosen,
        )
    elif all(row[code] == UNKNOWN for row in rows):
        body = empty(text(f"grants.{domain}_empty"))
    else:
        shown = rows[:SHOWN_ROWS]
        bars = [
            Bar(
                view.name(domain, row[code]),
                row[view.measure],
                is_subject=row[code] == chosen or (not chosen and number == 0),
                link=view.href(**{domain: str(row[code])}),
            )
            for number, row in enumerate(shown)
        ]
        body = chart(
            bar_ranking(bars, unit),
            text(
                "grants.breakdown_summary",
                values=text("explore.list_separator").join(
                    f"{bar.label} {format_number(bar.value, unit)}" for bar in bars[:3]
                ),
            ),
            name=domain,
            height=ranking_height([bar.label for bar in bars]),
        )
    return figure_frame(
        heading,
        text(
            f"grants.{domain}_sub",
            measure=findings.measure_label(view),
            region=view.region_name,
            year=view.year_text,
            n=format_number(len(rows), None),
        ),
        body,
        name=domain,
        answer=answer,
        caveat=text(f"grants.{domain}_caveat"),
        table_href=view.table_href(domain),
        is_table=view.is_table(domain),
        csv_href=view.export_href(question),
        xlsx_href=view.export_href(question, "xlsx"),
        n_row=answer.n_row,
        span=6,
    )


def areas(view: AwardView, span: int = 7) -> Component:
    """The table of the areas one step down; each name goes there."""
    answer = view.ask("award_by_area")
    level = {"nation": "bureau", "bureau": "prefecture"}.get(
        region_level(view.parameters.region), "municipality"
    )
    title = text(f"grants.areas_title_{level}")
    is_open = view.is_table("areas")
    return figure_frame(
        title,
        text("grants.areas_sub", scope=view.scope_text, n=format_number(answer.n_row, None)),
        empty(text("grants.beyond_scope"))
        if answer.frame.empty
        else answer_table(
            answer,
            [name_column(view, "region", "region_code"), *measure_columns(answer)],
            name="areas",
            label=title,
            href_of=lambda row: view.href(region=str(row["region_code"])),
            is_current=lambda row: row["region_code"] == view.parameters.region,
            n_shown=None if is_open else SHOWN_ROWS,
            more_href=view.table_href("areas"),
        ),
        name="areas",
        answer=answer,
        caveat=text(f"grants.areas_caveat_{level}"),
        csv_href=view.export_href("award_by_area"),
        xlsx_href=view.export_href("award_by_area", "xlsx"),
        n_row=answer.n_row,
        span=span,
    )


def rates(view: AwardView) -> Component | None:
    """Recipients per 10,000 establishments of each prefecture, with intervals and the nation."""
    answer = view.ask("recipient_rate")
    if answer.frame.empty:
        return None
    rows = rows_of(answer)
    nation = next(row for row in rows if not row["region_code"])
    places = [row for row in rows if row["region_code"]]
    title = findings.rate_title(view, answer)
    unit = Unit.PER_10000_ESTABLISHMENTS
    if view.is_table("rates"):
        body = answer_table(
            answer,
            [
                name_column(view, "region", "region_code"),
                "n_firm",
                "n_establishment",
                "recipient_rate",
                TableColumn("rate_low", "rate_high", label=text("grants.interval")),
            ],
            name="rates",
            label=title,
            href_of=lambda row: view.href(region=str(row["region_code"]) or None),
            is_total=lambda row: not row["region_code"],
            is_current=lambda row: (
                bool(row["region_code"]) and row["region_code"] == view.parameters.region[:2]
            ),
        )
    else:
        chosen = view.parameters.region[:2]
        shown = [*places[:HIGHEST], *places[-LOWEST:]]
        mine = [row for row in places if row["region_code"] == chosen and row not in shown]
        drawn = [*shown[:HIGHEST], *mine, *shown[HIGHEST:]]
        body = chart(
            dots_with_intervals(
                [
                    Dot(
                        view.name("region", row["region_code"]),
                        row["recipient_rate"],
                        row["rate_low"],
                        row["rate_high"],
                        row["n_firm"],
                        view.href(region=row["region_code"]),
                    )
                    for row in drawn
                ],
                unit,
                reference=nation["recipient_rate"],
                reference_label=text(
                    "grants.rate_nation", value=format_number(nation["recipient_rate"], unit)
                ),
                n_unit=Unit.RECIPIENT,
            ),
            text(
                "grants.rate_summary",
                value=format_number(nation["recipient_rate"], unit),
                first=view.name("region", places[0]["region_code"]),
                high=format_number(places[0]["recipient_rate"], unit),
            ),
            name="rates",
            height=ranking_height([view.name("region", r["region_code"]) for r in drawn]),
        )
    return figure_frame(
        title,
        text(
            "grants.rate_sub",
            industry=view.name("industry", view.parameters.industry),
            year=view.year_text,
        ),
        body,
        name="rates",
        answer=answer,
        caveat=text("grants.rate_caveat"),
        table_href=view.table_href("rates"),
        is_table=view.is_table("rates"),
        csv_href=view.export_href("recipient_rate"),
        xlsx_href=view.export_href("recipient_rate", "xlsx"),
        n_row=answer.n_row,
        span=5,
    )
