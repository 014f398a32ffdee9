"""The document as PDF/UA-1, and its pages as pictures, by typst."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pikepdf
import typst
from PIL import Image, ImageColor

from language import text
from reports.package.alternative import alternative
from reports.package.document import Chart, Document, Table
from reports.package.drawing import (
    ACCENT,
    BAND,
    FONT,
    FONT_DIR,
    INK,
    LIGHT,
    MID,
    RANGE,
    REST,
    SUB,
    TINT,
    WASH,
)

TEMPLATE = Path(__file__).with_name("report.typ")
PREVIEW_PPI = 80
N_STEP = 12


def render(
    document: Document, drawings: Mapping[str, bytes], locator: tuple[bytes, str], made: datetime
) -> tuple[bytes, tuple[bytes, ...]]:
    """The PDF and one PNG a page. ``drawings`` are the SVGs of the charts by their keys; ``made``
    (UTC) is the time the file carries, so that the same document gives the same bytes."""
    inputs = {"data": json.dumps(_content(document, drawings, locator), ensure_ascii=False)}
    compiler = _compiler()
    stamp = int(made.replace(tzinfo=UTC).timestamp())
    raw = compiler.compile(sys_inputs=inputs, format="pdf", pdf_standards="ua-1", timestamp=stamp)
    pages = compiler.compile(sys_inputs=inputs, format="png", ppi=PREVIEW_PPI)
    if not isinstance(raw, bytes) or pages is None:
        raise TypeError("typst gave no document")
    pictures = [pages] if isinstance(pages, bytes) else pages
    return _with_row_headers(raw), tuple(_in_few_colours(picture) for picture in pictures)


def _in_few_colours(picture: bytes) -> bytes:
    """The PNG in the colours of the template and their steps to white: a third of the size."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
        few.save(stream, format="PNG", compress_level=6)
    return stream.getvalue()


@lru_cache(maxsize=1)
def _palette() -> Image.Image:
    ramps = [
        tuple(round(255 + (part - 255) * step / N_STEP) for part in ImageColor.getrgb(colour))
        for colour in (INK, ACCENT, RANGE)
        for step in range(1, N_STEP + 1)
    ]
    flat = [
        ImageColor.getrgb(colour) for colour in ("#ffffff", WASH, BAND, REST, LIGHT, TINT, MID, SUB)
    ]
    colours = [*flat, *ramps]
    image = Image.new("P", (1, 1))
    image.putpalette([part for colour in colours for part in colour])
    return image


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_DIR)]
    )
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts)


def _content(
    document: Document, drawings: Mapping[str, bytes], locator: tuple[bytes, str]
) -> dict[str, Any]:
    svg, alt = locator
    return {
        "fonts": [FONT],
        "product": text("package.product"),
        "publisher": text("package.publisher"),
        "sample": document.sample,
        "series": text("package.series"),
        "title": document.title,
        "subtitle": document.subtitle,
        "tagline": document.tagline,
        "description": text("package.description", title=document.title.replace("|", "")),
        "keywords": [part.strip(" ×") for part in document.title.split("|")],
        "footer": footer(document),
        "locator": {"svg": svg.decode(), "alt": alt},
        "meta": document.meta,
        "messages_title": text("package.messages"),
        "messages": [{"text": m.text, "basis": m.basis} for m in document.messages],
        "key_figures": [
            {
                "label": figure.label,
                "value": figure.value.shown(),
                "unit": figure.unit,
                "compare": figure.compare,
                "n": figure.n,
            }
            for figure in document.key_figures
        ],
        "never": {"title": text("package.never_title"), "text": text("package.never")},
        "sections": [
            {
                "title": text("package.section_title", n=place, title=section.title),
                "starts_page": place == 1,
                "blocks": [_block(block, drawings) for block in section.blocks],
            }
            for place, section in enumerate(document.sections, start=1)
        ],
        "use": {
            "title": text("package.use_title", n=len(document.sections) + 1),
            "items": document.use,
        },
        "method": {
            "title": text("package.method_title", n=len(document.sections) + 2),
            "parts": [
                {
                    "title": part.title,
                    "text": part.text,
                    "terms": part.terms,
                    # The longest, what is hidden and what proves it, has a column of its own.
                    "column": part is document.parts[-1],
                }
                for part in document.parts
            ],
        },
    }


def footer(document: Document) -> str:
    """The line at the foot of every page."""
    return text(
        "package.footer",
        edition=document.edition,
        snapshot=document.snapshot,
        policy=document.policy_hash[:8],
    )


def _block(block: Chart | Table, drawings: Mapping[str, bytes]) -> dict[str, Any]:
    shown = {"key": block.key, "title": block.title, "measure": block.measure}
    if isinstance(block, Chart):
        pointer = text("package.page.table_of", figure=block.key, table=block.table)
        return shown | {
            "kind": "chart",
            "svg": drawings[block.key].decode(),
            "alt": alternative(block),
            "source": block.source,
            "side": (block.side[0], block.side[1] + pointer),
        }
    groups: list[dict[str, Any]] = []
    for place, column in enumerate(block.columns):
        if column.group and (not groups or groups[-1]["name"] != column.group):
            groups.append({"name": column.group, "start": place, "span": 0})
        if column.group:
            groups[-1]["span"] += 1
    return shown | {
        "kind": "table",
        "stub": block.stub,
        "groups": groups,
        "columns": [text(f"package.variable.{c.variable}.label") for c in block.columns],
        "rows": [[row.label, *(value.shown() for value in row.values)] for row in block.rows],
        "own": next((place for place, row in enumerate(block.rows) if row.is_own), -1),
        "total": block.rows[-1].is_total if block.rows else False,
        "notes": block.notes,
    }


def _with_row_headers(raw: bytes) -> bytes:
    """The PDF with the first cell of each body row tagged as its header.

    typst's Python build tags the cells of the header only. It also writes the default of
    ``Suspects``, at which some readers complain.
    """
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        _mark(pdf.Root.StructTreeRoot.K, is_in_head=False)
        if "/Suspects" in pdf.Root.MarkInfo:
            del pdf.Root.MarkInfo["/Suspects"]
        pdf.save(
            stream,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return stream.getvalue()


def _mark(node: Any, *, is_in_head: bool) -> None:
    if isinstance(node, pikepdf.Array):
        for child in node:
            _mark(child, is_in_head=is_in_head)
        return
    if not isinstance(node, pikepdf.Dictionary) or "/S" not in node:
        return
    kind = str(node.S)
    children = node.get("/K")
    if kind == "/TR" and not is_in_head and isinstance(children, pikepdf.Array) and len(children):
        first = children[0]
        if isinstance(first, pikepdf.Dictionary) and str(first.get("/S")) == "/TD":
            first.S = pikepdf.Name.TH
            first.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    if children is not None:
        _mark(children, is_in_head=is_in_head or kind == "/THead")
