"""The difference by region, industry and field: dots with intervals, and what shrinking leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.chart import chart
from components.estimates import Estimate, estimates_figure, estimates_height
from components.figure import figure_frame
from components.numbers import (
    FEW,
    MISSING,
    Scale,
    format_number,
    interval_text,
    is_missing,
    unit_text,
)
from components.numbers import column_scale as scale_of
from components.states import too_few
from components.table import TableColumn, answer_table
from gate.answer import Answer, Row, rows_of
from language import text
from pages.matching_parts import findings
from pages.matching_parts.findings import Named
from pages.matching_parts.view import CHOICES, View, scope_words
from queries.dimensions import UNKNOWN
from queries.matching_specification import TRAITS_OF_GROUP
from queries.matching_subgroup import DOMAINS
from stats.matched_groups import SEPARATOR
from store.quantity import Unit


def groups(view: View, named: Named, answer: Answer, *, is_blocked: bool) -> Component:
    """One row a sub-group, by its code; blue only where it is marked."""
    rows = rows_of(answer)
    by, after = view.parameters.group, int(view.parameters.after)
    title = findings.group_title(named, rows, text(f"matching.by_{by}"), is_blocked=is_blocked)
    is_table = view.is_table("groups")
    if is_table:
        body: Component = _table(view, named, answer, title)
    elif is_missing(rows[0]["difference"]):
        body = too_few(text("matching.few_title"), text("matching.few_groups", user=named.user))
    elif all(UNKNOWN in str(row["member_code"]) for row in rows[1:]):
        body = too_few(text("matching.no_field_title"), text("matching.no_field"))
    else:
        body = _drawn(view, named, rows, title)
    return figure_frame(
        title,
        text(
            "matching.group_sub",
            n=after,
            outcome=named.outcome,
            scope=scope_words(view),
        ),
        body,
        name="groups",
        answer=answer,
        caveat=findings.caveat("group", is_blocked=is_blocked),
        table_href=view.table_href("groups"),
        is_table=is_table,
        csv_href=view.export_href("matched_groups"),
        xlsx_href=view.export_href("matched_groups", "xlsx"),
        views=[
            (text(f"matching.group_to_{other}"), view.href("", group=other))
            for other in CHOICES["group"]
            if other != by
        ],
        measures=("difference", "difference_low", "difference_high", "shrunken", "is_marked"),
    )


def _drawn(view: View, named: Named, rows: Sequence[Row], title: str) -> Component:
    # Of regions and industries together most are too small: the table has them all.
    is_crossed = len(TRAITS_OF_GROUP[view.parameters.group]) > 1
    kept = [row for row in rows if row["status"] != "merged" or not is_crossed]
    shown = [_estimate(view, named, row) for row in kept]
    return chart(
        estimates_figure(
            shown,
            named.unit,
            reference=0.0,
            reference_label=text("matching.group_zero"),
            n_unit=Unit.FIRM,
            aside_label=text("matching.group_aside"),
        ),
        text(
            "matching.group_summary",
            title=title,
            values=text("explore.list_separator").join(f"{e.label} {e.aside}" for e in shown[:4]),
        ),
        name="groups",
        height=estimates_height(shown),
    )


def _estimate(view: View, named: Named, row: Row) -> Estimate:
    code = str(row["member_code"])
    label = name_of_group(view, code)
    if row["status"]:
        return Estimate(label, int(row["n"]), link=_towards(view, code))
    return Estimate(
        label,
        int(row["n"]),
        row["difference"],
        row["difference_low"],
        row["difference_high"],
        # The whole is one look; its own interval is enough.
        is_marked=bool(row["is_marked"]) if code else bool(findings.side(row)),
        is_total=not code,
        link=_towards(view, code),
        aside=findings.amount(row["difference"], named.unit),
        second=None if is_missing(row["shrunken"]) else row["shrunken"],
        second_label=_shrunken_text(row, named.unit),
    )


def _shrunken_text(row: Row, unit: Unit) -> str:
    if is_missing(row["shrunken"]):
        return ""
    return text(
        "matching.group_second",
        value=findings.amount(row["shrunken"], unit),
        interval=interval_text(
            row["shrunken_low"], row["shrunken_high"], unit, decimals=findings.decimals_of(unit)
        ),
    )


def name_of_group(view: View, code: str) -> str:
    """``関東経済産業局・製造業``; all that the filter leaves for no code."""
    if not code:
        return text("matching.group_whole")
    traits = TRAITS_OF_GROUP[view.parameters.group]
    parts = code.split(SEPARATOR)
    names = [
        view.name(DOMAINS[trait], part)
        if view.members.get(DOMAINS[trait], part)
        else text("matching.group_unknown")
        for part, trait in zip(parts, traits, strict=False)
    ]
    if len(parts) < len(traits):
        return text("matching.group_part", name=names[0])
    return text("matching.group_joint").join(names)


def _towards(view: View, code: str) -> str:
    """The page narrowed to a sub-group; none for all, for unknown places and for fields."""
    traits = TRAITS_OF_GROUP[view.parameters.group]
    pairs = dict(zip(traits, code.split(SEPARATOR), strict=False))
    if not code or UNKNOWN in pairs.values() or "field" in pairs:
        return ""
    return view.href("", **pairs)


def _table(view: View, named: Named, answer: Answer, label: str) -> Component:
    unit = named.unit
    scale = scale_of(answer.frame["difference"]) if unit is Unit.YEN else None
    head = text("matching.head_unit", unit=unit_text(unit, scale))

    def interval(name: str) -> Callable[[Mapping[str, Any]], str]:
        def cell(row: Mapping[str, Any]) -> str:
            ends = row[f"{name}_low"], row[f"{name}_high"]
            if is_missing(ends[0]):
                return _without(row)
            return interval_text(*ends, unit, scale, decimals=findings.decimals_of(unit))

        return cell

    def band(name: str, words: str) -> TableColumn:
        return TableColumn(
            f"{name}_low",
            label=text(f"matching.{words}") + head,
            is_number=True,
            text_of=interval(name),
        )

    return answer_table(
        answer,
        [
            TableColumn(
                "member_code",
                label=text(f"matching.by_{view.parameters.group}"),
                text_of=lambda row: name_of_group(view, str(row["member_code"])),
            ),
            _amount("difference", text("matching.head_difference") + head, unit, scale),
            band("difference", "head_interval"),
            _amount("shrunken", text("matching.head_shrunken") + head, unit, scale),
            band("shrunken", "head_shrunken_interval"),
            TableColumn("is_marked", label=text("matching.head_marked"), text_of=_mark),
            "n_user",
            "n",
            TableColumn(
                "shown_in",
                label=text("matching.head_shown_in"),
                text_of=lambda row: _shown_in(view, row),
            ),
        ],
        name="groups",
        label=label,
        href_of=lambda row: _towards(view, str(row["member_code"])),
        is_total=lambda row: not row["member_code"],
        is_wide=True,
    )


def _amount(name: str, label: str, unit: Unit, scale: Scale | None) -> TableColumn:
    def cell(row: Mapping[str, Any]) -> str:
        if is_missing(row[name]):
            return _without(row)
        decimals = findings.decimals_of(unit)
        return format_number(
            row[name], unit, scale=scale, decimals=decimals, is_signed=True, has_unit=False
        )

    return TableColumn(name, label=label, is_number=True, text_of=cell)


def _without(row: Mapping[str, Any]) -> str:
    return FEW if row["status"] == "few" else MISSING


def _mark(row: Mapping[str, Any]) -> str:
    if is_missing(row["false_discovery"]):
        return MISSING
    return text("matching.marked" if row["is_marked"] else "matching.not_marked")


def _shown_in(view: View, row: Mapping[str, Any]) -> str:
    if row["status"] != "merged":
        return MISSING
    return name_of_group(view, str(row["shown_in"]))
