"""Section: how users of measures grew beside matched firms without them, as far as is released."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.cells import Cells
from reports.package.document import Chart, Column, Message, Row, Section, Series, Table, place_keys
from reports.package.ground import Ground, with_notes
from reports.package.messages import fitting
from reports.package.scope import Place
from reports.package.values import NOT_RELEASED, NOTHING, Value, rounded, scaled

CUBE = "matched_effect"
ALL_YEARS = 0
# The year since the first use that measures are set side by side in, as on the analysts' page; the
# years of a path, so many that the section fits one page.
AFTER = 3
YEARS = (-3, -2, 0, 1, 2, 3, 5, 8)
OUTCOMES = ("sales", "gross_profit", "employee")
PARTS = ("effect", "low", "high")
# Fewer measures than this make no chart: the path of one does.
LEAST_MEASURES = 3
# Values are tenths of a percent.
UNIT = 10


def matched(ground: Ground) -> Section | None:
    """All measures three years after the first use, and the path of the one with most users; None
    where no estimate is released."""
    cells = ground.cells(CUBE)
    order = ground.places.codes("measure")
    released = {category for (_, category), shapes in cells.shapes.items() if shapes}
    measures = [code for code in order if code in released]
    place = _place(ground, cells, measures)
    if place is None:
        return None
    table = _table(ground, cells, place, measures)
    told = [code for code in measures if _estimate(cells, place, code, AFTER)[0].is_shown]
    most = max(told, key=lambda code: cells.value(ALL_YEARS, place, "n_user", code).number or 0)
    path = _path(ground, cells, place, most)
    if len(told) < LEAST_MEASURES:
        name = ground.places.category_name("measure", most)
        blocks: tuple[Chart | Table, ...] = (table, _path_chart(ground, place, path, name), path)
    else:
        blocks = (_chart(ground, place, table), table, path)
    return Section(text("package.matched.title"), blocks, _message(ground, place, table))


def _place(ground: Ground, cells: Cells, measures: Sequence[str]) -> Place | None:
    """The finest place from the own one upwards that tells at least half of the measures that the
    nation tells."""

    def n_told(place: Place) -> int:
        return sum(_estimate(cells, place, code, AFTER)[0].is_shown for code in measures)

    most = n_told(Place("", ""))
    chain = ground.places.chain(ground.own)
    return next((place for place in chain if most and 2 * n_told(place) >= most), None)


def _estimate(
    cells: Cells, place: Place, measure: str, year: int, outcome: str = OUTCOMES[0]
) -> tuple[Value, ...]:
    """The difference in percent and the ends of its interval."""
    found = (cells.value(ALL_YEARS, place, f"{outcome}_{part}", measure, year) for part in PARTS)
    # That there is no estimate does not say that nothing changed.
    return tuple(NOT_RELEASED if value == NOTHING else scaled(value, UNIT, 1) for value in found)


def _table(ground: Ground, cells: Cells, place: Place, measures: Sequence[str]) -> Table:
    rows = [
        Row(
            ground.places.category_name("measure", code),
            {"category": code},
            (
                cells.value(ALL_YEARS, place, "n_user", code),
                *(v for outcome in OUTCOMES for v in _estimate(cells, place, code, AFTER, outcome)),
            ),
        )
        for code in measures
    ]
    whole = {"fiscal_year": "all", **place_keys(place)}
    users = Column("n_matched_user", whole, text("package.matched.compared"))
    merged = ground.merged_note(place)
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.matched.table_title", n=AFTER),
            measure=text("package.matched.table_measure", place=ground.places.place_name(place)),
            stub=text("package.monitoring.group"),
            columns=(users, *_columns(place, {"event_year": str(AFTER)})),
            rows=tuple(rows),
            notes=(
                text("package.matched.note"),
                text("package.matched.balance_note"),
                *([merged] if merged else []),
                ground.source(CUBE),
            ),
        )
    )


def _columns(place: Place, keys: dict[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{outcome}_{part}",
            {"fiscal_year": "all", **place_keys(place), **keys},
            text(f"package.matched.{outcome}"),
        )
        for outcome in OUTCOMES
        for part in PARTS
    )


def _chart(ground: Ground, place: Place, table: Table) -> Chart:
    rows = [row for row in table.rows if row.values[1].is_shown]
    return Chart(
        kind="dots",
        key=ground.next("figure"),
        title=_title(rows),
        measure=text("package.matched.measure", n=AFTER, place=ground.places.place_name(place)),
        unit="%",
        labels=tuple(row.label for row in rows),
        series=(
            Series(
                text("package.matched.users"),
                "own",
                *(tuple(row.values[number] for row in rows) for number in (1, 2, 3)),
            ),
            Series(text("package.matched.zero"), "nation", (rounded(0),) * len(rows)),
        ),
        side=(
            text("package.reading"),
            ground.merged_note(place) + text("package.matched.side"),
        ),
        source=ground.source(CUBE),
        table=table.key,
        n=tuple(row.values[0] for row in rows),
        n_unit=text("package.unit.firm"),
    )


def _path(ground: Ground, cells: Cells, place: Place, measure: str) -> Table:
    name = ground.places.category_name("measure", measure)
    rows = [
        Row(
            _year_label(year),
            {"event_year": str(year), "category": measure},
            tuple(v for o in OUTCOMES for v in _estimate(cells, place, measure, year, o)),
        )
        for year in YEARS
    ]
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.matched.path_title", measure=name),
            measure=text("package.matched.path_measure", place=ground.places.place_name(place)),
            stub=text("package.monitoring.stub"),
            columns=_columns(place, {}),
            rows=tuple(row for row in rows if any(value.is_shown for value in row.values)),
            notes=(text("package.matched.path_note"), ground.source(CUBE)),
        )
    )


def _path_chart(ground: Ground, place: Place, path: Table, measure: str) -> Chart:
    values, low, high = (tuple(row.values[number] for row in path.rows) for number in range(3))
    after = next(row for row in path.rows if row.keys["event_year"] == str(AFTER))
    above, below = _sides([after], at=1)
    side = "above" if above else "below" if below else "within"
    return Chart(
        kind="line",
        key=ground.next("figure"),
        title=fitting(
            text(f"package.matched.path_{side}", measure=measure, n=AFTER),
            text("package.matched.path_title", measure=measure),
        ),
        measure=text("package.matched.path_chart", place=ground.places.place_name(place)),
        unit="%",
        labels=tuple(row.label for row in path.rows),
        series=(Series(text("package.matched.users"), "own", values, low, high),),
        side=(
            text("package.reading"),
            ground.merged_note(place) + text("package.matched.path_side"),
        ),
        source=ground.source(CUBE),
        table=path.key,
    )


def _year_label(year: int) -> str:
    kind = "now" if not year else "before" if year < 0 else "after"
    return text(f"package.monitoring.{kind}", n=abs(year))


def _sides(rows: Sequence[Row], at: int = 2) -> tuple[int, int]:
    """How many intervals, whose ends stand in the columns from ``at`` on, lie above zero, and how
    many below."""
    ends = [(row.values[at].number or 0, row.values[at + 1].number or 0) for row in rows]
    return sum(low > 0 for low, _ in ends), sum(high < 0 for _, high in ends)


def _title(rows: Sequence[Row]) -> str:
    above, below = _sides(rows)
    kind = "both" if above and below else "above" if above else "below" if below else "within"
    return text(f"package.matched.finding_{kind}", n=len(rows), above=above, below=below)


def _message(ground: Ground, place: Place, table: Table) -> Message:
    """How many measures' users grew more, and how many less, than chance would have them."""
    rows = [row for row in table.rows if row.values[1].is_shown]
    above, below = _sides(rows)
    return Message(
        text(
            "package.matched.message",
            place=ground.places.place_name(place),
            n=len(rows),
            after=AFTER,
            above=above,
            below=below,
            within=len(rows) - above - below,
        ),
        text("package.matched.basis"),
    )
