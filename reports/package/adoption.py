"""Section: applications decided, adopted, and the adoption rate, beside bureau and nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from language import text
from reports.package.cells import Cells, Lines, lines_of
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
    cells = ground.cells(CUBE)
    years = ground.latest_years(CUBE)
    if not years:
        return None
    lines = lines_of(cells, ground.own, ground.places, DECIDED, years)
    labels = ground.places.labels(lines.places)
    told = _told_years(cells, lines, years)
    table = _table(ground, lines, years, told)
    what, label = text("package.adoption.what"), labels[lines.subject]
    title = text("package.finding.plain", what=what, label=label)
    if not told:
        chart = _chart(ground, lines, years, title, table)
        return Section(text("package.adoption.title"), (chart, table))
    summed = _summed(cells, lines, told)
    rates = dict(zip(lines.places[1:], summed[len(OWN) + 2 :: len(OTHER)], strict=True))
    beside = [(labels[place], value) for place, value in rates.items() if value.is_shown]
    reference = lines.reference
    compared = (labels[reference], rates[reference]) if reference else None
    if compared:
        title = rate_title(what, label, *_share_of(summed), compared)
    chart = _chart(ground, lines, years, title, table)
    if len(told) < len(years):
        headed = text("package.adoption.headed", measure=chart.measure, period=period(told))
        chart = replace(chart, measure=headed)
    return Section(
        text("package.adoption.title"),
        (chart, table),
        _message(
            label, summed, beside, compared, told, text("package.both", a=chart.key, b=table.key)
        ),
        _key_figures(summed, beside, told),
    )


def _share_of(summed: Sequence[Value]) -> tuple[Value, Value, Value]:
    """The subject's rate and its interval."""
    _, _, share, low, high = summed[: len(OWN)]
    return share, low, high


def _told_years(cells: Cells, lines: Lines, years: Sequence[int]) -> tuple[int, ...]:
    """The last years in a row in which the subject and what it is compared with have their numbers:
    what totals are told of."""
    needed = [place for place in (lines.subject, lines.reference) if place is not None]
    found: list[int] = []
    for year in reversed(years):
        if not all(_rate(cells, year, place).is_shown for place in needed):
            if found:
                break
            continue
        found.insert(0, year)
    return tuple(found)


def _rate(cells: Cells, year: int, place: Place) -> Value:
    return rate(cells.value(year, place, ADOPTED), cells.value(year, place, DECIDED))


def _summed(cells: Cells, lines: Lines, years: Sequence[int]) -> tuple[Value, ...]:
    """The columns of the table for years together: OWN of the subject, OTHER of each other."""
    values: list[Value] = []
    for place in lines.places:
        decided = total(cells.value(year, place, DECIDED) for year in years)
        adopted = total(cells.value(year, place, ADOPTED) for year in years)
        values += [decided, adopted, rate(adopted, decided)]
        if place == lines.subject:
            values += interval(adopted, decided)
    return tuple(values)


def _table(ground: Ground, lines: Lines, years: Sequence[int], told: Sequence[int]) -> Table:
    cells, places = ground.cells(CUBE), lines.places
    labels = ground.places.labels(places)
    rows = [
        Row(year_label(year), {"fiscal_year": str(year)}, _summed(cells, lines, (year,)))
        for year in years
    ]
    if len(told) > 1:
        name = text("package.total_of", period=period(told))
        keys = {"fiscal_year": f"{told[0]}-{told[-1]}"}
        rows.append(Row(name, keys, _summed(cells, lines, told), is_total=True))
    return with_notes(
        Table(
            key=ground.next("table"),
            title=text("package.adoption.table_title"),
            measure=text("package.adoption.table_measure", place=about(ground, lines)),
            stub=text("package.year"),
            columns=columns_of(places, labels, (OWN, *(OTHER for _ in places[1:]))),
            rows=tuple(rows),
            notes=(text("package.adoption.note"), ground.source(CUBE)),
        )
    )


def _chart(ground: Ground, lines: Lines, years: Sequence[int], title: str, table: Table) -> Chart:
    cells = ground.cells(CUBE)
    labels = ground.places.labels(lines.places)
    series = []
    for place, role in zip(lines.places, roles_of(len(lines.places)), strict=True):
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
    decided = tuple(cells.value(year, lines.subject, DECIDED) for year in years)
    note = text("package.adoption.side", place=labels[lines.subject])
    return Chart(
        kind="line",
        key=ground.next("figure"),
        title=title,
        measure=text("package.adoption.measure", place=about(ground, lines), period=period(years)),
        unit="%",
        labels=tuple(text("package.year_tick", year=year) for year in years),
        series=tuple(series),
        side=(text("package.reading"), ground.merged_note(lines.subject) + note),
        source=ground.source(CUBE),
        table=table.key,
        n=decided,
        n_unit=text("package.unit.case"),
    )


def _message(
    label: str,
    summed: Sequence[Value],
    beside: Sequence[tuple[str, Value]],
    compared: tuple[str, Value] | None,
    told: Sequence[int],
    figures: str,
) -> Message:
    decided, adopted, share, low, high = summed[:5]
    return Message(
        text(
            "package.adoption.message",
            place=label,
            rate=share.shown(),
            n=decided.shown(),
            k=adopted.shown(),
            compared=comparison(share, beside),
            chance=chance(share, low, high, compared) if compared else "",
        ),
        text(
            "package.basis",
            figure=figures,
            period=text("package.total_of", period=period(told)) if len(told) > 1 else period(told),
            place=label,
            low=low.shown(),
            high=high.shown(),
        ),
    )


def _key_figures(
    summed: Sequence[Value], beside: Sequence[tuple[str, Value]], told: Sequence[int]
) -> tuple[KeyFigure, ...]:
    decided, _, share = summed[:3]
    years = period(told)
    compare = "　".join(f"{area} {value.shown()}%" for area, value in beside)
    return (
        KeyFigure(
            text("package.adoption.key"),
            share,
            "%",
            compare or years,
            text("package.adoption.key_n", n=decided.shown()),
        ),
    )
