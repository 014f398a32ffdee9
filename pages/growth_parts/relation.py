"""Where adoption and growth go together: one estimate a region or industry, with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.chart import chart
from components.estimates import Estimate, estimates_figure, estimates_height
from components.figure import figure_frame
from components.numbers import FEW, MISSING, format_number, is_missing
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.growth_parts import findings
from pages.growth_parts.view import OPTIONS, View, growth_name, result_name, window_text
from queries.dimensions import region_level
from store.quantity import Unit

# Rows without an estimate that are drawn; the table has them all.
FEW_SHOWN = 6
MOST_SHOWN = 26


def relation(view: View, by: str, answer: Answer) -> Component:
    """The chosen metric by region or industry; each row leads to the page narrowed to it."""
    rows = [row for row in rows_of(answer) if row["member_code"]]
    total = next((row for row in rows_of(answer) if not row["member_code"]), None)
    title = findings.relation_title(
        [row for row in rows if row["member_code"] != findings.UNKNOWN],
        lambda code: view.name(by, code),
        metric=view.choices["metric"],
        result=view.parameters.result,
        counter=f"growth.counter_{_level(view, by)}",
    )
    is_table = view.is_table(by)
    if is_table:
        body: Component = _table(view, by, answer, title)
    elif not any(not is_missing(row["rho"]) for row in rows):
        body = too_few(text("growth.few_title"), text("growth.few_members"), _wider(view, by))
    else:
        body = _drawn(view, by, rows, total)
    return figure_frame(
        title,
        text(
            "growth.relation_sub",
            metric=text(f"growth.metric_{view.choices['metric']}"),
            level=text(f"growth.level_{_level(view, by)}"),
            result=result_name(view),
            growth=growth_name(view),
            window=window_text(view),
            scope=view.scope_text,
        ),
        body,
        name=by,
        answer=answer,
        caveat=_caveat(view, rows),
        table_href=view.table_href(by),
        is_table=is_table,
        views=[_switch(view)],
        measures=_drawn_columns(view),
        csv_href=view.export_href("growth_correlation", by=by),
        xlsx_href=view.export_href("growth_correlation", "xlsx", by=by),
        span=6,
    )


def _caveat(view: View, rows: Sequence[Row]) -> str:
    """What the drawn number is (a slope is one of the chosen result), and what … stands for."""
    is_rho = view.choices["metric"] == "rho"
    words = [text(f"growth.relation_caveat_{'rho' if is_rho else view.parameters.result}")]
    if any(is_missing(row["rho"]) for row in rows):
        words.append(text("growth.few_mark"))
    return text("evidence.stop").join(words)


def _switch(view: View) -> tuple[str, str]:
    """The other of the two numbers that can be drawn."""
    other = next(name for name in OPTIONS["metric"] if name != view.choices["metric"])
    is_default = other == OPTIONS["metric"][0]
    return text(f"growth.see_{other}"), view.href(metric=None if is_default else other)


def _drawn_columns(view: View) -> tuple[str, ...]:
    metric = view.choices["metric"]
    return metric, f"{metric}_low", f"{metric}_high", "q_value", "is_marked"


def _level(view: View, by: str) -> str:
    """What the rows are: bureaus, prefectures, municipalities; divisions, major groups."""
    whole = _whole(view, by)
    if by == "industry":
        return "major" if whole else "division"
    return {"nation": "bureau", "bureau": "prefecture"}.get(region_level(whole), "municipality")


def _whole(view: View, by: str) -> str:
    """What the rows are parts of: the choice, or what a choice without parts lies in."""
    chosen = str(getattr(view.parameters, by))
    if by == "region":
        return chosen[:2] if region_level(chosen) == "municipality" else chosen
    path = view.members.path(by, chosen)
    return "" if chosen == findings.UNKNOWN or not path else path[0].code


def _wider(view: View, by: str) -> list[tuple[str, str]]:
    """The way up, where there is one."""
    if not getattr(view.parameters, by):
        return []
    return [(text(f"growth.widen_{by}"), view.href("", **{by: None}))]


def _drawn(view: View, by: str, rows: Sequence[Row], total: Row | None) -> Component:
    metric = view.choices["metric"]
    known = [row for row in rows if not is_missing(row["rho"])]
    known.sort(key=lambda r: (-r[metric], str(r["member_code"])))
    few = sorted(
        (row for row in rows if is_missing(row["rho"])),
        key=lambda r: (-r["n"], str(r["member_code"])),
    )
    shown = known[:MOST_SHOWN]
    drawn_few = few[:FEW_SHOWN]
    estimates = [_estimate(view, by, row) for row in [*shown, *drawn_few]]
    if total is not None and not is_missing(total["rho"]):
        estimates.insert(0, _estimate(view, by, total))
    is_rho = metric == "rho"
    n_left = len(known) + len(few) - len(shown) - len(drawn_few)
    note = text("growth.few_left", n=format_number(n_left, None)) if n_left else ""
    return html.Div(
        [
            chart(
                estimates_figure(
                    estimates,
                    None,
                    reference=0.0,
                    reference_label=text("growth.no_relation"),
                    n_unit=Unit.RECORD,
                    decimals=2 if is_rho else 1,
                    aside_label="ρ" if is_rho else text("growth.aside_slope"),
                ),
                text(
                    "growth.relation_summary",
                    values=text("explore.list_separator").join(
                        f"{e.label} {e.aside}" for e in estimates[:4]
                    ),
                ),
                name=by,
                height=estimates_height(estimates),
            ),
            html.P(note, className="sl-quiet") if note else None,
        ]
    )


def _estimate(view: View, by: str, row: Row) -> Estimate:
    metric, code = view.choices["metric"], str(row["member_code"])
    is_total = not code
    label = view.name(by, _whole(view, by) if is_total else code)
    if is_missing(row["rho"]):
        return Estimate(label, int(row["n"]), link=_towards(view, by, code))
    return Estimate(
        label,
        int(row["n"]),
        row[metric],
        row[f"{metric}_low"],
        row[f"{metric}_high"],
        # The whole is one look; its own interval is enough.
        is_marked=bool(findings.side_of(row, metric)) if is_total else bool(row["is_marked"]),
        is_total=is_total,
        link="" if is_total else _towards(view, by, code),
        aside=findings.rho_text(row[metric])
        if metric == "rho"
        else format_number(row[metric], Unit.PERCENT, is_signed=True, has_unit=False),
    )


def _towards(view: View, by: str, code: str) -> str:
    return view.href("", **{by: code or None})


def _table(view: View, by: str, answer: Answer, title: str) -> Component:
    """Every row with all that is estimated for it."""

    def naming(row: Mapping[str, Any]) -> str:
        return view.name(by, str(row["member_code"]) or _whole(view, by))

    return answer_table(
        answer,
        [
            TableColumn("member_name", text_of=naming),
            "n",
            _number("rho", findings.rho_text),
            _interval("rho", findings.rho_interval),
            _number("slope", _signed),
            _interval("slope", lambda low, high: f"{_signed(low)}〜{_signed(high)}"),
            _number("p_value", _probability),
            _number("q_value", _probability),
            TableColumn(
                "is_marked",
                text_of=lambda row: text("growth.marked") if row["is_marked"] is True else "-",
            ),
        ],
        name=by,
        label=title,
        href_of=lambda row: (
            _towards(view, by, str(row["member_code"])) if row["member_code"] else ""
        ),
        is_total=lambda row: not row["member_code"],
        is_wide=True,
    )


def _number(name: str, write: Callable[[Any], str]) -> TableColumn:
    def cell(row: Mapping[str, Any]) -> str:
        if is_missing(row[name]):
            # The whole is tested once: it has no q-value, however many there are.
            return FEW if row["status"] == "few" else MISSING
        return write(row[name])

    return TableColumn(name, is_number=True, text_of=cell)


def _interval(name: str, write: Callable[[Any, Any], str]) -> TableColumn:
    low, high = f"{name}_low", f"{name}_high"
    return TableColumn(
        low,
        label=text("growth.interval"),
        is_number=True,
        text_of=lambda row: FEW if is_missing(row[low]) else write(row[low], row[high]),
    )


def _signed(value: Any) -> str:
    return format_number(value, Unit.PERCENT, is_signed=True, has_unit=False)


def _probability(value: float) -> str:
    """Three decimals; below a thousandth that it is so."""
    return text("growth.below_thousandth") if value < 0.001 else f"{value:.3f}"
