"""The form of a mapping profile: its name, columns with their items, units, words, constants."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.attributes import attributes
from gate.profiles import Profiles, Sample
from language import text
from pages.mapping_parts.draft import CODED, CONSTANTS, NOTHING, TARGET, Draft
from pages.mapping_parts.suggest import (
    is_code_already,
    plain,
    suggested_code,
    suggested_items,
    suggested_unit,
)
from store.mapping_profile import UNITS

_MOST_WORDS = 60
# Of the Japanese standard industrial classification, whatever the snapshot holds of them.
_DIVISIONS = "ABCDEFGHIJKLMNOPQRST"


def heading(draft: Draft) -> Component:
    """Name, title and system of the profile."""
    fields = (
        ("title", draft.title, "mapping.title_hint"),
        ("name", draft.name, "mapping.name_hint"),
        ("system", draft.system, "mapping.system_hint"),
    )
    return html.Div(
        [
            html.Div(
                [
                    html.Label(
                        text(f"mapping.{name}"), htmlFor=f"mapping-{name}", className="form-label"
                    ),
                    dbc.Input(
                        id=f"mapping-{name}",
                        value=value,
                        maxLength=200 if name == "title" else 40,
                        autocomplete="off",
                    ),
                    html.P(text(hint), className="sl-quiet"),
                ]
            )
            for name, value, hint in fields
        ],
        className="sl-form",
    )


def with_sample(draft: Draft, sample: Sample, profiles: Profiles) -> Draft:
    """The draft over the columns of a sample: what was chosen stays, the rest is suggested."""
    chosen = {plain(name): item for name, item in zip(draft.header, draft.items, strict=False)}
    known = [*profiles.own.values(), *profiles.shipped.values()]
    suggested = suggested_items(sample.header, known, TARGET)
    items: list[str] = []
    for name, suggestion in zip(sample.header, suggested, strict=True):
        item = chosen.get(plain(name)) or suggestion or NOTHING
        items.append(NOTHING if item in items else item)
    return Draft(
        title=draft.title,
        name=draft.name,
        system=draft.system,
        header=sample.header,
        items=tuple(items),
        units=draft.units,
        words=draft.words,
        constants=draft.constants,
        content=draft.content,
    )


def columns(draft: Draft, sample: Sample | None) -> list[Component]:
    """Column by column its first values and the item it is; with the header they stand for."""
    if not draft.header:
        return [
            html.P(text("mapping.no_columns"), className="sl-empty sl-empty-low"),
            dcc.Store(id="mapping-header", data=[]),
        ]
    options = [{"value": NOTHING, "label": text("mapping.not_used")}] + [
        {"value": item, "label": item_text(item)} for item in TARGET.items
    ]
    rows = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td(_examples(sample, i), className="sl-examples"),
                html.Td(
                    _field(
                        text("mapping.item_of", column=name),
                        _select({"type": "map-item", "column": i}, options, item),
                        is_seen=False,
                    )
                ),
            ]
        )
        for i, (name, item) in enumerate(zip(draft.header, draft.items, strict=False))
    ]
    heads = ("head_column", "head_examples", "head_item")
    head = html.Tr([html.Th(text(f"mapping.{name}"), scope="col") for name in heads])
    return [
        html.Table([html.Thead(head), html.Tbody(rows)], className="table sl-mapping"),
        dcc.Store(id="mapping-header", data=list(draft.header)),
    ]


def _examples(sample: Sample | None, column: int) -> str:
    if sample is None or column >= len(sample.examples):
        return ""
    return text("mapping.example_joint").join(sample.examples[column])


def values(draft: Draft, sample: Sample | None, profiles: Profiles) -> list[Component | None]:
    """What the chosen items need besides: units of amounts, codes for words, constants."""
    words = {item: _words_of(item, draft, sample) for item in CODED if item in draft.used}
    return [
        _units(draft),
        *(_codes(item, found, draft, profiles) for item, found in words.items() if found),
        _constants(draft),
        dcc.Store(id="mapping-words", data={item: list(found) for item, found in words.items()}),
    ]


def _units(draft: Draft) -> Component | None:
    money = [item for item in TARGET.money if item in draft.used]
    if not money:
        return None
    options = [{"value": unit, "label": text(f"profile_unit.{unit}")} for unit in UNITS]
    return _part(
        text("mapping.units"),
        text("mapping.units_sub"),
        [
            _field(
                item_text(item),
                _select(
                    {"type": "map-unit", "item": item},
                    options,
                    draft.units.get(item) or suggested_unit(_header_of(item, draft)),
                ),
            )
            for item in money
        ],
    )


def _header_of(item: str, draft: Draft) -> str:
    pairs = zip(draft.header, draft.items, strict=False)
    return next((name for name, found in pairs if found == item), "")


def _words_of(item: str, draft: Draft, sample: Sample | None) -> tuple[str, ...]:
    """The words of a coded column that need a code: those of the draft, and of the sample."""
    known = list(draft.words.get(item, {}))
    if sample is not None and item in draft.items:
        known += sample.values[draft.items.index(item)]
    found = [word for word in dict.fromkeys(known) if not is_code_already(item, word)]
    return tuple(found[:_MOST_WORDS])


def _codes(item: str, words: Sequence[str], draft: Draft, profiles: Profiles) -> Component:
    codes = code_names(item)
    options = [{"value": NOTHING, "label": text("mapping.no_code")}] + [
        {"value": code, "label": name} for code, name in codes.items()
    ]
    known = [*profiles.own.values(), *profiles.shipped.values()]
    chosen = draft.words.get(item, {})
    return _part(
        text("mapping.words", item=text(f"staged_column.{item}")),
        text("mapping.words_sub"),
        [
            _field(
                word,
                _select(
                    {"type": "map-word", "item": item, "index": i},
                    options,
                    chosen.get(word) or suggested_code(item, word, known, codes) or NOTHING,
                ),
            )
            for i, word in enumerate(words)
        ],
    )


def _constants(draft: Draft) -> Component | None:
    absent = [item for item in CONSTANTS if item not in draft.used]
    if not draft.header or not absent:
        return None
    return _part(
        text("mapping.constants"),
        text("mapping.constants_sub"),
        [_field(item_text(item), _constant(item, draft.constants)) for item in absent],
    )


def _constant(item: str, constants: Mapping[str, str]) -> Component:
    identity = {"type": "map-constant", "item": item}
    if item not in TARGET.codes:
        return _text_field(identity, constants.get(item, ""))
    options = [{"value": NOTHING, "label": text("mapping.no_constant")}] + [
        {"value": code, "label": name} for code, name in code_names(item).items()
    ]
    return _select(identity, options, constants.get(item) or NOTHING)


def _select(identity: dict[str, Any], options: list[dict[str, str]], value: str) -> Component:
    control: Component = dbc.Select(id=identity, options=options, value=value)
    return control


def _text_field(identity: dict[str, Any], value: str) -> Component:
    control: Component = dbc.Input(id=identity, value=value, maxLength=200, autocomplete="off")
    return control


def _part(title: str, sub: str, fields: Sequence[Component]) -> Component:
    return html.Div(
        [
            html.H3(title),
            html.P(sub, className="sl-figure__sub"),
            html.Div(list(fields), className="sl-form is-narrow"),
        ],
        className="sl-form-part",
    )


def _field(label: str, control: Any, *, is_seen: bool = True) -> Component:
    """A control with its label above it; in a table, which says it already, read aloud only."""
    look = "form-label" if is_seen else "visually-hidden"
    return html.Div([html.Label(label, htmlFor=_dom_id(control.id), className=look), control])


def _dom_id(identity: dict[str, Any]) -> str:
    """The id of a pattern's component in the browser, as Dash writes it."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":"))


