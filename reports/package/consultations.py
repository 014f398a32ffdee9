"""Section: consultations by year and by topic."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.cells import lines_of
from reports.package.document import Chart, Column, Row, Section, Series, Table, place_keys
from reports.package.ground import Ground, about, columns_of, period, with_notes, year_label
from reports.package.messages import last_change_title
from reports.package.scope import Place
from reports.package.values import Value, rate

CUBE = "consultation_topic"
COUNT = "n_consultation"
OUTCOME = "consultation_outcome"
# Variables of the table and the measures of the cube.
OUTCOMES = {
    "outcome_consultation": "n_consultation",
    "outcome_adopted": "n_adopted",
    "outcome_not_adopted": "n_not_adopted",
    "outcome_not_applied": "n_not_applied",
    "outcome_not_linked": "n_not_linked",
}


def consultations(ground: Ground) -> Section | None:
    """How many consultations by year, and the last year told apart by topic; None where nothing is
    released."""
    cells = ground.cells(CUBE)
    years = ground.latest_years(CUBE)
    if not years:
        return None
    lines = lines_of(cells, ground.own, ground.places, COUNT, years)
    labels = ground.places.labels(lines.places)
    label = labels[lines.subject]
    table = with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.consultations.table_title"),
            measure=text("package.consultations.table_measure", place=about(ground, lines)),
            stub=text("package.year"),
            columns=columns_of(lines.places, labels, [(COUNT,)] * len(lines.places)),
            rows=tuple(
                Row(
                    year_label(year),
                    {"fiscal_year": str(year)},
                    tuple(cells.value(year, place, COUNT) for place in lines.places),
                )
                for year in years
            ),
            notes=(ground.source(CUBE),),
        )
    )
    by_topic = _by_topic(ground, years)
    followed = _outcome(ground, years)
    if by_topic is not None:
        return Section(text("package.consultations.title"), (table, by_topic, *followed))
    own = tuple(row.values[0] for row in table.rows)
    what = text("package.consultations.what")
    chart = Chart(
        kind="bars",
        key=ground.next("figure"),
        title=last_change_title(what, label, years, own),
        measure=text(
            "package.consultations.measure", place=ground.places.place_name(lines.subject),
            period=period(years),
        ),
        unit=text("package.unit.case"),
        labels=tuple(text("package.year_tick", year=year) for year in years),
        series=(Series(label, "own", own),),
        side=(
            text("package.reading"),
            ground.merged_note(lines.subject) + text("package.consultations.side"),
        ),
        source=ground.source(CUBE),
        table=table.key,
    )  # fmt: skip
    return Section(text("package.consultations.title"), (chart, table, *followed))


def _by_topic(ground: Ground, years: Sequence[int]) -> Table | None:
    cells = ground.cells(CUBE)
    found = next(
        (
            (year, region)
            for region in ground.places.area_chain(ground.scope.region)
            for year in reversed(years)
            if cells.is_released(year, Place(region, ""), "any")
        ),
        None,
    )
    if found is None:
        return None
    year, region = found
    place = Place(region, "")
    codes = _in_order(cells.categories(year, region))
    whole = cells.value(year, place, COUNT)
    rows = []
    for code in codes:
        count = cells.value(year, place, COUNT, code)
        name = ground.places.category_name("consultation_topic", code)
        rows.append(Row(name, {"category": code}, (count, rate(count, whole))))
    values: tuple[Value, ...] = (whole, rate(whole, whole))
    when = text("package.one_year", year=year)
    merged = ground.merged_note(place)
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.consultations.topic_table_title"),
            measure=text(
                "package.consultations.topic_measure",
                place=ground.places.place_name(place),
                year=when,
            ),
            stub=text("package.consultations.topic"),
            columns=tuple(
                Column(name, {"fiscal_year": str(year), **place_keys(place)})
                for name in (COUNT, "topic_share")
            ),
            rows=(*rows, Row(text("package.total"), {}, values, is_total=True)),
            notes=(
                text("package.consultations.topic_note"),
                *([merged] if merged else []),
                ground.source(CUBE),
            ),
        )
    )


def _in_order(codes: Sequence[str]) -> list[str]:
    """Topics in the order of the classification, unknown ones last."""
    order = text("package.consultations.order").split()
    return sorted(codes, key=lambda code: (*order, code).index(code))


def _outcome(ground: Ground, years: Sequence[int]) -> tuple[Table, ...]:
    """Applications and awards within a year of the consultations of the last year that is told."""
    cells, areas = ground.cells(OUTCOME), ground.places.area_chain(ground.scope.region)
    told = [year for year in reversed(ground.latest_years(OUTCOME)) if year >= years[0]]
    found = next(
        (
            (year, region)
            for region in areas
            for year in told
            if cells.is_released(year, Place(region, ""))
        ),
        None,
    )
    if found is None:
        return ()
    year, region = found
    place = Place(region, "")

    def values(code: str) -> tuple[Value, ...]:
        return tuple(cells.value(year, place, name, code) for name in OUTCOMES.values())

    by_topic = cells.is_released(year, place, "any")
    rows = [
        Row(
            ground.places.category_name("consultation_topic", code),
            {"category": code},
            values(code),
        )
        for code in (_in_order(cells.categories(year, region)) if by_topic else ())
    ]
    keys = {"fiscal_year": str(year), **place_keys(place)}
    table = Table(
        key=ground.next("table"),
        title=text("package.outcome.title"),
        measure=text(
            "package.outcome.measure",
            place=ground.places.place_name(place),
            year=text("package.one_year", year=year),
        ),
        stub=text("package.consultations.topic"),
        columns=tuple(Column(name, keys) for name in OUTCOMES),
        rows=(*rows, Row(text("package.total"), {}, values(""), is_total=True)),
        notes=(text("package.outcome.note"), ground.source(OUTCOME)),
    )
    return (with_notes(table),)
