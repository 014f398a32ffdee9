"""The PDF is PDF/UA-1 as another library reads its tags."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from reports.package.build import Package, Scope
from tests.reports.conftest import FIELD, NAGANO, NATION

PAINTING = {"f", "f*", "F", "B", "B*", "b", "b*", "S", "s", "Tj", "TJ", "'", '"', "Do", "sh", "EI"}


@pytest.fixture(params=[NATION, NAGANO, FIELD], ids=lambda scope: scope.key)
def pdf(request: pytest.FixtureRequest, packages: dict[Scope, Package]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(packages[request.param].files["report.pdf"])) as pdf:
        yield pdf


def _nodes(node: Any, inside: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _nodes(child, inside)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node, inside
        if "/K" in node:
            yield from _nodes(node.K, (*inside, str(node.S)))


def _tags(pdf: pikepdf.Pdf) -> list[tuple[Any, tuple[str, ...]]]:
    return list(_nodes(pdf.Root.StructTreeRoot.K))


def test_it_says_that_it_is_pdf_ua_1_japanese_tagged_and_titled(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"]
    assert str(pdf.Root.Lang).lower().startswith("ja")
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_every_figure_has_an_alternative_text(pdf: pikepdf.Pdf) -> None:
    figures = [node for node, _ in _tags(pdf) if str(node.S) == "/Figure"]
    assert len(figures) > 3
    for figure in figures:
        assert len(str(figure.Alt)) > 20
    assert any(
        "秘匿（x）" in str(f.Alt) or "％" in str(f.Alt) or "%" in str(f.Alt) for f in figures
    )


def test_every_table_has_a_head_and_heads_of_its_rows(pdf: pikepdf.Pdf) -> None:
    tags = _tags(pdf)
    kinds = Counter(str(node.S) for node, _ in tags)
    assert kinds["/Table"] > 3
    assert kinds["/THead"] == kinds["/TBody"] == kinds["/Table"]
    scopes: Counter[str] = Counter()
    for node, inside in tags:
        if str(node.S) == "/TR" and "/THead" not in inside:
            first, *others = list(node.K)
            assert str(first.S) == "/TH"
            assert {str(other.S) for other in others} == {"/TD"}
        if str(node.S) == "/TH":
            attributes = node.A if isinstance(node.A, pikepdf.Array) else [node.A]
            scopes.update(str(a.Scope) for a in attributes if "/Scope" in a)
    assert set(scopes) == {"/Column", "/Row"}
    assert sum(scopes.values()) == kinds["/TH"]


def test_headings_leave_no_level_out(pdf: pikepdf.Pdf) -> None:
    levels = [int(str(n.S)[2:]) for n, _ in _tags(pdf) if str(n.S)[:2] == "/H" and str(n.S)[2:]]
    assert levels[0] == 1
    assert len(levels) > 8
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_everything_painted_is_tagged_or_an_artifact(pdf: pikepdf.Pdf) -> None:
    painted = 0
    for page in pdf.pages:
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            operator = str(instruction.operator)
            depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
            if operator in PAINTING:
                painted += 1
                assert depth > 0
    assert painted > 500


def test_every_font_is_embedded_and_maps_to_text(pdf: pikepdf.Pdf) -> None:
    fonts = [
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"
    ]
    whole = [font for font in fonts if font.get("/Subtype") == "/Type0"]
    assert whole
    assert len(whole) + sum(
        f.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2") for f in fonts
    ) == len(fonts)
    for font in whole:
        assert "/ToUnicode" in font
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
