"""Each number of a package's data, worked out anew from the released cells.

``data/reference/package_variable.toml`` says what every variable rests on. A number whose cells
are not all shown, that is another than they give, or of which nobody says what it rests on, must
not leave.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gate.released_attack import Cell, Cells

VARIABLES = Path(__file__).resolve().parents[1] / "data" / "reference" / "package_variable.toml"
HIDDEN = "x"
# What stands in place of a number: hidden, nothing there, not released so finely.
STATUSES = frozenset({HIDDEN, "-", "…"})
# Of half the last digit: what a number was computed in may differ by so much.
_SLACK = 1 + 1e-6
_LEAST_DIVISION = 1e-6


class NumberFault(Exception):
    """A line of the data must not leave; ``code`` says why (release.fault.<code>)."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code, what)
        self.code = code
        self.what = what


@dataclass(frozen=True, slots=True)
class Variable:
    """What a variable rests on: numbers of a cube, and how it is made from them. Where the category
    ``is_measure``, it names the number that is told instead of the first one."""

    cube: str
    kind: str
    measures: tuple[str, ...]
    times: float = 1.0
    divisor: float = 1.0
    is_measure: bool = False


@cache
def read_variables(path: Path = VARIABLES) -> Mapping[str, Variable]:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Variable(
            cube=rule["cube"],
            kind=rule["kind"],
            measures=tuple(rule["measures"]),
            times=float(rule.get("times", 1)),
            divisor=float(rule.get("divisor", 1)),
            is_measure=bool(rule.get("is_measure", False)),
        )
        for name, rule in told.items()
    }


def check_data(
    content: bytes, published: Mapping[str, Cells], variables: Mapping[str, Variable] | None = None
) -> int:
    """How many numbers the data of a package hold; raises NumberFault for the first that must not
    leave. ``published`` are the cells of each cube."""
    known = read_variables() if variables is None else variables
    n_number = 0
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NumberFault("unread", str(error)) from error
    for row in rows:
        what = f"{row.get('variable')} {row.get('fiscal_year')} {row.get('region_code')}"
        try:
            status, written = row["status"], row["value"]
            if (status == "") == (written == "") or (status and status not in STATUSES):
                raise NumberFault("shown" if status == HIDDEN else "unread", what)
            if not status:
                _check(row, float(written), known[row["variable"]], published)
                n_number += 1
        except NumberFault as fault:
            raise NumberFault(fault.code, f"{what} {row.get('industry_code')}") from None
        except (KeyError, ValueError, TypeError) as error:
            raise NumberFault("unread", f"{what}: {error!r}") from error
    return n_number


def _check(
    row: Mapping[str, str], value: float, variable: Variable, published: Mapping[str, Cells]
) -> None:
    """Work one number out anew; raises NumberFault where it must not leave."""
    cells = published[variable.cube]
    years = _years(row["fiscal_year"])
    category, measures = row["category_code"], variable.measures
    if variable.is_measure and category:
        measures, category = (f"n_{category}", *measures[1:]), ""
    found = [_sum(cells, row, years, category, measure) for measure in measures]
    if variable.kind == "share" or (variable.kind == "bound" and variable.is_measure):
        found.append(_sum(cells, row, years, "", variable.measures[0]))
    if variable.kind == "bound":
        return
    expected = found[0] / variable.divisor * variable.times
    if variable.kind in ("ratio", "share"):
        if not found[1]:
            raise NumberFault("unpublished", "")
        expected /= found[1]
    elif variable.kind != "value":
        raise KeyError(variable.kind)
    decimals = len(row["value"].partition(".")[2])
    allowed = 0.5 * 10.0**-decimals * _SLACK + _LEAST_DIVISION
    if abs(value - expected) > allowed:
        raise NumberFault("differs", "")


def _sum(cells: Cells, row: Mapping[str, str], years: range, category: str, measure: str) -> float:
    """The sum over years of a number at the row's place; where there is no cell, nothing was
    counted. Raises NumberFault where one of them is hidden."""
    region = row["region_code"]
    total = 0.0
    for year in years:
        details = (row["industry_code"], category, row.get("size_code", ""))
        at = (_level(region), region, *details, row.get("event_year", ""), measure)
        value = cells.get(Cell(year, *at), 0.0)
        if value is None:
            raise NumberFault("shown", "")
        total += value
    return total


def _level(region: str) -> str:
    if not region:
        return "nation"
    return "bureau" if region.startswith("b") else "prefecture"


def _years(written: str) -> range:
    """One fiscal year, several from the first to the last (2021-2025), or all as one (all)."""
    if written == "all":
        return range(0, 1)
    first, _, last = written.partition("-")
    return range(int(first), int(last or first) + 1)
