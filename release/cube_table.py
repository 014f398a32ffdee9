"""What is protected as one: a cube's year, or a category of it where these are apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from release.catalogue import Cube
from release.cells import ALL_YEARS


@dataclass(frozen=True, slots=True, order=True)
class CubeTable:
    """A table of a cube; ``category`` is empty where the categories are one table."""

    year: int
    category: str

    def of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of the table."""
        within = frame["fiscal_year"] == self.year
        if self.category:
            within &= frame["category_code"] == self.category
        return frame[within.to_numpy()].reset_index(drop=True)


def tables_in(frame: pd.DataFrame, cube: Cube) -> list[CubeTable]:
    """The tables of a cube that the rows of ``frame`` belong to, in order."""
    categories = frame["category_code"] if "category" in cube.apart else [""] * len(frame)
    found = set(zip(frame["fiscal_year"].tolist(), list(categories), strict=True))
    return [CubeTable(year, category) for year, category in sorted(found)]


def table_columns(cube: Cube) -> str:
    """The two columns of a table as they are selected from the records of a cube."""
    year = f"{ALL_YEARS}::SMALLINT" if cube.all_years else "fiscal_year::SMALLINT"
    category = "category_code" if "category" in cube.apart else "''"
    return f"{year} AS table_year, {category} AS table_category"


def as_rows(tables: Iterable[CubeTable]) -> pd.DataFrame:
    """The tables as a frame with these two columns."""
    rows = [(table.year, table.category) for table in tables]
    frame = pd.DataFrame(rows, columns=["table_year", "table_category"])
    return frame.astype({"table_year": "int16", "table_category": "string"})
