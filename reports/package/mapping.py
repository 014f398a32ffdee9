"""Section: where users stood in credit strength and growth before their first use, beside all."""

from __future__ import annotations

from language import text
from queries.parameters import QUADRANTS
from reports.package.document import Chart, Column, Row, Section, Series, Table, place_keys
from reports.package.ground import Ground, with_notes
from reports.package.scope import Place
from reports.package.values import NOTHING, Value, interval, rate

CUBE, EVERYONE = "mapping_quadrant", "mapping_firm"
USERS = ("n_user", "user_share", "user_share_low", "user_share_high")
FIRMS = ("n_all_firm", "all_firm_share")


def mapping(ground: Ground) -> Section | None:
    """The last year that has all quadrants somewhere from the own area upwards; None where none
    has."""
    found = _told(ground)
    if found is None:
        return None
    year, place = found
    table = _table(ground, year, place)
    quadrants = table.rows[:-1]
    near = all(
        low.number is not None
        and high.number is not None
        and share.number is not None
        and low.number <= share.number <= high.number
        for _, _, low, high, _, share in (row.values for row in quadrants)
    )
    chart = Chart(
        kind="dots",
        key=ground.next("figure"),
        title=text(f"package.mapping.{'same' if near else 'differ'}"),
        measure=text(
            "package.mapping.measure",
            place=ground.places.place_name(place),
            year=text("package.one_year", year=year),
        ),
        unit="%",
        labels=tuple(row.label for row in quadrants),
        series=(
            Series(
                text("package.mapping.users"),
                "own",
                tuple(row.values[1] for row in quadrants),
                tuple(row.values[2] for row in quadrants),
                tuple(row.values[3] for row in quadrants),
            ),
            Series(
                text("package.mapping.firms"), "nation", tuple(row.values[5] for row in quadrants)
            ),
        ),
        side=(
            text("package.reading"),
            ground.merged_note(place) + text("package.mapping.side"),
        ),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in quadrants),
        n_unit=text("package.unit.firm"),
    )
    return Section(text("package.mapping.title"), (chart, table))


def _told(ground: Ground) -> tuple[int, Place] | None:
    users, everyone = ground.cells(CUBE), ground.cells(EVERYONE)
    names = [f"n_{quadrant}" for quadrant in QUADRANTS]
    for place in ground.places.chain(ground.own):
        for year in reversed(ground.latest_years(CUBE)):
            told = [
                cells.value(year, place, name).is_shown
                for cells, whole in ((users, "n_user"), (everyone, "n_firm"))
                for name in (whole, *names)
            ]
            if all(told):
                return year, place
    return None


def _table(ground: Ground, year: int, place: Place) -> Table:
    users, everyone = ground.cells(CUBE), ground.cells(EVERYONE)
    n_user = users.value(year, place, "n_user")
    n_firm = everyone.value(year, place, "n_firm")

    def values(own: Value, every: Value) -> tuple[Value, ...]:
        return (own, rate(own, n_user), *interval(own, n_user), every, rate(every, n_firm))

    rows = [
        Row(
            text(f"package.mapping.quadrant.{quadrant}"),
            {"category": quadrant},
            values(
                users.value(year, place, f"n_{quadrant}"),
                everyone.value(year, place, f"n_{quadrant}"),
            ),
        )
        for quadrant in QUADRANTS
    ]
    whole = (n_user, rate(n_user, n_user), NOTHING, NOTHING, n_firm, rate(n_firm, n_firm))
    rows.append(Row(text("package.total"), {}, whole, is_total=True))
    keys = {"fiscal_year": str(year), **place_keys(place)}
    groups = (text("package.mapping.users"),) * len(USERS) + (text("package.mapping.firms"),) * len(
        FIRMS
    )
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.mapping.table_title"),
            measure=text(
                "package.mapping.table_measure",
                place=ground.places.place_name(place),
                year=text("package.one_year", year=year),
            ),
            stub=text("package.mapping.stub"),
            columns=tuple(
                Column(name, keys, group)
                for name, group in zip((*USERS, *FIRMS), groups, strict=True)
            ),
            rows=tuple(rows),
            notes=(text("package.mapping.note"), ground.source(CUBE)),
        )
    )
