"""Long lists: AG Grid (Community) that asks for its rows block by block as one scrolls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import pandas as pd
from dash import html

from components.attributes import attributes
from components.definitions import STATUS, column_label
from components.eras import fiscal_year_text
from components.numbers import MISSING, WITHHELD, Scale, format_number, is_missing, unit_text
from components.theme import ACCENT, HAIR, INK, INK_2, PAPER
from gate.answer import Answer
from language import text
from store.quantity import Quantity, Unit

BLOCK = 100
_LOCALE_KEYS = (
    "loadingOoo",
    "noRowsToShow",
    "ariaRowSelect",
    "ariaLabelLoading",
    "ariaLabelTooltip",
    "ariaSortableColumn",
    "ariaHidden",
    "ariaVisible",
    "ariaChecked",
    "ariaUnchecked",
)


def data_grid(
    name: str,
    columns: Sequence[Quantity],
    *,
    label: str,
    height: int = 520,
    sortable: Collection[str] = (),
    wide: Collection[str] = (),
    widths: Mapping[str, int] | None = None,
) -> html.Div:
    """A region named ``label`` with a grid whose id is ``name``, windowed by the server.

    A callback on ``getRowsRequest`` answers ``getRowsResponse`` with ``{"rowData":
    grid_rows(answer), "rowCount": n}``; cells come as finished text, so that no second formatter
    in the browser can differ from the tables. ``sortable`` names the columns it can sort by,
    ``wide`` those with long texts; ``widths`` gives the least pixels of those that need more, or
    less, than the usual.
    """
    body = dag.AgGrid(
        id=name,
        columnDefs=[
            _column(
                column,
                is_first=i == 0,
                is_wide=column.name in wide,
                width=(widths or {}).get(column.name, 0),
            )
            | {"sortable": column.name in sortable}
            for i, column in enumerate(columns)
        ],
        defaultColDef={"resizable": True, "minWidth": 104},
        rowModelType="infinite",
        className="sl-aggrid",
        style={"height": f"{height}px", "width": "100%"},
        dashGridOptions={
            "theme": {"function": _theme()},
            "localeText": {key: text(f"grid.{key}") for key in _LOCALE_KEYS},
            "ensureDomOrder": True,
            "suppressDragLeaveHidesColumns": True,
            "suppressColumnMoveAnimation": True,
            "animateRows": False,
            "rowBuffer": 0,
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": 10,
            "infiniteInitialRowCount": 1,
            "rowHeight": 40,
            "headerHeight": 56,
            # Tab leaves the grid; arrows move in it. Else the way out leads through every cell.
            "tabToNextCell": {"function": "false"},
            "tabToNextHeader": {"function": "false"},
        },
    )
    return html.Div(
        [
            html.P(text("table.swipe"), className="sl-swipe"),
            html.Div(body, role="region", **attributes(aria_label=label)),
        ]
    )


def _column(column: Quantity, *, is_first: bool, is_wide: bool, width: int) -> dict[str, Any]:
    unit = "" if column.unit is Unit.BYTE else unit_text(column.unit, Scale.ONE)
    words = column_label(column)
    definition: dict[str, Any] = {
        "field": column.name,
        "headerName": text("grid.head", label=words, unit=unit) if unit else words,
        "wrapHeaderText": True,
        # What does not fit its column is read in full on hover and by a wider column.
        "tooltipField": column.name,
        "flex": 4 if is_wide else 1,
        "minWidth": width or (240 if is_wide else 104),
    }
    if column.is_number:
        definition |= {"type": "rightAligned"}
    if is_first:
        definition |= {
            "pinned": "left",
            "cellClass": "sl-rowhead",
            "flex": 0,
            "width": width or 128,
        }
    return definition


def _theme() -> str:
    """The grid's own theme set to the style sheet's tokens; no icon font, nothing fetched."""
    settings = {
        "accentColor": ACCENT,
        "backgroundColor": PAPER,
        "foregroundColor": INK,
        "borderColor": HAIR,
        "headerBackgroundColor": PAPER,
        "headerTextColor": INK_2,
        "headerFontWeight": 400,
        "fontFamily": "inherit",
        "fontSize": 14,
        "wrapperBorderRadius": 0,
        "borderRadius": 0,
        "wrapperBorder": False,
        "columnBorder": False,
        "pinnedColumnBorder": False,
        "headerColumnResizeHandleColor": "transparent",
        "oddRowBackgroundColor": PAPER,
    }
    words = ", ".join(
        f"{key}: {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in settings.items()
    )
    return f"themeQuartz.withParams({{{words}}})"


def window_of(request: Mapping[str, Any]) -> dict[str, str]:
    """The rows that a grid asks for, as parameters of a question."""
    start, end = int(request["startRow"]), int(request["endRow"])
    return {"start": str(start), "rows": str(end - start)}


def order_of(request: Mapping[str, Any], keys: Mapping[str, str], default: str) -> str:
    """The order that a grid asks for (``date_desc``): ``keys`` names what its columns sort by."""
    sorts = request.get("sortModel") or []
    key = keys.get(sorts[0].get("colId"), default) if sorts else default
    return f"{key}_{'asc' if sorts and sorts[0].get('sort') == 'asc' else 'desc'}"


def grid_rows(answer: Answer) -> list[dict[str, str]]:
    """The rows of ``answer`` as the grid shows them: finished text, amounts in full yen."""
    rows = answer.frame.to_dict("records")
    return [
        {c.name: _cell(row.get(c.name), c, row.get(STATUS)) for c in answer.columns} for row in rows
    ]


def _cell(value: Any, column: Quantity, status: Any) -> str:
    if is_missing(value):
        return WITHHELD if status == WITHHELD else MISSING
    if column.is_number:
        return format_number(value, column.unit, scale=Scale.ONE, has_unit=column.unit is Unit.BYTE)
    if column.name == "fiscal_year":
        return fiscal_year_text(int(value)) if int(value) else text("table.all_years")
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return str(value)
