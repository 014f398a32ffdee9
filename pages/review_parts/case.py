"""One doubtful link: the typed record beside the registered firm, and why it is in doubt."""

from __future__ import annotations

import unicodedata
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.comparison import Compared, comparison
from components.eras import date_text, full_moment_text
from components.links import href, page_link
from components.numbers import format_number
from gate.doubts import Firm
from gate.review import Case, State
from language import has_text, text
from pages.data_parts.words import rule_text, source_name
from pages.review_parts.view import PATH, ReviewView
from store.quantity import Unit

_MOST_OLD_NAMES = 3


def case_view(case: Case) -> Component:
    """The question, the reasons for doubt, and the two records."""
    party, firm = case.party, case.candidate
    typed = party.name or text("review.nameless")
    title = (
        text("review.question", typed=typed, firm=firm.name or firm.corporate_number)
        if firm
        else text("review.no_candidate", typed=typed)
    )
    sources = text("data.comma").join(
        text("review.of_source", source=source_name(s), n=format_number(n, Unit.RECORD))
        for s, n in party.sources
    )
    return html.Div(
        [
            html.H2(title, id="review-title"),
            html.P(
                text(
                    "review.sub",
                    records=format_number(case.doubt.n_record, Unit.RECORD),
                    sources=sources,
                ),
                className="sl-figure__sub",
            ),
            _decided(case),
            html.P(reason(case), className="sl-figure__sub"),
            comparison(
                compared(case),
                heads=[
                    text(f"review.head_{name}") for name in ("item", "typed", "firm", "verdict")
                ],
                label=text("review.compare_label"),
            ),
        ]
    )


def reason(case: Case) -> list[Any]:
    """Why the link is in doubt, in words, and how sure it is."""
    rule = case.doubt.rule
    key = f"link_rule_meaning.{rule}"
    words = text(key) if has_text(key) else ""
    score = format_number(case.doubt.score, None, decimals=2)
    return [
        html.B(text("review.reason", rule=rule_text(rule))),
        words,
        text("review.score", score=score),
    ]


def compared(case: Case) -> list[Compared]:
    """The properties of both records, each with its verdict in words."""
    party, firm = case.party, case.candidate
    state = case.states.get(firm.corporate_number) if firm else None
    return [
        _name(case),
        _address(case),
        _number(case),
        Compared(
            text("review.telephone"),
            party.telephone,
            "",
            text("review.not_in_register") if party.telephone else text("review.not_written"),
        ),
        Compared(
            text("review.gbizid"),
            party.gbizid,
            "",
            text("review.not_in_register") if party.gbizid else text("review.not_written"),
        ),
        Compared(text("review.state"), "", state_text(firm, state), _state_verdict(firm, state)),
    ]


def _is_proposed(case: Case) -> bool:
    """Whether the firm shown is the one that the linkage compared."""
    firm = case.candidate
    return firm is not None and firm.corporate_number == case.doubt.candidate_number


def _name(case: Case) -> Compared:
    party, firm = case.party, case.candidate
    name = firm.name if firm else ""
    found = case.party.evidence if _is_proposed(case) else {}
    note = ""
    if firm and firm.old_names:
        old = text("data.comma").join(n for n, _ in firm.old_names[:_MOST_OLD_NAMES])
        note = text("review.old_names", names=old)
    if not party.name or not name:
        return Compared(
            text("review.name"), party.name, name, text("review.not_comparable"), note=note
        )
    agreement = str(found.get("name_agreement") or "")
    if found.get("is_old_name"):
        verdict = text("review.name_old", name=str(found.get("name") or ""))
        return Compared(text("review.name"), party.name, name, verdict, None, note)
    if has_text(f"review.name_{agreement}"):
        agrees = {"exact": True, "loose": True, "other_name": False}.get(agreement)
        verdict = text(f"review.name_{agreement}")
    else:
        agrees = _plain(party.name) == _plain(name)
        verdict = text("review.name_exact" if agrees else "review.name_other_name")
    return Compared(text("review.name"), party.name, name, verdict, agrees, note)


