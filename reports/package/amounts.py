"""Section: what was granted, by year, and by industry or kind of programme."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.cells import Lines, lines_of
from reports.package.document import Chart, KeyFigure, Row, Section, Series, Table, place_keys
from reports.package.document import Column as TableColumn
from reports.package.ground import (
    Ground,
    about,
    columns_of,
    period,
    with_notes,
    year_label,
)
from reports.package.messages import last_change_title
from reports.package.scope import Place
from reports.package.values import Value, quotient, scaled

CUBE = "award_amount"
TEN_THOUSAND = 10_000
# Whether industries or categories are told apart is the same for all of them.
ANY = "any"
VARIABLES = ("n_award", "n_recipient", "amount_man", "amount_per_award_man")
OTHER = ("n_award", "amount_man", "amount_per_award_man")


def amounts(ground: Ground) -> Section | None:
    """Awards, recipients and amounts (ten thousand yen); None where nothing is released."""
    cells = ground.cells(CUBE)
    years = ground.latest_years(CUBE)
    if not years:
        return None
    lines = lines_of(cells, ground.own, ground.places, "amount_yen", years)
    if lines.reference:
        lines = Lines((lines.subject, lines.reference), lines.reference)
    labels = ground.places.labels(lines.places)
    table = _by_year(ground, lines, years)
    label = labels[lines.subject]
    own = [row.values[2] for row in table.rows]
    what = text("package.amounts.what")
    chart = Chart(
        kind="bars",
        key=ground.next("figure"),
        title=last_change_title(what, label, years, own),
        measure=text(
            "package.amounts.measure", place=ground.places.place_name(lines.subject),
            period=period(years),
        ),
        unit=text("package.unit.man"),
        labels=tuple(text("package.year_tick", year=year) for year in years),
        series=(Series(label, "own", tuple(own)),),
        side=(
            text("package.reading"),
            ground.merged_note(lines.subject) + text("package.amounts.side"),
        ),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in table.rows),
        n_unit=text("package.unit.case"),
    )  # fmt: skip
    broken = _by_part(ground, years)
    blocks = (chart, table, broken) if broken else (chart, table)
    return Section(
        text("package.amounts.title"), blocks, key_figures=_key_figures(label, table, years)
    )


def _values(count: Value, recipients: Value, yen: Value) -> tuple[Value, ...]:
    return (
        count,
        recipients,
        scaled(yen, TEN_THOUSAND),
        scaled(quotient(yen, count, decimals=6), TEN_THOUSAND),
    )


def _at(ground: Ground, year: int, place: Place, category: str = "") -> tuple[Value, ...]:
    cells = ground.cells(CUBE)
    names = ("n_award", "n_recipient", "amount_yen")
    return _values(*(cells.value(year, place, name, category) for name in names))


def _by_year(ground: Ground, lines: Lines, years: Sequence[int]) -> Table:
    rows = []
    for year in years:
        values = list(_at(ground, year, lines.subject))
        for place in lines.places[1:]:
            other = _at(ground, year, place)
            values += [other[0], *other[2:]]
        rows.append(Row(year_label(year), {"fiscal_year": str(year)}, tuple(values)))
    labels = ground.places.labels(lines.places)
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.amounts.table_title"),
            measure=text("package.amounts.table_measure", place=about(ground, lines)),
            stub=text("package.year"),
            columns=columns_of(
                lines.places, labels, (VARIABLES, *(OTHER for _ in lines.places[1:]))
            ),
            rows=tuple(rows),
            notes=(text("package.amounts.note"), ground.source(CUBE)),
        )
    )


def _by_part(ground: Ground, years: Sequence[int]) -> Table | None:
    """The last year that is told apart by industry or by kind of programme, in the own area or the
    next above it."""
    areas = ground.places.area_chain(ground.scope.region)
    # In a package of one industry the others have no place.
    kinds = (True,) if ground.scope.industry else (False, True)
    found = [f for f in (_finest(ground, years, kind) for kind in kinds) if f]
    if not found:
        return None
    year, region, is_category = min(found, key=lambda f: (areas.index(f[1]), f[2]))
    cells, places = ground.cells(CUBE), ground.places
    codes = cells.categories(year, region) if is_category else cells.industries(year, region)
    if is_category:
        order = text("programme_group.order").split()
        codes = tuple(sorted(codes, key=lambda code: (*order, code).index(code)))
    else:
        codes = tuple(code for code in places.codes("industry") if code in codes)
    rows = [
        Row(
            places.category_name("programme_group", code)
            if is_category
            else places.industry_name(code),
            {"category" if is_category else "industry": code},
            _at(ground, year, Place(region, ""), code)
            if is_category
            else _at(ground, year, Place(region, code)),
        )
        for code in codes
    ]
    rows.append(Row(text("package.total"), {}, _at(ground, year, Place(region, "")), is_total=True))
    kind = "category" if is_category else "industry"
    base = {"fiscal_year": str(year), **place_keys(Place(region, ""))}
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text(f"package.amounts.{kind}_title", place=places.region_name(region)),
            measure=text(
                "package.amounts.part_measure",
                place=places.place_name(Place(region, "")),
                year=text("package.one_year", year=year),
            ),
            stub=text(f"package.amounts.{kind}"),
            columns=tuple(TableColumn(name, base) for name in VARIABLES),
            rows=tuple(rows),
            notes=(text("package.amounts.part_note"), ground.source(CUBE)),
        )
    )


def _finest(
    ground: Ground, years: Sequence[int], by_category: bool
) -> tuple[int, str, bool] | None:
    for region in ground.places.area_chain(ground.scope.region):
        for year in reversed(years):
            place = Place(region, "" if by_category else ANY)
            if ground.cells(CUBE).is_released(year, place, ANY if by_category else ""):
                return year, region, by_category
    return None


def _key_figures(label: str, table: Table, years: Sequence[int]) -> tuple[KeyFigure, ...]:
    for year, row in zip(reversed(years), reversed(table.rows), strict=True):
        count, _, _, mean = row.values[: len(VARIABLES)]
        if mean.is_shown:
            return (
                KeyFigure(
                    text("package.amounts.key"),
                    mean,
                    text("package.unit.man"),
                    text("package.key_of", place=label, year=text("package.one_year", year=year)),
                    text("package.amounts.key_n", n=count.shown()),
                ),
            )
    return ()
