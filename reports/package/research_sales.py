"""Section: what completed research projects with a product have sold, by field and by area."""

from __future__ import annotations

from language import text
from reports.package.document import (
    Chart,
    Column,
    KeyFigure,
    Message,
    Row,
    Section,
    Series,
    Table,
    place_keys,
)
from reports.package.ground import Ground, with_notes
from reports.package.messages import amount_comparison, fitting
from reports.package.scope import UNKNOWN, Place
from reports.package.values import Value, quotient, scaled

CUBE = "commercialisation_sales"
ALL_YEARS = 0
MILLION = 1_000_000
MEAN = 2
VARIABLES = ("n_product", "product_sales_million", "product_sales_mean_million")
# Of what the mean is told: a field or an area, what it is compared with, and its values.
Subject = tuple[str, str, tuple[Value, ...]]


def research_sales(ground: Ground) -> Section | None:
    """Sales of commercialised projects since their completion (million yen), all fiscal years
    together; None where the nation's mean is not shown. A package of a field draws them by field
    and by area; one of an area has the areas as a table, and that of the nation has its fields
    beside the rates (`commercialisation`)."""
    field = ground.scope.field
    if not sales_of(ground, "")[MEAN].is_shown or not (field or ground.scope.region):
        return None
    tables = (_by_field(ground), _by_area(ground, field)) if field else (_by_area(ground, ""),)
    told = [table for table in tables if table]
    if not told:
        return None
    blocks: list[Chart | Table] = []
    for table in told:
        blocks += [_chart(ground, table)] if field and len(table.rows) > 2 else []
        blocks.append(table)
    subject = _subject(ground)
    return Section(
        text("package.research_sales.title"),
        tuple(blocks),
        _message(ground, subject, blocks[0].key) if subject else None,
        _key_figures(ground, subject) if subject else (),
    )


def is_told_by_field(ground: Ground, region: str) -> bool:
    """Whether the sales of a region are released by field."""
    return ground.cells(CUBE).is_released(ALL_YEARS, Place(region, ""), "any")


def sales_of(ground: Ground, region: str, field: str = "") -> tuple[Value, ...]:
    """Projects with a product, their sales and the mean (million yen), as VARIABLES."""
    cells, place = ground.cells(CUBE), Place(region, "")
    n = cells.value(ALL_YEARS, place, "n_commercialised", field)
    yen = cells.value(ALL_YEARS, place, "sales_yen", field)
    mean = scaled(quotient(yen, n, decimals=6), MILLION, decimals=1)
    return n, scaled(yen, MILLION), mean


def _by_field(ground: Ground) -> Table | None:
    if not is_told_by_field(ground, ""):
        return None
    places, own = ground.places, ground.scope.field
    known = ground.cells(CUBE).categories(ALL_YEARS, "")
    rows = [
        Row(
            places.category_name("technology", code),
            {"category": code},
            sales_of(ground, "", code),
            is_own=code == own,
        )
        for code in places.codes("technology")
        if code in known
    ]
    return _table(ground, "field", rows, "")


def _by_area(ground: Ground, field: str) -> Table | None:
    """The package's own prefecture where it is told, and the bureaus: of the package's own field
    where fields are told apart there. The nation alone where bureaus are not told."""
    cells, places, region = ground.cells(CUBE), ground.places, ground.scope.region
    bureaus = places.codes("region", "bureau")
    if not bureaus or not cells.is_released(ALL_YEARS, Place(bureaus[0], "")):
        return None if is_told_by_field(ground, "") else _table(ground, "area", [], "")
    if not any(sales_of(ground, code, field)[MEAN].is_shown for code in bureaus):
        field = ""
    own = ground.own_bureau
    areas = list(bureaus)
    # A bureau of one prefecture stands for it.
    is_finer = len(places.area_chain(region)) > 2
    if is_finer and cells.is_released(ALL_YEARS, Place(region, "")):
        areas.insert(0, region)
    shown = [code for code in areas if sales_of(ground, code, field)[MEAN].is_shown]
    told = next((code for code in (region, own) if code in shown), "")
    rows = [
        Row(
            places.region_name(code),
            {"region": code},
            sales_of(ground, code, field),
            is_own=code == told,
        )
        for code in areas
    ]
    merged = ground.wider_note(own) if is_finer and region not in areas else ""
    return _table(ground, "area", rows, field, merged)