def _address(case: Case) -> Compared:
    party, firm = case.party, case.candidate
    address = firm.address if firm else ""
    label = text("review.address")
    if not party.address or not address:
        return Compared(label, party.address, address, text("review.not_comparable"))
    agreement = str(case.party.evidence.get("place_agreement") or "") if _is_proposed(case) else ""
    if agreement and has_text(f"review.place_{agreement}"):
        agrees = {"address": True, "elsewhere": False}.get(agreement)
        return Compared(label, party.address, address, text(f"review.place_{agreement}"), agrees)
    is_same = _plain(party.address) == _plain(address)
    verdict = text("review.place_address" if is_same else "review.place_differs")
    return Compared(label, party.address, address, verdict, is_same)


def _number(case: Case) -> Compared:
    party, firm = case.party, case.candidate
    number = firm.corporate_number if firm else ""
    written = party.number_as_written
    if not written:
        verdict, agrees = text("review.not_written"), None
    elif party.number_status != "valid":
        key = f"review.number_{party.number_status}"
        verdict = text(key) if has_text(key) else text("review.number_invalid")
        agrees = None
    elif party.corporate_number == number:
        verdict, agrees = text("review.number_same"), True
    else:
        other = str(case.party.evidence.get("number_name") or "")
        verdict = (
            text("review.number_of_other", name=other) if other else text("review.number_differs")
        )
        agrees = False
    return Compared(text("review.number"), written, number, verdict, agrees, is_marked=False)


def state_text(firm: Firm | None, state: State | None) -> str:
    """Whether a firm still exists, since when not, and why."""
    if firm is None:
        return ""
    if state is None:
        return text("review.state_unknown")
    if not state.is_closed:
        return text("review.state_open")
    cause = f"close_cause.{state.close_cause_code}"
    return text(
        "review.state_closed",
        day=date_text(state.close_date) if state.close_date else "",
        cause=text(cause) if has_text(cause) else "",
    )


def _state_verdict(firm: Firm | None, state: State | None) -> str:
    is_closed = bool(firm and state and state.is_closed)
    return text("review.state_heed") if is_closed else ""


def _decided(case: Case) -> Component | None:
    """Who decided this already, where somebody has."""
    decision = case.decision
    if decision is None:
        return None
    return html.P(
        text(
            f"review.decided_{decision.verdict}",
            who=decision.decided_by,
            when=full_moment_text(decision.decided_at),
            number=decision.corporate_number,
        ),
        className="sl-notice",
    )


def other_firms(case: Case, view: ReviewView) -> Component | None:
    """Other firms that the party may be, each with the way to compare it."""
    if not case.alternatives:
        return None
    rows = [_other(firm, case, view) for firm in case.alternatives]
    heads = ("firm_name", "firm_address", "firm_number", "firm_state")
    head = html.Tr([html.Th(text(f"review.{name}"), scope="col") for name in heads])
    return html.Div(
        [
            html.H3(text("review.others")),
            html.Div(
                html.Table([html.Thead(head), html.Tbody(rows)], className="table"),
                className="sl-scroll",
                tabIndex="0",
                role="region",
                **attributes(aria_label=text("review.others")),
            ),
        ],
        className="sl-others",
    )


def _other(firm: Firm, case: Case, view: ReviewView) -> Component:
    query = {
        **view.filter,
        "party": case.doubt.party_hash,
        "candidate": firm.corporate_number,
    }
    name = firm.name or text("review.state_unknown")
    return html.Tr(
        [
            html.Th(page_link(name, href(query, PATH)), scope="row"),
            html.Td(firm.address),
            html.Td(firm.corporate_number, className="sl-nb"),
            html.Td(state_text(firm, case.states.get(firm.corporate_number))),
        ]
    )


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()
