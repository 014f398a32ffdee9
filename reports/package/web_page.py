"""The document as one HTML file that needs nothing else: no script, no font, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from language import text
from reports.package.alternative import alternative
from reports.package.document import Chart, Document, Message, Row, Section, Table
from reports.package.drawing import FONT
from reports.package.messages import BAR, unbroken
from reports.package.pdf import footer

STYLE = Path(__file__).with_name("report.css")
_FACES = "'Noto Sans JP','Noto Sans CJK JP','BIZ UDPGothic','Hiragino Sans','Yu Gothic UI',Meiryo"
_PROLOGUE = re.compile(r"<\?xml.*?\?>\s*<!DOCTYPE.*?>\s*", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.DOTALL)
_ID = re.compile(r'(\bid="|url\(#|href="#)')


def render(document: Document, drawings: Mapping[str, bytes], locator: tuple[bytes, str]) -> bytes:
    """The page: cover, messages, figures with their tables under them, notes."""
    title = escape(unbroken(document.title))
    tables = {table.key: table for table in document.tables}
    body = [
        _head(document, locator),
        _messages(document),
        *(
            _section(place, section, drawings, tables)
            for place, section in enumerate(document.sections, start=1)
        ),
        _last(document),
        f"<footer><p>{escape(footer(document))}</p></footer>",
    ]
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}　{escape(document.subtitle)}</title>"
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f"{''.join(body)}</body></html>"
    ).encode()


def _head(document: Document, locator: tuple[bytes, str]) -> str:
    svg, alt = locator
    sample = f'<p class="sample">{escape(document.sample)}</p>' if document.sample else ""
    meta = "".join(f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in document.meta)
    return (
        f'<header><p class="series">{escape(text("package.series"))}</p>{sample}'
        f'<div class="cover"><div><h1>{_broken(document.title)}</h1>'
        f'<p class="tagline">{_broken(document.tagline)}</p></div>'
        f"{_inline(svg, alt, 'map')}</div>"
        f'<dl class="meta">{meta}</dl></header><main>'
    )


def _messages(document: Document) -> str:
    items = "".join(_message(message) for message in document.messages)
    figures = "".join(
        f"<div><dt>{escape(k.label)}</dt><dd><strong>{escape(k.value.shown())}</strong>"
        f"<span>{escape(k.unit)}</span><small>{escape(k.compare)}<br>{escape(k.n)}</small></dd></div>"
        for k in document.key_figures
    )
    return (
        f'<section><h2>{escape(text("package.messages"))}</h2><ol class="messages">{items}</ol>'
        f'{f"""<dl class="keys">{figures}</dl>""" if figures else ""}'
        f"<aside><h3>{escape(text('package.never_title'))}</h3>"
        f"<p>{escape(text('package.never'))}</p></aside></section>"
    )


def _message(message: Message) -> str:
    return f"<li><p>{_broken(message.text)}</p><small>{escape(message.basis)}</small></li>"


def _section(
    place: int, section: Section, drawings: Mapping[str, bytes], tables: Mapping[str, Table]
) -> str:
    title = text("package.section_title", n=place, title=section.title)
    drawn = {block.table for block in section.blocks if isinstance(block, Chart)}
    parts = [
        _figure(block, drawings[block.key], tables[block.table])
        if isinstance(block, Chart)
        else ""
        if block.key in drawn
        else f"<figure>{_caption(block)}{_table(block)}</figure>"
        for block in section.blocks
    ]
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _figure(chart: Chart, svg: bytes, table: Table) -> str:
    shown = text("package.page.show_table", figure=chart.key)
    name = escape(f"{chart.key}　{unbroken(chart.title)}")
    return (
        f"<figure>{_caption(chart)}"
        f'<div class="beside"><div class="scroll" role="region" tabindex="0" aria-label="{name}">'
        f"{_inline(svg, alternative(chart), chart.key)}</div>"
        f'<div class="side">{_paragraphs(chart.side)}</div></div>'
        f'<p class="evidence">{escape(chart.source)}</p>'
        f"<details open><summary>{escape(shown)}</summary>{_caption(table, 'h4')}{_table(table)}"
        "</details></figure>"
    )


def _paragraphs(words: Iterable[str]) -> str:
    return "".join(f"<p>{escape(each)}</p>" for each in words)


def _caption(block: Chart | Table, level: str = "h3") -> str:
    return (
        f'<p class="number">{escape(block.key)}</p><{level}>{_broken(block.title)}</{level}>'
        f'<p class="measure">{_broken(block.measure)}</p>'
    )


def _table(table: Table) -> str:
    groups: list[tuple[str, int]] = []
    for column in table.columns:
        if groups and groups[-1][0] == column.group:
            groups[-1] = (column.group, groups[-1][1] + 1)
        else:
            groups.append((column.group, 1))
    is_grouped = any(name for name, _ in groups)
    down = ' rowspan="2"' if is_grouped else ""
    labels = "".join(
        f'<th scope="col">{_broken(text(f"package.variable.{c.variable}.label"))}</th>'
        for c in table.columns
    )
    stub = f'<th scope="col"{down}>{escape(table.stub)}</th>'
    if is_grouped:
        above = "".join(
            f'<th scope="colgroup" colspan="{span}">{escape(name)}</th>' for name, span in groups
        )
        head = f"<tr>{stub}{above}</tr><tr>{labels}</tr>"
    else:
        head = f"<tr>{stub}{labels}</tr>"
    rows = "".join(
        f'<tr{_row_class(row)}><th scope="row">{escape(row.label)}</th>'
        + "".join(f"<td>{escape(value.shown())}</td>" for value in row.values)
        + "</tr>"
        for row in table.rows
    )
    notes = "".join(f'<p class="evidence">{escape(unbroken(note))}</p>' for note in table.notes)
    name = escape(f"{table.key}　{unbroken(table.title)}")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>{notes}"
    )


def _row_class(row: Row) -> str:
    return " class=total" if row.is_total else " class=own" if row.is_own else ""


def _last(document: Document) -> str:
    n = len(document.sections)
    use = "".join(f"<li>{escape(item)}</li>" for item in document.use)
    parts = "".join(
        f"<div><h3>{escape(part.title)}</h3>"
        + (f"<p>{escape(part.text)}</p>" if part.text else "")
        + (
            "<dl>"
            + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in part.terms)
            + "</dl>"
            if part.terms
            else ""
        )
        + "</div>"
        for part in document.parts
    )
    return (
        f'<section><h2>{escape(text("package.use_title", n=n + 1))}</h2><ol class="use">{use}</ol>'
        f"</section><section><h2>{escape(text('package.method_title', n=n + 2))}</h2>"
        f'<div class="method">{parts}</div>'
        f'<p class="evidence">{escape(text("package.page.files"))}</p></section></main>'
    )


def _inline(svg: bytes, alt: str, name: str) -> str:
    """The drawing in the page, with ids of its own, the page's faces and its text as one image."""
    drawn = _METADATA.sub("", _PROLOGUE.sub("", svg.decode()))
    own = "figure" + "".join(letter for letter in name if letter.isascii())
    drawn = _ID.sub(rf"\g<1>{own}-", drawn)
    drawn = drawn.replace(f"'{FONT}'", f"'{FONT}',{_FACES},sans-serif")
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)


def _broken(words: str) -> str:
    """``words`` that may break at the bars only."""
    return "<wbr>".join(escape(part) for part in words.split(BAR))
