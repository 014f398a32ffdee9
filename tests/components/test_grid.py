"""Long lists: finished text in every cell, Japanese words, nothing fetched."""

from __future__ import annotations

import pandas as pd

from components.grid import data_grid, grid_rows, order_of, window_of
from tests.components.drawn import AMOUNT, N_AWARD, REGION, YEAR, answer, find, prop


def test_cells_come_as_finished_text() -> None:
    frame = pd.DataFrame(
        {
            "region_name": ["長野県", "山梨県"],
            "fiscal_year": [2025, 2019],
            "n_award": [1148, None],
            "amount_yen": [580_320_000, None],
            "status": ["", "x"],
        }
    )
    rows = grid_rows(answer(frame, (REGION, YEAR, N_AWARD, AMOUNT)))
    assert rows[0] == {
        "region_name": "長野県",
        "fiscal_year": "令和7年度",
        "n_award": "1,148",
        "amount_yen": "580,320,000",
    }
    assert rows[1]["n_award"] == "x"


def test_a_missing_cell_is_a_dash() -> None:
    frame = pd.DataFrame({"region_name": [None], "n_award": [None]})
    assert grid_rows(answer(frame, (REGION, N_AWARD))) == [{"region_name": "-", "n_award": "-"}]


def test_the_grid_is_named_and_asks_for_rows_in_blocks() -> None:
    drawn = data_grid("awards", (REGION, AMOUNT), label="採択の一覧")
    region = drawn.children[1]
    assert prop(region, "role") == "region"
    assert prop(region, "aria_label") == "採択の一覧"
    grid = find(drawn, "AgGrid")[0]
    assert grid.id == "awards"
    assert grid.rowModelType == "infinite"
    assert [column["headerName"] for column in grid.columnDefs] == ["地域", "交付額（円）"]
    assert grid.dashGridOptions["localeText"]["noRowsToShow"] == "表示する行がありません"
    assert not getattr(grid, "dangerously_allow_code", False)
    assert not getattr(grid, "enableEnterpriseModules", False)


def test_tab_leaves_the_grid() -> None:
    grid = find(data_grid("awards", (REGION, AMOUNT), label="採択の一覧"), "AgGrid")[0]
    for name in ("tabToNextCell", "tabToNextHeader"):
        assert grid.dashGridOptions[name] == {"function": "false"}


def test_a_window_and_an_order_are_read_from_what_the_grid_asks_for() -> None:
    request = {"startRow": 100, "endRow": 150, "sortModel": [{"colId": "amount", "sort": "asc"}]}
    assert window_of(request) == {"start": "100", "rows": "50"}
    assert order_of(request, {"amount": "yen"}, "date") == "yen_asc"
    assert order_of({**request, "sortModel": []}, {"amount": "yen"}, "date") == "date_desc"
    assert order_of({**request, "sortModel": [{"colId": "other"}]}, {}, "date") == "date_desc"