def _table(ground: Ground, kind: str, rows: list[Row], field: str, merged: str = "") -> Table:
    places = ground.places
    whole = Row(places.region_name(""), {}, sales_of(ground, "", field), is_total=True)
    keys = {"fiscal_year": "all", **place_keys(Place("", "")), "category": field}
    if kind == "area" and (ground.scope.field or not rows):
        merged = ground.wider_note("", field)
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text(f"package.research_sales.{kind}_table"),
            measure=text("package.research_sales.table_measure", place=_about(ground, field)),
            stub=text(f"package.commercialisation.{'field' if kind == 'field' else 'area'}"),
            columns=tuple(Column(name, keys) for name in VARIABLES),
            rows=(*rows, whole),
            notes=(
                text("package.research_sales.note"),
                *(note for note in [merged] if note),
                ground.source(CUBE),
            ),
        )
    )


def _about(ground: Ground, field: str) -> str:
    """The nation, and the field where the numbers are those of one."""
    nation = ground.places.region_name("")
    if not field:
        return nation
    return text("package.pair", a=nation, b=ground.places.category_name("technology", field))


def _chart(ground: Ground, table: Table) -> Chart:
    rows, whole = table.rows[:-1], table.rows[-1]
    about = _about(ground, table.columns[0].keys["category"])
    own = next((row for row in rows if row.is_own), None)
    is_field = "category" in rows[0].keys
    kind = "field" if is_field else "area"
    note = text("package.research_sales.side")
    if not is_field:
        note = ground.wider_note("", table.columns[0].keys["category"]) + note
    if own:
        note = text("package.own_row", own=own.label) + note
    whole_label = text("package.all_fields") if is_field else about
    return Chart(
        kind="rows",
        key=ground.next("figure"),
        title=_title(kind, own, (whole_label, whole.values[MEAN])),
        measure=text("package.research_sales.measure", place=about),
        unit=text("package.unit.million"),
        labels=tuple(row.label for row in rows),
        series=(
            Series(
                text(f"package.research_sales.each_{kind}"),
                "own",
                tuple(row.values[MEAN] for row in rows),
            ),
            Series(whole_label, "nation", tuple(whole.values[MEAN] for _ in rows)),
        ),
        side=(text("package.reading"), note),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in rows),
        n_unit=text("package.unit.project"),
        highlight=own.label if own else "",
    )


def _title(kind: str, own: Row | None, whole: tuple[str, Value]) -> str:
    """Both means as they are: without an interval a title says no more. Plain where one is hidden
    or the sentence is too long."""
    area, mean = whole
    plain = text(f"package.research_sales.{kind}_plain")
    if not mean.is_shown:
        return plain
    if own is None:
        return fitting(text("package.research_sales.title_alone", area=area, mean=mean.shown()),
                       plain)  # fmt: skip
    if not own.values[MEAN].is_shown:
        return plain
    words = text(
        "package.research_sales.title_beside",
        label=own.label,
        own=own.values[MEAN].shown(),
        area=area,
        mean=mean.shown(),
    )
    return fitting(words, plain)


def _subject(ground: Ground) -> Subject | None:
    """The package's field, or the finest of its area and those above it, whose mean is shown."""
    places, field = ground.places, ground.scope.field
    if field and field != UNKNOWN:
        values = sales_of(ground, "", field)
        if values[MEAN].is_shown:
            return places.category_name("technology", field), text("package.all_fields"), values
    for region in places.area_chain(ground.scope.region):
        values = sales_of(ground, region)
        if values[MEAN].is_shown:
            return places.region_name(region), places.region_name("") if region else "", values
    return None


def _message(ground: Ground, subject: Subject, figure: str) -> Message:
    label, wide, (n, _, mean) = subject
    beside = (wide, sales_of(ground, "")[MEAN])
    return Message(
        text(
            "package.research_sales.message",
            place=label,
            n=n.shown(),
            mean=mean.shown(),
            compared=amount_comparison(mean, beside, text("package.unit.million")),
        ),
        text("package.research_sales.basis", figure=figure, place=label, n=n.shown()),
    )


def _key_figures(ground: Ground, subject: Subject) -> tuple[KeyFigure, ...]:
    label, wide, (n, _, mean) = subject
    unit = text("package.unit.million")
    other = sales_of(ground, "")[MEAN]
    return (
        KeyFigure(
            text("package.research_sales.key"),
            mean,
            unit,
            f"{wide} {other.shown()}{unit}" if wide and other.is_shown else label,
            text("package.research_sales.key_n", n=n.shown()),
        ),
    )
