"""All words of the components are in the catalogue, in both languages, and only there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from language import LANGUAGES, catalogue

COMPONENTS = sorted((Path(__file__).parents[2] / "components").glob("*.py"))
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def strings(tree: ast.AST) -> Iterator[str]:
    """The string constants of a module without its docstrings."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documented:
            yield str(node.value)


def asked_keys(tree: ast.AST) -> Iterator[str]:
    """The literal first arguments of ``text(…)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "text":
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield str(first.value)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_holds_no_japanese_of_its_own(path: Path) -> None:
    # Punctuation that decides where a label may break is no word.
    allowed = {"[・、，,／/\\s]", "）)、，,。・ー"}
    found = [s for s in strings(ast.parse(path.read_text(encoding="utf-8"))) if JAPANESE.search(s)]
    assert [s for s in found if s not in allowed and "(?" not in s] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_asked_for_exists(language: str) -> None:
    texts = catalogue("en" if language == "en" else "ja")
    asked = {key for path in COMPONENTS for key in asked_keys(ast.parse(path.read_text("utf-8")))}
    assert asked
    assert sorted(asked - texts.keys()) == []


def test_all_prefectures_are_named_in_both_languages() -> None:
    for language in LANGUAGES:
        names = [catalogue(language)[f"prefecture.{n:02}"] for n in range(1, 48)]
        assert len(set(names)) == 47
