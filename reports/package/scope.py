"""What packages are about, and what places and branches are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gate.answer import Answer, Row, rows_of
from language import has_text, text

Ask = Callable[[str, Mapping[str, str]], Answer]
UNKNOWN = "?"
# Cubes whose categories are fields of technology.
OF_FIELDS = ("commercialisation", "commercialisation_sales")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a package is about; empty is all.

    ``region``: a bureau (b02) or prefecture (04); ``industry``: a JSIC division; ``field``: a field
    of technology.
    """

    region: str = ""
    industry: str = ""
    field: str = ""

    @property
    def key(self) -> str:
        """A name for files and addresses, one for each scope: 20-E, b02, field-03, japan."""
        if self.field:
            return f"field-{self.field}"
        return "-".join(part for part in (self.region or "japan", self.industry) if part)


@dataclass(frozen=True, slots=True)
class Place:
    """A region and an industry together; empty is all."""

    region: str
    industry: str


@dataclass(frozen=True)
class Places:
    """Names and order of everything a package may be about, from ``released_member``."""

    members: Mapping[str, Mapping[str, Row]]

    @classmethod
    def of(cls, answer: Answer) -> Places:
        found: dict[str, dict[str, Any]] = {}
        for row in rows_of(answer):
            found.setdefault(row["domain"], {})[row["code"]] = row
        return cls(found)

    def codes(self, domain: str, level: str = "") -> tuple[str, ...]:
        """The codes of a domain in official order, unknown last."""
        rows = self.members.get(domain, {}).values()
        return tuple(row["code"] for row in rows if not level or row["level"] == level)

    def known(self, domain: str) -> tuple[str, ...]:
        return tuple(code for code in self.codes(domain) if code != UNKNOWN)

    def bureau_of(self, region: str) -> str:
        return str(self.members["region"][region]["parent_code"]) if region else ""

    def area_chain(self, region: str) -> tuple[str, ...]:
        """The region and those above it. A bureau of one prefecture is that prefecture."""
        if not region:
            return ("",)
        bureau = self.bureau_of(region)
        if not bureau:
            return (region, "")
        inside = [row for row in self.members["region"].values() if row["parent_code"] == bureau]
        return (region, bureau, "") if len(inside) > 1 else (region, "")

    def chain(self, own: Place) -> tuple[Place, ...]:
        """Where the own place may be told: its industry first, from the own area upwards."""
        areas = self.area_chain(own.region)
        industries = dict.fromkeys((own.industry, ""))
        return tuple(Place(area, industry) for industry in industries for area in areas)

    def region_name(self, code: str) -> str:
        return self._name("region", code) if code else text("package.nation")

    def industry_name(self, code: str) -> str:
        return self._name("industry", code) if code else text("package.all_industries")

    def category_name(self, domain: str, code: str) -> str:
        """The name of a programme group, topic, technology or measure."""
        if domain in self.members and code != UNKNOWN:
            return self._name(domain, code)
        key = f"{domain}.{code}"
        return text(key) if code != UNKNOWN and has_text(key) else text("package.unknown")

    def _name(self, domain: str, code: str) -> str:
        row = self.members.get(domain, {}).get(code)
        return str(row["name"]) if row and code != UNKNOWN else text("package.unknown")

    def scope_name(self, scope: Scope) -> str:
        """宮城県 × |製造業, with bars where a title may break."""
        if scope.field:
            return text("package.field_title", field=self._name("technology", scope.field))
        region = self.region_name(scope.region)
        if not scope.industry:
            return region
        return text("package.title", region=region, industry=self.industry_name(scope.industry))

    def labels(self, places: tuple[Place, ...]) -> dict[Place, str]:
        """Short names that tell ``places`` apart: by region, by industry, or by both."""
        regions = {place.region for place in places}
        industries = {place.industry for place in places}
        if len(industries) == 1:
            return {place: self.region_name(place.region) for place in places}
        if len(regions) == 1:
            return {place: self.industry_name(place.industry) for place in places}
        return {place: self.place_name(place) for place in places}

    def place_name(self, place: Place) -> str:
        return text(
            "package.place",
            region=self.region_name(place.region),
            industry=self.industry_name(place.industry),
        )


def scopes(ask: Ask) -> tuple[Scope, ...]:
    """Every package of the snapshot: the nation, bureaus, prefectures, prefectures by industry, and
    fields of technology, in official order. There is none of unknown industries and fields, nor of
    industries or fields of which nothing is released, and none at all where nothing is."""
    places = Places.of(ask("released_member", {}))
    layouts = [(row["cube"], str(row["layout"])) for row in rows_of(ask("released_cubes", {}))]
    if not any(layout for _, layout in layouts):
        return ()
    has_industries = any("*industry" in layout for _, layout in layouts)
    has_fields = any(cube in OF_FIELDS and "*category" in layout for cube, layout in layouts)
    industries = places.known("industry") if has_industries else ()
    fields = places.known("technology") if has_fields else ()
    return (
        Scope(),
        *(Scope(region=code) for code in places.codes("region", "bureau")),
        *(
            Scope(region, industry)
            for region in places.codes("region", "prefecture")
            for industry in ("", *industries)
        ),
        *(Scope(field=code) for code in fields),
    )
