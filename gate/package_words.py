"""What editions and packages are called: on the screen and as files."""

from __future__ import annotations

from gate.editions import EditionNote, PackageLine, PackageNote
from language import current_language, text
from store.members import Members

_REIWA = 2018
_NOT_IN_A_NAME = frozenset('\\/:*?"<>|')


def edition_name(edition: EditionNote) -> str:
    """令和8年11月版; 令和8年11月版（訂正1） for the second of a month."""
    year, month = (int(part) for part in edition.month.split("-"))
    era = year - _REIWA
    shown = text(
        "release.edition",
        era_year=text("era.first") if era == 1 else era,
        year=year,
        month=month,
        month_name=text(f"era.month.{month}"),
    )
    if edition.revision == 1:
        return shown
    return text("release.revised", edition=shown, n=edition.revision - 1)


def member_name(domain: str, code: str, members: Members) -> str:
    """The name of a region, industry or field; of all of them for an empty code."""
    if not code:
        return text(f"release.all_{domain}")
    member = members.get(domain, code)
    if member is None:
        return code
    is_english = current_language() == "en" and member.name_en
    return member.name_en if is_english else member.name


def package_name(package: PackageLine | PackageNote, members: Members) -> str:
    """宮城県・製造業; the field where the package is about one."""
    if package.field:
        return member_name("technology", package.field, members)
    region = member_name("region", package.region, members)
    if not package.industry:
        return region
    industry = member_name("industry", package.industry, members)
    return text("release.scope", region=region, industry=industry)


def download_name(edition: EditionNote, package: PackageNote, file: str, members: Members) -> str:
    """中小企業データ分析レポート_宮城県・製造業_令和8年11月版.pdf"""
    stem, _, extension = file.rpartition(".")
    words = [
        text("release.series"),
        package_name(package, members),
        edition_name(edition),
        *([text("release.variables_file")] if stem == "variables" else []),
    ]
    safe = ("-" if c in _NOT_IN_A_NAME or not c.isprintable() else c for c in "_".join(words))
    return f"{''.join(safe).replace(' ', '-')}.{extension}"
