"""Two pieces of work at a time: what comes next is made while what is there is used."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def made_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, each made in another thread while the one before is used.

    At most one item waits. What making an item raises is raised in its place.
    """
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(_next_of, items)
        while found := coming.result():
            coming = maker.submit(_next_of, items)
            yield found[0]


def _next_of(items: Iterator[T]) -> tuple[T] | None:
    for item in items:
        return (item,)
    return None
