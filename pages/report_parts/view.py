"""The state of the page レポート: which edition, which package of it, which page of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gate
from components.links import href
from gate import packages
from gate.editions import EditionNote, PackageLine, PackageNote
from gate.package_access import may_open, own_regions
from gate.package_words import edition_name, member_name
from language import text
from queries.parameters import ParameterError
from store.members import Members

PATH = "/reports"
DESK_PATH = "/reports/desk"
# The nation, where an empty value would mean the reader's own region.
NATION = "japan"
_MOST_SHEETS = 99


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a package is to be about: codes, empty for all."""

    region: str
    industry: str
    technology: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """One package of one edition, with all that there is to choose from.

    ``package`` is None where the edition has none for what is ``wanted``, ``edition`` where there
    is none at all that this reader may open.
    """

    members: Members
    known: Sequence[EditionNote]
    edition: EditionNote | None
    offered: Sequence[PackageLine]
    wanted: Wanted
    package: PackageNote | None
    sheet: int
    is_fixed: bool

    @classmethod
    def read(cls, query: Mapping[str, str]) -> ReportView:
        """Read the address; raises ParameterError for an edition or code that there is not."""
        members, actor = gate.members(), gate.current_actor()
        known = packages.editions()
        edition = _edition(query.get("edition", ""), known)
        offered = packages.packages(edition) if edition else []
        wanted = _wanted(query, members, own_regions(actor, members) if actor.regions else ("",))
        line = next((p for p in offered if _of(p) == wanted), None)
        found = packages.package(edition, line.scope_key) if edition and line else None
        n_page = found.n_page if found else 1
        return cls(
            members=members,
            known=known,
            edition=edition,
            offered=offered,
            wanted=wanted,
            package=found,
            sheet=_sheet(query.get("sheet", ""), n_page),
            is_fixed=actor.role is gate.Role.CHAMBER,
        )

    @property
    def is_newest(self) -> bool:
        """Whether the edition is the one that is shown unless another is asked for."""
        return self.edition == _edition("", self.known)

    @property
    def query(self) -> dict[str, str]:
        wanted = self.wanted
        state = {
            "region": wanted.region or NATION,
            "industry": wanted.industry,
            "technology": wanted.technology,
            "edition": "" if self.is_newest or not self.edition else self.edition.name,
        }
        if wanted.technology:
            del state["region"]
        return {name: value for name, value in state.items() if value}

    def href(self, **changes: str | None) -> str:
        """The address of this page with some of the state changed; None leaves a part out."""
        return href(self.query, PATH, **changes)

    def package_in(self, edition: EditionNote) -> PackageNote | None:
        """The same package of another edition, if it has one that this reader may open."""
        if edition == self.edition:
            return self.package
        # One scope has one key, in whatever edition.
        known = self.package.scope_key if self.package else ""
        if not known:
            lines = packages.packages(edition)
            known = next((p.scope_key for p in lines if _of(p) == self.wanted), "")
        return packages.package(edition, known)

    @property
    def name(self) -> str:
        """What is wanted, in words: 宮城県・製造業."""
        wanted = self.wanted
        if wanted.technology:
            return member_name("technology", wanted.technology, self.members)
        region = member_name("region", wanted.region, self.members)
        if not wanted.industry:
            return region
        industry = member_name("industry", wanted.industry, self.members)
        return text("release.scope", region=region, industry=industry)

    @property
    def edition_text(self) -> str:
        return edition_name(self.edition) if self.edition else ""


def _of(package: PackageLine) -> Wanted:
    return Wanted(package.region, package.industry, package.field)


def _edition(name: str, known: Sequence[EditionNote]) -> EditionNote | None:
    """The edition of the address; without one the newest public one, or the newest to look
    through."""
    if name:
        found = next((e for e in known if e.name == name), None)
        if found is None:
            raise ParameterError("edition", name)
        return found
    open_to_all = [e for e in known if e.state == "public"]
    waiting = [e for e in known if may_open(gate.current_actor(), e.state)]
    return next(iter(open_to_all + waiting), None)


def _wanted(query: Mapping[str, str], members: Members, own: Sequence[str]) -> Wanted:
    """The package that the address asks for; a finer region or industry stands for the one above
    it, of which there are packages."""
    region, industry = query.get("region", ""), query.get("industry", "")
    technology = query.get("technology", "")
    if technology and not region and not industry:
        if members.get("technology", technology) is None:
            raise ParameterError("technology", technology)
        return Wanted("", "", technology)
    if not region:
        region = own[0]
    elif region == NATION:
        region = ""
    return Wanted(
        _raised("region", region, ("bureau", "prefecture"), members),
        _raised("industry", industry, ("division",), members),
        "",
    )


def _raised(domain: str, code: str, levels: Sequence[str], members: Members) -> str:
    if not code:
        return ""
    path = members.path(domain, code)
    if not path:
        raise ParameterError(domain, code)
    return next((m.code for m in reversed(path) if m.level in levels), "")


def _sheet(written: str, n_page: int) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > 2:
        return 1
    return max(1, min(int(written), n_page, _MOST_SHEETS))
