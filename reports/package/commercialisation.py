"""Section: how many completed research projects came to a product, by field or by bureau; beside
them what these sold, where the package does not draw that (`research_sales`)."""

from __future__ import annotations

from collections.abc import Sequence

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
from reports.package.messages import chance, comparison
from reports.package.research_sales import VARIABLES as SALES
from reports.package.research_sales import is_told_by_field, sales_of
from reports.package.scope import UNKNOWN, Place
from reports.package.values import Value, interval, rate

CUBE = "commercialisation"
ALL_YEARS = 0
DONE, SOLD = "n_completed", "n_commercialised"
VARIABLES = (DONE, SOLD, "commercialised_rate", "commercialised_low", "commercialised_high")
Counts = tuple[Value, Value]


def commercialisation(ground: Ground) -> Section | None:
    """The share of completed projects with a product, all fiscal years together; None where nothing
    is released."""
    cells = ground.cells(CUBE)
    if not cells.years:
        return None
    field = ground.scope.field
    told = [table for table in (_by_field(ground), _by_bureau(ground, field)) if table]
    if not told:
        told = [_areas(ground)]
    charts = [
        _chart(ground, table)
        for table in told
        if len(table.rows) > 2 and not _is_wider(ground, table)
    ]
    blocks: list[Chart | Table] = []
    for table in told:
        blocks += [chart for chart in charts if chart.table == table.key]
        blocks.append(table)
    return Section(
        text("package.commercialisation.title"),
        tuple(blocks),
        _message(ground, blocks[0].key),
        _key_figures(ground),
    )


def _is_wider(ground: Ground, table: Table) -> bool:
    """Whether the fields of the nation stand for those of an area: numbers to look up, and no
    picture of the area."""
    return bool(ground.scope.region) and _kind(table) == "field" and not _region(table)


def _kind(table: Table) -> str:
    first = table.rows[0].keys
    return "field" if "category" in first else "bureau" if "region" in first else "area"


def _region(table: Table) -> str:
    return table.columns[0].keys["region"]


def _counts(ground: Ground, region: str, field: str = "") -> Counts:
    cells = ground.cells(CUBE)
    place = Place(region, "")
    return cells.value(ALL_YEARS, place, DONE, field), cells.value(ALL_YEARS, place, SOLD, field)


def _values(
    ground: Ground, region: str, field: str = "", *, has_sales: bool = False
) -> tuple[Value, ...]:
    done, sold = _counts(ground, region, field)
    sales = sales_of(ground, region, field)[1:] if has_sales else ()
    return (done, sold, rate(sold, done), *interval(sold, done), *sales)


def _by_field(ground: Ground) -> Table | None:
    """By field of technology in the finest area for which fields are told apart."""
    cells, places = ground.cells(CUBE), ground.places
    for region in places.area_chain(ground.scope.region):
        if cells.is_released(ALL_YEARS, Place(region, ""), "any"):
            known, has_sales = cells.categories(ALL_YEARS, region), _has_sales(ground, region)
            codes = [code for code in places.codes("technology") if code in known]
            rows = [
                Row(
                    places.category_name("technology", code),
                    {"category": code},
                    _values(ground, region, code, has_sales=has_sales),
                    is_own=code == ground.scope.field,
                )
                for code in codes
            ]
            return _table(ground, "field", rows, region, "")
    return None


def _has_sales(ground: Ground, region: str) -> bool:
    """Whether the table of fields tells what their projects sold: no section of its own does."""
    return not ground.scope.field and is_told_by_field(ground, region)


def _by_bureau(ground: Ground, field: str) -> Table | None:
    """By bureau: of the package's own field where fields are told apart there."""
    cells, places = ground.cells(CUBE), ground.places
    bureaus = places.codes("region", "bureau")
    place = Place(bureaus[0], "") if bureaus else Place("", "")
    if not place.region or not cells.is_released(ALL_YEARS, place):
        return None
    if field and not cells.is_released(ALL_YEARS, place, "any"):
        field = ""
    rows = [
        Row(
            places.region_name(code),
            {"region": code},
            _values(ground, code, field),
            is_own=code == ground.own_bureau,
        )
        for code in bureaus
    ]
    return _table(ground, "bureau", rows, "", field)


def _areas(ground: Ground) -> Table:
    """Where only the nation is told: one row."""
    return _table(ground, "area", [], "", "")


