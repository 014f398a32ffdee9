"""Section: what followed the first use of a measure: mean sales by year, and defaults."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.document import Chart, Column, Row, Section, Series, Table, place_keys
from reports.package.ground import Ground, columns_of, roles_of, with_notes
from reports.package.scope import Place
from reports.package.statements import MILLION_OF_THOUSANDS
from reports.package.values import Value, interval, quotient, rate, scaled

PATH, DEFAULT = "monitoring_path", "monitoring_default"
ALL_YEARS = 0
EVENTS = range(-1, 6)
OWN = ("n_path_user", "path_sales_million", "path_profit_million")
OTHER = ("n_path_user", "path_sales_million")
DEFAULTS = ("n_at_risk", "n_default", "default_rate", "default_rate_low", "default_rate_high")
# A path of fewer years than this is no path.
LEAST_YEARS = 5


def monitoring(ground: Ground) -> Section | None:
    """The path of the measure with most users in the industry, and the defaults of all measures;
    None where nothing of either is released."""
    blocks: list[Chart | Table] = [*_path(ground)]
    if (defaults := _defaults(ground)) is not None:
        blocks.append(defaults)
    return Section(text("package.monitoring.title"), tuple(blocks)) if blocks else None


def _groups(ground: Ground, cube: str) -> list[str]:
    """The measures released, in official order."""
    known = {category for (_, category), shapes in ground.cells(cube).shapes.items() if shapes}
    order = text("programme_group.order").split()
    return sorted(known - {""}, key=lambda code: (*order, code).index(code))


def _path(ground: Ground) -> tuple[Chart | Table, ...]:
    cells = ground.cells(PATH)

    def n_told(place: Place, group: str) -> int:
        found = [cells.value(ALL_YEARS, place, "sales_kyen", group, event) for event in EVENTS]
        return sum(value.is_shown for value in found)

    def n_user(group: str) -> int:
        place = Place("", ground.scope.industry)
        value = cells.value(ALL_YEARS, place, "n_user", group, EVENTS[0])
        return int(value.number or 0)

    groups = _groups(ground, PATH)
    if not groups:
        return ()
    group = max(groups, key=n_user)
    told = [p for p in ground.places.chain(ground.own) if n_told(p, group) >= LEAST_YEARS]
    if not told:
        return ()
    subject = told[0]
    wide = Place("", subject.industry)
    other = [wide] if wide != subject and n_told(wide, group) >= LEAST_YEARS else []
    places = (subject, *other)
    name = ground.places.category_name("programme_group", group)
    table = _path_table(ground, places, group, name)
    labels = ground.places.labels(places)
    series = [Series(labels[subject], "own", tuple(row.values[1] for row in table.rows))]
    for place, role in zip(other, roles_of(len(places))[1:], strict=True):
        values = tuple(row.values[len(OWN) + 1] for row in table.rows)
        series.append(Series(labels[place], role, values))
    chart = Chart(
        kind="line",
        key=ground.next("figure"),
        title=text(
            "package.finding.plain",
            what=text("package.monitoring.what", group=name),
            label=labels[subject],
        ),
        measure=text(
            "package.monitoring.measure", group=name, place=ground.places.place_name(subject)
        ),
        unit=text("package.unit.million"),
        labels=tuple(row.label for row in table.rows),
        series=tuple(series),
        side=(
            text("package.reading"),
            ground.merged_note(subject) + text("package.monitoring.side"),
        ),
        source=ground.source(PATH),
        table=table.key,
        n=tuple(row.values[0] for row in table.rows),
        n_unit=text("package.unit.firm"),
    )
    return (chart, table)


def _path_table(ground: Ground, places: Sequence[Place], group: str, name: str) -> Table:
    cells = ground.cells(PATH)
    rows = []
    for event in EVENTS:
        values: list[Value] = []
        for place in places:
            count, sales, profit = (
                cells.value(ALL_YEARS, place, measure, group, event)
                for measure in ("n_user", "sales_kyen", "net_profit_kyen")
            )
            means = [
                scaled(quotient(part, count, decimals=6), MILLION_OF_THOUSANDS, decimals)
                for part, decimals in ((sales, 0), (profit, 1))
            ]
            values += [count, *means] if place == places[0] else [count, means[0]]
        rows.append(
            Row(_event_label(event), {"event_year": str(event), "category": group}, tuple(values))
        )
    labels = ground.places.labels(tuple(places))
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.monitoring.table_title", group=name),
            measure=text(
                "package.monitoring.table_measure", place=ground.places.place_name(places[0])
            ),
            stub=text("package.monitoring.stub"),
            columns=tuple(
                Column(column.variable, {"fiscal_year": "all", **column.keys}, column.group)
                for column in columns_of(places, labels, (OWN, *(OTHER for _ in places[1:])))
            ),
            rows=tuple(rows),
            notes=(text("package.monitoring.note"), ground.source(PATH)),
        )
    )


def _event_label(event: int) -> str:
    kind = "now" if not event else "before" if event < 0 else "after"
    return text(f"package.monitoring.{kind}", n=abs(event))


def _defaults(ground: Ground) -> Table | None:
    cells, groups = ground.cells(DEFAULT), _groups(ground, DEFAULT)

    def counts(place: Place, group: str) -> tuple[Value, Value]:
        at_risk = cells.value(ALL_YEARS, place, "n_at_risk", group)
        return at_risk, cells.value(ALL_YEARS, place, "n_default", group)

    def n_told(place: Place) -> int:
        return sum(all(value.is_shown for value in counts(place, group)) for group in groups)

    chain = ground.places.chain(ground.own)
    told = [place for place in chain if groups and n_told(place) >= min(2, len(groups))]
    if not told:
        return None
    place = told[0]
    rows = []
    for group in groups:
        at_risk, default = counts(place, group)
        values = (at_risk, default, rate(default, at_risk), *interval(default, at_risk))
        name = ground.places.category_name("programme_group", group)
        rows.append(Row(name, {"category": group}, values))
    keys = {"fiscal_year": "all", **place_keys(place)}
    merged = ground.merged_note(place)
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.monitoring.default_title"),
            measure=text(
                "package.monitoring.default_measure", place=ground.places.place_name(place)
            ),
            stub=text("package.monitoring.group"),
            columns=tuple(Column(name, keys) for name in DEFAULTS),
            rows=tuple(rows),
            notes=(
                text("package.monitoring.default_note"),
                *([merged] if merged else []),
                ground.source(DEFAULT),
            ),
        )
    )
