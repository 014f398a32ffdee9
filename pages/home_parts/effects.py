"""What a chamber sees at home of how users of measures grew beside matched firms: the nation's
measures, as far as they are released."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

import gate
from components.attributes import attributes
from components.chart import chart
from components.estimates import Estimate, estimates_figure, estimates_height
from components.figure import figure_frame, figure_grid
from components.numbers import format_number, is_missing
from language import text
from pages.home_parts.kept import with_kept
from store.quantity import Unit

Row = Mapping[Hashable, Any]


def effects() -> Component | None:
    """All measures with matched users, three years after the first use; None where no difference
    is released."""
    answer = gate.ask("released_effect", {})
    rows = [row for row in answer.frame.to_dict("records") if not is_missing(row["n_user"])]
    shown = [row for row in rows if not is_missing(row["difference"])]
    if not shown:
        return None
    estimates = [_estimate(row) for row in rows]
    title = _title(shown)
    values = text("explore.list_separator").join(
        f"{one.label} {one.aside}" for one in estimates if one.aside
    )
    figure = figure_frame(
        title,
        text("chamber.effect_sub"),
        chart(
            estimates_figure(
                estimates,
                Unit.PERCENT,
                reference=0.0,
                reference_label=text("chamber.effect_zero"),
                n_unit=Unit.FIRM,
                aside_label=text("chamber.effect_aside"),
            ),
            text("chamber.effect_summary", title=title, values=values),
            name="released-effects",
            height=estimates_height(estimates),
        ),
        name="released-effects-figure",
        answer=answer,
        caveat=with_kept(text("chamber.effect_caveat"), rows),
        csv_href="/export/released_effect.csv",
        n_row=answer.n_row,
    )
    return html.Section(
        [
            html.H2(text("chamber.effect"), className="sl-h2", id="effects-title"),
            figure_grid(figure),
        ],
        className="sl-section",
        **attributes(aria_labelledby="effects-title"),
    )


def _estimate(row: Row) -> Estimate:
    if is_missing(row["difference"]):
        return Estimate(str(row["measure_name"]), int(row["n_user"]))
    low, high = float(row["difference_low"]), float(row["difference_high"])
    return Estimate(
        str(row["measure_name"]),
        int(row["n_user"]),
        float(row["difference"]),
        low,
        high,
        is_marked=low > 0 or high < 0,
        aside=format_number(row["difference"], Unit.PERCENT, is_signed=True),
    )


def _title(rows: Sequence[Row]) -> str:
    above = sum(row["difference_low"] > 0 for row in rows)
    below = sum(row["difference_high"] < 0 for row in rows)
    kind = "both" if above and below else "above" if above else "below" if below else "within"
    return text(f"chamber.effect_{kind}", n=len(rows), above=above, below=below)