def _table(ground: Ground, kind: str, rows: list[Row], region: str, field: str) -> Table:
    places, has_sales = ground.places, kind == "field" and _has_sales(ground, region)
    values = _values(ground, region, field, has_sales=has_sales)
    total = Row(places.region_name(region), {}, values, is_total=True)
    told, more = ("sales", SALES[1:]) if has_sales else ("rate", ())
    about = places.region_name(region)
    if field:
        about = text("package.pair", a=about, b=places.category_name("technology", field))
    keys = {"fiscal_year": "all", **place_keys(Place(region, "")), "category": field}
    is_alone = kind == "area" or (kind == "field" and bool(ground.scope.region))
    wider = ground.wider_note(region, field) if is_alone else ""
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text(f"package.commercialisation.{kind}_{told}_table"),
            measure=text(f"package.commercialisation.{told}_measure", place=about),
            stub=text(f"package.commercialisation.{kind}"),
            columns=tuple(Column(name, keys) for name in (*VARIABLES, *more)),
            rows=(*rows, total),
            notes=(
                text("package.commercialisation.note"),
                *([text("package.research_sales.note")] if has_sales else []),
                *([wider] if wider else []),
                ground.source(CUBE),
            ),
        )
    )


def _chart(ground: Ground, table: Table) -> Chart:
    rows, whole = table.rows[:-1], table.rows[-1]
    kind = _kind(table)
    region = whole.label if kind == "field" else ""
    note = text("package.commercialisation.side")
    if kind == "field" and ground.scope.region:
        note = ground.wider_note(_region(table)) + note
    own = next((row.label for row in rows if row.is_own), "")
    if own:
        note = text("package.own_row", own=own) + note
    return Chart(
        kind="dots",
        key=ground.next("figure"),
        title=_title(kind, rows, whole),
        measure=text("package.commercialisation.rate_measure", place=whole.label),
        unit="%",
        labels=tuple(row.label for row in rows),
        series=(
            Series(
                text("package.commercialisation.each", place=region)
                if region
                else text("package.commercialisation.each_bureau"),
                "own",
                tuple(row.values[2] for row in rows),
                tuple(row.values[3] for row in rows),
                tuple(row.values[4] for row in rows),
            ),
            Series(whole.label, "nation", tuple(whole.values[2] for _ in rows)),
        ),
        side=(text("package.reading"), note),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in rows),
        n_unit=text("package.unit.project"),
        highlight=own,
    )


def _title(kind: str, rows: Sequence[Row], whole: Row) -> str:
    """Whether every interval that is shown holds the share of all."""
    middle = whole.values[2].number
    bounds = [
        (row.values[3].number, row.values[4].number) for row in rows if row.values[2].is_shown
    ]
    if middle is None or not bounds:
        return text(f"package.commercialisation.{kind}_plain")
    holds = all(
        low is not None and high is not None and low <= middle <= high for low, high in bounds
    )
    ending = "same" if holds else "differ"
    return text(f"package.commercialisation.{kind}_{ending}", n=len(bounds))


def _subject(ground: Ground) -> tuple[str, str, Counts] | None:
    """The finest area of the package (or its field) that is shown: its name, what it is compared
    with, and its counts."""
    places, field = ground.places, ground.scope.field
    if field and field != UNKNOWN:
        counts = _counts(ground, "", field)
        if all(value.is_shown for value in counts):
            return places.category_name("technology", field), text("package.all_fields"), counts
    for region in places.area_chain(ground.scope.region):
        counts = _counts(ground, region)
        if all(value.is_shown for value in counts):
            wide = places.region_name("") if region else ""
            return places.region_name(region), wide, counts
    return None


def _message(ground: Ground, figure: str) -> Message | None:
    found = _subject(ground)
    if found is None:
        return None
    label, wide, (done, sold) = found
    share, (low, high) = rate(sold, done), interval(sold, done)
    other = rate(*reversed(_counts(ground, "")))
    beside = [(wide, other)] if wide and other.is_shown else []
    return Message(
        text(
            "package.commercialisation.message",
            place=label,
            rate=share.shown(),
            n=done.shown(),
            k=sold.shown(),
            compared=comparison(share, beside),
            chance=chance(share, low, high, beside[0]) if beside else "",
        ),
        text(
            "package.basis",
            figure=figure,
            period=text("package.commercialisation.period"),
            place=label,
            low=low.shown(),
            high=high.shown(),
        ),
    )


def _key_figures(ground: Ground) -> tuple[KeyFigure, ...]:
    found = _subject(ground)
    if found is None:
        return ()
    label, wide, (done, sold) = found
    other = rate(*reversed(_counts(ground, "")))
    return (
        KeyFigure(
            text("package.commercialisation.key"),
            rate(sold, done),
            "%",
            f"{wide} {other.shown()}%" if wide else label,
            text("package.commercialisation.key_n", n=done.shown()),
        ),
    )
