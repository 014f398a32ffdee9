"""What a credit model knows of its ratios: limits, logs, flags; learnt once, stored, applied."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from stats.methods.preparation import neglog

Numbers = NDArray[np.float64]
Codes = NDArray[np.intp]
Transform = Literal["winsorised", "neglog"]

# Stands for all industries that are too small for limits of their own.
OTHER = "*"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio as the model shall take it.

    ``knots`` are the shares of firms (0 to 1) at which the slope may change; none means a straight
    line. A winsorised ratio is held within its limits of industry and year; a neglog one becomes
    sign(x)·log(1 + |x|) and has no limits.
    """

    name: str
    transform: Transform = "winsorised"
    knots: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """One column of the design: (max(t − knot, 0) − centre) / scale, or (t − centre) / scale where
    there is no knot; t is the ratio after its transformation."""

    name: str
    knot: float | None
    centre: float
    scale: float


@dataclass(frozen=True, slots=True)
class PreparedRatio:
    """A ratio with all that was learnt of it.

    ``low`` and ``high`` have one row per industry (the last for OTHER) and one column per year;
    they are empty for neglog. ``n_missing`` counts the training rows without the ratio: where it
    is zero the model has no flag, and a statement without the ratio has no score.
    """

    name: str
    transform: Transform
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]
    pieces: tuple[Piece, ...]
    n_missing: int

    @property
    def flag(self) -> str | None:
        return f"{self.name}_missing" if self.n_missing else None


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything that turns ratios into the columns of a design; it never changes after training.

    ``industries`` are those with limits of their own, all others are OTHER; a missing industry is
    the code "". Years before ``first_year`` or after ``last_year`` take the limits of that year.
    ``industry_columns`` are the industries with a column; those without one share the intercept
    with the most frequent.
    """

    ratios: tuple[PreparedRatio, ...]
    industries: tuple[str, ...]
    first_year: int
    last_year: int
    industry_columns: tuple[str, ...]
    n: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of the design, the intercept first."""
        names = ["intercept"]
        for ratio in self.ratios:
            names += [piece.name for piece in ratio.pieces]
            names += [ratio.flag] if ratio.flag else []
        return (*names, *(industry_column(code) for code in self.industry_columns))

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> Preparation:
        return preparation_of(json.loads(text))


def preparation_of(stored: dict[str, Any]) -> Preparation:
    """The preparation of its own fields as JSON holds them. Raises ValueError if any is absent."""
    try:
        ratios = tuple(
            PreparedRatio(
                **{
                    **ratio,
                    "low": _rows(ratio["low"]),
                    "high": _rows(ratio["high"]),
                    "pieces": tuple(Piece(**piece) for piece in ratio["pieces"]),
                }
            )
            for ratio in stored["ratios"]
        )
        names = {key: tuple(stored[key]) for key in ("industries", "industry_columns")}
        return Preparation(**{**stored, **names, "ratios": ratios})
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no stored preparation: {error}") from error


def industry_column(code: str) -> str:
    return f"industry_{code}"


def numbered(industry: ArrayLike | Iterable[Any]) -> tuple[Codes, list[str]]:
    """A number for each industry and the codes by number; a missing one is the last, "".

    Fast for a pandas Categorical, which is not unpacked.
    """
    numbers, found = pd.factorize(pd.Series(industry))
    names = [*(str(code) for code in found), ""]
    return np.where(numbers < 0, len(found), numbers).astype(np.intp), names


def industry_places(industry: ArrayLike | Iterable[Any], industries: tuple[str, ...]) -> Codes:
    """The place of each industry among ``industries``; len(industries) stands for OTHER."""
    numbers, names = numbered(industry)
    place = {code: number for number, code in enumerate(industries)}
    places = np.array([place.get(name, len(industries)) for name in names], np.intp)
    return np.asarray(places[numbers], np.intp)


def transformed(ratio: PreparedRatio, values: ArrayLike, cell: Codes) -> Numbers:
    """The ratio after limits or logs; NaN stays NaN. ``cell`` is industry × years + year.

    Raises ValueError for infinite values: what cannot be computed is missing, not endless.
    """
    x = np.asarray(values, np.float64)
    if np.isinf(x).any():
        raise ValueError(f"{ratio.name} holds infinite values; give NaN for what is not known")
    if ratio.transform == "neglog":
        return neglog(x)
    low, high = (np.asarray(limits, np.float64).ravel() for limits in (ratio.low, ratio.high))
    return np.asarray(np.minimum(np.maximum(x, low.take(cell)), high.take(cell)), np.float64)


def _rows(rows: Iterable[Iterable[float]]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in rows)
