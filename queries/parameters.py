"""Closed parameter types: they draw the filter, read and write the URL, and key the cache."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from store.credit_grid import GROWTH_MEASURES, GROWTH_WINDOWS, LATER, GrowthAxis
from store.members import Members

_CODE = re.compile("[a-z0-9_]{1,64}")


class ParameterError(ValueError):
    """A value in the address is not one that the snapshot publishes.

    ``name`` and ``value`` say which; the pages turn them into a sentence.
    """

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}={value}")
        self.name = name
        self.value = value


def chosen_from(domain: str, default: str | None = None) -> Any:
    """A field whose values are the codes that the snapshot publishes for ``domain``.

    Empty, it takes the published default, or ``default`` where one is given.
    """
    return field(default="", metadata={"domain": domain, "unchosen": default})


def one_of(*choices: str) -> Any:
    """A field with a fixed list of values; the first is the default."""
    return field(default=choices[0], metadata={"choices": choices})


def tacit_one_of(*choices: str) -> Any:
    """As one_of, but no address names the default: for a choice added after addresses were kept."""
    return field(default=choices[0], metadata={"choices": choices, "is_tacit": True})


def whole_number(default: int, least: int, most: int) -> Any:
    """A bounded integer field, for windows of rows."""
    return field(default=default, metadata={"range": (least, most)})


def code() -> Any:
    """A code that no domain publishes (a source, a table, a file's hash); empty for all."""
    return field(default="", metadata={"pattern": _CODE})


def search_words(longest: int = 100) -> Any:
    """What a reader typed to search for; compared in NFKC."""
    return field(default="", metadata={"longest": longest})


@dataclass(frozen=True, slots=True)
class Parameters:
    """The base of all parameter types; each field is declared by one of the functions above."""

    @classmethod
    def from_query(cls, query: Mapping[str, str], members: Members) -> Self:
        """Read the fields from an address; unknown keys are left alone, absent and empty ones
        take the published default, so that what to_query writes is read as the same. Raises
        ParameterError on a value that is not published."""
        return cls(**{f.name: _read(f, query.get(f.name), members) for f in fields(cls)})

    def to_query(self) -> dict[str, str]:
        """The fields as they stand in an address, without empty ones and tacit defaults."""
        pairs = ((f, str(getattr(self, f.name))) for f in fields(self))
        return {
            f.name: value
            for f, value in pairs
            if value and not (f.metadata.get("is_tacit") and value == f.default)
        }

    def with_(self, **changes: str) -> Self:
        return replace(self, **changes)


def _read(parameter: Any, value: str | None, members: Members) -> str | int:
    rule = parameter.metadata
    if "domain" in rule:
        if not value:
            default = rule["unchosen"]
            return members.defaults.get(rule["domain"], "") if default is None else str(default)
        if members.get(rule["domain"], value) is None:
            raise ParameterError(parameter.name, value)
        return value
    if "choices" in rule:
        if value is None or value == "":
            return str(parameter.default)
        if value not in rule["choices"]:
            raise ParameterError(parameter.name, value)
        return value
    if "pattern" in rule:
        if value and not rule["pattern"].fullmatch(value):
            raise ParameterError(parameter.name, value)
        return value or ""
    if "longest" in rule:
        words = " ".join(unicodedata.normalize("NFKC", value or "").split())
        if len(words) > rule["longest"] or not words.isprintable():
            raise ParameterError(parameter.name, words)
        return words
    least, most = rule["range"]
    if value is None or value == "":
        return int(parameter.default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ParameterError(parameter.name, value)
    return int(value)


@dataclass(frozen=True, slots=True)
class NoParameters(Parameters):
    """For questions about the whole snapshot."""


@dataclass(frozen=True, slots=True)
class PlaceParameters(Parameters):
    """What every page of exploration narrows by.

    ``region``: empty (nation), a bureau (``b03``), a prefecture (``04``) or a municipality
    (``04100``). ``industry``: a JSIC division, ``?`` for unknown. ``year``: a fiscal year, ``0``
    for all years.
    """

    region: str = chosen_from("region")
    industry: str = chosen_from("industry")
    year: str = chosen_from("year")


@dataclass(frozen=True, slots=True)
class AwardParameters(PlaceParameters):
    """The filter of every award question; ``year`` is that of approval, ``programme`` a code."""

    programme: str = chosen_from("programme")


DIMENSIONS = ("region", "prefecture", "industry", "technology", "programme", "size", "year")


@dataclass(frozen=True, slots=True)
class ApplicationParameters(AwardParameters):
    """The filter of every question on applications; the dimensions narrow it in any order.

    As that of awards, but ``industry`` may be a major group (``09``) and ``year`` is that of the
    application. ``technology``: one of the twelve fields. ``size``: a class of the number of
    employees.
    """

    technology: str = chosen_from("technology")
    size: str = chosen_from("size")


@dataclass(frozen=True, slots=True)
class ComparedParameters(ApplicationParameters):
    """The filter with a second region or industry to stand beside the first, and how many years
    after completion projects are looked at."""

    versus: str = chosen_from("region")
    versus_industry: str = chosen_from("industry")
    after: str = one_of("3", "1", "2", "4", "5")


@dataclass(frozen=True, slots=True)
class BreakdownParameters(ApplicationParameters):
    """The filter with the dimension it is broken down by; the filter's own choice there plays no
    part. ``region`` goes one step down, ``prefecture`` always shows all 47."""

    by: str = one_of(*DIMENSIONS)
    after: str = one_of("3", "1", "2", "4", "5")


@dataclass(frozen=True, slots=True)
class GrowthParameters(ApplicationParameters):
    """The filter of growth questions, by default over all years: growth needs years to be seen.

    ``result`` is what growth is set against, ``window`` the years it is measured over.
    """

    year: str = chosen_from("year", default="0")
    growth: str = one_of("sales", "profit", "employee")
    window: str = one_of("3", "1", "5")
    result: str = one_of("adopted", "granted", "points")
    by: str = one_of("region", "prefecture", "industry", "technology", "programme", "size")


@dataclass(frozen=True, slots=True)
class ResearchParameters(ApplicationParameters):
    """The filter of the study of research support; ``cohort`` are the years of application whose
    firms are followed, ``after`` the years since completion at which projects are compared."""

    year: str = chosen_from("year", default="0")
    cohort: str = one_of("2006_2008", "2009_2013", "2014_2018", "all")
    after: str = one_of("3", "1", "2", "4", "5")
    measure: str = one_of("sales", "gross_profit", "employee")
    by: str = one_of("technology", "region", "industry", "size")


@dataclass(frozen=True, slots=True)
class MonitoringParameters(Parameters):
    """Whose years after the first use of a measure are looked at, and by what number.

    ``region``: empty (nation), a bureau or a prefecture; a municipality stands for its prefecture.
    ``industry``: a division or a major group. ``used_from`` and ``used_to``: the first and
    the last year of first use, ``0`` for no end. ``users``: all, or those that used the measure
    once. ``horizon``: the year since the first use at which years of first use are set side by
    side.
    """

    region: str = chosen_from("region")
    industry: str = chosen_from("industry")
    measure: str = chosen_from("measure")
    size: str = chosen_from("size")
    used_from: str = chosen_from("year", default="0")
    used_to: str = chosen_from("year", default="0")
    users: str = one_of("all", "once")
    outcome: str = one_of("sales", "net_profit", "employee")
    horizon: str = one_of("3", "1", "2", "5", "8")

    @property
    def year(self) -> str:
        """All years: users are chosen by ``used_from`` and ``used_to``."""
        return "0"


QUADRANTS = ("weak_shrinking", "strong_shrinking", "weak_growing", "strong_growing")


@dataclass(frozen=True, slots=True)
class CreditMapParameters(PlaceParameters):
    """The filter of the plane of credit strength and growth, by default over all years.

    ``year`` is that of the statement, ``measure`` the one whose users are shown,
    ``versus_measure`` a second one beside it (or empty), ``growth_of`` says what growth is measured
    of and ``window`` over how many years, ``later`` the years after which firms are looked for
    again; ``quadrant`` leaves the firms of one, ``who`` says whose transitions are told.
    """

    year: str = chosen_from("year", default="0")
    size: str = chosen_from("size")
    measure: str = chosen_from("measure")
    versus_measure: str = chosen_from("measure", default="")
    growth_of: str = tacit_one_of(*GROWTH_MEASURES)
    window: str = one_of(*map(str, GROWTH_WINDOWS))
    later: str = one_of(*map(str, LATER))
    quadrant: str = one_of("", *QUADRANTS)
    who: str = one_of("users", "others", "versus")

    @property
    def axis(self) -> GrowthAxis:
        """How growth is measured."""
        return GrowthAxis(self.growth_of, int(self.window))
