"""The document of a package: its sections in order, and what the cover and last pages say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from components.eras import date_text
from gate.answer import rows_of
from gate.csv_file import source_name
from language import text
from reports.package.adoption import adoption
from reports.package.amounts import amounts
from reports.package.commercialisation import commercialisation
from reports.package.consultations import consultations
from reports.package.document import Document, Message, Part, Section
from reports.package.ground import SOURCES, Ground
from reports.package.mapping import mapping
from reports.package.matched import matched
from reports.package.messages import unbroken
from reports.package.monitoring import monitoring
from reports.package.research_sales import research_sales
from reports.package.scope import Ask, Scope
from reports.package.statements import statements

Made = Callable[[Ground], Section | None]
SECTIONS: tuple[Made, ...] = (
    adoption,
    amounts,
    statements,
    monitoring,
    matched,
    mapping,
    consultations,
    commercialisation,
    research_sales,
)
OF_A_FIELD: tuple[Made, ...] = (commercialisation, research_sales, adoption)
# The terms of the last pages, and the cube that each is about; empty where all need it.
TERMS = (
    ("adoption", "application_result"),
    ("amount", "award_amount"),
    ("statement", "adopted_statement"),
    ("default", "monitoring_default"),
    ("matched", "matched_effect"),
    ("credit", "mapping_quadrant"),
    ("commercialised", "commercialisation"),
    ("product_sales", "commercialisation_sales"),
    ("interval", ""),
    ("signs", ""),
)
# What counselling may make of it; of a package of a field, what speaks of other sections is not.
USES, USES_OF_A_FIELD = "abcd", "abd"
FIRST_YEAR_OF_REIWA = 2019


def compose(ask: Ask, scope: Scope, edition: str) -> tuple[Document, Ground]:
    """All that the package of ``scope`` says, and the answers it rests on. ``edition`` is a month:
    2026-11. Raises ValueError where nothing is released, or something without a certificate."""
    ground = Ground.of(ask, scope)
    made = [section(ground) for section in (OF_A_FIELD if scope.field else SECTIONS)]
    sections = tuple(section for section in made if section is not None)
    if not sections:
        raise ValueError(f"nothing of {scope.key} is released")
    title = ground.places.scope_name(scope)
    answer = ground.cubes
    rows = rows_of(answer)
    policy = str(rows[0]["policy_hash"]) if rows else ""
    edition_text = _edition(edition)
    document = Document(
        scope=scope,
        title=title,
        subtitle=text("package.field_subtitle" if scope.field else "package.subtitle"),
        tagline=_tagline(ground),
        edition=edition_text,
        snapshot=answer.snapshot,
        policy_hash=policy,
        sample=text("package.sample") if answer.is_synthetic else "",
        meta=(
            (text("package.meta.edition"), edition_text),
            (text("package.meta.published"), date_text(answer.published_at)),
            (text("package.meta.snapshot"), answer.snapshot),
            (text("package.meta.policy"), policy[:8]),
        ),
        sections=sections,
        use=tuple(
            text(f"package.use.{item}") for item in (USES_OF_A_FIELD if scope.field else USES)
        ),
        parts=(),
    )
    return _with_parts(document, ground), ground


def _with_parts(document: Document, ground: Ground) -> Document:
    """The document with its last pages, and a message where no number allowed one."""
    first, *others = document.sections
    if not document.messages:
        alone = Message(text("package.alone_message"), text("package.alone_basis"))
        first = replace(first, message=alone)
    return replace(
        document,
        sections=(first, *others),
        parts=(
            Part(text("package.method.method"), text("package.method.method_text")),
            Part(
                text("package.method.terms"),
                terms=tuple(
                    (text(f"package.term.{term}"), text(f"package.term.{term}_text"))
                    for term, cube in TERMS
                    if not cube or cube in ground.asked
                ),
            ),
            Part(text("package.method.sources"), _sources(document, ground)),
            Part(text("package.method.disclosure"), terms=_disclosure(document, ground)),
        ),
    )


def _edition(edition: str) -> str:
    year, month = (int(part) for part in edition.split("-"))
    return text("package.edition", era=year - FIRST_YEAR_OF_REIWA + 1, month=month)


def _tagline(ground: Ground) -> str:
    scope, places = ground.scope, ground.places
    if scope.field:
        return text("package.tagline_field")
    if not scope.region:
        return text("package.tagline_nation")
    above = places.area_chain(scope.region)[1:]
    return text("package.tagline", compared="・".join(places.region_name(a) for a in above))


def _disclosure(document: Document, ground: Ground) -> tuple[tuple[str, str], ...]:
    """The statement on what is hidden: of this package, of each cube, and what proves it."""
    values = [value for table in document.tables for _, _, value in table.cells()]
    hidden = sum(value.status == "x" for value in values)
    rows = rows_of(ground.cubes)
    found = [
        (
            text("package.method.cells"),
            text(
                "package.method.cells_text",
                n=f"{len(values):,}",
                hidden=f"{hidden:,}",
                percent=f"{100 * hidden / max(len(values), 1):.1f}",
            ),
        )
    ]
    for cube in ground.asked:
        own = [row for row in rows if row["cube"] == cube and row["outcome"] != "withheld"]
        if own:
            found.append(
                (
                    text(f"file_name.cube.{cube}"),
                    text(
                        "package.method.cube_text",
                        n=f"{sum(int(row['n_cell']) for row in own):,}",
                        hidden=f"{sum(int(row['n_hidden']) for row in own):,}",
                        value=max(int(row["value_hidden_percent"]) for row in own),
                    ),
                )
            )
    least = [
        float(row["least_interval_percent"])
        for row in rows
        if row["least_interval_percent"] == row["least_interval_percent"]
        and row["least_interval_percent"] is not None
    ]
    released = [row for row in rows if row["outcome"] != "withheld"]
    if not all(bool(row["is_certified"]) for row in released):
        raise ValueError("a released cube has no certificate that was accepted")
    return (
        *found,
        (
            text("package.method.interval"),
            text("package.method.interval_text", percent=_least(min(least)))
            if least
            else text("package.method.interval_none"),
        ),
        (text("package.method.rules"), text("package.method.rules_text")),
        (
            text("package.method.certificate"),
            text(f"package.method.{'certified' if len(released) == len(rows) else 'uncertified'}"),
        ),
        (
            text("package.method.policy"),
            text("package.method.policy_text", hash=_in_eights(document.policy_hash)),
        ),
        (text("package.method.approval"), text("package.method.approval_text")),
    )


def _least(percent: float) -> str:
    """A share to one decimal, never as if it were nothing."""
    return f"{percent:.1f}%" if percent >= 0.1 else text("package.method.interval_under")


def _in_eights(digits: str) -> str:
    """A hash in groups of eight, so that it may break and be read aloud."""
    return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))


def _sources(document: Document, ground: Ground) -> str:
    asked = [names for cube, names in SOURCES.items() if cube in ground.asked]
    names = dict.fromkeys(source_name(name) for names in asked for name in names)
    return text(
        "package.method.sources_text",
        names=text("package.comma").join(names),
        title=unbroken(document.title),
        edition=document.edition,
        snapshot=document.snapshot,
    )
