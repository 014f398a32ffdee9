"""The values that filters may take, as a snapshot publishes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Table, select

from store.cursor import Cursor


@dataclass(frozen=True, slots=True)
class Member:
    """One value of a domain: a region, an industry, a programme or a fiscal year."""

    code: str
    name: str
    name_en: str
    level: str
    parent_code: str


@dataclass(frozen=True, slots=True)
class Members:
    """All published values: ``domains[domain][code]`` in display order, and the defaults."""

    domains: Mapping[str, Mapping[str, Member]]
    defaults: Mapping[str, str]

    def of(self, domain: str) -> Mapping[str, Member]:
        return self.domains.get(domain, {})

    def get(self, domain: str, code: str) -> Member | None:
        return self.of(domain).get(code)

    def children(self, domain: str, parent_code: str) -> tuple[Member, ...]:
        return tuple(m for m in self.of(domain).values() if m.parent_code == parent_code)

    def path(self, domain: str, code: str) -> tuple[Member, ...]:
        """The member and those above it, from the top down."""
        steps: list[Member] = []
        member = self.get(domain, code)
        while member is not None:
            steps.append(member)
            member = self.get(domain, member.parent_code) if member.parent_code else None
        return tuple(reversed(steps))


def read_members(cursor: Cursor, table: Table) -> Members:
    """Read all members of a snapshot from its ``dimension_member`` table."""
    frame = cursor.fetch(select(table).order_by(table.c.domain, table.c.position, table.c.code))
    domains: dict[str, dict[str, Member]] = {}
    defaults: dict[str, str] = {}
    for row in frame.to_dict("records"):
        domains.setdefault(row["domain"], {})[row["code"]] = Member(
            row["code"], row["name"], row["name_en"], row["level"], row["parent_code"]
        )
        if row["is_default"]:
            defaults[row["domain"]] = row["code"]
    return Members(domains, defaults)
