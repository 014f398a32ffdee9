"""A table and the parts that a filter splits it into, as one: what is left of a total is a cell
too.

Adopted and rejected applicants, or this year, last year and the change between them: who knows the
whole and one part knows the other, so the parts are protected together.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from disclosure.schema import CELL_COLUMNS, RELATION_COLUMNS, cell_key
from disclosure.table import TableError, named

# Between a cell and the part it stands for.
BETWEEN = "#"


def with_parts(
    whole: pd.DataFrame, parts: Mapping[str, pd.DataFrame], relations: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells and relations of a table and of its parts, tied by whole = sum of the parts.

    All frames of cells have the cells of ``whole``; ``relations`` hold in each of them. The cells
    of a part are called ``cell#part``. Raises TableError where a part has other cells.
    """
    frames = [_cells(whole)]
    equations = [
        named(relations, RELATION_COLUMNS, ("relation", "cell", "coefficient"), "relations")
    ]
    keys = frames[0]["cell"].tolist()
    ties = [
        pd.DataFrame({"relation": [f"={key}" for key in keys], "cell": keys, "coefficient": -1})
    ]
    for part, cells in parts.items():
        frame = _cells(cells)
        if set(frame["cell"]) != set(keys):
            raise TableError(f"the part {part} has other cells than the whole")
        suffix = f"{BETWEEN}{part}"
        frames.append(frame.assign(cell=frame["cell"] + suffix))
        renamed = equations[0].assign(
            cell=equations[0]["cell"].map(cell_key) + suffix,
            relation=equations[0]["relation"].map(cell_key) + suffix,
        )
        equations.append(renamed)
        tied = [f"{key}{suffix}" for key in keys]
        ties.append(
            pd.DataFrame({"relation": [f"={key}" for key in keys], "cell": tied, "coefficient": 1})
        )
    return (
        pd.concat(frames, ignore_index=True),
        pd.concat([*equations, *ties], ignore_index=True),
    )


def _cells(cells: pd.DataFrame) -> pd.DataFrame:
    frame = named(cells, CELL_COLUMNS, ("cell", "value", "is_sensitive"), "cells")
    return frame.assign(cell=frame["cell"].map(cell_key))
