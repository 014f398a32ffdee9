"""Section: applications decided, adopted, and the adoption rate, beside bureau and nation."""

from __future__ import annotations

from collections.abc import Sequence

from language import text
from reports.package.cells import Cells, lines_of
from reports.package.document import (
    Chart,
    KeyFigure,
    Message,
    Row,
    Section,
    Series,
    Table,
)
from reports.package.ground import (
    Ground,
    about,
    columns_of,
    period,
    roles_of,
    with_notes,
    year_label,
)
from reports.package.messages import chance, comparison, rate_title
from reports.package.scope import Place
from reports.package.values import Value, interval, rate, total

CUBE = "application_result"
DECIDED, ADOPTED = "n_decided", "n_adopted"
OWN = (DECIDED, ADOPTED, "adoption_rate", "adoption_rate_low", "adoption_rate_high")
OTHER = (DECIDED, ADOPTED, "adoption_rate")


def adoption(ground: Ground) -> Section | None:
    """The adoption rate by year with its 95 % interval; None where nothing is released."""
    cells = ground.cells[CUBE]
    years = ground.latest_years(CUBE)
    if not years:
        return None
    lines = lines_of(cells, ground.own, ground.places, DECIDED, years)
    labels = ground.places.labels(lines)
    subject, *others = lines
    told = _told_years(cells, lines, years)
    table = _table(ground, cells, lines, years, told)
    summed = table.rows[-1].values if told else ()
    what, label = text("package.adoption.what"), labels[subject]
    if not summed:
        title = text("package.finding.plain", what=what, label=label)
        chart = _chart(ground, lines, years, title, table)
        return Section(text("package.adoption.title"), (chart, table))
    rates = [summed[len(OWN) + len(OTHER) * place + 2] for place in range(len(others))]
    beside = [(labels[place], value) for place, value in zip(others, rates, strict=True)]
    title = (
        rate_title(what, label, *summed[2:5], *beside[-1])
        if beside
        else text("package.finding.plain", what=what, label=label)
    )
    chart = _chart(ground, lines, years, title, table)
    return Section(
        text("package.adoption.title"),
        (chart, table),
        _message(label, summed, beside, told, text("package.both", a=chart.key, b=table.key)),
        _key_figures(label, summed, beside, told),
    )


def _told_years(cells: Cells, lines: Sequence[Place], years: Sequence[int]) -> tuple[int, ...]:
    """The last years in a row in which every place has its numbers: what totals are told of."""
    found: list[int] = []
    for year in reversed(years):
        if not all(_rate(cells, year, place).is_shown for place in lines):
            if found:
                break
            continue
        found.insert(0, year)
    return tuple(found)


def _rate(cells: Cells, year: int, place: Place) -> Value:
    return rate(cells.value(year, place, ADOPTED), cells.value(year, place, DECIDED))


def _values(adopted: Value, decided: Value, is_subject: bool) -> tuple[Value, ...]:
    share = rate(adopted, decided)
    shown = (decided, adopted, share)
    return (*shown, *interval(adopted, decided)) if is_subject else shown


def _table(
    ground: Ground,
    cells: Cells,
    lines: Sequence[Place],
    years: Sequence[int],
    told: Sequence[int],
) -> Table:
    labels = ground.places.labels(tuple(lines))
    rows = []
    for year in years:
        values = [
            value
            for place in lines
            for value in _values(
                cells.value(year, place, ADOPTED),
                cells.value(year, place, DECIDED),
                place == lines[0],
            )
        ]
        rows.append(Row(year_label(year), {"fiscal_year": str(year)}, tuple(values)))
    if told:
        values = [
            value
            for place in lines
            for value in _values(
                total(cells.value(year, place, ADOPTED) for year in told),
                total(cells.value(year, place, DECIDED) for year in told),
                place == lines[0],
            )
        ]
        name = text("package.total_of", period=period(told))
        keys = {"fiscal_year": f"{told[0]}-{told[-1]}"}
        rows.append(Row(name, keys, tuple(values), is_total=True))
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.adoption.table_title"),
            measure=text("package.adoption.table_measure", place=about(ground, lines)),
            stub=text("package.year"),
            columns=columns_of(lines, labels, (OWN, *(OTHER for _ in lines[1:]))),
            rows=tuple(rows),
            notes=(text("package.adoption.note"), ground.source(CUBE)),
        )
    )


def _chart(
    ground: Ground, lines: Sequence[Place], years: Sequence[int], title: str, table: Table
) -> Chart:
    cells = ground.cells[CUBE]
    labels = ground.places.labels(tuple(lines))
    series = []
    for place, role in zip(lines, roles_of(len(lines)), strict=True):
        pairs = [(cells.value(y, place, ADOPTED), cells.value(y, place, DECIDED)) for y in years]
        bounds = [interval(*pair) for pair in pairs] if role == "own" else []
        series.append(
            Series(
                labels[place],
                role,
                tuple(rate(*pair) for pair in pairs),
                tuple(low for low, _ in bounds),
                tuple(high for _, high in bounds),
            )
        )
    decided = tuple(cells.value(year, lines[0], DECIDED) for year in years)
    note = text("package.adoption.side", place=labels[lines[0]])
    return Chart(
        kind="line",
        key=ground.next("figure"),
        title=title,
        measure=text(
            "package.adoption.measure", place=about(ground, lines), period=period(years)
        ),
        unit="%",
        labels=tuple(text("package.year_tick", year=year) for year in years),
        series=tuple(series),
        side=(text("package.reading"), ground.merged_note(lines[0]) + note),
        source=ground.source(CUBE),
        table=table.key,
        n=decided,
        n_unit=text("package.unit.case"),
    )


def _message(
    label: str,
    summed: Sequence[Value],
    beside: Sequence[tuple[str, Value]],
    told: Sequence[int],
    figures: str,
) -> Message:
    decided, adopted, share, low, high = summed[:5]
    said = text(
        "package.adoption.message",
        place=label,
        rate=share.shown(),
        n=decided.shown(),
        k=adopted.shown(),
        compared=comparison(share, beside) or text("package.compare.alone"),
        chance=chance(share, low, high, *beside[-1]) if beside else "",
    )
    return Message(
        said,
        text(
            "package.basis",
            figure=figures,
            period=text("package.total_of", period=period(told)),
            place=label,
            low=low.shown(),
            high=high.shown(),
        ),
    )


def _key_figures(
    label: str,
    summed: Sequence[Value],
    beside: Sequence[tuple[str, Value]],
    told: Sequence[int],
) -> tuple[KeyFigure, ...]:
    decided, adopted, share = summed[:3]
    years = period(told)
    compare = "　".join(f"{area} {value.shown()}%" for area, value in beside)
    return (
        KeyFigure(
            text("package.adoption.key_rate"),
            share,
            "%",
            compare or years,
            text("package.adoption.key_n", n=decided.shown()),
        ),
        KeyFigure(
            text("package.adoption.key_count"),
            adopted,
            text("package.unit.case"),
            f"{label}　{years}",
            text("package.adoption.key_n", n=decided.shown()),
        ),
    )