def item_text(item: str) -> str:
    """The name of an item; one that must be filled is marked."""
    is_needed = any(choice == (item,) for choice in TARGET.needed)
    name = text(f"staged_column.{item}")
    return text("mapping.needed", item=name) if is_needed else name


def code_names(item: str) -> dict[str, str]:
    """The codes of a coded item with their names."""
    if item in TARGET.codes:
        return {code: text(f"consultation_{item}.{code}") for code in TARGET.codes[item]}
    return {
        code: text("mapping.code_with_name", code=code, name=text(f"jsic_division.{code}"))
        for code in _DIVISIONS
    }


def file_button() -> Component:
    """The way to a file. The browser reads its beginning; the rest never leaves the desk."""
    return html.Button(
        text("mapping.choose_file"),
        type="button",
        className="btn",
        id="mapping-choose",
        **attributes(data_lens_file="mapping-sample", data_lens_limit="200000"),
    )


def problem_list(problems: Sequence[Any]) -> Component:
    """What is wrong with a profile, one line each."""
    return html.Ul(
        [
            html.Li(
                text(
                    "mapping.problem",
                    problem=text(f"profile_problem.{problem.key}"),
                    detail=_named(problem.detail),
                )
                if problem.detail
                else text(f"profile_problem.{problem.key}")
            )
            for problem in problems
        ],
        className="sl-problems",
    )


def _named(detail: str) -> str:
    parts = [part.strip() for part in detail.split(" / ")]
    return text("data.comma").join(
        text(f"staged_column.{part}") if part in TARGET.items else part for part in parts
    )
