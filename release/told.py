"""What is told of a table: its cells as chambers may read them, and how it is released."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from release.catalogue import Catalogue, Cube
from release.cells import PLACE
from release.cube_table import CubeTable
from release.file import CELL
from release.pattern import tables_of
from release.renewal import Renewed
from release.union import View

WITHHELD = "withheld"


def row_of(cube: str, table: CubeTable, catalogue: Catalogue) -> dict[str, Any]:
    """The row of ``released_cube`` of a table as long as it is not released."""
    return {
        "cube": cube,
        "fiscal_year": table.year,
        "category_code": table.category,
        "outcome": WITHHELD,
        "layout": "",
        "n_cell": 0,
        "n_hidden": 0,
        "value_hidden_percent": None,
        "least_interval_percent": None,
        "is_certified": False,
        "policy_hash": catalogue.policy_hash,
        "kept_since": None,
    }


def released_row(cube: Cube, found: Renewed) -> dict[str, Any]:
    """What a table is released as."""
    interval = found.pattern.least_relative_interval
    return {
        "outcome": "coarser" if found.place else "finest",
        "layout": cube.layout_names[found.place],
        "least_interval_percent": None if interval is None else round(100 * interval, 1),
        "is_certified": True,
    }


def shown_rows(found: Renewed, cube: Cube) -> pd.DataFrame:
    """The cells of a table as they are released, a row per measure, hidden ones without a value."""
    frames = []
    for measure in cube.measures:
        value, hidden = found.cells[measure.name], found.pattern.hidden[measure.name]
        nothing = (value == 0) & (measure.rule != "magnitude")
        frames.append(
            found.cells[["fiscal_year", *PLACE]].assign(
                cube=cube.name,
                measure=measure.name,
                value=value.round().astype("Int64").mask(hidden),
                status=np.select([hidden, nothing], ["x", "-"], ""),
            )
        )
    return pd.concat(frames, ignore_index=True)[CELL]


def percent_hidden(views: Sequence[View]) -> int:
    """The share of the values of a cube that is hidden.

    In whole percents and over all its tables: the exact share would be one more sum to solve by.
    """
    everything, gone = 0.0, 0.0
    for view in views:
        for name in (name for names in tables_of(view.cube) for name in names):
            places = zip(*(view.cells[column].tolist() for column in PLACE), strict=True)
            for place, value in zip(places, view.cells[name].abs().tolist(), strict=True):
                everything += value
                gone += value * (view.shown[(*place, name)] is None)
    return round(100 * gone / everything) if everything else 0
