"""What the last load changed in the figures on applications: the nation's and the region's."""

from __future__ import annotations

from typing import Any

from dash import html

import gate
from components.eras import fiscal_year_text
from components.links import page_link
from components.numbers import format_number
from gate.answer import Row, rows_of
from language import text
from pages.data_parts.provenance import since_query
from pages.home_parts.asked import View
from store.quantity import Unit

Change = tuple[str, str, Any]


def figure_changes(view: View) -> list[Change]:
    """Kind, headline and detail of each: applications and adoptions, rates, records refused."""
    rows = rows_of(gate.ask("figure_changes", {"region": view.parameters.region}))
    found = [_counts(view, rows), *_rates(view, rows), _refused()]
    return [change for change in found if change is not None]


def _counts(view: View, rows: list[Row]) -> Change | None:
    """How many applications, and of them adoptions, there are more or fewer than before."""
    more: dict[str, dict[str, float]] = {}
    for row in rows:
        if row["measure"] in ("n_application", "n_adopted"):
            of_region = more.setdefault(row["region_code"], {})
            change = row["value_after"] - row["value_before"]
            of_region[row["measure"]] = of_region.get(row["measure"], 0) + change
    if not more:
        return None

    def named(measure: str) -> str:
        return text("explore.list_separator").join(
            text(
                "home.change_named",
                region=view.name("region", code),
                n=format_number(int(counts.get(measure, 0)), Unit.RECORD, is_signed=True),
            )
            for code, counts in sorted(more.items())
        )

    return (
        text("home.change_applications"),
        named("n_application"),
        text("home.change_adopted", changes=named("n_adopted")),
    )


def _rates(view: View, rows: list[Row]) -> list[Change]:
    """The adoption rates of the last year that has ended, where they became others."""
    return [
        (
            text("home.change_corrected"),
            text(
                "home.change_rate",
                region=view.name("region", row["region_code"]),
                before=format_number(row["value_before"], Unit.PERCENT),
                after=format_number(row["value_after"], Unit.PERCENT),
            ),
            fiscal_year_text(int(row["fiscal_year"])),
        )
        for row in rows
        if row["measure"] == "adoption_rate" and _is_seen(row)
    ]


def _is_seen(row: Row) -> bool:
    """Whether a change shows at the precision of the screen."""
    before, after = row["value_before"], row["value_after"]
    return format_number(before, Unit.PERCENT) != format_number(after, Unit.PERCENT)


def _refused() -> Change | None:
    """Records of the files that came since the last load which were not accepted."""
    n = int(gate.ask("new_files", since_query()).frame["rejected"].sum())
    if not n:
        return None
    detail = html.Span([page_link(text("home.change_see_refused"), "/data/deliveries")])
    return text("home.change_refused"), format_number(n, Unit.LINE), detail
