"""What the page says first: one sentence with its checks, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from components.notes import Check
from components.notes import reading as reading_sentence
from components.numbers import format_number, interval_text, is_missing
from components.states import empty
from gate.answer import Row
from language import text
from pages.matching_parts import findings
from pages.matching_parts.findings import Named
from pages.matching_parts.view import PATH, View, cohort_text, scope_words
from queries.matching_measures import WARN_ABOVE
from store.quantity import Unit

# What asks how far a difference holds has no question where none is told apart.
_OF_A_DIFFERENCE = ("drift", "hidden_bias", "e_value")
# The checks that speak for a finding of no difference where they find none themselves.
_OF_ZERO = ("shuffled", "survivors")
# The checks whose value is a difference in the unit of the outcome.
_DIFFERENCES = (
    *("placebo", "untouched_employee", "untouched_gross_profit"),
    *("second_opinion", "other_interval", "survivors"),
)


def sentence(
    view: View,
    named: Named,
    balance: Sequence[Row],
    path: Sequence[Row],
    checked: Sequence[Row],
) -> Component:
    """The reading with n and period, the plain difference as wrong, and the checks."""
    after = int(view.parameters.after)
    found = findings.reading(named, balance, path, after)
    row = findings.at(path, after)
    words = [text("matching.counted", **_counts(named, balance[0]), scope=scope_words(view))]
    if found.is_result and row is not None:
        sets = format_number(row["n"], Unit.FIRM)
        words.append(text(f"matching.alive_said_{view.parameters.alive}", n=after, sets=sets))
        words.append(findings.plain_sentence(named, path, after))
    words.append(text("matching.unseen"))
    return reading_sentence(
        found.before,
        found.number,
        found.after,
        detail="".join(words),
        checks=[_balance(balance), *checks(checked, row)]
        if found.is_result and row is not None
        else (),
    )


def _counts(named: Named, row: Row) -> dict[str, str]:
    return {
        "user": named.user,
        "control": named.control,
        "n": format_number(row["n_user"], Unit.FIRM),
        "m": format_number(row["n_control"], Unit.FIRM),
        "effective": format_number(row["n_control_effective"], Unit.FIRM),
    }


def _balance(balance: Sequence[Row]) -> Check:
    worst = findings.worst_likeness(balance) or 0.0
    is_good = worst <= WARN_ABOVE
    value = format_number(worst, None, decimals=2)
    word = "good" if is_good else "bad"
    return Check(
        text("matching.check_balance"),
        text(f"matching.check_balance_{word}", value=value),
        is_good=is_good,
    )


def checks(rows: Sequence[Row], found: Row) -> list[Check]:
    """Each check, read as one of the finding: a difference, or that none is told apart."""
    is_even = not findings.side(found)
    return [_check(row, is_even=is_even) for row in rows]


def _check(row: Row, *, is_even: bool) -> Check:
    name = str(row["check"])
    title = text(f"matching.check_{name}")
    if is_even and name in _OF_A_DIFFERENCE:
        return Check(title, text("matching.check_not_asked"), is_good=None)
    key = "p_value" if name in ("pre_trend", "shuffled") else "value"
    if is_missing(row[key]):
        return Check(title, text("matching.check_few"), is_good=False)
    is_good = bool(row["is_good"])
    word = "good" if is_good else "bad"
    if is_even and name in _OF_ZERO:
        # What is good for a difference speaks against there being none.
        is_good = not is_good
        word = "same" if is_good else "other"
    is_amount = name in _DIFFERENCES
    unit = Unit(str(row["unit"])) if is_amount else None
    decimals = findings.decimals_of(unit) if unit else 2
    ends = row["low"], row["high"]
    return Check(
        title,
        text(
            f"matching.check_{name}_{word}",
            value=format_number(row["value"], unit, decimals=decimals, is_signed=is_amount),
            low=format_number(row["low"], unit, decimals=decimals),
            interval=interval_text(*ends, unit, decimals=decimals),
            whole=interval_text(*ends, unit, decimals=decimals, has_unit=True),
            p=findings.p_text(row["p_value"]),
        ),
        is_good=is_good,
    )


def nothing(view: View) -> Component:
    """Why nobody can be compared, and what to relax."""
    state = view.parameters
    changes: list[tuple[str, dict[str, str | None]]] = []
    if state.against == "rejected":
        changes.append(("matching.relax_against", {"against": None}))
    if state.cohorts:
        changes.append(("matching.relax_year", {"year": None, "span": None}))
    if state.size:
        changes.append(("matching.relax_size", {"size": None}))
    if state.industry:
        changes.append(("matching.relax_industry", {"industry": None}))
    if state.region:
        changes.append(("matching.relax_region", {"region": None}))
    if state.strata != "loose":
        changes.append(("matching.relax_strata", {"strata": "loose"}))
    ways = [(text(key), view.href("", **change)) for key, change in changes[:3]]
    return empty(
        text("matching.empty_reason", scope=scope_words(view), cohort=cohort_text(view)),
        ways or [(text("matching.relax_all"), PATH)],
        title=text("matching.empty_title"),
    )
